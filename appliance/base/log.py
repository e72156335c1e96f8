"""Logging: one format, and TRAFFIC, a level below DEBUG for what may hold personal data.

No name, NIR, prescription id or PIN is ever logged above TRAFFIC, and TRAFFIC is off in production.
"""

from __future__ import annotations

import logging
import sys

__all__ = ["TRAFFIC", "configure", "hush_libraries"]

TRAFFIC = 5
"""Raw exchanges (APDUs, payloads, SOAP bodies): bench use only, never on a counter."""

logging.addLevelName(TRAFFIC, "TRAFFIC")

_FORMAT = "%(asctime)s %(levelname)s %(processName)s %(name)s: %(message)s"


_TELLING = ("signxml",)
"""Libraries that write at DEBUG what only TRAFFIC may hold: signxml logs each assertion, with its holder."""


def hush_libraries(level: int) -> None:
    """Keep what libraries say of contents out of the log, unless it is one of TRAFFIC."""
    for name in _TELLING:
        logging.getLogger(name).setLevel(logging.NOTSET if level <= TRAFFIC else logging.INFO)


def configure(level: int = logging.INFO) -> None:
    """Send the log to standard error, where systemd's journal takes it."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter(_FORMAT))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    hush_libraries(level)
    if level <= TRAFFIC:
        logging.getLogger(__name__).warning(
            "TRAFFIC logging is on: personal data will be written here. Never use it at a real counter."
        )
