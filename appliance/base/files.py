"""Writing files so that a reader or a power cut finds the old content or the new one, never a part."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

__all__ = ["replace_durably", "replace_volatile"]


def replace_durably(path: Path, content: bytes, mode: int = 0o600) -> None:
    """Write `content` to `path` atomically and have it on disk before returning.

    Raises:
        OSError: the disk is full, read-only or gone; the old content is intact.
    """
    _replace(path, content, mode, durable=True)
    directory = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)


def replace_volatile(path: Path, content: bytes, mode: int = 0o640) -> None:
    """Write `content` to `path` atomically, without waiting for a disk: for the runtime directory (tmpfs)."""
    _replace(path, content, mode, durable=False)


def _replace(path: Path, content: bytes, mode: int, *, durable: bool) -> None:
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(descriptor, "wb") as file:
            os.fchmod(file.fileno(), mode)
            file.write(content)
            file.flush()
            if durable:
                os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
