"""A disk whose power can be cut: a real ext4 on a loop device, shut down as filesystem developers do it.

`FS_IOC_SHUTDOWN` without a flush of the log stops a mounted ext4 at that instant: from then on nothing
reaches the device, what was written and not synced is gone with the page cache, and the next mount replays
the log as after a power cut. (It is what xfstests' crash tests use.) What it does not do: lose what a card's
own controller holds back after a flush.
"""

from __future__ import annotations

import ctypes
import fcntl
import os
import random
import subprocess
from pathlib import Path
from typing import Self

__all__ = ["Disk", "keep_mounts_to_oneself", "why_no_disk"]

_SHUTDOWN = 0x8004587D
"""FS_IOC_SHUTDOWN, _IOR('X', 125, __u32) of <linux/fs.h>; ext4 knows it as EXT4_IOC_SHUTDOWN."""
_NO_LOG_FLUSH = (2).to_bytes(4, "little")
"""FS_SHUTDOWN_FLAGS_NOLOGFLUSH."""

_CLONE_NEWNS = 0x00020000
"""unshare(2)."""
_MS_REC_PRIVATE = 0x4000 | 0x40000
"""MS_REC | MS_PRIVATE of mount(2)."""

_WRITE = 2
"""SYNC_FILE_RANGE_WRITE of sync_file_range(2): begin to write out, without waiting and without metadata."""
_PAGE_BYTES = 4096

_libc = ctypes.CDLL(None, use_errno=True)
_libc.sync_file_range.argtypes = [ctypes.c_int, ctypes.c_int64, ctypes.c_int64, ctypes.c_uint]


def why_no_disk() -> str | None:
    """What keeps this machine from having such a disk; None where nothing does."""
    if os.geteuid() != 0:
        return "a loop device and a mount need root"
    if not Path("/dev/loop-control").exists():
        return "the kernel has no loop devices"
    forbidden = subprocess.run(
        ["unshare", "--mount", "sh", "-c", "mount -t tmpfs none /mnt"], capture_output=True, check=False
    )
    return "mounting is forbidden here" if forbidden.returncode else None


def keep_mounts_to_oneself() -> None:
    """Give this process mounts of its own.

    A container that somebody starts meanwhile would hold a copy of the disk's mount, and a disk that is still
    mounted somewhere is never really off.
    """
    if _libc.unshare(_CLONE_NEWNS) or _libc.mount(None, b"/", None, _MS_REC_PRIVATE, None):
        raise OSError(ctypes.get_errno(), "no mounts of one's own")


class Disk:
    """One small ext4; mounted while the context lasts."""

    def __init__(self, folder: Path, megabytes: int = 48) -> None:
        self._image = folder / "disk.img"
        self.root = folder / "disk"
        self._size = megabytes * 1024 * 1024

    def __enter__(self) -> Self:
        self.root.mkdir(exist_ok=True)
        with self._image.open("wb") as image:
            image.truncate(self._size)
        subprocess.run(["mkfs.ext4", "-q", "-F", str(self._image)], check=True)
        self._mount()
        return self

    def __exit__(self, *_: object) -> None:
        subprocess.run(["umount", str(self.root)], check=True)
        self._image.unlink()

    def write_some_out(self, choice: random.Random) -> None:
        """Begin to write random parts of random files, as the kernel does when it likes: in any order."""
        for file in [found for found in self.root.rglob("*") if found.is_file() and choice.random() < 0.5]:
            try:
                descriptor = os.open(file, os.O_RDONLY)
            except FileNotFoundError:  # renamed meanwhile
                continue
            try:
                pages = max(1, os.fstat(descriptor).st_size // _PAGE_BYTES)
                first = choice.randrange(pages)
                count = choice.randint(1, pages)
                _libc.sync_file_range(descriptor, first * _PAGE_BYTES, count * _PAGE_BYTES, _WRITE)
            finally:
                os.close(descriptor)

    def cut(self) -> None:
        """The power goes: from now on nothing is written any more."""
        descriptor = os.open(self.root, os.O_RDONLY)
        try:
            fcntl.ioctl(descriptor, _SHUTDOWN, _NO_LOG_FLUSH)
        finally:
            os.close(descriptor)

    def power_on(self) -> None:
        """Mount again what the device has; nothing may have it open."""
        subprocess.run(["umount", str(self.root)], check=True)
        self._mount()

    def _mount(self) -> None:
        subprocess.run(["mount", "-o", "loop", str(self._image), str(self.root)], check=True)
