"""What would be typed for an event, as text and key by key: shown before anything is. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from appliance.identifiers.discreet import Discreet
from appliance.journal.model import Event
from appliance.outputs.profiles import Profile
from appliance.outputs.wedge.hid import Modifier, Stroke, reports
from appliance.outputs.wedge.layout import Layout
from appliance.outputs.wedge.sink import layout_of, manner_of
from appliance.outputs.wedge.typist import (
    MAX_TYPED_CHARS,
    TooLongError,
    UntypeableError,
    compose,
)
from appliance.settings import KeyboardSettings
from appliance.texts import wedge as texts

__all__ = ["Preview", "preview"]

_MS_PER_S = 1000


@dataclass(frozen=True, slots=True, repr=False)
class Preview(Discreet):
    """What the wedge would do.

    Attributes:
        layout: of the PC.
        text: what the PC would hold, without what ends it; None where nothing would be typed.
        keys: the keys of each character and of what ends it, by their names on that layout.
        reports: USB reports.
        seconds: from the first to the last, as the settings space them.
        reason: why nothing would be typed, in French; empty where something would.
    """

    layout: str
    text: str | None = None
    keys: tuple[str, ...] = ()
    reports: int = 0
    seconds: float = 0.0
    reason: str = ""


def preview(settings: KeyboardSettings, event: Event, *, caps_lock: bool) -> Preview:
    """What would be typed for the event on a PC with this state of Caps Lock."""
    layout, manner, profile = layout_of(settings), manner_of(settings), Profile(settings.profile)
    if not profile.wants(event):
        return Preview(layout.name, reason=texts.PREVIEW_NONE)
    text = profile.text(event)
    if text is None:
        return Preview(layout.name, reason=texts.NOTHING)
    try:
        typing = compose(text, layout, manner.rules, caps_lock=caps_lock and not manner.switch_caps_lock)
    except UntypeableError as error:
        said = texts.UNTYPEABLE.format(
            position=error.position + 1, code=ord(error.character), layout=layout.name
        )
        return Preview(layout.name, reason=said)
    except TooLongError:
        return Preview(layout.name, reason=texts.TOO_LONG.format(maximum=MAX_TYPED_CHARS))
    characters = (*typing.characters, *manner.last)
    count = sum(1 for _ in reports(characters))
    return Preview(
        layout.name,
        typing.text,
        tuple(" ".join(_name(stroke, layout) for stroke in strokes) for strokes in characters),
        count,
        count * settings.report_ms / _MS_PER_S,
    )


def _name(stroke: Stroke, layout: Layout) -> str:
    modifiers = [texts.MODIFIER_NAMES[bit] for bit in Modifier if bit & stroke.modifiers]
    return "+".join([*modifiers, _key_name(stroke.usage, layout)])


def _key_name(usage: int, layout: Layout) -> str:
    if usage in texts.KEY_NAMES:
        return texts.KEY_NAMES[usage]
    engraved = layout.plain.get(usage, f"0x{usage:02x}")
    return texts.DEAD_KEY.format(accent=engraved) if usage in layout.dead else engraved.upper()
