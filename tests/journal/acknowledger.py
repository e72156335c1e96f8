"""A program of its own that reads and acknowledges until it is killed, and says each id once it is done.

Usage: acknowledger.py STATE_DIRECTORY RUNTIME_DIRECTORY CLIENT_ID
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from appliance.base.clock import SystemClock
from appliance.journal import Journal
from tests.journal.appender import say_loss
from tests.journal.world import DEVICE_KEY


def main() -> None:
    state, runtime, client_id = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
    clock = SystemClock()
    journal = Journal.open(
        state / "journal.db", DEVICE_KEY, clock=clock, volatile_directory=runtime, on_loss=say_loss
    )
    while True:
        ids = [event.id for event in journal.read(client_id, 0, 7)]
        for event_id in journal.acknowledge(client_id, ids).newly:
            os.write(1, f"{event_id}\n".encode())
        if not ids:
            clock.sleep(0.001)


if __name__ == "__main__":
    main()
