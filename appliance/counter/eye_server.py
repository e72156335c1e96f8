"""The counter's end of seam 1: the Unix socket that the eye connects to."""

from __future__ import annotations

import logging
import selectors
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from appliance.base.lines import LineBuffer, MessageError
from appliance.decode.sightings import CounterMessage, EyeMessage, encode, from_eye

__all__ = ["SILENCE_S", "EyeConnected", "EyeDisconnected", "EyeSaid", "EyeServer"]

_log = logging.getLogger(__name__)

SILENCE_S = 5.0
"""An eye says that it is alive each second: silent for longer, it hangs, and its connection is ended."""

_RECEIVE_BYTES = 64 * 1024
_SEND_TIMEOUT_S = 1.0
_WAKE_S = 0.2
_SOCKET_MODE = 0o660


class EyeConnection:
    """One connection of an eye; messages may be sent from any thread."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._lock = threading.Lock()

    def send(self, message: CounterMessage) -> None:
        """Say something; an eye that is gone or does not read will connect again and be told anew."""
        with self._lock:
            try:
                self._connection.sendall(encode(message))
            except OSError as error:
                _log.info("the eye did not take a message: %s", type(error).__name__)


@dataclass(frozen=True, slots=True)
class EyeConnected:
    """An eye connected; nothing was said yet."""

    connection: EyeConnection


@dataclass(frozen=True, slots=True)
class EyeSaid:
    """An eye said something."""

    connection: EyeConnection
    message: EyeMessage


@dataclass(frozen=True, slots=True)
class EyeDisconnected:
    """The eye's connection ended."""

    connection: EyeConnection


EyeHappening = EyeConnected | EyeSaid | EyeDisconnected


class EyeServer:
    """Listens at `path` and tells `tell` what happens, in order. One eye at a time.

    A new eye takes the place of the old one, but only after all that the old one said was told: what it
    saw last may be what the new one sees first.
    """

    def __init__(self, path: Path, tell: Callable[[EyeHappening], None]) -> None:
        self._path = path
        self._tell = tell

    def serve(self, stopping: threading.Event) -> None:
        """Listen until `stopping` is set.

        Raises:
            OSError: the socket cannot be made (no runtime directory, no right to it).
        """
        # Bound under another name first: a socket that has its name but does not listen yet refuses the eye.
        unready = self._path.with_name(".eye.new")  # short: a socket's path has 107 bytes at most
        unready.unlink(missing_ok=True)
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listener:
            listener.bind(str(unready))
            unready.chmod(_SOCKET_MODE)
            listener.listen(2)
            unready.replace(self._path)
            while not stopping.is_set():
                if _readable(listener, _WAKE_S):
                    self._follow(listener, listener.accept()[0], stopping)
        self._path.unlink(missing_ok=True)

    def _follow(self, listener: socket.socket, accepted: socket.socket, stopping: threading.Event) -> None:
        with accepted:
            accepted.settimeout(_SEND_TIMEOUT_S)
            connection = EyeConnection(accepted)
            self._tell(EyeConnected(connection))
            try:
                self._read(listener, accepted, connection, stopping)
            except MessageError as error:
                _log.warning("the eye's connection is ended: %s", error)
            except OSError as error:
                _log.info("the eye's connection ended: %s", type(error).__name__)
            self._tell(EyeDisconnected(connection))

    def _read(
        self,
        listener: socket.socket,
        accepted: socket.socket,
        connection: EyeConnection,
        stopping: threading.Event,
    ) -> None:
        buffer = LineBuffer()
        silent_s = 0.0
        while not stopping.is_set():
            if _readable(accepted, _WAKE_S):
                piece = accepted.recv(_RECEIVE_BYTES)
                if not piece:
                    return
                silent_s = 0.0
                for line in buffer.feed(piece):
                    self._tell(EyeSaid(connection, from_eye(line)))
                continue
            silent_s += _WAKE_S
            if silent_s >= SILENCE_S:
                _log.warning("the eye has been silent for %.0f s: its connection is ended", silent_s)
                return
            if _readable(listener, 0):
                return


def _readable(source: socket.socket, timeout_s: float) -> bool:
    with selectors.DefaultSelector() as selector:
        selector.register(source, selectors.EVENT_READ)
        return bool(selector.select(timeout_s))
