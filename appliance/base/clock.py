"""Time as a thing that is handed over, so that no test ever waits for it."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Protocol

__all__ = ["Clock", "ManualClock", "SystemClock"]

NS_PER_S = 1_000_000_000


class Clock(Protocol):
    """Where a part of the program takes its time from."""

    def monotonic_ns(self) -> int:
        """Nanoseconds since an arbitrary start; never goes back. The same origin in every process."""
        ...

    def now(self) -> datetime:
        """Wall time in UTC, aware. Only for display and for stamps: it may jump."""
        ...

    def sleep(self, seconds: float) -> None:
        """Wait."""
        ...


class SystemClock:
    """The machine's own clock."""

    def monotonic_ns(self) -> int:
        """CLOCK_MONOTONIC, which all processes of a boot share."""
        return time.monotonic_ns()

    def now(self) -> datetime:
        """UTC of the system clock."""
        return datetime.now(UTC)

    def sleep(self, seconds: float) -> None:
        """Really wait."""
        time.sleep(seconds)


@dataclass(slots=True)
class ManualClock:
    """A clock that moves only when told: the one of the tests and of replayed scenes."""

    elapsed_ns: int = 0
    start: datetime = field(default_factory=lambda: datetime(2026, 1, 5, 9, 0, tzinfo=UTC))

    def monotonic_ns(self) -> int:
        """What was advanced so far."""
        return self.elapsed_ns

    def now(self) -> datetime:
        """The start plus what was advanced so far."""
        return self.start + timedelta(microseconds=self.elapsed_ns / 1000)

    def sleep(self, seconds: float) -> None:
        """Advance instead of waiting."""
        self.advance(seconds)

    def advance(self, seconds: float) -> None:
        """Move time forward by some seconds."""
        self.elapsed_ns += round(seconds * NS_PER_S)
