"""What was promised before the cuts, and whether it is true after each."""

from __future__ import annotations

import hashlib
import secrets
from pathlib import Path

from appliance.journal import JournalLoss
from tests.power_cuts.programs import CLIENT_TOKEN, journal_of, settings_content

__all__ = ["Witness"]

_READ = 100


class Witness:
    """Hears what the programs say is done; examines the disk when the power is back."""

    def __init__(self) -> None:
        self.said = 0
        self.last_number = 0
        self._stored: dict[int, int] = {}
        self._acknowledged: set[int] = set()
        self._given_last: set[int] = set()
        self._written = 0
        self._paired = False
        self._losses: list[JournalLoss] = []

    def hear(self, line: str) -> None:
        """One thing that a program was told is done."""
        self.said += 1
        match line.split():
            case ["stored" | "given" as what, event_id, number]:
                if what == "given":
                    self._given_last = {int(event_id)}
                known = self._stored.setdefault(int(event_id), int(number))
                assert known == int(number), f"event {event_id} was number {known}, and is given for {number}"
                self.last_number = max(self.last_number, int(number))
            case ["acknowledged", event_id]:
                self._acknowledged.add(int(event_id))
            case ["paired", _]:
                self._paired = True
            case ["written", number]:
                self._written = max(self._written, int(number))
                self.last_number = max(self.last_number, self._written)
            case _:
                raise AssertionError(line)

    def examine(self, disk: Path, memory: Path) -> None:
        """Look for each promise.

        Raises:
            AssertionError: one was not kept.
        """
        self._examine_file(disk / "preferences.json")
        with journal_of(disk, memory, self._losses.append, secrets.token_bytes(16)) as journal:
            assert self._losses == [], f"the journal was replaced or lost events: {self._losses}"
            digest = hashlib.sha256(CLIENT_TOKEN.encode()).digest()
            client = journal.client_by_token(CLIENT_TOKEN)
            assert client is not None or not self._paired, "a pairing was lost"
            client = client or journal.add_client("LGO", digest, ["events"])
            self._paired = True
            owed: dict[int, int] = {}
            while events := journal.read(client.id, max(owed, default=0), _READ):
                owed |= {event.id: int(str(event.payload["number"])) for event in events}
            assert self._losses == [], "an event's content could not be read"
            for event_id, number in owed.items():
                known = self._stored.setdefault(event_id, number)
                assert known == number, f"event {event_id} was number {known}, and is {number} now"
            gone = self._stored.keys() - owed.keys() - self._acknowledged
            # Acknowledged by the journal, while the power went before the LGO heard so: had, not lost.
            lost = gone - self._given_last
            assert not lost, f"stored, not acknowledged, and not there: {sorted(lost)}"
            self._acknowledged |= gone
            again = self._acknowledged & owed.keys()
            assert not again, f"acknowledged and given again: {sorted(again)}"
            assert journal.last_id() >= max(self._stored, default=0), "an id could be given twice"
            self.last_number = max(self.last_number, *owed.values(), 0)

    def _examine_file(self, file: Path) -> None:
        if not file.exists():
            assert self._written == 0, "a durable file is gone"
            return
        content = file.read_bytes()
        number = int(content.split(b"\n", 1)[1].split(b" ", 1)[0])
        assert content == settings_content(number), "a durable file is torn"
        assert number >= self._written, f"version {self._written} was on disk, {number} is there"
        self._written = number
