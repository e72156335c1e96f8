"""The few requests of the kernel's Video4Linux2 interface that OpenCV does not pass on (linux/videodev2.h).

The structures are the same on every architecture: they hold 32-bit numbers only.
"""

from __future__ import annotations

import errno
import fcntl
import os
import struct
from collections.abc import Callable
from typing import Final, Protocol

__all__ = [
    "CONTROL",
    "ENUM_FMT",
    "ENUM_FRAMEINTERVALS",
    "ENUM_FRAMESIZES",
    "FORMAT_DESCRIPTION",
    "FRAME_INTERVAL",
    "FRAME_SIZE",
    "QUERYCTRL",
    "QUERY_CONTROL",
    "S_CTRL",
    "Ioctl",
    "OpenIoctl",
    "ask",
    "open_ioctl",
]

FORMAT_DESCRIPTION: Final = struct.Struct("=3I32s2I12x")
"""v4l2_fmtdesc: index, type, flags, description, pixelformat, mbus_code."""

FRAME_SIZE: Final = struct.Struct("=3I6I8x")
"""v4l2_frmsizeenum: index, pixel_format, type; discrete: width, height; stepwise: min, max, step of both."""

FRAME_INTERVAL: Final = struct.Struct("=5I6I8x")
"""v4l2_frmivalenum: index, pixel_format, width, height, type; then the shortest first, each as a fraction."""

QUERY_CONTROL: Final = struct.Struct("=2I32s4iI8x")
"""v4l2_queryctrl: id, type, name, minimum, maximum, step, default_value, flags."""

CONTROL: Final = struct.Struct("=Ii")
"""v4l2_control: id, value."""

_READ_WRITE: Final = 3
_VIDEO: Final = ord("V")


def _request(number: int, content: struct.Struct) -> int:
    """_IOWR('V', number, content) of asm-generic/ioctl.h."""
    return _READ_WRITE << 30 | content.size << 16 | _VIDEO << 8 | number


ENUM_FMT: Final = _request(2, FORMAT_DESCRIPTION)
S_CTRL: Final = _request(28, CONTROL)
QUERYCTRL: Final = _request(36, QUERY_CONTROL)
ENUM_FRAMESIZES: Final = _request(74, FRAME_SIZE)
ENUM_FRAMEINTERVALS: Final = _request(75, FRAME_INTERVAL)


class Ioctl(Protocol):
    """An opened device's ioctl."""

    def __call__(self, request: int, content: bytearray) -> None:
        """Ask; `content` is the question and then the answer. Raises OSError."""
        ...

    def close(self) -> None:
        """Let go of the device."""
        ...


OpenIoctl = Callable[[str], Ioctl]
"""Opens a device by its path; raises OSError."""


class _DeviceIoctl:
    def __init__(self, path: str) -> None:
        self._descriptor = os.open(path, os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC)

    def __call__(self, request: int, content: bytearray) -> None:
        fcntl.ioctl(self._descriptor, request, content)

    def close(self) -> None:
        os.close(self._descriptor)


def open_ioctl(path: str) -> Ioctl:
    """Open a device beside whoever streams from it: lists and controls are for everybody.

    Raises:
        OSError: it is not there, or not for this user.
    """
    return _DeviceIoctl(path)


def ask(ioctl: Ioctl, request: int, layout: struct.Struct, *question: object) -> tuple[object, ...] | None:
    """The answer's members, or None where the device has none (the end of a list, an unknown control).

    Args:
        ioctl: of the device.
        request: its number.
        layout: of question and answer.
        question: the first members; the rest is zero.

    Raises:
        OSError: the device is gone.
    """
    empty = layout.unpack(bytes(layout.size))
    content = bytearray(layout.pack(*question, *empty[len(question) :]))
    try:
        ioctl(request, content)
    except OSError as error:
        if error.errno in {errno.EINVAL, errno.ENOTTY}:
            return None
        raise
    return layout.unpack(content)
