"""What lies under the camera: a code appears, lies there, goes. Pure; time and ids are handed in.

A presentation is one laying of one code. The same code seen in many frames, or twice in one frame, is
one presentation; unseen for `ABSENCE_NS` it is gone, and laid again it is a new one. Only looks count:
while nothing was looked at (a camera unplugged), nothing can have been seen to go.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace

from appliance.base.clock import NS_PER_S
from appliance.decode.symbol import Symbol, Symbology

__all__ = [
    "ABSENCE_NS",
    "EXPECT_LOOKS",
    "EXPECT_NS",
    "MAX_IN_VIEW",
    "Appeared",
    "Change",
    "Gone",
    "PresenceTracker",
    "Presentation",
]

ABSENCE_NS = 2 * NS_PER_S
"""A hand over the code, or a frame that does not read, is shorter; a second patient's sheet is later."""

EXPECT_NS = 700_000_000
EXPECT_LOOKS = 5
"""How long, and for how many looks at least, an eye that was restarted looks for what lay there before.

Together with the time that the restart took, the code has then been unseen for about as long as ABSENCE_NS.
"""

MAX_IN_VIEW = 64
"""More codes than any sheet carries (a page of labels has 24): the rest of a crowded view is not followed."""


@dataclass(frozen=True, slots=True)
class Presentation:
    """One laying of one code.

    Attributes:
        sighting: opaque id of this laying, unique for ever.
        symbol: the code, with the corners of its latest look.
        first_seen_ns: CLOCK_MONOTONIC of the frame that showed it first.
        unseen_since_ns: that of the first look since which it was not read any more; None while it is read.
    """

    sighting: str
    symbol: Symbol
    first_seen_ns: int
    unseen_since_ns: int | None = None


@dataclass(frozen=True, slots=True)
class Appeared:
    """A code was laid under the camera."""

    presentation: Presentation


@dataclass(frozen=True, slots=True)
class Gone:
    """A code was taken away (not read in any look for ABSENCE_NS)."""

    sighting: str


Change = Appeared | Gone

_Key = tuple[Symbology, bytes]


@dataclass(frozen=True, slots=True)
class _Expected:
    sighting: str
    until_ns: int
    until_look: int


class PresenceTracker:
    """Follows presentations from look to look.

    Args:
        new_id: gives an id never given before.
        absence_ns: how long unseen means gone.
    """

    def __init__(self, new_id: Callable[[], str], *, absence_ns: int = ABSENCE_NS) -> None:
        self._new_id = new_id
        self._absence_ns = absence_ns
        self._present: dict[_Key, Presentation] = {}
        self._last_look: tuple[Symbol, ...] = ()
        self._first_look_ns: int | None = None
        self._expected: dict[bytes, _Expected] = {}
        self._looks = 0
        self._digest: Callable[[Symbol], bytes] | None = None

    @property
    def in_view(self) -> tuple[Presentation, ...]:
        """All presentations not gone yet, in the order of their first look."""
        return tuple(self._present.values())

    def update(self, symbols: Iterable[Symbol], at_ns: int) -> list[Change]:
        """Take one look: what was read in a frame of `at_ns`; returns what changed, goings first."""
        if self._first_look_ns is None:
            self._first_look_ns = at_ns
        self._looks += 1
        self._last_look = tuple(symbols)
        read = {(symbol.symbology, symbol.content): symbol for symbol in self._last_look}
        changes: list[Change] = list(self._leave(set(read), at_ns))
        for key, symbol in read.items():
            known = self._present.get(key)
            if known is not None:
                self._present[key] = replace(known, symbol=symbol, unseen_since_ns=None)
            elif len(self._present) < MAX_IN_VIEW:
                presentation = Presentation(self._name(symbol), symbol, at_ns)
                self._present[key] = presentation
                changes.append(Appeared(presentation))
        return changes

    def repeat(self, at_ns: int) -> list[Change]:
        """The picture has not changed since the last look: what it showed is still there, the rest is not."""
        return self.update(self._last_look, at_ns)

    def lay_there_at_start(self, first_seen_ns: int) -> bool:
        """Whether what was first seen then may have been laid before the tracker began to look."""
        return self._first_look_ns is not None and first_seen_ns - self._first_look_ns <= self._absence_ns

    def expect(
        self, known: Iterable[tuple[bytes, str]], digest: Callable[[Symbol], bytes], at_ns: int
    ) -> list[Change]:
        """Learn which codes lay there before this tracker began, by their digests.

        A code of that digest that lay there from the start, or shows within EXPECT_NS, takes its
        old id: the program that looks was restarted, not the sheet laid again. What does not show is gone.

        Args:
            known: digest of a code and id of its presentation, in the order of their laying.
            digest: how those digests were made.
            at_ns: now.

        Returns:
            Appeared with the old id for each code that took it back (its new id is forgotten, never Gone),
            and Gone for what can no longer be expected.
        """
        entries = list(known)
        stored = {sighting for _, sighting in entries}
        current = {presentation.sighting for presentation in self._present.values()}
        old = [(key, sighting) for key, sighting in entries if sighting not in current]
        # Of two layings of one code, only the last can still lie there.
        missing = dict(old)
        changes: list[Change] = [Gone(sighting) for key, sighting in old if missing[key] != sighting]
        for key, presentation in self._present.items():
            sighting = missing.pop(digest(presentation.symbol), None)
            if sighting is None:
                continue
            if presentation.sighting in stored or not self.lay_there_at_start(presentation.first_seen_ns):
                changes.append(Gone(sighting))
                continue
            renamed = replace(presentation, sighting=sighting)
            self._present[key] = renamed
            changes.append(Appeared(renamed))
        if self._first_look_ns is None or at_ns - self._first_look_ns <= self._absence_ns:
            self._digest = digest
            until = at_ns + EXPECT_NS, self._looks + EXPECT_LOOKS
            self._expected = {key: _Expected(sighting, *until) for key, sighting in missing.items()}
        else:
            changes.extend(Gone(sighting) for sighting in missing.values())
        return changes

    def _name(self, symbol: Symbol) -> str:
        if self._expected and self._digest is not None:
            expected = self._expected.pop(self._digest(symbol), None)
            if expected is not None:
                return expected.sighting
        return self._new_id()

    def _leave(self, read: AbstractSet[_Key], at_ns: int) -> Iterable[Gone]:
        for key, presentation in list(self._present.items()):
            unseen_since_ns = presentation.unseen_since_ns
            if unseen_since_ns is not None and at_ns - unseen_since_ns >= self._absence_ns:
                del self._present[key]
                yield Gone(presentation.sighting)
            elif key not in read and unseen_since_ns is None:
                self._present[key] = replace(presentation, unseen_since_ns=at_ns)
        for digest, expected in list(self._expected.items()):
            if at_ns >= expected.until_ns and self._looks > expected.until_look:
                del self._expected[digest]
                yield Gone(expected.sighting)
