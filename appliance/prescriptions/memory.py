"""Which prescriptions were laid today, remembered until midnight without keeping whose, or which.

A sheet that is presented twice, a photocopy, or one number under two patients' names is what pharmacists
fear. What is kept of a prescription is a keyed hash of its number and one of its patient, both under a key of
the day that comes from the device key: nothing of it can be read back, or compared with another day's.
"""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import logging
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final, Self

from appliance.identifiers.names import fold
from appliance.journal.device_key import derive
from appliance.prescriptions.port import StatusQuery

__all__ = ["MAX_PRESENTATIONS", "MAX_REMEMBERED", "Presentation", "PresentationMemory"]

_log = logging.getLogger(__name__)

MAX_REMEMBERED: Final = 5_000
"""Layings of one day; a busy counter has five hundred. Beyond, the oldest are forgotten."""

MAX_PRESENTATIONS: Final = 8
"""Of one prescription, as many of the last are told."""

_BUSY_S: Final = 0.5
_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS presentation (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    day TEXT NOT NULL,
    prescription BLOB NOT NULL,
    patient BLOB,
    visit TEXT NOT NULL,
    at TEXT NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS by_prescription ON presentation (prescription);
"""


@dataclass(frozen=True, slots=True)
class Presentation:
    """A prescription was laid.

    Attributes:
        at: local time.
        visit: id of the visit it was laid in.
        same_patient: whether the code names the same patient now; True where either names nobody.
    """

    at: datetime
    visit: str
    same_patient: bool


class PresentationMemory:
    """The layings of today. A memory that cannot be used remembers nothing and says so in the log.

    Args:
        path: of a small database, in the state directory: it outlives a restart.
        device_key: from which the keys of the days are derived.
        now: local time; its day is the day.
    """

    def __init__(self, path: Path, device_key: bytes, now: Callable[[], datetime]) -> None:
        self._device_key = device_key
        self._now = now
        self._day = ""
        self._key = b""
        self._connection = self._open(path)

    def find(self, query: StatusQuery) -> tuple[Presentation, ...]:
        """When this prescription was laid today, the last last."""
        self._turn_page()
        patient = self._patient(query)
        rows = self._rows(
            "SELECT at, visit, patient FROM presentation WHERE prescription = ? AND day = ?"
            " ORDER BY position DESC LIMIT ?",
            (self._digest(query.prescription_id), self._day, MAX_PRESENTATIONS),
        )
        return tuple(
            Presentation(
                datetime.fromisoformat(at), visit, then is None or patient is None or then == patient
            )
            for at, visit, then in reversed(rows)
        )

    def remember(self, query: StatusQuery, visit: str) -> None:
        """It was laid, now, in that visit; once a visit."""
        self._turn_page()
        prescription, patient = self._digest(query.prescription_id), self._patient(query)
        self._rows(
            "INSERT INTO presentation (day, prescription, patient, visit, at)"
            " SELECT ?1, ?2, ?3, ?4, ?5 WHERE NOT EXISTS (SELECT 1 FROM presentation"
            " WHERE prescription = ?2 AND visit = ?4 AND patient IS ?3)",
            (self._day, prescription, patient, visit, self._now().isoformat(timespec="seconds")),
        )
        self._rows(
            "DELETE FROM presentation WHERE position <= (SELECT max(position) FROM presentation) - ?",
            (MAX_REMEMBERED,),
        )

    def sweep(self) -> None:
        """Forget what is of another day; to be called now and then, for no prescription may come."""
        self._turn_page()

    def close(self) -> None:
        """Let go of the file."""
        if self._connection is not None:
            self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def _turn_page(self) -> None:
        """With a new day, forget the days before it: the rows, and what SQLite's log still holds of them."""
        day = self._now().date().isoformat()
        if day == self._day:
            return
        self._day = day
        self._key = derive(self._device_key, f"presentations {day}")
        self._rows("DELETE FROM presentation WHERE day <> ?", (day,))
        self._rows("PRAGMA wal_checkpoint(TRUNCATE)")

    def _digest(self, text: str) -> bytes:
        return hmac.digest(self._key, text.encode(errors="surrogatepass"), hashlib.sha256)

    def _patient(self, query: StatusQuery) -> bytes | None:
        patient = query.patient
        if patient is None or patient.family_name is None:
            return None
        names = (fold(patient.family_name), fold(patient.given_name or ""), patient.birth_date or "")
        return self._digest("\0".join(names))

    def _rows(self, statement: str, values: tuple[object, ...] = ()) -> list[tuple[str, str, bytes | None]]:
        if self._connection is None:
            return []
        try:
            with closing(self._connection.execute(statement, values)) as cursor:
                return cursor.fetchall()
        except sqlite3.Error as error:
            _log.error("prescriptions laid are not remembered: %s", type(error).__name__)
            return []

    def _open(self, path: Path) -> sqlite3.Connection | None:
        """The database; one that is broken is thrown away, for it is only a day's."""
        for attempt in range(2):
            connection = None
            try:
                connection = sqlite3.connect(
                    path, isolation_level=None, check_same_thread=False, timeout=_BUSY_S
                )
                path.chmod(0o600)
                # NORMAL: a power cut may lose the last laying, which costs a warning, not a prescription;
                # in return no sheet waits for the disk.
                for pragma in ("journal_mode = WAL", "synchronous = NORMAL", "secure_delete = ON"):
                    connection.execute(f"PRAGMA {pragma}").fetchall()
                connection.executescript(_SCHEMA)
            except (sqlite3.Error, OSError) as error:
                if connection is not None:
                    connection.close()
                if attempt or isinstance(error, OSError):
                    _log.error("prescriptions laid are not remembered: %s", type(error).__name__)
                    return None
                with contextlib.suppress(OSError):
                    for suffix in ("", "-wal", "-shm"):
                        path.with_name(path.name + suffix).unlink(missing_ok=True)
            else:
                return connection
        return None
