"""`comptoir wedge`: what the keyboard would type, and a line typed for a technician to compare."""

from __future__ import annotations

import sys
import threading

import click

from appliance.base.clock import SystemClock
from appliance.cli.common import settings_option
from appliance.cli.typing_preview import show, with_layout
from appliance.decode.symbol import MAX_CONTENT_BYTES, Symbology
from appliance.outputs.wedge.keyboard import GadgetKeyboard
from appliance.outputs.wedge.sink import layout_of, manner_of
from appliance.outputs.wedge.wedge import Outcome, Wedge
from appliance.settings import Settings
from appliance.texts import wedge as texts

__all__ = ["command"]

_LAYOUTS = ("", "fr", "fr-oss", "be", "ca-fr", "us")
_SYSTEMS = ("", "windows", "linux")


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
@click.option("--layout", type=click.Choice(_LAYOUTS), default="", help=texts.PREVIEW_LAYOUT)
@click.option("--system", type=click.Choice(_SYSTEMS), default="", help=texts.PREVIEW_SYSTEM)
@settings_option
def _preview(
    settings: Settings, code: str, symbology: str, caps_lock: bool, layout: str, system: str
) -> None:
    content = sys.stdin.buffer.read(MAX_CONTENT_BYTES + 1) if code == "-" else code.encode()
    try:
        asked = with_layout(settings.keyboard, layout, system)
    except ValueError as error:
        raise click.UsageError(
            texts.NO_SUCH_LAYOUT.format(
                layout=layout or settings.keyboard.layout, system=system or settings.keyboard.system
            )
        ) from error
    shown = show(asked, Symbology(symbology), content[:MAX_CONTENT_BYTES], SystemClock(), caps_lock=caps_lock)
    click.echo(texts.PREVIEW_KIND.format(kind=shown.kind))
    typed = shown.preview
    if typed.text is None:
        raise click.ClickException(typed.reason)
    click.echo(texts.PREVIEW_TYPED.format(layout=typed.layout, text=typed.text))
    click.echo(texts.PREVIEW_KEYS.format(keys=" | ".join(typed.keys)))
    seconds = f"{typed.seconds:.1f}".replace(".", ",")
    click.echo(
        texts.PREVIEW_SECONDS.format(characters=len(typed.text), reports=typed.reports, seconds=seconds)
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
