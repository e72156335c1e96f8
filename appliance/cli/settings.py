"""`comptoir settings`: check the file, show what is in force, explain a key, write the reference."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import click
from pydantic import BaseModel

from appliance.cli.common import settings_option
from appliance.settings import Settings
from appliance.settings.reference import Key, keys, near_key
from appliance.texts import settings_command as texts
from appliance.texts.settings_keys import KINDS, PURPOSES

__all__ = ["command", "reference"]

_HEAD: Final = """\
# Settings

All keys of `/etc/comptoir/comptoir.toml`. What a file leaves out has its default; an unknown key is an error
and names the near one. `comptoir settings check` says all that is wrong, `comptoir settings explain KEY`
what a key is, in French. Secrets are never here: the key names the file of a systemd credential.

`systemctl reload comptoir-eye comptoir-counter comptoir-bridge` checks the file, and with a bad one
changes nothing. With a good one each program ends in order and starts again with it, within about two
seconds. No event is lost: a code that lies there keeps its event, what waits for the LGO goes on waiting,
a long poll is answered and asked again. What cannot outlive it is kept in memory alone by intent: the
code of a CPS and a login by e-CPS end, and a PIN that is being entered is begun again.

Made by `comptoir settings reference > docs/settings.md`.
"""


@click.group("settings", help=texts.HELP)
def command() -> None:
    """What can be done with the settings."""


@command.command(help=texts.HELP_CHECK)
@settings_option
def check(settings: Settings) -> None:
    """Loading has said what is wrong; here nothing is."""
    del settings
    click.echo(texts.GOOD)


@command.command(help=texts.HELP_SHOW)
@click.argument("prefix", metavar="[CLÉ]", default="")
@settings_option
def show(settings: Settings, prefix: str) -> None:
    """Each key with the value in force; what differs from the default is marked."""
    rows = [row for row in _rows(settings) if not prefix or f"{row[0]}.".startswith(f"{prefix}.")]
    if not rows:
        raise click.ClickException(_unknown(prefix))
    defaults = {key.name: key.default for key in keys(Settings)}
    for name, value in rows:
        is_default = value == defaults[name]
        click.echo(f"{name} = {value}" if is_default else texts.CHANGED.format(name=name, value=value))


@command.command(help=texts.HELP_EXPLAIN)
@click.argument("name", metavar="CLÉ")
def explain(name: str) -> None:
    """Type, bound, default and purpose of a key, or of each key of a section."""
    found = [key for key in keys(Settings) if f"{key.name}.".startswith(f"{name}.")]
    if not found:
        raise click.ClickException(_unknown(name))
    for key in found:
        click.echo(
            texts.EXPLAINED.format(
                name=key.name,
                purpose=PURPOSES.get(key.name, key.purpose),
                kind=KINDS[key.kind],
                bound=texts.BOUND.format(bound=_french(key.bound)) if key.bound else "",
                default=key.default or texts.NO_DEFAULT,
            )
        )


@command.command("reference", help=texts.HELP_REFERENCE, hidden=True)
def write_reference() -> None:
    """The page of the documentation."""
    click.echo(reference(), nl=False)


def reference() -> str:
    """The reference as Markdown: a table a section."""
    lines = [_HEAD]
    section = None
    for key in keys(Settings):
        group, _, name = key.name.partition(".")
        if group != section:
            section = group
            lines += [f"## [{group}]", "", Settings.model_fields[group].description or "", ""]
            lines += ["| key | type | may be | default | what for |", "| --- | --- | --- | --- | --- |"]
        lines.append(_row(key, name))
        if key.name == _last_of(group):
            lines.append("")
    return "\n".join(lines).rstrip() + "\n"


def _last_of(group: str) -> str:
    return [key.name for key in keys(Settings) if key.name.startswith(f"{group}.")][-1]


def _row(key: Key, name: str) -> str:
    default = f"`{key.default}`" if key.default else ""
    cells = (f"`{name}`", key.kind, key.bound, default, key.purpose)
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _rows(settings: BaseModel, section: tuple[str, ...] = ()) -> Iterator[tuple[str, str]]:
    known = {key.name for key in keys(Settings)}
    for name in type(settings).model_fields:
        value = getattr(settings, name)
        path = ".".join((*section, name))
        if isinstance(value, BaseModel) and path not in known:
            yield from _rows(value, (*section, name))
        else:
            yield path, _shown(value)


def _shown(value: object) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case str() | Path():
            return f'"{value}"'
        case float():
            return f"{value:g}"
        case tuple():
            return "[" + ", ".join(_shown(one) for one in value) + "]"
        case _:
            return str(value)


def _french(bound: str) -> str:
    for english, french in texts.BOUND_WORDS.items():
        bound = bound.replace(english, french)
    return bound


def _unknown(name: str) -> str:
    shown = name if name.isprintable() and len(name) <= texts.MAX_SHOWN_CHARS else "…"
    near = near_key(name, Settings)
    return texts.UNKNOWN.format(name=shown) + (texts.NEAR.format(near=near) if near else "")
