"""A program of its own that follows the journal as an output until it is killed, and says each id.

Usage: follower.py STATE_DIRECTORY RUNTIME_DIRECTORY
"""

from __future__ import annotations

import os
import sys
import threading
from pathlib import Path

from appliance.base.clock import SystemClock
from appliance.journal import Event, Journal
from appliance.journal.doorbell import Doorbell
from appliance.outputs.client import enrol
from appliance.outputs.runner import OutputRunner
from appliance.outputs.sink import Delivery, Turn
from tests.journal.appender import say_loss
from tests.journal.world import DEVICE_KEY
from tests.outputs.recording import RecordingSink


def _say(event: Event, _turn: Turn) -> Delivery:
    os.write(1, f"{event.id}\n".encode())
    return Delivery.TAKEN


def main() -> None:
    state, runtime = Path(sys.argv[1]), Path(sys.argv[2])
    clock = SystemClock()
    journal = Journal.open(
        state / "journal.db", DEVICE_KEY, clock=clock, volatile_directory=runtime, on_loss=say_loss
    )
    sink = RecordingSink(answer=_say)
    client = enrol(journal, DEVICE_KEY, sink.traits)
    os.write(1, b"0\n")
    OutputRunner(
        journal,
        client.id,
        sink,
        doorbell=Doorbell(runtime / "doorbell"),
        runtime=runtime,
        clock=clock,
        beat=lambda: None,
    ).run(threading.Event())


if __name__ == "__main__":
    main()
