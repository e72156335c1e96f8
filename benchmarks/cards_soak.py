"""`make cards-soak`: cards in and out of a real PC/SC daemon, and what that leaves in the desk's process.

The desk of readers runs in a process of its own, so that the hands and the virtual cards are not measured
with it. At each mark it says what it holds: resident memory as it is and after the C library gave back what
it keeps for later (malloc_trim), what the C library counts as in use, Python's live blocks, descriptors and
threads. Growth that malloc_trim takes away, or that stands while live blocks do not grow, is no leak.
"""

from __future__ import annotations

import argparse
import ctypes
import gc
import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import IO

from appliance.base import log
from appliance.base.clock import SystemClock
from appliance.cards.desk import CardDesk
from appliance.cards.inputs import CardInput
from appliance.cards.pcsc import SystemPcsc
from appliance.cards.trust import TrustStore
from appliance.simulation.cards.catalogue import CardBox
from appliance.simulation.cards.pcscd import SOCKET_VARIABLE, VirtualReaders

CLOCK = SystemClock()
CYCLES = 2000
MARKS = 20
CARDS = ("vitale", "cps3", "vitale-family", "cps4")
PULLED_EVERY = 10
"""One card in so many is pulled out in the middle of its read."""


_MALLINFO_FIELDS = (
    *("arena", "ordblks", "smblks", "hblks", "hblkhd"),
    *("usmblks", "fsmblks", "uordblks", "fordblks", "keepcost"),
)


class _MallInfo2(ctypes.Structure):
    """mallinfo2(3)."""

    _fields_ = tuple((name, ctypes.c_size_t) for name in _MALLINFO_FIELDS)


def holdings() -> dict[str, int]:
    """What this process holds now."""
    libc = ctypes.CDLL(None)
    libc.mallinfo2.restype = _MallInfo2
    gc.collect()
    resident = _resident_kb()
    libc.malloc_trim(0)
    info = libc.mallinfo2()
    return {
        "resident_kb": resident,
        "trimmed_kb": _resident_kb(),
        "in_use_kb": (info.uordblks + info.hblkhd) // 1024,
        "blocks": sys.getallocatedblocks(),
        "files": len(os.listdir("/proc/self/fd")),  # noqa: PTH208 - names only, no objects that count
        "threads": threading.active_count(),
    }


def _resident_kb() -> int:
    return int(Path("/proc/self/status").read_text().split("VmRSS:")[1].split()[0])


def serve_desk() -> None:
    """The measured process: tells what the desk delivers, and what it holds when it is asked."""
    log.configure()
    lock = threading.Lock()

    def say(document: dict[str, object]) -> None:
        with lock:
            print(json.dumps(document), flush=True)

    def tell(what: CardInput) -> None:
        session = getattr(what, "session", None)
        say({"reader": session.reader if session else None, "kind": type(what).__name__})

    desk = CardDesk(SystemPcsc(), TrustStore(), CLOCK, tell)
    desk.start()
    for _ in sys.stdin:
        say({"holdings": holdings()})
    desk.stop()


class _Desk:
    """The measured process, seen from the hands."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.cards_soak", "--desk"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._changed = threading.Condition()
        self._told: dict[str | None, list[str]] = {}
        self._holdings: list[dict[str, int]] = []
        assert self._process.stdout is not None
        threading.Thread(target=self._listen, args=(self._process.stdout,), daemon=True).start()

    def _listen(self, lines: IO[str]) -> None:
        for line in lines:
            document = json.loads(line)
            with self._changed:
                if "holdings" in document:
                    self._holdings.append(document["holdings"])
                else:
                    self._told.setdefault(document["reader"], []).append(document["kind"])
                self._changed.notify_all()

    def wait(self, reader: str | None, kind: str, timeout_s: float = 60.0) -> None:
        """Until that was told of the reader."""
        with self._changed:
            if not self._changed.wait_for(lambda: kind in self._told.get(reader, ()), timeout_s):
                raise TimeoutError(f"{kind} was not told, but {self._told.get(reader)}")

    def take(self, reader: str | None) -> list[str]:
        """What was told of the reader since it was last taken."""
        with self._changed:
            return self._told.pop(reader, [])

    def holdings(self) -> dict[str, int]:
        """What it holds now."""
        assert self._process.stdin is not None
        with self._changed:
            count = len(self._holdings)
            self._process.stdin.write("?\n")
            self._process.stdin.flush()
            if not self._changed.wait_for(lambda: len(self._holdings) > count, 30.0):
                raise TimeoutError("the desk does not answer")
            return self._holdings[-1]

    def stop(self) -> None:
        """End it."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(30)


