"""`comptoir wedge`: what the keyboard would type, and a line typed for a technician to compare."""

from __future__ import annotations

import sys
import threading

import click

from appliance.base.clock import SystemClock
from appliance.cli.common import settings_option
from appliance.decode.payloads import interpret
from appliance.decode.symbol import MAX_CONTENT_BYTES, Symbology
from appliance.journal.model import Event, EventState
from appliance.outputs.wedge.keyboard import GadgetKeyboard
from appliance.outputs.wedge.preview import preview
from appliance.outputs.wedge.sink import layout_of, manner_of
from appliance.outputs.wedge.wedge import Outcome, Wedge
from appliance.settings import KeyboardSettings, Settings
from appliance.texts import wedge as texts
from appliance.texts.kinds import KIND_TEXTS

__all__ = ["command"]

_LAYOUTS = ("fr", "fr-oss", "be", "ca-fr", "us")
_SYSTEMS = ("windows", "linux")


@click.group("wedge", help=texts.HELP)
def command() -> None:
    """The commands of the keyboard."""


@command.command("preview", help=texts.PREVIEW_HELP)
@click.argument("code")
@click.option(
    "--symbology",
    type=click.Choice([symbology.value for symbology in Symbology]),
    default=Symbology.QR_CODE.value,
    show_default=True,
    help=texts.PREVIEW_SYMBOLOGY,
)
@click.option("--caps-lock", is_flag=True, help=texts.PREVIEW_CAPS)
@click.option("--layout", type=click.Choice(_LAYOUTS), help=texts.PREVIEW_LAYOUT)
@click.option("--system", type=click.Choice(_SYSTEMS), help=texts.PREVIEW_SYSTEM)
@settings_option
def _preview(
    settings: Settings, code: str, symbology: str, caps_lock: bool, layout: str | None, system: str | None
) -> None:
    content = sys.stdin.buffer.read(MAX_CONTENT_BYTES + 1) if code == "-" else code.encode()
    reading = interpret(Symbology(symbology), content[:MAX_CONTENT_BYTES])
    clock = SystemClock()
    event = Event(1, clock.now(), "code.read", None, reading.to_json(), EventState.PENDING)
    shown = preview(_with(settings.keyboard, layout, system), event, caps_lock=caps_lock)
    click.echo(texts.PREVIEW_KIND.format(kind=KIND_TEXTS[reading.kind]))
    if shown.text is None:
        raise click.ClickException(shown.reason)
    click.echo(texts.PREVIEW_TYPED.format(layout=shown.layout, text=shown.text))
    click.echo(texts.PREVIEW_KEYS.format(keys=" | ".join(shown.keys)))
    seconds = f"{shown.seconds:.1f}".replace(".", ",")
    click.echo(
        texts.PREVIEW_SECONDS.format(characters=len(shown.text), reports=shown.reports, seconds=seconds)
    )


@command.command("test", help=texts.TEST_HELP)
@settings_option
def _test(settings: Settings) -> None:
    keyboard = GadgetKeyboard(settings.keyboard.device)
    wedge = Wedge(keyboard, layout_of(settings.keyboard), manner_of(settings.keyboard), SystemClock())
    try:
        result = wedge.type(texts.TEST_LINE, expires_ns=None, stopping=threading.Event())
    finally:
        wedge.close()
    if result.outcome is not Outcome.TYPED:
        raise click.ClickException(texts.TEST_NOT[result.outcome])
    click.echo(texts.TEST_DONE.format(text=texts.TEST_LINE))


def _with(settings: KeyboardSettings, layout: str | None, system: str | None) -> KeyboardSettings:
    """The settings with another layout, checked like a file's."""
    changed = {"layout": layout or settings.layout, "system": system or settings.system}
    try:
        return KeyboardSettings.model_validate({**settings.model_dump(), **changed})
    except ValueError as error:
        raise click.UsageError(texts.NO_SUCH_LAYOUT.format(**changed)) from error
