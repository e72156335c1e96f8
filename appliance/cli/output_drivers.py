"""Which outputs the settings ask for; the one place where a sink is chosen by name."""

from __future__ import annotations

from collections.abc import Sequence

from appliance.base.clock import Clock
from appliance.outputs.sink import Sink
from appliance.outputs.wedge.keyboard import GadgetKeyboard
from appliance.outputs.wedge.sink import KeyboardSink
from appliance.settings import Settings
from appliance.texts import wedge as wedge_texts

__all__ = ["LOCAL_OUTPUTS", "local_sinks"]

LOCAL_OUTPUTS = ("keyboard", "serial")
"""The names of all outputs of `comptoir outputs`, wished or not."""


def local_sinks(settings: Settings, clock: Clock) -> Sequence[Sink]:
    """The sinks on cables of this device that are wished; each is closed by the runner that is given it."""
    sinks: list[Sink] = []
    if settings.keyboard.driver == "gadget":
        keyboard = GadgetKeyboard(settings.keyboard.device)
        sinks.append(KeyboardSink(settings.keyboard, keyboard, clock, wedge_texts.TITLE))
    return sinks
