"""`comptoir lgo URL`: a pharmacy software of the terminal, to watch a device and to demonstrate it.

Built on the client of the kit (`docs/lgo/python`), as an editor's code would be.
"""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

import click
import httpx
from comptoir_client import (
    Comptoir,
    Device,
    NotPairedError,
    PairingFailedError,
    ProblemError,
    WrongKeyError,
    pair,
)
from rich.console import Console
from rich.live import Live

from appliance.base.files import replace_durably
from appliance.cli.lgo_table import EventTable
from appliance.texts import lgo as texts

__all__ = ["command", "follow"]

_MAX_FILE_BYTES: Final = 4096
_PAUSE_S: Final = 2.0
_LATER: Final = frozenset({429, 503})
_RESET: Final = frozenset({"cursor_ahead", "ack_ahead"})


@click.command("lgo", help=texts.HELP)
@click.argument("url")
@click.option("--name", default="LGO de terminal", show_default=True, help=texts.HELP_NAME)
@click.option(
    "--kept",
    type=click.Path(path_type=Path, dir_okay=False),
    default=lambda: Path(click.get_app_dir("comptoir")) / "lgo.json",
    help=texts.HELP_KEPT,
)
@click.option("--identities", is_flag=True, help=texts.HELP_IDENTITIES)
@click.option("--hold", is_flag=True, help=texts.HELP_HOLD)
def command(url: str, name: str, kept: Path, *, identities: bool, hold: bool) -> None:
    """Pair where that was not done yet, then show events until Ctrl-C."""
    url = url.rstrip("/")
    device = _kept_device(kept, url) or _paired(url, name, kept)
    table = EventTable(url, identities=identities, hold=hold)
    try:
        with Comptoir(device) as comptoir, Live(table, console=Console(), refresh_per_second=4):
            follow(comptoir, table, hold=hold, stopping=lambda: False)
    except NotPairedError as error:
        raise click.ClickException(texts.NOT_PAIRED.format(file=kept)) from error
    except WrongKeyError as error:
        raise click.ClickException(texts.WRONG_KEY) from error
    except KeyboardInterrupt:
        return


def follow(
    comptoir: Comptoir,
    table: EventTable,
    *,
    hold: bool,
    stopping: Callable[[], bool],
    sleep: Callable[[float], None] = time.sleep,
) -> None:
    """Poll, show, acknowledge; a device that is away is waited for.

    Raises:
        NotPairedError: the token was revoked.
        WrongKeyError: another key.
    """
    after = 0
    while not stopping():
        try:
            events = comptoir.poll(after)
            for event in events:
                table.add(event.id, event.at, event.kind, event.payload)
            if events and not hold:
                comptoir.acknowledge([event.id for event in events])
                table.acknowledged({event.id for event in events})
            after = events[-1].id if events else after
            table.notice = ""
        except httpx.TransportError:
            table.notice = texts.AWAY
            sleep(_PAUSE_S)
        except NotPairedError:
            raise
        except ProblemError as error:
            table.notice = texts.WAITS if error.status in _LATER else error.title
            after = 0 if error.code in _RESET else after
            sleep(error.retry_after_s or _PAUSE_S)


def _paired(url: str, name: str, kept: Path) -> Device:
    """A new pairing, kept in its file."""
    click.prompt(texts.HOLD_OK, default="", show_default=False)
    try:
        device = pair(url, name, show=lambda digits: click.echo(texts.COMPARE.format(digits=digits)))
    except PairingFailedError as error:
        raise click.ClickException(texts.PAIRING_FAILED) from error
    except ProblemError as error:
        raise click.ClickException(f"{error.title} {error.remedy}") from error
    except (httpx.TransportError, httpx.InvalidURL, httpx.UnsupportedProtocol) as error:
        raise click.ClickException(texts.UNREACHABLE.format(url=url)) from error
    pin = base64.b64encode(device.key_sha256).decode()
    content = json.dumps({"url": device.url, "token": device.token, "key_sha256": pin})
    try:
        kept.parent.mkdir(parents=True, exist_ok=True)
        replace_durably(kept, content.encode())
    except OSError as error:
        raise click.ClickException(texts.FILE_UNWRITABLE.format(file=kept)) from error
    click.echo(texts.PAIRED.format(file=kept))
    return device


def _kept_device(kept: Path, url: str) -> Device | None:
    """The pairing with this device; None where there is no file.

    Raises:
        click.ClickException: the file is another device's, or none of ours.
    """
    try:
        with kept.open("rb") as file:
            found = json.loads(file.read(_MAX_FILE_BYTES))
        device = Device(str(found["url"]), str(found["token"]), base64.b64decode(found["key_sha256"]))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise click.ClickException(texts.FILE_UNUSABLE.format(file=kept, url=url)) from error
    if device.url != url:
        raise click.ClickException(texts.FILE_UNUSABLE.format(file=kept, url=url))
    return device
