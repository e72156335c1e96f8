"""A doorbell between processes: "the journal changed, look again", and nothing more.

Every process that waits binds a Unix datagram socket of its own in one directory of the runtime directory;
whoever changed the journal sends one byte to each of them. The byte says nothing, so a ring that is lost,
doubled or late harms nobody: a waiter re-reads the journal at least once a second anyway.
"""

from __future__ import annotations

import contextlib
import logging
import os
import secrets
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

from appliance.base.threads import StoppableThread

__all__ = ["MAX_LISTENERS", "REREAD_S", "Doorbell", "Listener"]

_log = logging.getLogger(__name__)

MAX_LISTENERS = 64
"""More sockets than this in the directory are not rung: three programs need three."""

REREAD_S = 1.0
"""A waiter looks for itself at least this often, whatever it heard."""

_SUFFIX = ".bell"
_RING = b"\x07"
"""The byte of a ring (BEL); its value is never looked at."""

_SOCKET_MODE = 0o660
_DIRECTORY_MODE = 0o770
_STOP_S = 1.0


class Doorbell:
    """The bell of one directory, to ring or to listen to; holds nothing open itself."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    def ring(self) -> None:
        """Wake whoever waits, in any process; never blocks, never fails.

        The socket files of the dead are removed on the way.
        """
        with contextlib.suppress(FileNotFoundError), _opened(self._directory) as directory:
            names = sorted(name for name in os.listdir(directory) if name.endswith(_SUFFIX))  # noqa: PTH208 - the open one
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as ringer:
                ringer.setblocking(False)
                for name in names[:MAX_LISTENERS]:
                    _ring_one(ringer, directory, name)

    def listen(self) -> Listener:
        """A listener of this process; enter it to hear the rings of others."""
        return Listener(self._directory)


class Listener:
    """Hears the bell for all threads of a process.

    One thread receives and any number wait. Before it is entered, and after it is left, `wait` still works
    and merely times out (or hears a `nudge`): re-reading carries on.
    """

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._heard = threading.Condition()
        self._rings = 0
        self._socket: socket.socket | None = None
        self._name = ""
        self._thread: StoppableThread | None = None

    def __enter__(self) -> Self:
        """Bind the socket and start to hear.

        Raises:
            OSError: the directory cannot be made or written to.
        """
        self._directory.mkdir(mode=_DIRECTORY_MODE, parents=True, exist_ok=True)
        # The pid is for the person who looks into the directory; the rest makes the name unique.
        self._name = f"{os.getpid()}-{secrets.token_hex(4)}{_SUFFIX}"
        self._socket = _bound(self._directory, self._name)
        self._thread = StoppableThread("doorbell", self._hear)
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Stop hearing."""
        self.close()

    @property
    def rings(self) -> int:
        """How often the bell was heard so far. Take it *before* reading the journal, give it to `wait`."""
        with self._heard:
            return self._rings

    def wait(self, timeout_s: float, *, after: int | None = None) -> bool:
        """Wait for a ring.

        Args:
            timeout_s: how long at most.
            after: the value `rings` had before the journal was read, so that a ring between that reading
                and this call is not missed; by default only rings from now on count.

        Returns:
            True when the bell rang, False at the time-out.
        """
        with self._heard:
            seen = self._rings if after is None else after
            return self._heard.wait_for(lambda: self._rings > seen, timeout_s)

    def nudge(self) -> None:
        """Wake the waiters of this process only."""
        with self._heard:
            self._rings += 1
            self._heard.notify_all()

    def close(self) -> None:
        """Stop hearing and remove the socket; may be called again."""
        thread, bell = self._thread, self._socket
        self._thread = self._socket = None
        if thread is None or bell is None:
            return
        thread.stopping.set()
        # Shutting a datagram socket down wakes the thread that is blocked in recv.
        with contextlib.suppress(OSError):
            bell.shutdown(socket.SHUT_RDWR)
        thread.stop(_STOP_S)
        bell.close()
        with contextlib.suppress(OSError):
            (self._directory / self._name).unlink()

    def _hear(self, stopping: threading.Event) -> None:
        bell = self._socket
        while bell is not None and not stopping.is_set():
            bell.recv(len(_RING))
            if not stopping.is_set():
                self.nudge()


@contextlib.contextmanager
def _opened(directory: Path) -> Iterator[int]:
    descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def _address(directory: int, name: str) -> str:
    """The socket's address through the open directory: sun_path holds 108 bytes, which a path may exceed."""
    return f"/proc/self/fd/{directory}/{name}"


def _bound(directory: Path, name: str) -> socket.socket:
    bell = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    # Bound under another name first: between the making of the file and the end of bind() the kernel refuses
    # connections, and a ringer would take the file for a dead one's and remove it.
    unready = f"{name}.new"
    try:
        with _opened(directory) as descriptor:
            bell.bind(_address(descriptor, unready))
            try:
                (directory / unready).chmod(_SOCKET_MODE)
                os.rename(unready, name, src_dir_fd=descriptor, dst_dir_fd=descriptor)
            except BaseException:
                os.unlink(unready, dir_fd=descriptor)
                raise
    except BaseException:
        bell.close()
        raise
    return bell


def _ring_one(ringer: socket.socket, directory: int, name: str) -> None:
    try:
        ringer.sendto(_RING, _address(directory, name))
    except ConnectionRefusedError:  # nobody holds that socket any more
        with contextlib.suppress(OSError):
            os.unlink(name, dir_fd=directory)
    except (BlockingIOError, FileNotFoundError):
        pass  # rings enough are waiting there already, or it left just now
    except OSError as error:
        _log.debug("a doorbell could not be rung: %s", type(error).__name__)
