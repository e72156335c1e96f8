"""The journal's file: its tables, its marks, and how a connection to it is set."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from urllib.parse import quote

__all__ = [
    "APPLICATION_ID",
    "BUSY_POLL_MS",
    "BUSY_TIMEOUT_MS",
    "MAX_JOURNAL_BYTES",
    "PAGE_BYTES",
    "SCHEMA_VERSION",
    "connect",
    "lay_tables",
    "prepare",
    "read_mark",
    "write_mark",
]

APPLICATION_ID = 0x434D5054
"""`CMPT`, in the SQLite header: tells a journal from any other database."""

SCHEMA_VERSION = 1

PAGE_BYTES = 4096
MAX_JOURNAL_BYTES = 512 * 1024 * 1024
"""The file never grows beyond; appending then fails as on a full disk."""

BUSY_TIMEOUT_MS = 5000
"""How long a program waits for another one's transaction."""

BUSY_POLL_MS = 5
"""SQLite looks for a lock ever less often, in the end every 100 ms, and a program that writes without pause
can keep it from another for seconds. We let it look for so long, and begin again."""

_KEY_CHECK = "key_check"

# Each statement, with why it is so.
_TABLES = (
    "CREATE TABLE mark (name TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT, WITHOUT ROWID",
    # What stays of every event. AUTOINCREMENT: an id is never given twice, not even after a prune.
    """CREATE TABLE event (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        at_us INTEGER NOT NULL,
        kind TEXT NOT NULL,
        state INTEGER NOT NULL
    ) STRICT""",
    "CREATE INDEX live_secret ON event (id) WHERE state = 1",
    # The wrapped keys, in slots that are overwritten where they lie and never deleted. SQLite may move a
    # row when a tree is rebalanced and leave its old bytes in the gap of a page; rows of one size that are
    # only ever added at the end are never moved, so that zeros over a slot are zeros over the only copy.
    # (Measured: kept in plain rows, with secure_delete, 4 of 356,881 erased keys were still in the file;
    # in slots, none.)
    """CREATE TABLE key_slot (
        slot INTEGER PRIMARY KEY,
        used INTEGER NOT NULL CHECK (used IN (0, 1)),
        wrapped BLOB NOT NULL CHECK (length(wrapped) = 40)
    ) STRICT""",
    "CREATE INDEX free_slot ON key_slot (slot) WHERE used = 0",
    # The content of the waiting events.
    """CREATE TABLE sealed (
        event_id INTEGER PRIMARY KEY,
        slot INTEGER NOT NULL,
        boot BLOB NOT NULL,
        created_ns INTEGER NOT NULL,
        nonce BLOB NOT NULL,
        ciphertext BLOB NOT NULL
    ) STRICT""",
    "CREATE INDEX sealed_age ON sealed (boot, created_ns)",
    """CREATE TABLE client (
        id TEXT PRIMARY KEY,
        name TEXT NOT NULL,
        token_sha256 BLOB NOT NULL UNIQUE CHECK (length(token_sha256) = 32),
        scopes TEXT NOT NULL,
        paired_at_us INTEGER NOT NULL,
        last_seen_us INTEGER
    ) STRICT""",
    # What each client has not acknowledged yet: reading costs what is owed, whatever the journal's age.
    """CREATE TABLE owed (
        client_id TEXT NOT NULL,
        event_id INTEGER NOT NULL,
        PRIMARY KEY (client_id, event_id)
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX owed_event ON owed (event_id)",
    """CREATE TABLE ack (
        sequence INTEGER PRIMARY KEY AUTOINCREMENT,
        event_id INTEGER NOT NULL,
        client_id TEXT NOT NULL
    ) STRICT""",
    """CREATE TABLE sighting (
        id TEXT PRIMARY KEY,
        event_id INTEGER NOT NULL,
        boot BLOB NOT NULL,
        digest BLOB,
        gone_ns INTEGER
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX in_view ON sighting (boot) WHERE digest IS NOT NULL",
    "CREATE INDEX gone ON sighting (gone_ns) WHERE gone_ns IS NOT NULL",
)


def connect(path: Path) -> sqlite3.Connection:
    """A connection to an existing file, without a look at its content yet.

    Raises:
        sqlite3.Error: it cannot be opened.
    """
    return sqlite3.connect(
        f"file:{quote(str(path))}?mode=rw",
        uri=True,
        isolation_level=None,
        # One thread uses it; the journal's close() may come from another.
        check_same_thread=False,
        timeout=BUSY_TIMEOUT_MS / 1000,
    )


def prepare(connection: sqlite3.Connection) -> None:
    """Set what SQLite keeps per connection.

    Raises:
        sqlite3.Error: the file is broken, or no journal.
    """
    for pragma in (
        "synchronous = FULL",  # a commit is an fsync: what has an id outlives the power
        "secure_delete = ON",  # freed bytes are overwritten with zeros
        "temp_store = MEMORY",  # nothing spills into files of its own
        "trusted_schema = OFF",
        "cell_size_check = ON",
        f"max_page_count = {MAX_JOURNAL_BYTES // PAGE_BYTES}",
    ):
        connection.execute(f"PRAGMA {pragma}").fetchall()


def lay_tables(connection: sqlite3.Connection, first_event_id: int, first_ack: int) -> None:
    """Make the tables, inside the caller's transaction.

    Args:
        connection: to an empty file.
        first_event_id: the first event gets this id.
        first_ack: the first acknowledgement gets this sequence number.
    """
    for statement in _TABLES:
        connection.execute(statement)
    connection.executemany(
        "INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)",
        [("event", first_event_id - 1), ("ack", first_ack - 1)],
    )


def write_mark(connection: sqlite3.Connection, key_check: bytes) -> None:
    """Say that the file is a whole journal, of this version and of the key with this check."""
    connection.execute("INSERT INTO mark (name, value) VALUES (?, ?)", (_KEY_CHECK, key_check))
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")


def read_mark(connection: sqlite3.Connection) -> bytes | None:
    """The key check of the journal, None where there is none."""
    row = connection.execute("SELECT value FROM mark WHERE name = ?", (_KEY_CHECK,)).fetchone()
    return None if row is None else bytes(row[0])
