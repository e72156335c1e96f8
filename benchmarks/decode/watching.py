"""Shows a scene to ours and to the plain engines, frame by frame, and notes when each has read it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from appliance.capture.frame import Frame, GreyImage
from appliance.decode.live import LiveReader
from appliance.decode.reader import Reader
from appliance.decode.symbol import Symbology
from benchmarks.decode.outcome import Cell, Outcome
from benchmarks.plain_engines import PLAIN_ENGINES, Found, PlainEngine

__all__ = ["FRAME_NS", "OURS", "CpuClock", "Truth", "live_reader", "watch"]

OURS = "Comptoir"
FRAME_NS = 66_000_000
_NS_PER_MS = 1e6

Truth = dict[Cell, tuple[Symbology, bytes]]
"""What lies in the scene, by the cell in which reading it counts."""


class CpuClock:
    """The reader's budget in CPU time of its thread: what else runs on the machine takes nothing from it."""

    def monotonic_ns(self) -> int:
        """CPU of this thread so far."""
        return time.thread_time_ns()

    def now(self) -> datetime:
        """Wall time; nobody asks."""
        return datetime.now(UTC)

    def sleep(self, seconds: float) -> None:
        """Nobody waits."""
        raise NotImplementedError


def live_reader(field_width_mm: float) -> LiveReader:
    """What `comptoir eye` runs, told the true scale as calibration does."""
    return LiveReader(Reader(field_width_mm=field_width_mm, clock=CpuClock()))


@dataclass(slots=True)
class _Watcher:
    """One reader in front of one scene."""

    name: str
    look: Callable[[GreyImage, int], Found]
    can_read: frozenset[Symbology]
    read_at: dict[Cell, int] = field(default_factory=dict)
    ms_at: dict[Cell, float] = field(default_factory=dict)
    ms: float = 0.0
    longest_ms: float = 0.0
    misread: bool = False

    def see(self, image: GreyImage, number: int, truth: Truth) -> None:
        """Take the frame of that number, unless all it can read is read."""
        wanted = {cell: symbol for cell, symbol in truth.items() if symbol[0] in self.can_read}
        if all(cell in self.read_at for cell in wanted):
            return
        before_ns = time.thread_time_ns()
        found = self.look(image, number)
        spent_ms = (time.thread_time_ns() - before_ns) / _NS_PER_MS
        self.ms += spent_ms
        self.longest_ms = max(self.longest_ms, spent_ms)
        for cell, symbol in wanted.items():
            if symbol in found and cell not in self.read_at:
                self.read_at[cell] = number + 1
                self.ms_at[cell] = self.ms
        matrix = {symbol for symbol in found if symbol[0] in {Symbology.QR_CODE, Symbology.DATA_MATRIX}}
        self.misread = self.misread or bool(matrix - set(truth.values()))

    def outcomes(self, truth: Truth) -> Iterator[Outcome]:
        """What it made of each symbol that it can read."""
        for cell, (symbology, _) in truth.items():
            if symbology in self.can_read:
                yield Outcome(
                    cell,
                    self.name,
                    self.read_at.get(cell),
                    self.misread,
                    self.ms_at.get(cell, self.ms),
                    self.longest_ms,
                )


def watch(
    frames: Callable[[int], GreyImage],
    count: int,
    truth: Truth,
    field_width_mm: float,
    engines: Sequence[str] = tuple(PLAIN_ENGINES),
) -> list[Outcome]:
    """Show the same `count` frames to all; each stops once it has read all it can.

    A plain engine that reads any of the frames has read the scene, as in a loop around it.
    """
    live = live_reader(field_width_mm)
    last: Found = set()

    def ours(image: GreyImage, number: int) -> Found:
        symbols = live(Frame(image, number, number * FRAME_NS))
        if symbols is not None:
            last.clear()
            last.update((symbol.symbology, symbol.content) for symbol in symbols)
        return last

    watchers = [_Watcher(OURS, ours, frozenset(Symbology))]
    for name in engines:
        engine, can_read = PLAIN_ENGINES[name]
        watchers.append(_Watcher(name, _numberless(engine), can_read))
    for number in range(count):
        image = frames(number)
        for watcher in watchers:
            watcher.see(image, number, truth)
    return [outcome for watcher in watchers for outcome in watcher.outcomes(truth)]


def _numberless(engine: PlainEngine) -> Callable[[GreyImage, int], Found]:
    return lambda image, _: engine(image)
