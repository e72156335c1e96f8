"""The counter's side of pairing, against the ceremonies of the bridge."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest

from appliance.base.clock import NS_PER_S, ManualClock
from appliance.bridge.pairing.ceremony import Ceremonies, Confirmed, PairingClosedError, PairingGoneError
from appliance.counter.face import Pairing
from appliance.counter.face_inputs import PairingTold
from appliance.counter.pairing_desk import PairingDesk
from appliance.display.menu_screens import PairingEnd
from appliance.journal.model import Client
from appliance.pairing.exchange import MAX_TRIES, WINDOW_NS, PairingFiles, Window
from appliance.pairing.number import commitment_of, comparison_number

KEY = bytes(range(32))
NONCE = bytes([7]) * 32
WINDOW_S = WINDOW_NS // NS_PER_S


class Store:
    """Takes every client."""

    def add_client(self, name: str, token_sha256: bytes, scopes: object) -> Client:
        del token_sha256
        return Client("c1", name, frozenset(scopes), ManualClock().now())  # type: ignore[call-overload]


class Table:
    """The desk, the bridge's ceremonies, and what the person is told."""

    def __init__(self, folder: Path) -> None:
        self.clock = ManualClock(elapsed_ns=NS_PER_S)
        self.told: list[Pairing] = []
        numbers = itertools.count(1)
        self.files = PairingFiles(folder)
        self.desk = PairingDesk(self.files, self.clock, lambda size: f"{next(numbers):0{2 * size}x}")
        self.bridge = Ceremonies(Store(), PairingFiles(folder), KEY, self.clock)

    def tell(self, what: PairingTold) -> None:
        assert what.at_ns == self.clock.monotonic_ns()
        self.told.append(what.pairing)

    def open(self) -> None:
        self.desk.open(self.tell)

    def look(self, after_s: float = 0) -> Pairing:
        self.clock.elapsed_ns += round(after_s * NS_PER_S)
        self.desk.look(self.tell)
        return self.told[-1]

    def ask(self, name: str = "LGO") -> tuple[str, str]:
        """A software asks; gives its secret and the digits that it shows."""
        begun = self.bridge.begin(name, commitment_of(NONCE), ("events",))
        self.bridge.reveal(begun.secret, NONCE)
        return begun.secret, comparison_number(KEY, begun.device_nonce, NONCE)

    def fail(self) -> None:
        """A software asks and gives up."""
        self.bridge.give_up(self.ask()[0])

    def use_up(self) -> Pairing:
        for _ in range(MAX_TRIES):
            self.fail()
        return self.look()


@pytest.fixture
def table(tmp_path: Path) -> Table:
    return Table(tmp_path)


def test_the_window_counts_down_and_ends(table: Table) -> None:
    table.open()
    assert table.told == [Pairing(WINDOW_S)]
    table.look()
    assert table.told == [Pairing(WINDOW_S)], "nothing is told twice"
    assert table.look(1) == Pairing(WINDOW_S - 1)
    assert table.look(WINDOW_S - 1) == Pairing(end=PairingEnd.TIME)
    with pytest.raises(PairingClosedError):
        table.ask()


def test_the_digits_are_those_of_the_software_and_ok_pairs_it(table: Table) -> None:
    table.open()
    secret, number = table.ask()
    assert table.look() == Pairing(WINDOW_S, number, "LGO")
    table.desk.answer(same=True)
    table.desk.answer(same=False)
    assert table.look() == Pairing(WINDOW_S, number, "LGO", answered=True)
    assert isinstance(table.bridge.progress(secret), Confirmed)
    assert table.look() == Pairing(end=PairingEnd.PAIRED, client_name="LGO")
    with pytest.raises(PairingClosedError):
        table.ask()


def test_an_answer_counts_for_the_digits_that_were_shown(table: Table) -> None:
    table.open()
    first, _ = table.ask("first")
    table.look()
    table.bridge.give_up(first)
    second, number = table.ask("second")
    table.desk.answer(same=True)  # the screen still shows the digits of the first
    assert table.look() == Pairing(WINDOW_S, number, "second")
    assert not isinstance(table.bridge.progress(second), Confirmed)


def test_refused_digits_leave_and_another_try_may_follow(table: Table) -> None:
    table.open()
    secret, _ = table.ask()
    table.look()
    table.desk.answer(same=False)
    assert table.look(1) == Pairing(WINDOW_S - 1)
    with pytest.raises(PairingGoneError):
        table.bridge.progress(secret)
    _, number = table.ask()
    assert table.look().number == number


def test_the_pause_grows_with_windows_that_were_used_up_and_a_success_ends_it(table: Table) -> None:
    for pause_s in (30, 60, 120):
        table.open()
        assert table.use_up() == Pairing(end=PairingEnd.TRIES, wait_s=pause_s)
        table.open()
        assert table.told[-1] == Pairing(end=PairingEnd.PAUSE, wait_s=pause_s)
        table.clock.elapsed_ns += pause_s * NS_PER_S - 1
        table.open()
        assert table.told[-1] == Pairing(end=PairingEnd.PAUSE, wait_s=1)
        table.clock.elapsed_ns += 1
    table.open()
    secret, _ = table.ask()
    table.look()
    table.desk.answer(same=True)
    table.bridge.progress(secret)
    table.look()
    table.open()
    assert table.use_up() == Pairing(end=PairingEnd.TRIES, wait_s=30)


def test_closing_a_window_whose_tries_were_used_up_does_not_avoid_the_pause(table: Table) -> None:
    table.open()
    for _ in range(MAX_TRIES):
        table.fail()
    table.desk.close()
    table.open()
    assert table.told[-1].end is PairingEnd.PAUSE


def test_two_tries_are_followed_by_no_pause(table: Table) -> None:
    table.open()
    for _ in range(MAX_TRIES - 1):
        table.fail()
    assert table.look(WINDOW_S) == Pairing(end=PairingEnd.TIME)
    table.open()
    assert table.told[-1] == Pairing(WINDOW_S)


def test_a_window_of_somebody_else_is_left_to_him(table: Table) -> None:
    until_ns = table.clock.monotonic_ns() + WINDOW_NS
    table.files.open_window(Window(id="ff", until_ns=until_ns))
    table.open()
    assert table.told == [Pairing(end=PairingEnd.BUSY)]
    table.desk.close()
    table.ask()
    table.desk.start()
    with pytest.raises(PairingClosedError):
        table.ask()


def test_a_folder_that_cannot_be_written_is_told(table: Table) -> None:
    table.files.folder.rename(table.files.folder.with_name("gone"))
    table.open()
    assert table.told == [Pairing(end=PairingEnd.FAILED)]
