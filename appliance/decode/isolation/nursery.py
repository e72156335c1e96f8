"""The nursery: imports every decoder once, then forks workers, one after the other as they die.

Run by `IsolatedReader`, `python -m appliance.decode.isolation.nursery CHANNEL MEMORY READER HANG_S FIELD_MM`.
It is one thread and shows no picture to a decoder itself, so that a fork is safe and takes milliseconds.
"""

from __future__ import annotations

import importlib
import logging
import os
import signal
import socket
import sys
import time
from collections import deque
from collections.abc import Callable
from typing import Final

import cv2

from appliance.base import log
from appliance.decode.isolation.attempt import Attempt
from appliance.decode.isolation.confinement import confine
from appliance.decode.isolation.memory import FrameMemory
from appliance.decode.isolation.messages import Died, to_packet
from appliance.decode.isolation.worker import ReaderFactory, serve
from appliance.decode.ladder import Attempting
from appliance.decode.unread import WatchedReader
from appliance.decode.warming import warm_up

__all__ = ["MAX_DEADLY", "main"]

_log = logging.getLogger(__name__)

_Maker = Callable[[Attempting], WatchedReader]

MAX_DEADLY: Final = 64
"""Attempts that are remembered as deadly; beyond, the oldest is tried again."""

_FIRST_PAUSE_S: Final = 0.005
_LAST_PAUSE_S: Final = 0.5
_LIVED_S: Final = 5.0
"""A worker that lived so long forgives the deaths before it."""

_FAILED: Final = 70
"""EX_SOFTWARE of <sysexits.h>: the worker ended by an error of Python's."""


def main(arguments: list[str]) -> None:
    """Keep a worker alive until the eye closes the channel."""
    log.configure()
    channel_fd, memory_fd, reader, hang_s, field_mm = arguments
    parent = os.getppid()
    channel = socket.socket(fileno=int(channel_fd))
    memory = FrameMemory(int(memory_fd))
    os.close(int(memory_fd))
    make = _maker(reader, float(field_mm))
    cv2.setNumThreads(1)
    warm_up()
    deadly: deque[Attempt] = deque(maxlen=MAX_DEADLY)
    pause_s = _FIRST_PAUSE_S
    while os.getppid() == parent:
        born_s = time.monotonic()
        number, was_killed = _run_worker(channel, memory, make, deadly, float(hang_s))
        if number == 0:
            return
        attempt = memory.begun()
        memory.end()
        if attempt is not None:
            deadly.append(attempt)
        name = "" if attempt is None else attempt.name
        channel.send(to_packet(Died(signal=number if was_killed else 0, attempt=name)))
        pause_s = _FIRST_PAUSE_S if time.monotonic() - born_s > _LIVED_S else min(2 * pause_s, _LAST_PAUSE_S)
        time.sleep(pause_s)


def _run_worker(
    channel: socket.socket, memory: FrameMemory, make: _Maker, deadly: deque[Attempt], hang_s: float
) -> tuple[int, bool]:
    """Fork a worker and wait for its end: signal or exit status (0: the eye is gone), whether a signal."""
    nursery = os.getpid()
    worker = os.fork()
    if worker == 0:
        # Whatever happens, the child must not come back into the nursery's loop.
        status = _FAILED
        try:
            confine(nursery)
            serve(channel, memory, make, tuple(deadly), hang_s)
            status = 0
        except Exception as error:  # noqa: BLE001 - the edge of a process; the text may quote a code
            _log.error("a decoder's worker ended: %s", type(error).__name__)
        finally:
            os._exit(status)
    _, status = os.waitpid(worker, 0)
    if os.WIFSIGNALED(status):
        return os.WTERMSIG(status), True
    return os.WEXITSTATUS(status), False


def _maker(reader: str, field_width_mm: float) -> _Maker:
    """Of `module:attribute`, imported here, before any worker."""
    module, _, attribute = reader.partition(":")
    factory: ReaderFactory = getattr(importlib.import_module(module), attribute)
    return lambda attempt: factory(attempt=attempt, field_width_mm=field_width_mm)


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the eye's; its end is ours
    main(sys.argv[1:])
