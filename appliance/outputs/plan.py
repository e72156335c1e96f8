"""What an output does next with what it is owed: pure, so that every case is a line of a test."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from appliance.journal.model import Event

__all__ = ["FIRST_PAUSE_S", "LONGEST_PAUSE_S", "Plan", "pause_s", "plan"]

FIRST_PAUSE_S = 0.1
LONGEST_PAUSE_S = 5.0

_PAUSES_PER_LIFETIME = 10
"""So often at least is a host asked again while an event lives."""

_NS_PER_S = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Plan:
    """The owed events, sorted; each is in one place.

    Attributes:
        unwanted: not for this host.
        expired: too old for it.
        due: to be delivered, in this order.
    """

    unwanted: tuple[Event, ...]
    expired: tuple[Event, ...]
    due: tuple[Event, ...]


def plan(owed: Sequence[Event], wants: Callable[[Event], bool], lifetime_ns: int | None) -> Plan:
    """Sort what is owed. An event of an earlier boot, whose age nobody knows, is too old for any lifetime."""
    unwanted, expired, due = [], [], []
    for event in owed:
        if not wants(event):
            unwanted.append(event)
        elif lifetime_ns is not None and (event.age_ns is None or event.age_ns >= lifetime_ns):
            expired.append(event)
        else:
            due.append(event)
    return Plan(tuple(unwanted), tuple(expired), tuple(due))


def pause_s(failures: int, lifetime_ns: int | None) -> float:
    """How long to wait after so many failures in a row: growing, and short where events die young.

    Raises:
        ValueError: there was no failure.
    """
    if failures < 1:
        raise ValueError("a pause follows a failure")
    longest = LONGEST_PAUSE_S
    if lifetime_ns is not None:
        longest = min(longest, lifetime_ns / _NS_PER_S / _PAUSES_PER_LIFETIME)
    # The exponent is bounded: 2.0**1024 overflows.
    return min(longest, FIRST_PAUSE_S * 2.0 ** min(failures - 1, 16))
