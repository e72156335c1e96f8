"""What would be typed for a code: for the command line and the technician's page, which know no layouts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from appliance.base.clock import Clock
from appliance.bridge.technician.keyboard import TypingQuestion
from appliance.decode.payloads import interpret
from appliance.decode.symbol import Symbology
from appliance.identifiers.discreet import Discreet
from appliance.journal.model import Event, EventState
from appliance.outputs.wedge.preview import Preview, preview
from appliance.settings import KeyboardSettings
from appliance.texts import wedge as texts
from appliance.texts.kinds import KIND_TEXTS

__all__ = ["Shown", "answer", "show", "with_layout"]


@dataclass(frozen=True, slots=True, repr=False)
class Shown(Discreet):
    """What kind of code it is, in French, and what the keyboard would do."""

    kind: str
    preview: Preview


def show(
    settings: KeyboardSettings, symbology: Symbology, content: bytes, clock: Clock, *, caps_lock: bool
) -> Shown:
    """What would be typed for a code, were it laid now."""
    reading = interpret(symbology, content)
    event = Event(1, clock.now(), "code.read", None, reading.to_json(), EventState.PENDING)
    return Shown(KIND_TEXTS[reading.kind], preview(settings, event, caps_lock=caps_lock))


def with_layout(settings: KeyboardSettings, layout: str, system: str) -> KeyboardSettings:
    """The settings for another PC, checked like a file's; what is empty stays as it is set.

    Raises:
        ValueError: that system has no such layout, or not the rule that is set.
    """
    changed = {"layout": layout or settings.layout, "system": system or settings.system}
    return KeyboardSettings.model_validate({**settings.model_dump(), **changed})


def answer(settings: KeyboardSettings, question: TypingQuestion, clock: Clock) -> Mapping[str, object]:
    """The same for the technician's page."""
    try:
        asked = with_layout(settings, question.layout, question.system)
    except ValueError:
        reason = texts.NO_SUCH_LAYOUT.format(
            layout=question.layout or settings.layout, system=question.system or settings.system
        )
        return {"layout": "", "kind": "", "text": None, "keys": [], "seconds": 0, "reason": reason}
    shown = show(asked, question.symbology, question.code.encode(), clock, caps_lock=question.caps_lock)
    return {
        "layout": shown.preview.layout,
        "kind": shown.kind,
        "text": shown.preview.text,
        "keys": shown.preview.keys,
        "seconds": round(shown.preview.seconds, 1),
        "reason": shown.preview.reason,
    }
