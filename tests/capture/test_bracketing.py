"""The search for an exposure: its course frame by frame, and through the eye over simulated telephones."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.base.clock import NS_PER_S, ManualClock
from appliance.capture.bracketing import LOST_NS, PAPER_NS, SCREEN_NS, Bracketer, Bracketing, View
from appliance.capture.frame import ExposureTarget, Frame
from appliance.capture.gate import ChangeGate
from appliance.decode.announcer import Announcer
from appliance.decode.eye import Eye
from appliance.decode.ladder import COARSE
from appliance.decode.link import CounterLink
from appliance.decode.live import LiveReader
from appliance.decode.presence import PresenceTracker, Presentation
from appliance.decode.reader import Reader
from appliance.decode.symbol import Symbol
from appliance.decode.unread import Unread
from appliance.simulation.camera import SimulatedCamera
from appliance.simulation.catalogue import ITEMS
from appliance.simulation.scene import PlacedObject, Scene, SceneFile

PAPER, BRIGHT, DARK = ExposureTarget.PAPER, ExposureTarget.BRIGHT_SCREEN, ExposureTarget.DARK_SCREEN
FRAME_NS = NS_PER_S // 15
ROUND_S = (sum(PAPER_NS) + 2 * len(PAPER_NS) * SCREEN_NS) / NS_PER_S


class Course:
    """Runs frame after frame and keeps what was exposed for."""

    def __init__(self) -> None:
        self.state = Bracketing()
        self.at_ns = 0

    def run(
        self, seconds: float, *, reads_at: ExposureTarget | None = None, occupied: bool = True
    ) -> list[str]:
        """What was exposed for, one after the other."""
        course: list[str] = [self.state.target]
        for _ in range(round(seconds * NS_PER_S / FRAME_NS)):
            self.at_ns += FRAME_NS
            is_read = self.state.target is reads_at
            self.state = self.state.step(View(self.at_ns, is_read, occupied))
            if self.state.target != course[-1]:
                course.append(self.state.target)
        return course


def test_an_empty_counter_stays_at_paper() -> None:
    assert Course().run(60, occupied=False) == [PAPER]


def test_paper_that_is_read_stays_at_paper() -> None:
    assert Course().run(60, reads_at=PAPER) == [PAPER]


@pytest.mark.parametrize(("screen", "before"), [(BRIGHT, [PAPER]), (DARK, [PAPER, BRIGHT])])
def test_it_stays_where_it_reads(screen: ExposureTarget, before: list[str]) -> None:
    assert Course().run(30, reads_at=screen) == [*before, screen]


def test_what_is_never_read_is_tried_in_every_round_and_then_left_at_paper() -> None:
    course = Course()
    assert course.run(60) == [PAPER, BRIGHT, DARK] * len(PAPER_NS) + [PAPER]
    assert course.state.has_given_up


def test_the_first_screen_is_tried_soon_and_a_round_takes_its_time() -> None:
    course = Course()
    course.run(PAPER_NS[0] / NS_PER_S - 0.1)
    assert course.state.target is PAPER
    course.run(0.3)
    assert course.state.target is BRIGHT


def test_after_a_screen_was_taken_away_paper_comes_at_once() -> None:
    course = Course()
    course.run(5, reads_at=BRIGHT)
    assert course.state.target is BRIGHT
    course.run(LOST_NS / NS_PER_S + 0.2)
    assert course.state.target is PAPER


def test_an_emptied_counter_ends_the_search_at_paper() -> None:
    course = Course()
    course.run(PAPER_NS[0] / NS_PER_S + 0.2)
    assert course.state.target is BRIGHT
    assert course.run(60, occupied=False) == [BRIGHT, DARK, PAPER]
    assert not course.state.has_given_up


def test_a_hand_begins_a_search_that_was_given_up_anew() -> None:
    course = Course()
    course.run(60)
    assert course.state.has_given_up
    course.state = course.state.step(View(course.at_ns, is_read=False, is_occupied=True, is_new=True))
    assert not course.state.has_given_up
    assert course.run(2)[:2] == [PAPER, BRIGHT]


@given(
    st.lists(
        st.tuples(st.booleans(), st.booleans(), st.booleans(), st.integers(1, 2 * NS_PER_S)), max_size=60
    )
)
def test_whatever_comes_an_empty_counter_brings_paper_back(
    views: list[tuple[bool, bool, bool, int]],
) -> None:
    state, at_ns = Bracketing(), 0
    for is_read, is_occupied, is_new, wait_ns in views:
        at_ns += wait_ns
        state = state.step(View(at_ns, is_read, is_occupied, is_new))
    for _ in range(30):
        at_ns += FRAME_NS
        state = state.step(View(at_ns, is_read=False, is_occupied=False))
    assert state.target is PAPER
    assert state.rounds <= len(PAPER_NS)


class NoPreview:
    def offer(self, frame: Frame, in_view: Sequence[Presentation], unread: Sequence[Unread] = ()) -> None:
        pass


class Counter:
    """The eye over a simulated counter, run by a clock that costs no time."""

    WIDTH, HEIGHT = 1920, 1080

    def __init__(self, folder: Path, light: float, *, brackets: bool) -> None:
        self.clock = ManualClock(60 * NS_PER_S)
        self.scene = SceneFile(folder / "scene.json")
        self.light = light
        self.stopping = threading.Event()
        self.camera = SimulatedCamera(
            self.scene, width=self.WIDTH, height=self.HEIGHT, frames_per_s=15, clock=self.clock, seed=1
        )
        gate = ChangeGate()
        # A clock that stands still: what is read does not depend on how busy the machine is.
        self.look_at = LiveReader(Reader(ladder=COARSE[:2], clock=ManualClock()), gate)
        self.exposures: list[ExposureTarget] = []
        announcer = Announcer(PresenceTracker(iter(f"s{n}" for n in range(99)).__next__), "eye")
        self.announcer = announcer
        link = CounterLink(folder / "nobody.sock", announcer, self.clock)
        steer = Bracketer(self.camera, gate) if brackets else lambda _frame, _is_read: None
        self.eye = Eye(self.camera, self.look, announcer, link, NoPreview(), self.clock, steer=steer)
        self.frames_left = 0
        self.until_read = False

    def look(self, frame: Frame) -> Sequence[Symbol] | None:
        symbols = self.look_at(frame)
        self.exposures.append(frame.exposure)
        self.frames_left -= 1
        if not self.frames_left or (self.until_read and symbols):
            self.stopping.set()
        return symbols

    def run(self, seconds: float, *lying: str, until_read: bool = False) -> set[bytes]:
        """What is in view after so long, or as soon as anything is."""
        now_ns = self.clock.monotonic_ns()
        laid = tuple(PlacedObject(slug, slug, 0.5, 0.5, 0.0, now_ns) for slug in lying)
        self.scene.write(Scene(laid, light=self.light))
        self.stopping.clear()
        self.frames_left, self.until_read = round(seconds * 15), until_read
        self.eye.run(self.stopping)
        return {presentation.symbol.content for presentation in self.announcer.in_view}


PHONE = "telephone-ordonnance"
DIM = 0.03


def test_a_telephone_that_burns_out_at_paper_s_exposure_is_read_by_bracketing(tmp_path: Path) -> None:
    expected = {content for _, content in ITEMS[PHONE].symbols}
    without = Counter(tmp_path, DIM, brackets=False)
    without.run(0.5)
    assert without.run(1.5, PHONE, until_read=True) == set()
    counter = Counter(tmp_path, DIM, brackets=True)
    counter.run(0.5)
    assert counter.run(ROUND_S, PHONE, until_read=True) == expected
    assert counter.exposures[-1] is BRIGHT
    assert set(counter.exposures[:7]) == {PAPER}


def test_an_empty_counter_and_a_sheet_that_reads_are_never_exposed_otherwise(tmp_path: Path) -> None:
    counter = Counter(tmp_path, 1.0, brackets=True)
    counter.run(0.3)
    assert counter.run(1, "depliant")
    counter.run(0.8)
    assert set(counter.exposures) == {PAPER}


def test_a_telephone_that_lies_there_when_the_eye_starts_is_read(tmp_path: Path) -> None:
    counter = Counter(tmp_path, DIM, brackets=True)
    expected = {content for _, content in ITEMS[PHONE].symbols}
    assert counter.run(ROUND_S, PHONE, until_read=True) == expected


def test_an_empty_counter_at_the_start_is_tried_once_and_then_left_at_paper(tmp_path: Path) -> None:
    counter = Counter(tmp_path, 1.0, brackets=True)
    once_s = (PAPER_NS[-1] + 2 * SCREEN_NS) / NS_PER_S
    counter.run(once_s + 1)
    assert set(counter.exposures) == {PAPER, BRIGHT, DARK}
    counter.exposures.clear()
    counter.run(ROUND_S)
    assert set(counter.exposures) == {PAPER}
