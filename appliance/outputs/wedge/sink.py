"""The keyboard as an output: an event of the journal becomes a text, which is typed or is not."""

from __future__ import annotations

import logging
from typing import Final

from appliance.base.clock import NS_PER_S, Clock
from appliance.journal.model import Event
from appliance.outputs.profiles import Profile
from appliance.outputs.sink import Delivery, Traits, Turn
from appliance.outputs.wedge.hid import Stroke, Usage
from appliance.outputs.wedge.keyboard import Keyboard
from appliance.outputs.wedge.layout import Layout, load_layout
from appliance.outputs.wedge.typist import Accents, Controls, Rules
from appliance.outputs.wedge.wedge import Manner, Outcome, Wedge
from appliance.settings import KeyboardSettings

__all__ = ["LIFETIME_NS", "NAME", "KeyboardSink", "layout_of", "manner_of"]

_log = logging.getLogger(__name__)

NAME: Final = "keyboard"

LIFETIME_NS: Final = 3 * NS_PER_S
"""So long after it was read may an event's first key come: later somebody works in another window."""

_LAST: Final = {"none": None, "enter": Stroke(Usage.ENTER), "tab": Stroke(Usage.TAB)}

_DELIVERIES: Final = {
    Outcome.TYPED: Delivery.TAKEN,
    Outcome.NOBODY: Delivery.LATER,
    Outcome.LATE: Delivery.LATER,  # the runner finds it expired
    Outcome.UNTYPEABLE: Delivery.REFUSED,
    Outcome.CUT_SHORT: Delivery.REFUSED,  # never a part twice
}


class KeyboardSink:
    """Types what the profile wants.

    Args:
        settings: layout, manner, profile.
        keyboard: the device.
        clock: time.
        title: for people, in the list of the journal's clients.
    """

    def __init__(self, settings: KeyboardSettings, keyboard: Keyboard, clock: Clock, title: str) -> None:
        self._traits = Traits(NAME, title, lifetime_ns=LIFETIME_NS)
        self._profile = Profile(settings.profile)
        self._wedge = Wedge(keyboard, layout_of(settings), manner_of(settings), clock)

    @property
    def traits(self) -> Traits:
        """An output that gives up what is older than LIFETIME_NS."""
        return self._traits

    def wants(self, event: Event) -> bool:
        """Whether the profile types such events."""
        return self._profile.wants(event)

    def look(self) -> bool:
        """Let go of keys that may be down; whether a host uses the keyboard."""
        return self._wedge.ready()

    def deliver(self, event: Event, turn: Turn) -> Delivery:
        """Type the event."""
        text = self._profile.text(event)
        if text is None:
            _log.warning("event %d holds nothing in the form that is set", event.id)
            return Delivery.REFUSED
        result = self._wedge.type(text, expires_ns=turn.expires_ns, stopping=turn.stopping, beat=turn.beat)
        return _DELIVERIES[result.outcome]

    def close(self) -> None:
        """Let go of keys and device."""
        self._wedge.close()


def layout_of(settings: KeyboardSettings) -> Layout:
    """The layout that the PC has, by its name and system."""
    return load_layout(f"{settings.layout}-{settings.system}")


def manner_of(settings: KeyboardSettings) -> Manner:
    """How the settings have texts typed."""
    return Manner(
        Rules(Accents(settings.accents), Controls(settings.controls), alt_codes=settings.system == "windows"),
        report_s=settings.report_ms / 1000,
        ends_with=_LAST[settings.profile.terminator],
        switch_caps_lock=settings.caps_lock == "switch",
        lamps_required=settings.lamps == "required",
    )
