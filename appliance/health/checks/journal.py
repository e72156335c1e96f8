"""The journal: whether it is written, how much waits in it, and whether its file is whole."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import quote

from appliance.health.model import Answer

__all__ = ["MANY_WAITING", "JournalDepthCheck", "JournalIntegrityCheck", "JournalWritesCheck"]

MANY_WAITING: Final = 500
"""A day of a counter that lays 40 codes an hour: a software that polls takes each within seconds."""

_LOOK_S: Final = 2.0
_WHOLE: Final = "ok"


@dataclass(frozen=True, slots=True)
class JournalWritesCheck:
    """Whether events can be written: `writes` is the counter's own word."""

    writes: Callable[[], bool]
    id: str = "journal"

    def ask(self) -> Answer:
        """Look."""
        return Answer.ok() if self.writes() else Answer.fault("full")


@dataclass(frozen=True, slots=True)
class JournalDepthCheck:
    """How many events wait for the pharmacy software."""

    waiting: Callable[[], int]
    id: str = "journal.depth"

    def ask(self) -> Answer:
        """Count."""
        count = self.waiting()
        return Answer.warning("many", count=count) if count >= MANY_WAITING else Answer.ok(count=count)


@dataclass(frozen=True, slots=True)
class JournalIntegrityCheck:
    """Whether SQLite finds the file whole; read only, beside the programs that write it."""

    file: Path
    id: str = "journal.integrity"

    def ask(self) -> Answer:
        """Have SQLite look through the file (`PRAGMA quick_check`)."""
        try:
            self.file.stat()
        except PermissionError:
            return Answer.unknown("not_readable")
        except OSError:
            return Answer.unknown("never_ran")
        try:
            uri = f"file:{quote(str(self.file))}?mode=ro"
            with closing(sqlite3.connect(uri, uri=True, timeout=_LOOK_S)) as database:
                found = database.execute("PRAGMA quick_check(1)").fetchone()
        except sqlite3.OperationalError:
            return Answer.unknown("not_readable")
        except sqlite3.DatabaseError:
            return Answer.fault("damaged")
        return Answer.ok() if found and found[0] == _WHOLE else Answer.fault("damaged")
