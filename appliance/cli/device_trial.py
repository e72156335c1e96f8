"""`comptoir doctor --devices`: each button pressed, lamp and buzzer asked about, by whoever stands there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Final

import click

from appliance.base.clock import NS_PER_S, Clock
from appliance.cli.drivers import buttons_of, lamp_of, speaker_of
from appliance.display.buttons import Button, Buttons, NoButtons
from appliance.display.lamp import Lamp, NoLamp
from appliance.display.sound import NoSpeaker, Speaker
from appliance.display.tones import DARK, Colour
from appliance.settings import Settings
from appliance.texts import doctor as texts

__all__ = ["PRESS_S", "failed_buttons", "try_devices"]

PRESS_S: Final = 20
_LOOK_S: Final = 0.2
_SHOWN_S: Final = 1.5
_COLOURS: Final = (Colour(1, 0, 0), Colour(0, 1, 0), Colour(0, 0, 1), DARK)
_TONE_HZ: Final = 2000
_TONE_S: Final = 0.5


def try_devices(settings: Settings, clock: Clock) -> None:
    """Try what the settings name.

    Raises:
        ClickException: something does not answer, or another program has the pins.
    """
    drivers = (settings.buttons.driver, settings.lamp.driver, settings.sound.driver)
    if all(driver == "none" for driver in drivers):
        click.echo(texts.NOTHING_ATTACHED)
        return
    with ExitStack() as stack:
        buttons = stack.enter_context(buttons_of(settings, settings.paths.runtime_directory, clock))
        lamp = stack.enter_context(lamp_of(settings, clock))
        speaker = stack.enter_context(speaker_of(settings, clock))
        absent = (isinstance(buttons, NoButtons), isinstance(lamp, NoLamp), isinstance(speaker, NoSpeaker))
        if any(is_absent and driver != "none" for is_absent, driver in zip(absent, drivers, strict=True)):
            raise click.ClickException(texts.BUSY)
        failed = [] if absent[0] else list(failed_buttons(buttons, clock))
        failed += [] if absent[1] else list(_failed_lights(lamp, clock))
        failed += [] if absent[2] else list(_failed_sound(speaker, clock))
    if failed:
        raise click.ClickException(texts.DEVICES_FAILED.format(names=", ".join(failed)))
    click.echo(texts.DEVICES_DONE)


def failed_buttons(buttons: Buttons, clock: Clock, say: Callable[[str], None] = click.echo) -> Iterator[str]:
    """Ask for each button in turn; the names of those that did not come, or came from another's pin."""
    for wanted in Button:
        name = texts.BUTTONS[wanted.value]
        say(texts.PRESS.format(button=name, seconds=PRESS_S))
        pressed = _next_press(buttons, clock)
        if pressed is not None and pressed is not wanted:
            say(texts.OTHER_PRESSED.format(button=texts.BUTTONS[pressed.value]))
        else:
            say(texts.PRESSED[pressed is wanted])
        if pressed is not wanted:
            yield name


def _next_press(buttons: Buttons, clock: Clock) -> Button | None:
    until_ns = clock.monotonic_ns() + PRESS_S * NS_PER_S
    while clock.monotonic_ns() < until_ns:
        for press in buttons.events(_LOOK_S):
            if not press.repeated:
                return press.button
    return None


def _failed_lights(lamp: Lamp, clock: Clock) -> Iterator[str]:
    lamp.shine(1.0, DARK)
    clock.sleep(_SHOWN_S)
    if not click.confirm(texts.ASK_RING, default=True):
        yield texts.RING
    for colour in _COLOURS:
        lamp.shine(0.0, colour)
        clock.sleep(_SHOWN_S)
    if not click.confirm(texts.ASK_COLOURS, default=True):
        yield texts.SIGNAL


def _failed_sound(speaker: Speaker, clock: Clock) -> Iterator[str]:
    speaker.sound(_TONE_HZ, 1.0)
    clock.sleep(_TONE_S)
    speaker.sound(0, 0.0)
    if not click.confirm(texts.ASK_SOUND, default=True):
        yield texts.SOUND
