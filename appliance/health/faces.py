"""Verdicts as the others show them: the OLED's « État », and the document of `comptoir doctor --json`."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from appliance.display.menu_screens import Check as ShownCheck
from appliance.health.model import Level, Verdict, worst

__all__ = ["DOCUMENT_VERSION", "document", "oled_checks"]

DOCUMENT_VERSION: Final = 1
"""Of the JSON document: members are only added."""

_OWN: Final = frozenset({"camera", "readers", "lgo", "journal"})
"""What the counter's core says of itself, at once (`counter/face_screen.py`)."""

_SHOWN: Final = frozenset({Level.OK, Level.WARNING, Level.FAULT})


def oled_checks(verdicts: Sequence[Verdict]) -> tuple[ShownCheck, ...]:
    """What « État » shows beside the core's own checks: all that is known, in a word each."""
    return tuple(
        ShownCheck(one.what, one.level is Level.OK, one.word)
        for one in verdicts
        if one.id not in _OWN and one.level in _SHOWN
    )


def document(verdicts: Sequence[Verdict], at: datetime, fixable: Collection[str] = ()) -> dict[str, Any]:
    """The verdicts for programs."""
    return {
        "version": DOCUMENT_VERSION,
        "at": at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
        "level": worst(tuple(verdicts)).value,
        "checks": [
            {
                "id": one.id,
                "level": one.level.value,
                "code": one.code,
                "what": one.what,
                "word": one.word,
                "cause": one.cause,
                "remedy": one.remedy,
                "values": dict(one.answer.values),
                "fixable": one.id in fixable,
            }
            for one in verdicts
        ],
    }
