"""Cards on a real PC/SC daemon with virtual readers: `python benchmarks/cards.py [latency] [idle]`.

Figures of the desk of readers alone: the daemon looks at a virtual slot every 0.4 s, which a reader with an
interrupt endpoint does not, so times are given from the daemon's word that a card is in.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from random import Random

from appliance.base import log
from appliance.base.clock import SystemClock
from appliance.cards.desk import CardDesk
from appliance.cards.inputs import CardIn, CardInput, CardOut, CardRead
from appliance.cards.pcsc import SystemPcsc
from appliance.cards.trust import TrustStore
from appliance.simulation.cards.card import VirtualCard
from appliance.simulation.cards.catalogue import CardBox
from appliance.simulation.cards.pcscd import SOCKET_VARIABLE, VirtualReaders

CLOCK = SystemClock()
ROUNDS = int(os.environ.get("ROUNDS", "40"))
IDLE_S = float(os.environ.get("IDLE_S", "60"))
NS_PER_MS = 1e6


class Timed:
    """A card that counts its own time: what it takes to answer is not ours."""

    def __init__(self, card: VirtualCard) -> None:
        self._card = card
        self.own_ns = 0
        self.commands = 0

    @property
    def atr(self) -> bytes:
        """The card's."""
        return self._card.atr

    def reset(self) -> None:
        """The card's."""
        self._card.reset()

    def transmit(self, raw: bytes) -> bytes:
        """The card's, on the watch."""
        start = time.perf_counter_ns()
        try:
            return self._card.transmit(raw)
        finally:
            self.own_ns += time.perf_counter_ns() - start
            self.commands += 1


class Heard:
    """What was told, to be waited on."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self.last: dict[tuple[str, type], CardInput] = {}

    def __call__(self, what: CardInput) -> None:
        """Take it in."""
        session = getattr(what, "session", None)
        with self._changed:
            if session is not None:
                self.last[session.reader, type(what)] = what
            self._changed.notify_all()

    def wait(self, reader: str, kind: type, timeout_s: float = 20.0) -> CardInput:
        """The last of a kind about a reader."""
        with self._changed:
            if not self._changed.wait_for(lambda: (reader, kind) in self.last, timeout_s):
                told = [what for key, what in self.last.items() if key[0] == reader]
                raise TimeoutError(f"{kind.__name__} was not told, but {told}")
            return self.last[reader, kind]

    def forget(self, reader: str) -> None:
        """Drop what was told about a reader."""
        with self._changed:
            for key in [key for key in self.last if key[0] == reader]:
                del self.last[key]


def latency(virtual: VirtualReaders, heard: Heard, box: CardBox) -> None:
    reader = virtual.reader_names[0]
    print(f"insertion to identity, {ROUNDS} rounds a card, ms (the card's own time taken off)")
    print("card            median    p95    max  commands  hand->identity median")
    for name in ("vitale", "vitale-family", "cps3", "cps4"):
        ours: list[float] = []
        whole: list[float] = []
        commands = 0
        for _ in range(ROUNDS):
            heard.forget(reader)
            card = Timed(box.take(name))
            inserted_ns = CLOCK.monotonic_ns()
            virtual.slots[0].insert(card)
            read = heard.wait(reader, CardRead)
            went_in = heard.wait(reader, CardIn)
            ours.append((read.at_ns - went_in.at_ns - card.own_ns) / NS_PER_MS)
            whole.append((read.at_ns - inserted_ns) / NS_PER_MS)
            commands = card.commands
            virtual.slots[0].remove()
            heard.wait(reader, CardOut)
        ours.sort()
        print(
            f"{name:14} {statistics.median(ours):7.1f} {ours[int(len(ours) * 0.95)]:6.1f} {ours[-1]:6.1f}"
            f" {commands:9} {statistics.median(whole):12.0f}"
        )


def idle(_virtual: VirtualReaders, _heard: Heard, _box: CardBox) -> None:
    before = time.process_time()
    time.sleep(IDLE_S)
    used = time.process_time() - before
    print(f"idle watcher: {used:.3f} s of processor in {IDLE_S:.0f} s ({100 * used / IDLE_S:.2f} %)")


BENCHES: dict[str, Callable[[VirtualReaders, Heard, CardBox], None]] = {
    "latency": latency,
    "idle": idle,
}


def main() -> None:
    log.configure()
    box = CardBox(datetime.now(UTC), CLOCK, Random(1))
    heard = Heard()
    with VirtualReaders(Path(tempfile.mkdtemp(prefix="cv-")), CLOCK) as virtual:
        os.environ[SOCKET_VARIABLE] = str(virtual.socket_path)
        desk = CardDesk(SystemPcsc(), TrustStore(box.authorities), CLOCK, heard)
        desk.start()
        for name in sys.argv[1:] or BENCHES:
            BENCHES[name](virtual, heard, box)
        desk.stop()


if __name__ == "__main__":
    main()
