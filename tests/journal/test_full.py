"""No space left: nothing is written by halves, nothing durable is lost, and it works again with space."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.journal import Journal, JournalFullError, NewEvent, schema
from tests.journal.world import World, pair

LARGE = {"text": "x" * 60_000}
SMALL = {"text": "x"}
TMPFS_BYTES = 1024 * 1024
MORE_THAN_FITS = 100


def _fill(journal: Journal) -> list[int]:
    """Append until there is no space; returns the ids that were given."""
    ids: list[int] = []
    try:
        while len(ids) < MORE_THAN_FITS:
            ids.append(journal.append("code.read", LARGE).event_id)
    except JournalFullError:
        return ids
    pytest.fail("there was space for everything")


def _read_all(journal: Journal, client_id: str) -> list[int]:
    ids: list[int] = []
    while events := journal.read(client_id, ids[-1] if ids else 0, 100):
        assert all(event.payload in (LARGE, SMALL) for event in events if event.kind == "code.read")
        ids += [event.id for event in events]
    return ids


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 1 MiB, mounted where we may."""
    if os.geteuid() != 0:
        pytest.skip("mounting a small tmpfs needs root; the bound of the file is tested in its place")
    folder = tmp_path / "small"
    folder.mkdir()
    options = f"size={TMPFS_BYTES}"
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", options, "tmpfs", folder], check=False, capture_output=True
    )
    if mounted.returncode != 0:
        pytest.skip("a tmpfs cannot be mounted here; the bound of the file is tested in its place")
    yield folder
    subprocess.run(["umount", "--lazy", folder], check=True)


def test_a_full_disk(small_disk: Path) -> None:
    world = World(small_disk)
    with world.closing:
        journal = world.open()
        lgo = pair(journal)
        given = _fill(journal)
        assert len(given) > 3
        # Again and again, batches and small ones too, while the disk is full: nothing by halves.
        for _ in range(20):
            with pytest.raises(JournalFullError):
                journal.append_many([NewEvent("code.read", LARGE)] * 2)
        assert _read_all(journal, lgo.id) == given
        assert world.losses == []
        # Another file's space comes back, as when a technician frees some.
        subprocess.run(["mount", "-o", f"remount,size={2 * TMPFS_BYTES}", small_disk], check=True)
        after = journal.append("code.read", SMALL).event_id
        assert after == given[-1] + 1
        journal.close()
        journal = world.open()
        assert _read_all(journal, lgo.id) == [*given, after]
        journal.acknowledge(lgo.id, through=after)
        journal.sweep()
        assert world.losses == []


def test_a_disk_too_full_to_begin(small_disk: Path) -> None:
    (small_disk / "ballast").write_bytes(b"x" * (TMPFS_BYTES - 8 * 4096))
    world = World(small_disk)
    with world.closing:
        with pytest.raises(JournalFullError):
            world.open()
        (small_disk / "ballast").unlink()
        assert world.open().append("code.read", SMALL).event_id == 1
        assert world.losses == [], "nothing was lost: nothing had been written"


def test_a_broken_journal_on_a_full_disk_is_kept_until_there_is_space(small_disk: Path) -> None:
    world = World(small_disk)
    with world.closing:
        journal = world.open()
        lgo = pair(journal)
        journal.append("code.read", SMALL)
        journal.close()
        content = bytearray(world.path.read_bytes())
        content[-schema.PAGE_BYTES :] = b"\xa5" * schema.PAGE_BYTES
        world.path.write_bytes(content)
        free = os.statvfs(small_disk).f_bavail * 4096
        (small_disk / "ballast").write_bytes(b"x" * (free - 6 * 4096))
        with pytest.raises(JournalFullError):
            world.open()
        assert world.path.read_bytes() == bytes(content)
        assert world.losses == []
        (small_disk / "ballast").unlink()
        journal = world.open()
        assert [loss.reason for loss in world.losses] == ["broken_page"]
        assert journal.clients() == [lgo]


def test_the_bound_of_the_file(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schema, "MAX_JOURNAL_BYTES", 100 * schema.PAGE_BYTES)
    journal = world.open()
    lgo = pair(journal)
    given = _fill(journal)
    assert len(given) > 1
    assert _read_all(journal, lgo.id) == given
    journal.sweep()
    assert world.path.stat().st_size <= 100 * schema.PAGE_BYTES
    # Acknowledging frees pages within the file: the counter goes on.
    journal.acknowledge(lgo.id, through=given[0])
    assert journal.append("code.read", LARGE).event_id == given[-1] + 1
    assert world.losses == []
