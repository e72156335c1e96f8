"""What an output says of itself, for doctor and status: a file a name on the tmpfs, without any content."""

from __future__ import annotations

import json
import logging
from dataclasses import asdict, dataclass
from pathlib import Path

from appliance.base.files import replace_volatile

__all__ = ["REPORTS", "Report", "read_reports", "write_report"]

_log = logging.getLogger(__name__)

REPORTS = "outputs"
"""The directory, in the runtime directory."""

MAX_REPORTS = 8
MAX_REPORT_BYTES = 4096

_DIRECTORY_MODE = 0o2770


@dataclass(frozen=True, slots=True)
class Report:
    """Since the program started.

    Attributes:
        present: the host is there.
        taken: events that the host has.
        expired: events that were too old before the host took them.
        refused: events that the host will never take.
        waiting: whether an event waits for the host right now.
    """

    present: bool = False
    taken: int = 0
    expired: int = 0
    refused: int = 0
    waiting: bool = False


def write_report(runtime: Path, name: str, report: Report) -> None:
    """Replace the report of one output; a full tmpfs is logged and changes nothing else."""
    directory = runtime / REPORTS
    try:
        directory.mkdir(mode=_DIRECTORY_MODE, exist_ok=True)
        replace_volatile(directory / f"{name}.json", json.dumps(asdict(report)).encode())
    except OSError as error:
        _log.warning("the report of %s cannot be written: %s", name, type(error).__name__)


def read_reports(runtime: Path) -> dict[str, Report]:
    """The outputs' last reports by name; what cannot be read is left out."""
    found = {}
    for path in sorted((runtime / REPORTS).glob("*.json"))[:MAX_REPORTS]:
        try:
            with path.open("rb") as file:
                found[path.stem] = Report(**json.loads(file.read(MAX_REPORT_BYTES)))
        except (OSError, ValueError, TypeError):
            continue
    return found
