"""A program of its own that appends until it is killed, and says each id once `append` has returned.

Usage: appender.py STATE_DIRECTORY RUNTIME_DIRECTORY NAME [COUNT]
"""

from __future__ import annotations

import itertools
import os
import sys
from pathlib import Path

from appliance.base.clock import SystemClock
from appliance.journal import Journal, JournalLoss, Sighting
from tests.journal.world import DEVICE_KEY, DIGEST


def say_loss(loss: JournalLoss) -> None:
    print(f"lost {loss.reason}", flush=True)


def main() -> None:
    state, runtime, name = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
    journal = Journal.open(
        state / "journal.db", DEVICE_KEY, clock=SystemClock(), volatile_directory=runtime, on_loss=say_loss
    )
    for number in range(int(sys.argv[4])) if len(sys.argv) > 4 else itertools.count():
        sighting = Sighting(f"{name}-{number}", DIGEST)
        appended = journal.append("code.read", {"name": name, "number": number}, sighting=sighting)
        # One write(2): what was said is a whole line or nothing.
        os.write(1, f"{appended.event_id} {number}\n".encode())


if __name__ == "__main__":
    main()
