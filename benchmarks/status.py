"""From a prescription's code to its status on the OLED, above what the base itself takes.

Command: python -m benchmarks.status [--sheets 100] [--answer-ms 200]

The counter is the real one, with its threads, a real journal on disk and a real eye's socket; the base
answers after a fixed time. Timed: from the eye's message to the picture handed to the OLED's driver, first
the one that says "Recherche", then the one with the status; and from a status that the bridge leaves.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import secrets
import socket
import statistics
import tempfile
import threading
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from PIL import Image

from appliance.base.clock import SystemClock
from appliance.base.threads import StoppableThread
from appliance.counter.eye_server import EyeServer
from appliance.counter.look_ups import LookUps
from appliance.counter.panel import Panel
from appliance.counter.runtime import CounterRuntime
from appliance.counter.signals import Signals
from appliance.counter.status_desk import StatusDesk
from appliance.counter.status_state import Asking, StatusPolicy
from appliance.counter.store import EventStore
from appliance.decode.sightings import CameraState, Hello, Left, Sighted, encode
from appliance.decode.symbol import Symbol, Symbology
from appliance.display.buttons import NoButtons
from appliance.display.lamp import NoLamp
from appliance.display.oled import FULL_CONTRAST, NoDisplay
from appliance.display.render import render
from appliance.display.screens import OrdonnanceRead, Page
from appliance.display.sound import NoSpeaker
from appliance.display.status_screens import Standing, StatusHead
from appliance.journal import Journal
from appliance.journal.doorbell import Doorbell
from appliance.prescriptions.board import Board, SayStatus
from appliance.prescriptions.memory import PresentationMemory
from appliance.prescriptions.port import Deadline, StatusQuery
from appliance.prescriptions.status import PrescriptionState, PrescriptionStatus, Source

NS_PER_MS = 1e6
CLOCK = SystemClock()
CORNERS = ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0))
WORD = (0, 12, 100, 32)
"""Where the status stands on the OLED, left of the dots that move while it is looked up."""
PATIENCE_S = 20.0


def word_of(head: StatusHead) -> bytes:
    """The pixels of a status, without anything else of the screen."""
    screen = OrdonnanceRead(
        number="1",
        patient=None,
        birth_date=None,
        rpps=None,
        am=None,
        warnings=(),
        delivered=False,
        others=0,
        page=Page.STATUS,
        status=head,
    )
    return cut(render(screen))


def cut(image: Image.Image) -> bytes:
    return image.crop(WORD).tobytes()


@dataclass
class Seen:
    """A display that notes when each status first appeared since it was asked to look."""

    words: dict[str, bytes]
    at_ns: dict[str, int] = field(default_factory=dict)
    changed: threading.Condition = field(default_factory=threading.Condition)

    def show(self, image: Image.Image) -> None:
        """Note which status the picture holds."""
        now_ns = time.monotonic_ns()
        shown = cut(image)
        with self.changed:
            for name, word in self.words.items():
                if shown == word:
                    self.at_ns.setdefault(name, now_ns)
            self.changed.notify_all()

    def look_anew(self) -> None:
        """Forget what was seen."""
        with self.changed:
            self.at_ns = {}

    def wait_for(self, name: str) -> int:
        """When it was first shown since."""
        with self.changed:
            if not self.changed.wait_for(lambda: name in self.at_ns, PATIENCE_S):
                raise SystemExit(f"« {name} » was not shown within {PATIENCE_S} s")
            return self.at_ns[name]


class OledOf(NoDisplay):
    """The seam of the OLED, which hands each picture to who looks."""

    def __init__(self, seen: Seen) -> None:
        super().__init__()
        self._seen = seen

    def show(self, image: Image.Image, contrast: int = FULL_CONTRAST) -> None:
        """Hand the picture on."""
        self._seen.show(image)


class Base:
    """Answers after a fixed time."""

    name = "bench"

    def __init__(self, answer_s: float) -> None:
        self._answer_s = answer_s

    def look_up(self, query: StatusQuery, *, deadline: Deadline) -> PrescriptionStatus:
        """Answer after that time."""
        time.sleep(self._answer_s)
        deadline.check()
        return status(query.prescription_id, Source.TLSI)


def status(number: str, source: Source) -> PrescriptionStatus:
    return PrescriptionStatus(number, PrescriptionState.TO_DISPENSE, source, datetime.now(UTC))


def sheet(number: str) -> Symbol:
    data = {
        "ID": number,
        "P": {"N": "ADRTROIS", "P": "Dominique", "D": "1997-02-26"},
        "M": {"RPPS": "99900038441", "AM": "991118019"},
    }
    content = json.dumps({"S": {"V": 2}, "D": data}).encode()
    return Symbol(Symbology.QR_CODE, content, CORNERS, "]Q1", "zxing")


class Bench:
    """A counter over a folder, and an eye that the benchmark plays."""

    def __init__(self, folder: Path, stack: ExitStack, answer_s: float | None) -> None:
        for name in ("state", "run", "run/secrets"):
            (folder / name).mkdir()
        key = secrets.token_bytes(32)
        journal = stack.enter_context(
            Journal.open(
                folder / "state" / "journal.db",
                key,
                clock=CLOCK,
                volatile_directory=folder / "run" / "secrets",
                on_loss=lambda loss: None,
            )
        )
        journal.add_client("lgo", secrets.token_bytes(32), ["events", "status"])
        self.doorbell = Doorbell(folder / "run" / "doorbell")
        self.board = Board(folder / "run" / "prescriptions", key, CLOCK)
        self.seen = Seen(
            {
                "status": word_of(StatusHead(Standing.TO_DISPENSE, Source.TLSI, "09:00")),
                "looking": word_of(StatusHead(Standing.LOOKING)),
            }
        )
        desk = StatusDesk(
            policy=StatusPolicy(Asking.ASK if answer_s is not None else Asking.AWAIT),
            look_ups=LookUps(Base(answer_s), CLOCK, timeout_s=3, workers=4) if answer_s is not None else None,
            memory=stack.enter_context(
                PresentationMemory(folder / "state" / "presentations.db", key, lambda: datetime.now(UTC))
            ),
            board=self.board,
            doorbell=self.doorbell,
            clock=CLOCK,
        )
        sightings = folder / "run" / "sightings.sock"
        runtime = CounterRuntime(
            store=EventStore(journal, self.doorbell, key, folder / "run" / "visits.json", CLOCK),
            eye_server=lambda tell: EyeServer(sightings, tell),
            buttons=NoButtons(),
            panel=Panel(
                OledOf(self.seen),
                Signals(NoSpeaker(), NoLamp(), CLOCK),
                folder / "run" / "counter.json",
                CLOCK,
            ),
            clock=CLOCK,
            to_local=lambda moment: moment.astimezone(),
            journal_lost=threading.Event(),
            test_identities=True,
            statuses=desk,
        )
        thread = StoppableThread("counter", runtime.run)
        thread.start()
        stack.callback(thread.stop)
        while not sightings.exists():
            time.sleep(0.01)
        self.eye = stack.enter_context(socket.socket(socket.AF_UNIX, socket.SOCK_STREAM))
        self.eye.connect(str(sightings))
        self.eye.sendall(encode(Hello(eye="bench", camera=CameraState.OK)))
        # The policy comes with the first look at the paired software, once a second.
        time.sleep(1.5)

    def lay(self, index: int) -> int:
        """Lay a sheet; gives when its message went off."""
        self.hear()
        self.seen.look_anew()
        message = encode(Sighted.of(f"s-{index}", sheet(str(index)), 1))
        sent_ns = time.monotonic_ns()
        self.eye.sendall(message)
        return sent_ns

    def hear(self) -> None:
        """Read what the counter answers, so that it never waits for this eye."""
        self.eye.settimeout(0)
        with contextlib.suppress(BlockingIOError):
            while self.eye.recv(65536):
                pass
        self.eye.settimeout(None)

    def take(self, index: int) -> None:
        """Take a sheet away."""
        self.eye.sendall(encode(Left(sighting=f"s-{index}")))

    def say(self, index: int) -> int:
        """Say a status as the bridge does; gives when that began."""
        said = status(str(index), Source.LGO)
        began_ns = time.monotonic_ns()
        self.board.keep(said)
        self.board.post(SayStatus(said))
        self.doorbell.ring()
        return began_ns


def asked(sheets: int, answer_s: float) -> tuple[list[float], list[float]]:
    """Milliseconds to « Recherche », and to the status less the base's own time."""
    looking, known = [], []
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        bench = Bench(Path(folder), stack, answer_s)
        for index in range(sheets):
            sent_ns = bench.lay(index)
            known.append((bench.seen.wait_for("status") - sent_ns) / NS_PER_MS - answer_s * 1000)
            looking.append((bench.seen.wait_for("looking") - sent_ns) / NS_PER_MS)
            bench.take(index)
    return looking, known


def said(sheets: int) -> list[float]:
    """Milliseconds from the bridge's word to the OLED."""
    known = []
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        bench = Bench(Path(folder), stack, None)
        for index in range(sheets):
            bench.lay(index)
            bench.seen.wait_for("looking")
            began_ns = bench.say(index)
            known.append((bench.seen.wait_for("status") - began_ns) / NS_PER_MS)
            bench.take(index)
    return known


def line(what: str, times_ms: Sequence[float]) -> str:
    ordered = sorted(times_ms)
    p95 = ordered[min(len(ordered) - 1, round(0.95 * len(ordered)))]
    median = statistics.median(ordered)
    return f"{what:52} median {median:6.1f} ms, p95 {p95:6.1f} ms, worst {ordered[-1]:6.1f} ms"


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--sheets", type=int, default=100)
    arguments.add_argument("--answer-ms", type=int, default=200)
    wanted = arguments.parse_args()
    looking, known = asked(wanted.sheets, wanted.answer_ms / 1000)
    print(line("code to « Recherche » on the OLED", looking))
    print(line(f"code to status on the OLED, above the base's {wanted.answer_ms} ms", known))
    print(line("word of the LGO to status on the OLED", said(wanted.sheets)))


if __name__ == "__main__":
    main()
