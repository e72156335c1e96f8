"""What several tests of the checks share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from appliance.health.model import Answer
from appliance.health.probes import Ran

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)

VALUES: Mapping[str, str] = {
    "blur": "2,3",
    "bus": "i2c",
    "clipped": "12",
    "count": "512",
    "day": "31/12/2027",
    "degrees": "82",
    "device": "/dev/i2c-1",
    "error": "RuntimeError",
    "host": "auth.esw.esante.gouv.fr",
    "late": "12",
    "level": "31",
    "mebibytes": "28345",
    "name": "tlsi.authorities",
    "path": "/var/lib/comptoir",
    "percent": "100",
    "port": "8443",
    "rate": "15",
    "refused": "12",
    "taken": "1234",
    "units": "comptoir-eye",
    "wanted": "15",
    "year": "1970",
}
"""Long but real values of the sentences."""


class Commands:
    """Programs that answer what the test wants; what it does not name is not installed."""

    def __init__(self, answers: Mapping[str, Ran]) -> None:
        self.answers = answers
        self.ran: list[tuple[str, ...]] = []

    def __call__(self, arguments: Sequence[str]) -> Ran:
        self.ran.append(tuple(arguments))
        line = " ".join(arguments)
        return next((ran for start, ran in self.answers.items() if line.startswith(start)), Ran(127))


class Told:
    """A check that gives the answers it was made with, then breaks."""

    def __init__(self, check_id: str, *answers: Answer) -> None:
        self.id = check_id
        self.answers = list(answers)

    def ask(self) -> Answer:
        return self.answers.pop(0)
