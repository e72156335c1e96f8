"""What was promised before the cuts, and whether it is true after each."""

from __future__ import annotations

import hashlib
import secrets
from pathlib import Path

from appliance.journal import Journal, JournalLoss
from tests.power_cuts.programs import CLIENT_TOKEN, journal_of, settings_content

__all__ = ["Witness"]

_READ = 100


class Witness:
    """Hears what the programs say is done; examines the disk when the power is back."""

    def __init__(self) -> None:
        self.said = 0
        self._heard: list[str] = []
        self.last_number = 0
        self._stored: dict[int, int] = {}
        self._acknowledged: set[int] = set()
        self._unsure: set[int] = set()
        self._written = 0
        self._paired = False
        self._losses: list[JournalLoss] = []

    def hear(self, line: str) -> None:
        """One thing that a program was told is done."""
        self.said += 1
        self._heard.append(line)
        match line.split():
            case ["stored" | "given" as what, event_id, number]:
                if what == "given":
                    # Acknowledged next, and perhaps without a word of it.
                    self._unsure = {int(event_id)}
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

    def hear_after_the_cut(self, line: str) -> None:
        """What a program said while its disk was already gone: no promise, as nobody was there to hear it.

        (A journal of ext4 that is aborted under a waiting fsync may let it return without an error.) What was
        acknowledged may have been so before, and may not.
        """
        match line.split():
            case ["given" | "acknowledged", event_id, *_]:
                self._unsure.add(int(event_id))
            case _:
                pass

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
            lost = gone - self._unsure
            assert not lost, f"stored, not acknowledged, and not there: {self._told_of(journal, min(lost))}"
            self._acknowledged |= gone
            self._unsure = set()
            again = self._acknowledged & owed.keys()
            assert not again, f"acknowledged and given again: {sorted(again)}"
            assert journal.last_id() >= max(self._stored, default=0), "an id could be given twice"
            self.last_number = max(self.last_number, *owed.values(), 0)

    def _told_of(self, journal: Journal, event_id: int) -> str:
        """An event with what the journal says of it, and what was heard of it."""
        entry = [event.kind + " " + event.state.name for event in journal.history(event_id - 1, 1)]
        heard = [line for line in self._heard if line.split()[1] == str(event_id)]
        return (
            f"{event_id}: {entry}, last id {journal.last_id()}, heard {heard}, at the end {self._heard[-6:]}"
        )

    def _examine_file(self, file: Path) -> None:
        if not file.exists():
            assert self._written == 0, "a durable file is gone"
            return
        content = file.read_bytes()
        number = int(content.split(b"\n", 1)[1].split(b" ", 1)[0])
        assert content == settings_content(number), "a durable file is torn"
        assert number >= self._written, f"version {self._written} was on disk, {number} is there"
        self._written = number
