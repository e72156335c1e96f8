"""Buttons pressed by datagrams: the three buttons of the simulated counter's page."""

from __future__ import annotations

import logging
import socket
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from types import MappingProxyType
from typing import Final

from appliance.display.buttons import Button, ButtonPressed, Buttons, ButtonsUnavailableError

__all__ = ["MAX_DATAGRAM_BYTES", "SocketButtons", "press"]

_log = logging.getLogger(__name__)

MAX_DATAGRAM_BYTES: Final = 16
"""The longest press is `down:held`."""

_HELD: Final = ":held"
_MODE: Final = 0o660
"""The page's program is of the same group."""

_MAX_READ: Final = 64
"""Presses taken at one reading; a flood waits in the kernel's bounded queue."""

_PRESSES: Final[Mapping[bytes, ButtonPressed]] = MappingProxyType(
    {
        f"{button}{_HELD if held else ''}".encode(): ButtonPressed(button, held)
        for button in Button
        for held in (False, True)
    }
)


def press(path: Path, pressed: ButtonPressed) -> None:
    """Press a button of the `SocketButtons` at `path`.

    Raises:
        OSError: nobody reads there, or not fast enough.
    """
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sender:
        sender.setblocking(False)
        sender.sendto(f"{pressed.button}{_HELD if pressed.held else ''}".encode(), str(path))


class SocketButtons(Buttons):
    """Reads a Unix datagram socket; each datagram is `up`, `ok` or `down`, with `:held` for a long press."""

    def __init__(self, path: Path) -> None:
        """Listen at `path`; a socket that an ended program left there is replaced.

        Raises:
            ButtonsUnavailableError: the socket cannot be made there.
        """
        self._path = path
        self._is_closed = False
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        try:
            path.unlink(missing_ok=True)
            self._socket.bind(str(path))
            path.chmod(_MODE)
            self._inode = path.stat().st_ino
        except OSError as error:
            self._socket.close()
            raise ButtonsUnavailableError("the socket of the buttons cannot be made") from error

    def events(self, timeout: float) -> list[ButtonPressed]:
        """Wait for datagrams; what is no press is left out."""
        if self._is_closed:
            raise ButtonsUnavailableError("the buttons were closed")
        presses: list[ButtonPressed] = []
        wait_s = max(timeout, 0.0)
        for _ in range(_MAX_READ):
            self._socket.settimeout(wait_s)
            try:
                # One byte more than allowed: the kernel cuts a longer one, and it is seen to be too long.
                datagram = self._socket.recv(MAX_DATAGRAM_BYTES + 1)
            except (TimeoutError, BlockingIOError):
                break
            wait_s = 0.0
            pressed = _PRESSES.get(datagram)
            if pressed is None:
                _log.warning("a datagram of %d bytes is no press", len(datagram))
            else:
                presses.append(pressed)
        return presses

    def close(self) -> None:
        """Stop listening and take the socket away."""
        if not self._is_closed:
            self._is_closed = True
            self._socket.close()
            with suppress(FileNotFoundError):
                # Another program may have taken the place meanwhile: its socket is not ours to take away.
                if self._path.stat().st_ino == self._inode:
                    self._path.unlink()
