"""Cards on a real PC/SC daemon with virtual readers: `python benchmarks/cards.py [latency] [idle] [through]`.

Figures of the desk of readers alone: the daemon looks at a virtual slot every 0.4 s, which a reader with an
interrupt endpoint does not, so times are given from the daemon's word that a card is in.
"""

from __future__ import annotations

import json
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
from appliance.simulation.cards.program import slots_path
from appliance.simulation.cards.slots import Slots, SlotsFile
from tests.system.appliance_process import Appliance, running, wait_until

CLOCK = SystemClock()
LOOK_S = 0.002
SETTLED_S = 0.2
IDENTITY_SCREENS = frozenset({"VitaleRead", "VitaleChoice", "CpsRead"})
THROUGH_ROUNDS = int(os.environ.get("ROUNDS", "20"))
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


class _Watched:
    """When the identity's screen was painted: the first time that the picture was as it is once it stays."""

    def __init__(self, run: Path) -> None:
        self._status, self._picture = run / "counter.json", run / "oled.png"
        self._painted: dict[bytes, float] = {}
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()

    def _look(self) -> None:
        before_ns = 0
        while not self._stopping.wait(LOOK_S):
            painted_ns = self._picture.stat().st_mtime_ns
            if painted_ns != before_ns:
                before_ns = painted_ns
                self._painted.setdefault(self._picture.read_bytes(), painted_ns / 1e9)

    def painted(self) -> float:
        """When; waits until the counter says that it shows it, and for the painter."""
        wait_until(lambda: json.loads(self._status.read_bytes())["screen"] in IDENTITY_SCREENS, 5, "it")
        time.sleep(SETTLED_S)
        self._stopping.set()
        self._thread.join()
        return self._painted[self._picture.read_bytes()]


def through(_virtual: VirtualReaders, _heard: Heard, _box: CardBox) -> None:
    """From the journal's word that a card is in to who it is on OLED and at a waiting LGO."""
    print(f"card in to identity through the whole appliance, {THROUGH_ROUNDS} rounds a card, ms")
    print("card            OLED median    p95    LGO median    p95")
    with running("--size", "1920x1080") as appliance:
        run = appliance.folder / "run"
        slots = SlotsFile(slots_path(run))
        wait_until(lambda: len(appliance.client.get("/v1/cards").json()["readers"]) == 2, 30, "readers")
        for name in ("vitale", "vitale-family", "cps3", "cps4"):
            oled: list[float] = []
            lgo: list[float] = []
            for _ in range(THROUGH_ROUNDS):
                after = max((event["id"] for event in appliance.events(0)), default=0)
                watched = _Watched(run)
                slots.write(Slots((name, None)))
                went_in = _told(appliance, after, "card.inserted")[0]
                _, received = _told(appliance, after, "card.read")
                painted = watched.painted()
                lgo.append((received - went_in) * 1000)
                oled.append((painted - went_in) * 1000)
                slots.write(Slots((None, None)))
                _told(appliance, after, "card.removed")
                appliance.acknowledge(max(event["id"] for event in appliance.events(after)))
            print(f"{name:14} {_middle_and_tail(oled)} {_middle_and_tail(lgo)}", flush=True)


def _told(appliance: Appliance, after: int, kind: str) -> tuple[float, float]:
    """When the event happened, and when a waiting client had it; wall time in seconds."""
    known = after
    while True:
        for event in appliance.events(known, wait_s=10):
            received = time.time()
            if event["kind"] == kind:
                return datetime.fromisoformat(event["at"]).timestamp(), received
            known = event["id"]


def _middle_and_tail(times: list[float]) -> str:
    ordered = sorted(times)
    return f"{statistics.median(ordered):11.1f} {ordered[int(len(ordered) * 0.95)]:6.1f}"


BENCHES: dict[str, Callable[[VirtualReaders, Heard, CardBox], None]] = {
    "latency": latency,
    "idle": idle,
    "through": through,
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
