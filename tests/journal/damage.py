"""Journals as accidents leave them."""

from __future__ import annotations

import sqlite3
import struct
from contextlib import closing
from pathlib import Path

from appliance.journal import Journal, Sighting
from appliance.journal.schema import PAGE_BYTES
from tests.journal.world import DIGEST, IDENTITY, World, pair

INTERIOR_TABLE_PAGE = 0x05


def fill(world: World) -> str:
    """A journal with two clients, 40 waiting events, some acknowledged ones and a code in view; closed."""
    journal = world.open()
    lgo, second = pair(journal, "LGO"), pair(journal, "second")
    for number in range(60):
        journal.append(
            "code.read", {"text": IDENTITY * 100, "number": number}, sighting=Sighting(f"s-{number}", DIGEST)
        )
        if number < 59:
            journal.presentation_gone(f"s-{number}")
    journal.acknowledge(lgo.id, through=30)
    journal.acknowledge(second.id, through=20)
    journal.close()
    return lgo.id


def page_of(world: World, name: str) -> int:
    with closing(sqlite3.connect(world.path)) as connection:
        (page,) = connection.execute("SELECT rootpage FROM sqlite_schema WHERE name = ?", (name,)).fetchone()
    return int(page)


def leaf_pages_of(world: World, name: str) -> list[int]:
    """The leaves of a table of two levels (SQLite file format, section 1.6), in key order."""
    root = (page_of(world, name) - 1) * PAGE_BYTES
    page = world.path.read_bytes()[root : root + PAGE_BYTES]
    kind, cells, rightmost = (
        page[0],
        struct.unpack_from(">H", page, 3)[0],
        struct.unpack_from(">I", page, 8)[0],
    )
    assert kind == INTERIOR_TABLE_PAGE
    places = struct.unpack_from(f">{cells}H", page, 12)
    return [*(struct.unpack_from(">I", page, place)[0] for place in places), rightmost]


def break_page(path: Path, page: int) -> None:
    with path.open("r+b") as file:
        file.seek((page - 1) * PAGE_BYTES)
        file.write(b"\xa5" * PAGE_BYTES)


def broken(world: World) -> list[Path]:
    return sorted(world.state.glob("*.broken"))


def lost_reasons(journal: Journal, client_id: str) -> list[object]:
    events = journal.read(client_id, 0, 1000)
    return [event.payload["reason"] for event in events if event.kind == "journal.lost" and event.payload]
