"""The disk: room for the journal, and whether the card begins to die."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from appliance.health.model import Answer
from appliance.health.probes import is_there, read_small

__all__ = ["LEAST_BYTES", "LOW_BYTES", "DiskCheck", "DiskWearCheck"]

_MIB: Final = 1024 * 1024
LOW_BYTES: Final = 200 * _MIB
LEAST_BYTES: Final = 20 * _MIB
"""A full day's journal takes a few MiB; below, a log or an update may leave it none."""

_WORN_STEP: Final = 9
"""Of JEDEC eMMC 5.1 DEVICE_LIFE_TIME_EST: steps of 10 %, 0x0B is beyond; SD cards do not tell."""
_DONE_STEP: Final = 11


@dataclass(frozen=True, slots=True)
class DiskCheck:
    """Whether there is room where the state lies, and whether it can be written at all."""

    state: Path
    free_bytes: Callable[[Path], int]
    is_read_only: Callable[[Path], bool]
    id: str = "disk"

    def ask(self) -> Answer:
        """Ask the file system."""
        # Before the first start the directory is not there yet, but its disk is.
        state = next(path for path in (self.state, *self.state.parents) if is_there(path))
        if self.is_read_only(state):
            return Answer.fault("read_only", path=state)
        free = self.free_bytes(state)
        values = {"mebibytes": str(free // _MIB)}
        if free < LEAST_BYTES:
            return Answer.fault("full", **values)
        return Answer.warning("low", **values) if free < LOW_BYTES else Answer.ok(**values)


def free_bytes(path: Path) -> int:
    """What programs that are not root may still write."""
    found = os.statvfs(path)
    return found.f_bavail * found.f_frsize


def is_read_only(path: Path) -> bool:
    """Whether the file system is mounted read-only: by intent, or by the kernel after errors."""
    return bool(os.statvfs(path).f_flag & os.ST_RDONLY)


@dataclass(frozen=True, slots=True)
class DiskWearCheck:
    """What the kernel counts: errors of ext4, and the life that an eMMC says it has left."""

    sys: Path
    id: str = "disk.wear"

    def ask(self) -> Answer:
        """Read sysfs; SD cards tell nothing of their life, so errors are all that is known of them."""
        errors = [count for file in self.sys.glob("fs/ext4/*/errors_count") if (count := _number(file))]
        if errors:
            return Answer.fault("errors", count=sum(errors))
        lives = [_life(file) for file in self.sys.glob("block/mmcblk*/device/life_time")]
        worn = max((step for step in lives if step is not None), default=None)
        if worn is None:
            return Answer.ok("not_told")
        if worn >= _DONE_STEP:
            return Answer.fault("worn", percent=100)
        percent = (worn - 1) * 10 if worn else 0
        return Answer.warning("worn", percent=percent) if worn >= _WORN_STEP else Answer.ok(percent=percent)


def _number(file: Path) -> int:
    text = (read_small(file) or "").strip()
    return int(text) if text.isdecimal() else 0


def _life(file: Path) -> int | None:
    """The worse of the two estimates, `0x01 0x02`; None where it is not told."""
    words = (read_small(file) or "").split()
    try:
        return max(int(word, 16) for word in words)
    except ValueError:
        return None