class _Soak:
    """The hands: a thread a slot."""

    def __init__(self, virtual: VirtualReaders, desk: _Desk, box: CardBox, cycles: int) -> None:
        self._virtual = virtual
        self._desk = desk
        self._box = box
        self._cycles = cycles
        self._lock = threading.Lock()
        self.done = 0
        self.wrong: list[str] = []
        self.marks: list[tuple[int, dict[str, int]]] = []

    def run(self) -> None:
        slots = range(len(self._virtual.slots))
        hands = [threading.Thread(target=self._in_and_out, args=(slot,)) for slot in slots]
        for hand in hands:
            hand.start()
        for hand in hands:
            hand.join()

    def _in_and_out(self, slot: int) -> None:
        reader = self._virtual.reader_names[slot]
        for number in range(self._cycles // len(self._virtual.slots)):
            self._desk.take(reader)
            pulled = number % PULLED_EVERY == PULLED_EVERY - 1
            name = "yanked" if pulled else CARDS[(number + slot) % len(CARDS)]
            self._virtual.slots[slot].insert(self._box.take(name))
            try:
                if not pulled:
                    self._desk.wait(reader, "CardRead")
                    self._virtual.slots[slot].remove()
                self._desk.wait(reader, "CardOut")
            except TimeoutError:
                # Counted as wrong by what was told; the next cycle starts with an empty slot.
                self._virtual.slots[slot].remove()
            told = self._desk.take(reader)
            expected = ["CardIn", "CardOut"] if pulled else ["CardIn", "CardRead", "CardOut"]
            with self._lock:
                if told != expected:
                    self.wrong.append(f"{self.done}: {name}: {' '.join(told)}")
                self.done += 1
                if self.done % (self._cycles // MARKS) == 0:
                    self._mark()

    def _mark(self) -> None:
        holdings = self._desk.holdings()
        self.marks.append((self.done, holdings))
        print(
            f"{self.done:6} " + "  ".join(f"{name} {value}" for name, value in holdings.items()), flush=True
        )


def slope(marks: list[tuple[int, dict[str, int]]], name: str) -> float:
    """Growth a 1,000 cycles over the second half of the marks."""
    half = marks[len(marks) // 2 :]
    fit = statistics.linear_regression([done for done, _ in half], [held[name] for _, held in half])
    return fit.slope * 1000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cycles", type=int, default=CYCLES)
    parser.add_argument("--desk", action="store_true")
    asked = parser.parse_args()
    if asked.desk:
        serve_desk()
        return
    box = CardBox(datetime.now(UTC), CLOCK, Random(1))
    with VirtualReaders(Path(tempfile.mkdtemp(prefix="cv-")), CLOCK) as virtual:
        os.environ[SOCKET_VARIABLE] = str(virtual.socket_path)
        desk = _Desk()
        desk.wait(None, "ReadersChanged")
        soak = _Soak(virtual, desk, box, asked.cycles)
        start = time.monotonic()
        soak.run()
        seconds = time.monotonic() - start
        print(f"{soak.done} cycles in {seconds:.0f} s, {len(soak.wrong)} told wrongly {soak.wrong[:5]}")
        for name in soak.marks[0][1]:
            print(f"{name:12} {slope(soak.marks, name):+9.2f} a 1,000 cycles over the second half")
        desk.stop()


if __name__ == "__main__":
    main()
