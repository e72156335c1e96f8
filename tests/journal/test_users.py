"""Counter and bridge are two users of one group: each does its part at the other's files, nobody else any."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
GROUP, COUNTER, BRIDGE, STRANGER = 61000, 61001, 61002, 61003
"""Numbers that no account has; the kernel asks for no account."""

pytestmark = [
    pytest.mark.processes,
    pytest.mark.skipif(os.geteuid() != 0, reason="starting programs as other users needs root"),
]

OPEN = """
import os, sys
from pathlib import Path
from appliance.base.clock import SystemClock
from appliance.journal import Journal, Sighting
# Only now: the interpreter itself may lie where the user cannot go.
user, group = int(sys.argv[2]), int(sys.argv[3])
os.umask(0o077)  # as a hardened unit has it
os.setgroups([])
os.setgid(group)
os.setuid(user)
losses = []
folder = Path(sys.argv[1])
journal = Journal.open(
    folder / "state" / "journal.db", bytes(32), clock=SystemClock(), boot_id=bytes(16),
    volatile_directory=folder / "run" / "journal", on_loss=losses.append,
)
"""
APPEND = (
    OPEN
    + """
journal.append("code.read", {"a": 1}, sighting=Sighting("s", bytes(32)))
journal.append("code.read", {"a": 2}, secret=True)
journal.sweep()
print(len(journal.clients()), losses)
"""
)
ACKNOWLEDGE = (
    OPEN
    + """
client = journal.clients()[0] if journal.clients() else journal.add_client("LGO", bytes(32), ["events"])
journal.touch(client.id)
events = journal.read(client.id, 0, 10)
journal.acknowledge(client.id, [event.id for event in events])
journal.sweep()
print([event.payload["a"] for event in events], losses)
"""
)


@pytest.fixture
def folder() -> Iterator[Path]:
    """Not under tmp_path, which only its owner can enter."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        for part in ("state", "run"):
            (folder / part).mkdir()
            os.chown(folder / part, COUNTER, GROUP)
            (folder / part).chmod(0o2770)
        yield folder


def _as_user(
    user: int, program: str, folder: Path, *, group: int = GROUP
) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", program, str(folder), str(user), str(group)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("order", ["counter first", "bridge first"])
def test_either_may_come_first_and_each_does_its_part(folder: Path, order: str) -> None:
    if order == "bridge first":
        assert _as_user(BRIDGE, ACKNOWLEDGE, folder).stdout == "[] []\n"
    first = _as_user(COUNTER, APPEND, folder)
    assert first.stdout == ("0 []\n" if order == "counter first" else "1 []\n"), first.stderr
    for user, program, expected in (
        (BRIDGE, ACKNOWLEDGE, "[1, 2] []\n"),
        (COUNTER, APPEND, "1 []\n"),
        (BRIDGE, ACKNOWLEDGE, "[2] []\n"),  # the sighting is known: no second event
    ):
        done = _as_user(user, program, folder)
        assert done.stdout == expected, done.stderr
    for path in folder.rglob("*"):
        if path.is_file():
            assert stat.S_IMODE(path.stat().st_mode) & 0o007 == 0, path


def test_a_stranger_can_do_nothing(folder: Path) -> None:
    _as_user(COUNTER, APPEND, folder)
    (folder / "state").chmod(0o2775)  # even where an installation is careless with the directory
    done = _as_user(STRANGER, OPEN, folder, group=STRANGER)
    assert done.returncode != 0
    assert "JournalUnavailableError" in done.stderr
    assert not list((folder / "state").glob("*.broken"))
