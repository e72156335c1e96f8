"""What each part of a frame's work takes on this machine, to know beforehand whether it still fits."""

from __future__ import annotations

__all__ = ["Costs", "Key"]

Key = tuple[str, int]
"""A kind of work, and the size of what it is done on."""

_SMOOTHING = 0.3
_SLOWEST_PACE = 20.0


class Costs:
    """Remembers what took how long; what was never done is judged by how this machine did the rest."""

    def __init__(self) -> None:
        self._known_ns: dict[Key, float] = {}
        self._pace = 1.0

    def expected_ns(self, key: Key, said_ns: float) -> float:
        """What it takes; `said_ns` on the machine on which it was measured."""
        known_ns = self._known_ns.get(key)
        return said_ns * self._pace if known_ns is None else known_ns

    def took(self, key: Key, said_ns: float, spent_ns: float) -> None:
        """Learn: at once that it takes longer, by and by that it takes less, since no frame may be late."""
        known_ns = self._known_ns.get(key, spent_ns)
        self._known_ns[key] = max(spent_ns, known_ns + _SMOOTHING * (spent_ns - known_ns))
        self._pace += _SMOOTHING * (min(_SLOWEST_PACE, spent_ns / said_ns) - self._pace)
