"""`comptoir clients`: who is paired, under another name, no longer, or anew."""

from __future__ import annotations

import hashlib
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import click

from appliance.base.clock import SystemClock
from appliance.bridge.identity import CERTIFICATE_FILE
from appliance.cli.common import settings_option
from appliance.cli.journals import open_journal_in_use
from appliance.counter.face import Pairing
from appliance.counter.pairing_desk import PairingDesk
from appliance.display.menu_screens import PairingEnd
from appliance.journal import Journal, JournalError
from appliance.journal.doorbell import Doorbell
from appliance.journal.errors import DeviceKeyError, TooManyClientsError
from appliance.journal.model import Client
from appliance.pairing.exchange import MAX_CLIENT_NAME_CHARACTERS, PairingFiles
from appliance.settings import Settings
from appliance.texts import clients as texts

__all__ = ["command"]

_TOKEN_BYTES = 32
_LOOK_S = 0.2
_TECHNICIAN = "technician"
"""As `appliance.bridge.rights` names it; a command that lists clients loads no Flask."""


@click.group("clients", help=texts.HELP)
def command() -> None:
    """What can be done with paired software."""


@command.command("list", help=texts.HELP_LIST)
@settings_option
def list_clients(settings: Settings) -> None:
    """A line a client, columns aligned."""
    with _journal(settings) as journal:
        clients = journal.clients()
    if not clients:
        click.echo(texts.NO_CLIENT)
        return
    rows = [texts.COLUMNS, *map(_row, clients)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        click.echo("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


@command.command(help=texts.HELP_TECHNICIAN)
@click.argument("name", metavar="NOM")
@settings_option
def token(settings: Settings, name: str) -> None:
    """What no software can be given by pairing: who has root has it already."""
    name = _name(name)
    made = secrets.token_hex(_TOKEN_BYTES)
    with _journal(settings) as journal:
        try:
            journal.add_client(name, hashlib.sha256(made.encode()).digest(), [_TECHNICIAN])
        except TooManyClientsError as error:
            raise click.ClickException(texts.FULL) from error
    click.echo(texts.SHOWN_ONCE.format(name=name), err=True)
    click.echo(made)


@command.command(help=texts.HELP_CERTIFICATE)
@settings_option
def certificate(settings: Settings) -> None:
    """For a software that runs in a browser, which pins no key."""
    path = settings.paths.state_directory / "bridge" / CERTIFICATE_FILE
    try:
        click.echo(path.read_text(), nl=False)
    except FileNotFoundError as error:
        raise click.ClickException(texts.NO_CERTIFICATE) from error
    except PermissionError as error:
        raise click.ClickException(texts.NOT_ALLOWED) from error


@command.command(help=texts.HELP_RENAME)
@click.argument("client", metavar="LOGICIEL")
@click.argument("name", metavar="NOM")
@settings_option
def rename(settings: Settings, client: str, name: str) -> None:
    """The name is for people; the token stays."""
    name = _name(name)
    with _journal(settings) as journal:
        if not journal.rename(_found(journal, client).id, name):
            raise click.ClickException(texts.UNKNOWN)
    click.echo(texts.RENAMED.format(name=name))


@command.command(help=texts.HELP_REVOKE)
@click.argument("client", metavar="LOGICIEL")
@click.option("--yes", is_flag=True, help=texts.HELP_YES)
@settings_option
def revoke(settings: Settings, client: str, *, yes: bool) -> None:
    """Its token is void at once; a long poll of it ends within a second."""
    with _journal(settings) as journal:
        found = _found(journal, client)
        if not yes:
            click.confirm(texts.REVOKE.format(name=found.name), abort=True)
        journal.revoke(found.id)
    Doorbell(Path(settings.paths.runtime_directory) / "doorbell").ring()
    click.echo(texts.REVOKED.format(name=found.name))


@command.command(help=texts.HELP_PAIR)
@settings_option
def pair(settings: Settings) -> None:
    """Open the window, and have the software's digits typed: who types them has read them."""
    told: list[Pairing] = []
    try:
        files = PairingFiles(Path(settings.paths.runtime_directory))
    except OSError as error:
        raise click.ClickException(texts.ENDS[PairingEnd.FAILED.value]) from error
    desk = PairingDesk(files, SystemClock(), secrets.token_hex)
    desk.open(lambda what: told.append(what.pairing))
    if told[-1].end is None:
        click.echo(texts.WINDOW_OPEN.format(seconds=told[-1].left_s))
    try:
        while told[-1].end is None:
            time.sleep(_LOOK_S)
            desk.look(lambda what: told.append(what.pairing))
            if told[-1].awaits_answer:
                _compare(desk, told[-1])
    finally:
        desk.close()
    ended = told[-1]
    assert ended.end is not None  # noqa: S101 - the loop ends with an end
    text = texts.ENDS[ended.end.value].format(name=ended.client_name, wait_s=ended.wait_s)
    if ended.end is not PairingEnd.PAIRED:
        raise click.ClickException(text)
    click.echo(text)


def _name(name: str) -> str:
    name = name.strip()
    if not 1 <= len(name) <= MAX_CLIENT_NAME_CHARACTERS or not name.isprintable():
        raise click.ClickException(texts.NAME_INVALID.format(maximum=MAX_CLIENT_NAME_CHARACTERS))
    return name


def _compare(desk: PairingDesk, asked: Pairing) -> None:
    click.echo(texts.ASKED.format(name=asked.client_name, number=asked.number))
    typed = click.prompt(texts.TYPE_NUMBER, default="", show_default=False)
    same = "".join(typed.split()) == asked.number
    desk.answer(same=same)
    if not same:
        click.echo(texts.REFUSED)


@contextmanager
def _journal(settings: Settings) -> Iterator[Journal]:
    try:
        with open_journal_in_use(settings, SystemClock()) as journal:
            yield journal
    except FileNotFoundError as error:
        raise click.ClickException(texts.NEVER_RAN) from error
    except PermissionError as error:
        raise click.ClickException(texts.NOT_ALLOWED) from error
    except (JournalError, DeviceKeyError) as error:
        raise click.ClickException(texts.JOURNAL_UNUSABLE) from error


def _found(journal: Journal, wanted: str) -> Client:
    """The client of that id, or else the only one of that name."""
    clients = journal.clients()
    found = [client for client in clients if client.id == wanted] or [
        client for client in clients if client.name == wanted
    ]
    if len(found) != 1:
        raise click.ClickException(texts.AMBIGUOUS if found else texts.UNKNOWN)
    return found[0]


def _row(client: Client) -> tuple[str, ...]:
    scopes = " ".join(sorted(client.scopes))
    return client.id, client.name, scopes, _local(client.paired_at), _local(client.last_seen)


def _local(moment: datetime | None) -> str:
    return texts.NEVER if moment is None else f"{moment.astimezone():%d/%m/%Y %H:%M}"
