"""The shelf between counter and bridge, and the gathering of what the eye says."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from appliance.base.clock import NS_PER_S, ManualClock
from appliance.decode.sightings import MAX_PAGE_BYTES, MAX_PIECE_BYTES, PageBegun, PagePiece, encode, from_eye
from appliance.pages import shelf as shelves
from appliance.pages.gathering import PageGathering
from appliance.pages.shelf import LIFETIME_NS, PageEntry, PageShelf, ShelfFullError

KEY = bytes(range(32))
ENTRY = PageEntry("p1", 1, 2480, 3508, 300, 210.0, 297.0, 215.0, is_sharp=True, is_upright=True)
JPEG = b"\xff\xd8" + b"a page of somebody" * 50 + b"\xff\xd9"


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def shelf(tmp_path: Path, clock: ManualClock) -> PageShelf:
    return PageShelf(tmp_path / "pages", KEY, clock)


def test_pages_come_back_in_their_order_to_who_has_the_key(
    shelf: PageShelf, tmp_path: Path, clock: ManualClock
) -> None:
    shelf.put("v-1", replace(ENTRY, page="p2", number=2), JPEG)
    shelf.put("v-1", ENTRY, JPEG + b"1")
    shelf.put("v-2", ENTRY, JPEG)
    other = PageShelf(tmp_path / "pages", KEY, clock)
    assert [(entry.number, len(jpeg)) for entry, jpeg in other.pages("v-1")] == [
        (1, len(JPEG) + 1),
        (2, len(JPEG)),
    ]
    assert PageShelf(tmp_path / "pages", bytes(32), clock).pages("v-1") == []
    assert other.pages("v-3") == []


def test_nothing_of_a_page_nor_of_its_visit_can_be_read_from_its_file(
    shelf: PageShelf, tmp_path: Path
) -> None:
    shelf.put("v-visit-of-somebody", ENTRY, JPEG)
    (file,) = (tmp_path / "pages").iterdir()
    content = file.read_bytes()
    assert b"somebody" not in content
    assert b"\xff\xd8\xff" not in content
    assert "somebody" not in file.name
    assert file.stat().st_mode & 0o007 == 0


def test_a_page_taken_anew_takes_the_place_of_the_first(shelf: PageShelf, tmp_path: Path) -> None:
    shelf.put("v-1", ENTRY, JPEG)
    shelf.put("v-1", ENTRY, JPEG + b"sharper")
    assert [len(jpeg) for _, jpeg in shelf.pages("v-1")] == [len(JPEG) + 7]
    assert len(list((tmp_path / "pages").iterdir())) == 1


def test_pages_are_erased_with_their_visit_alone(shelf: PageShelf) -> None:
    shelf.put("v-1", ENTRY, JPEG)
    shelf.put("v-2", ENTRY, JPEG)
    assert shelf.drop("v-1")
    assert not shelf.drop("v-1")
    assert not shelf.pages("v-1")
    assert shelf.pages("v-2")
    shelf.clear()
    assert not shelf.pages("v-2")


def test_a_page_lives_ten_minutes_even_where_nobody_sweeps(
    shelf: PageShelf, clock: ManualClock, tmp_path: Path
) -> None:
    shelf.put("v-1", ENTRY, JPEG)
    clock.sleep(LIFETIME_NS / NS_PER_S - 1)
    assert shelf.pages("v-1")
    clock.sleep(1)
    assert not shelf.pages("v-1")
    (tmp_path / "pages" / "stranger").write_bytes(b"x")
    shelf.sweep()
    assert not list((tmp_path / "pages").iterdir())


def test_the_shelf_has_a_bound(shelf: PageShelf, monkeypatch: pytest.MonkeyPatch) -> None:
    shelf.put("v-1", ENTRY, JPEG)
    used = sum(file.stat().st_size for file in shelf._folder.directory.iterdir())
    monkeypatch.setattr(shelves, "MAX_SHELF_BYTES", used + len(JPEG))
    shelf.put("v-2", ENTRY, JPEG)
    with pytest.raises(ShelfFullError):
        shelf.put("v-3", ENTRY, b"\xff")
    assert shelf.pages("v-1"), "what was kept is not lost"


def test_the_largest_page_fits(shelf: PageShelf) -> None:
    shelf.put("v-1", ENTRY, bytes(MAX_PAGE_BYTES))
    assert len(shelf.pages("v-1")[0][1]) == MAX_PAGE_BYTES
    with pytest.raises(ValueError, match="bytes"):
        shelf.put("v-1", ENTRY, bytes(MAX_PAGE_BYTES + 8192))


def begun(size: int, page: str = "p1") -> PageBegun:
    values: dict[str, Any] = {"width_px": 8, "height_px": 8, "dpi": 300, "width_mm": 1.0, "height_mm": 1.0}
    return PageBegun(page=page, size=size, is_sharp=True, is_upright=True, **values)


def test_pieces_become_the_page_they_were_cut_from() -> None:
    gathering = PageGathering()
    gathering.begin(begun(len(JPEG)))
    assert gathering.add(PagePiece(page="p1", content=JPEG[:100])) is None
    whole = gathering.add(PagePiece(page="p1", content=JPEG[100:]))
    assert whole == (begun(len(JPEG)), JPEG)
    assert gathering.add(PagePiece(page="p1", content=b"x")) is None, "it is over"


@pytest.mark.parametrize(
    "pieces", [[b"\xff\xd8ab\xff\xd9\0"], [b"not a picture"], [b"\xff\xd8ab", b"\xff\xd9", b"cd"][:1] * 3]
)
def test_what_is_no_page_as_it_was_said_is_thrown_away(pieces: list[bytes]) -> None:
    gathering = PageGathering()
    gathering.begin(begun(6))
    assert [gathering.add(PagePiece(page="p1", content=piece)) for piece in pieces] == [None] * len(pieces)


def test_a_page_begun_anew_and_a_lost_eye_leave_nothing_behind() -> None:
    gathering = PageGathering()
    gathering.begin(begun(6))
    gathering.add(PagePiece(page="p1", content=b"\xff\xd8"))
    gathering.begin(begun(6, "p2"))
    assert gathering.add(PagePiece(page="p1", content=b"ab\xff\xd9")) is None
    assert gathering.add(PagePiece(page="p2", content=b"\xff\xd8ab\xff\xd9")) is not None
    gathering.begin(begun(6))
    gathering.forget()
    assert gathering.add(PagePiece(page="p1", content=b"\xff\xd8ab\xff\xd9")) is None


def test_the_largest_piece_is_a_line_and_no_larger_one_is_heard() -> None:
    piece = PagePiece(page="p" * 64, content=bytes(range(256)) * (MAX_PIECE_BYTES // 256))
    assert from_eye(encode(piece).rstrip(b"\n")) == piece
    with pytest.raises(ValidationError):
        PagePiece(page="p", content=bytes(MAX_PIECE_BYTES + 1))
    assert begun(MAX_PAGE_BYTES).size == MAX_PAGE_BYTES
    with pytest.raises(ValidationError):
        begun(MAX_PAGE_BYTES + 1)
    assert "content" not in repr(piece)
