"""A text at a simulated PC: locks, time, sleep, and what is left of a text that is cut short."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable
from dataclasses import replace

import pytest

from appliance.base.clock import NS_PER_S, ManualClock
from appliance.outputs.wedge.hid import RELEASED, Stroke, Usage
from appliance.outputs.wedge.layout import load_layout
from appliance.outputs.wedge.typist import Rules
from appliance.outputs.wedge.wedge import LAMP_WAIT_S, STALL_S, Manner, Outcome, Result, Wedge
from appliance.simulation.hid_host import HostState, SimulatedHost
from tests.outputs.payloads import PAYLOADS
from tests.outputs.windows import KBDFR, WindowsHost
from tests.outputs.xkb import LinuxHost

STOPPING = threading.Event()
WINDOWS = Manner(Rules(alt_codes=True), report_s=0.005)
LINUX = Manner(Rules(), report_s=0.005)
TEXT = PAYLOADS[0]


class Counter:
    """A wedge at a simulated PC, and what its text field holds."""

    def __init__(
        self, manner: Manner = WINDOWS, layout: str = "fr-windows", after: int | None = None, **host: bool
    ) -> None:
        self.clock = ManualClock()
        caps_lock, num_lock = host.get("caps_lock", False), host.get("num_lock", True)
        self.field: WindowsHost | LinuxHost = (
            WindowsHost(KBDFR, caps_lock=caps_lock, num_lock=num_lock)
            if layout == "fr-windows"
            else LinuxHost("fr", caps_lock=caps_lock)
        )
        self.host = SimulatedHost(self.clock, on_report=self._fetched, **host)
        self.wedge = Wedge(self.host, load_layout(layout), manner, self.clock)
        self.left = after
        self.happens: Callable[[], None] = lambda: self.host.become(HostState.ASLEEP)

    def _fetched(self, report: bytes) -> None:
        self.field.take(report)
        if self.left is not None:
            self.left -= 1
            if self.left == 0:
                self.happens()

    def type(self, text: str = TEXT, expires_ns: int | None = None) -> Result:
        return self.wedge.type(text, expires_ns=expires_ns, stopping=STOPPING)

    def nothing_is_down(self) -> bool:
        return self.host.fetched[-1][1] == RELEASED


@pytest.mark.parametrize("caps_lock", [False, True])
@pytest.mark.parametrize(("layout", "manner"), [("fr-windows", WINDOWS), ("fr-linux", LINUX)])
def test_the_text_is_exact_and_the_locks_stay(layout: str, manner: Manner, caps_lock: bool) -> None:
    counter = Counter(manner, layout, caps_lock=caps_lock)
    before = counter.host.locks
    assert counter.type() == Result(Outcome.TYPED, len(TEXT))
    assert counter.field.text == TEXT
    assert counter.host.locks == before
    assert counter.nothing_is_down()


def test_reports_keep_their_distance() -> None:
    counter = Counter(replace(WINDOWS, report_s=0.012))
    counter.type()
    times = [at for at, _ in counter.host.fetched]
    apart = [after - before for before, after in itertools.pairwise(times)]
    assert min(apart[:-1]) >= 0.012 * NS_PER_S  # the last only lets go of what is already up


def test_enter_comes_last() -> None:
    counter = Counter(replace(LINUX, ends_with=Stroke(Usage.ENTER)), "fr-linux")
    assert counter.type("3400935955838") == Result(Outcome.TYPED, 14)
    assert counter.field.text == "3400935955838\r"


def test_caps_lock_is_switched_off_and_on_again_where_that_is_set() -> None:
    counter = Counter(replace(WINDOWS, switch_caps_lock=True), caps_lock=True)
    assert counter.type().outcome is Outcome.TYPED
    assert counter.field.text == TEXT
    assert counter.host.locks.caps_lock


def test_a_windows_whose_shift_ends_caps_lock_is_served_by_switching() -> None:
    counter = Counter(replace(WINDOWS, switch_caps_lock=True), caps_lock=True, shift_ends_caps_lock=True)
    counter.field = LinuxHost("us")  # its own Caps Lock is not this Windows': only the locks are looked at
    assert counter.type().outcome is Outcome.TYPED
    assert counter.host.locks.caps_lock


def test_where_shift_ended_caps_lock_in_the_midst_the_rest_is_not_typed() -> None:
    counter = Counter(WINDOWS, caps_lock=True, shift_ends_caps_lock=True)
    counter.field = LinuxHost("us")
    assert counter.type().outcome is Outcome.CUT_SHORT


@pytest.mark.parametrize("num_lock", [False, True])
def test_what_is_spelled_needs_num_lock_and_gives_it_back(num_lock: bool) -> None:
    counter = Counter(num_lock=num_lock)
    assert counter.type("ÉLÉONORE Ø").outcome is Outcome.TYPED
    assert counter.field.text == "ÉLÉONORE Ø"
    assert counter.host.locks.num_lock is num_lock


@pytest.mark.parametrize("caps_lock", [False, True])
def test_a_host_that_has_not_told_its_locks_is_made_to(caps_lock: bool) -> None:
    counter = Counter(caps_lock=caps_lock, tells_at_start=False)
    assert counter.type().outcome is Outcome.TYPED
    assert counter.field.text == TEXT
    assert counter.host.locks.caps_lock is caps_lock


@pytest.mark.parametrize("caps_lock", [False, True])
def test_a_host_that_never_tells_its_locks_is_not_typed_into(caps_lock: bool) -> None:
    counter = Counter(caps_lock=caps_lock, tells=False)
    assert counter.type() == Result(Outcome.NOBODY)
    assert counter.field.text == ""
    assert counter.host.locks.caps_lock is caps_lock, "pressed twice"


def test_unless_its_locks_may_be_taken_for_off() -> None:
    counter = Counter(replace(WINDOWS, lamps_required=False), tells=False)
    assert counter.type().outcome is Outcome.TYPED
    assert counter.field.text == TEXT
    assert counter.type("É").outcome is Outcome.NOBODY, "what needs Num Lock is not dared"


@pytest.mark.parametrize("after", [3, 4, 5, 40, 41, 200])
def test_what_is_cut_by_sleep_is_a_beginning_of_the_text_and_never_goes_on(after: int) -> None:
    counter = Counter(after=after)
    result = counter.type()
    assert result.outcome is Outcome.CUT_SHORT
    assert 0 < result.characters < len(TEXT)
    assert TEXT.startswith(counter.field.text)
    assert not counter.wedge.ready(), "a key may be down: that comes first"
    counter.host.become(HostState.AWAKE)
    assert counter.wedge.ready()
    assert counter.nothing_is_down()
    held = counter.field.text
    assert TEXT.startswith(held)
    counter.field.take(RELEASED)
    assert counter.type("12").outcome is Outcome.TYPED
    assert counter.field.text == held + "12"


@pytest.mark.parametrize("state", [HostState.ASLEEP, HostState.ABSENT])
def test_of_a_host_that_is_not_there_no_key_is_ever_typed(state: HostState) -> None:
    counter = Counter()
    counter.host.become(state)
    assert counter.type() == Result(Outcome.NOBODY)
    counter.host.become(HostState.AWAKE)
    assert counter.wedge.ready()
    assert counter.field.text == ""
    assert all(report == RELEASED for _, report in counter.host.fetched)


def test_a_cable_that_is_pulled_cuts_the_text_and_owes_nothing_to_the_next_host() -> None:
    counter = Counter(after=41)
    counter.happens = lambda: counter.host.become(HostState.ABSENT)
    assert counter.type().outcome is Outcome.CUT_SHORT
    assert not counter.wedge.ready()
    counter.host.become(HostState.AWAKE)
    assert counter.wedge.ready()


@pytest.mark.parametrize("after", [1, 30])
def test_a_lock_that_somebody_presses_cuts_the_text(after: int) -> None:
    counter = Counter(after=after + 2)
    counter.happens = counter.host.press_caps_lock
    result = counter.type()
    assert result.outcome is Outcome.CUT_SHORT
    assert counter.nothing_is_down()
    assert result.characters <= after


def test_nothing_is_typed_after_its_time() -> None:
    counter = Counter(tells_at_start=False)
    counter.clock.advance(10)
    # To learn the locks takes a few reports: the time is over when they are known.
    expires_ns = counter.clock.monotonic_ns() + NS_PER_S // 100
    assert counter.type(expires_ns=expires_ns).outcome is Outcome.LATE
    assert counter.field.text == ""
    expires_ns = counter.clock.monotonic_ns() + NS_PER_S
    assert counter.type(expires_ns=expires_ns).outcome is Outcome.TYPED


def test_a_program_that_ends_types_no_further() -> None:
    stopping = threading.Event()
    counter = Counter(after=41)
    counter.happens = stopping.set
    result = counter.wedge.type(TEXT, expires_ns=None, stopping=stopping)
    assert result.outcome is Outcome.CUT_SHORT
    assert counter.nothing_is_down()
    assert counter.wedge.type(TEXT, expires_ns=None, stopping=stopping).outcome is Outcome.LATE


def test_what_cannot_be_typed_presses_no_key_and_is_not_told_to_the_log(
    caplog: pytest.LogCaptureFixture,
) -> None:
    counter = Counter()
    assert counter.type("DUPONT \u2603") == Result(Outcome.UNTYPEABLE)
    assert all(report == RELEASED for _, report in counter.host.fetched)
    assert "DUPONT" not in caplog.text
    assert "\u2603" not in caplog.text


def test_waits_are_bounded() -> None:
    counter = Counter(tells=False)
    counter.type()
    assert counter.clock.elapsed_ns < 4 * LAMP_WAIT_S * NS_PER_S
    counter = Counter()
    counter.host.become(HostState.ASLEEP)
    counter.type()
    assert counter.clock.elapsed_ns < 4 * STALL_S * NS_PER_S
