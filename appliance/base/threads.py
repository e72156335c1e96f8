"""Threads that are told to stop, joined within a bound, and named when they survive."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable

__all__ = ["StoppableThread", "ZombieThreadError", "stop_all"]

_log = logging.getLogger(__name__)


class ZombieThreadError(RuntimeError):
    """A thread did not end in time; the process must be restarted to be rid of it."""


class StoppableThread(threading.Thread):
    """Runs `work(stopping)` until it returns; `work` looks at the event and leaves when it is set.

    An exception that leaves `work` is logged and kept in `failure`: the owner decides what it means.
    """

    def __init__(self, name: str, work: Callable[[threading.Event], None]) -> None:
        super().__init__(name=name, daemon=True)
        self.stopping = threading.Event()
        self.failure: BaseException | None = None
        self._work = work

    def run(self) -> None:
        """Do the work; the thread's edge is the one place where anything is caught."""
        try:
            self._work(self.stopping)
        except BaseException as error:  # noqa: BLE001 - a thread's edge: kept for the owner, logged
            self.failure = error
            # Only the type: an error's text may quote what a code held.
            _log.error("thread %s ended by %s", self.name, type(error).__name__)

    def stop(self, timeout_s: float = 5.0) -> None:
        """Ask it to end and wait for it.

        Raises:
            ZombieThreadError: it is still alive after `timeout_s`.
        """
        stop_all([self], timeout_s)


def stop_all(threads: Iterable[StoppableThread], timeout_s: float = 5.0) -> None:
    """Ask all to end first, then wait for each; raises ZombieThreadError naming the survivors."""
    started = [thread for thread in threads if thread.ident is not None]
    for thread in started:
        thread.stopping.set()
    for thread in started:
        thread.join(timeout_s)
    survivors = [thread.name for thread in started if thread.is_alive()]
    if survivors:
        raise ZombieThreadError(f"threads did not end within {timeout_s} s: {', '.join(survivors)}")
