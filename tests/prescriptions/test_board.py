"""What counter and bridge tell each other: in order, bounded, sealed, and harmless where it is broken."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from appliance.base.clock import ManualClock
from appliance.journal.envelope import JournalKey
from appliance.prescriptions.board import (
    MAX_KNOWN,
    MAX_LETTERS,
    Board,
    BoardFullError,
    CloseVisit,
    RefreshPrescription,
    SayStatus,
)
from appliance.prescriptions.sealed_folder import MAX_SEALED_BYTES, SealedFolder

from .test_status import FULL

KEY = bytes(range(32))


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def board(tmp_path: Path, clock: ManualClock) -> Board:
    return Board(tmp_path, KEY, clock)


def test_letters_are_taken_in_their_order_and_once(board: Board, clock: ManualClock) -> None:
    letters = [SayStatus(FULL), RefreshPrescription("1"), CloseVisit("v-1"), RefreshPrescription("2")]
    for letter in letters:
        clock.advance(0.001)
        board.post(letter)
    assert board.take() == letters
    assert board.take() == []


def test_so_many_letters_wait_and_not_one_more(board: Board, clock: ManualClock) -> None:
    for _ in range(MAX_LETTERS):
        clock.advance(0.001)
        board.post(CloseVisit("v-1"))
    with pytest.raises(BoardFullError):
        board.post(CloseVisit("v-1"))


@pytest.mark.parametrize(("count", "is_kept"), [(MAX_KNOWN, True), (MAX_KNOWN + 1, False)])
def test_so_many_statuses_are_kept_and_the_oldest_makes_room(board: Board, count: int, is_kept: bool) -> None:
    for number in range(count):
        board.keep(replace(FULL, prescription_id=str(number)))
    assert (board.find("0") is not None) is is_kept
    assert board.find(str(count - 1)) is not None


def test_the_other_program_reads_what_one_wrote(tmp_path: Path, board: Board, clock: ManualClock) -> None:
    board.keep(FULL)
    board.show_visit({"id": "v-1"})
    other = Board(tmp_path, KEY, clock)
    assert other.find(FULL.prescription_id) == FULL
    assert other.visit() == {"id": "v-1"}
    board.show_visit(None)
    assert other.visit() is None


def test_what_is_damaged_or_put_in_anothers_place_is_as_good_as_none(tmp_path: Path, board: Board) -> None:
    board.keep(FULL)
    board.keep(replace(FULL, prescription_id="other"))
    first, second = sorted((tmp_path / "known").iterdir())
    content = first.read_bytes()
    first.write_bytes(second.read_bytes())
    second.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    assert board.find(FULL.prescription_id) is None
    assert board.find("other") is None


def test_a_letter_that_is_none_is_dropped(tmp_path: Path, board: Board) -> None:
    board.post(CloseVisit("v-1"))
    (tmp_path / "letters" / "00000000000000000000-x").write_bytes(b"x")
    assert board.take() == [CloseVisit("v-1")]
    assert list((tmp_path / "letters").iterdir()) == []


@pytest.mark.parametrize("beyond", [0, 1])
def test_a_sealed_file_has_its_bound(tmp_path: Path, beyond: int) -> None:
    folder = SealedFolder(tmp_path / "folder", JournalKey(KEY))
    overhead = 12 + 16
    content = bytes(MAX_SEALED_BYTES - overhead + beyond)
    if beyond:
        with pytest.raises(ValueError, match="bytes"):
            folder.put("name", content)
    else:
        folder.put("name", content)
        assert folder.get("name") == content


def test_what_was_never_written_is_not_there(tmp_path: Path) -> None:
    folder = SealedFolder(tmp_path / "absent", JournalKey(KEY))
    assert folder.names() == []
    assert folder.get("name") is None
    folder.remove("name")


def test_both_users_may_write_into_what_either_made(tmp_path: Path) -> None:
    old = os.umask(0o077)
    try:
        SealedFolder(tmp_path / "prescriptions" / "letters", JournalKey(KEY)).put("name", b"content")
    finally:
        os.umask(old)
    for directory in (tmp_path / "prescriptions", tmp_path / "prescriptions" / "letters"):
        assert directory.stat().st_mode & 0o7777 == 0o2770
    assert (tmp_path / "prescriptions" / "letters" / "name").stat().st_mode & 0o777 == 0o640
