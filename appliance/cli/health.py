"""How the programs report: their own checks asked again and again, published, and those of all read back."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from appliance.base.clock import Clock
from appliance.base.threads import StoppableThread, ZombieThreadError
from appliance.health.model import Check, Verdict
from appliance.health.published import checks_directory, publish, read_published
from appliance.health.registry import Source
from appliance.health.run import ask_all

__all__ = ["EVERY_S", "reporting"]

_log = logging.getLogger(__name__)

EVERY_S: Final = 10.0
_END_S: Final = 1.0
"""A check under way does not keep the program from ending."""


@contextmanager
def reporting(
    source: Source,
    runtime: Path,
    checks: Sequence[Check],
    clock: Clock,
    told: Callable[[tuple[Verdict, ...]], None] = lambda _verdicts: None,
) -> Iterator[None]:
    """Report as long as the context lasts; `told` hears, each time, what all programs say."""
    directory = checks_directory(runtime)

    def report(stopping: threading.Event) -> None:
        while not stopping.is_set():
            verdicts = ask_all(checks, clock)
            try:
                publish(directory, source, verdicts, clock)
            except OSError as error:
                _log.warning("the checks cannot be published: %s", type(error).__name__)
            told(read_published(directory, clock))
            stopping.wait(EVERY_S)

    thread = StoppableThread("checks", report)
    thread.start()
    try:
        yield
    finally:
        try:
            thread.stop(_END_S)
        except ZombieThreadError as error:
            _log.warning("%s", error)
