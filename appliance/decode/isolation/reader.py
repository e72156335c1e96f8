"""A reader whose decoders run in another process, and may die there."""

from __future__ import annotations

import contextlib
import logging
import os
import select
import signal
import socket
import subprocess
import sys
from collections.abc import Sequence
from typing import Final

from appliance.base.clock import NS_PER_S, Clock, SystemClock
from appliance.capture.frame import Frame
from appliance.decode.finder import FIELD_WIDTH_MM
from appliance.decode.isolation.memory import MAX_SMALL_PIXELS, FrameMemory
from appliance.decode.isolation.messages import (
    MAX_PACKET_BYTES,
    Died,
    FromDecoder,
    PacketError,
    Ready,
    Reply,
    Request,
    from_decoder,
    to_packet,
)
from appliance.decode.symbol import Symbol
from appliance.decode.unread import Unread

__all__ = ["HANG_S", "START_S", "IsolatedReader"]

_log = logging.getLogger(__name__)

HANG_S: Final = 2.5
"""A frame takes 40 ms, some hundred on a machine that swaps; after so long a decoder will not come back."""

START_S: Final = 30.0
"""Importing all decoders takes a second here, some from a cold SD card."""

_GLANCE_S: Final = 0.02
"""How long a frame waits for decoders that are being started: the eye goes on meanwhile, without codes."""

_ANSWER_FACTOR: Final = 2.0
"""How much longer than HANG_S the eye waits itself: the next worker may have to be forked first."""

_RETRY_NS: Final = NS_PER_S
_DEFAULT_READER: Final = "appliance.decode.reader:Reader"
_ONE_THREAD: Final = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")
"""A library that starts threads when it is imported would make the fork unsafe."""


class _GoneError(Exception):
    """The decoders' process is gone or says nothing sensible; it is ended and started again."""


class _AbsentError(Exception):
    """The decoders are not there yet; a later frame asks again."""


class IsolatedReader:
    """Reads like a `Reader`; a decoder's death or hang costs the frame it died on.

    `deaths` counts the workers that died, `starts` the processes that were started.
    """

    def __init__(
        self,
        reader: str = _DEFAULT_READER,
        *,
        field_width_mm: float = FIELD_WIDTH_MM,
        hang_s: float = HANG_S,
        clock: Clock | None = None,
    ) -> None:
        """Start nothing yet: the first frame does, or `start`.

        Args:
            reader: `module:attribute` of what makes the workers' reader (a `ReaderFactory`).
            field_width_mm: what the camera sees of the counter, from left to right.
            hang_s: after which a worker that does not answer is ended.
            clock: of the time-outs.
        """
        self.deaths = 0
        self.starts = 0
        self._reader = reader
        self._field_width_mm = field_width_mm
        self._hang_s = hang_s
        self._clock = clock or SystemClock()
        self._memory_fd = FrameMemory.create()
        self._memory = FrameMemory(self._memory_fd)
        self._process: subprocess.Popen[bytes] | None = None
        self._channel: socket.socket | None = None
        self._number = 0
        self._is_fresh = True
        self._unfinished = False
        self._unread: tuple[Unread, ...] = ()
        self._started_ns = 0
        self._is_ready = False

    @property
    def unfinished(self) -> bool:
        """Whether something lies there that has not been tried with all means yet."""
        return self._unfinished

    @property
    def unread(self) -> tuple[Unread, ...]:
        """What lies there and cannot be read, as of the last frame that was read."""
        return self._unread

    @property
    def process_id(self) -> int | None:
        """Of the nursery, while it runs."""
        return None if self._process is None else self._process.pid

    def start(self) -> None:
        """Start the decoders and wait until they are there; a failed start is tried again with a frame."""
        with contextlib.suppress(_AbsentError):
            try:
                self._ensure(START_S)
            except _GoneError as error:
                self._lose(str(error))

    def read(self, frame: Frame, *, is_new: bool = True) -> Sequence[Symbol]:
        """The symbols that lie in the frame; none where its reading ended the decoders."""
        with contextlib.suppress(_AbsentError):
            try:
                channel = self._ensure(_GLANCE_S)
                return self._ask(channel, frame, is_new=is_new or self._is_fresh)
            except _GoneError as error:
                self._lose(str(error))
        self._unfinished = True
        return ()

    def close(self) -> None:
        """End the decoders and give the memory back."""
        self._end()
        self._memory.close()
        with contextlib.suppress(OSError):
            os.close(self._memory_fd)

    def _ask(self, channel: socket.socket, frame: Frame, *, is_new: bool) -> Sequence[Symbol]:
        small = frame.small
        if small is not None and small.size > MAX_SMALL_PIXELS:
            small = None
        self._number += 1
        self._memory.put(Frame(frame.grey, frame.sequence, frame.captured_at_ns, small))
        request = Request(
            number=self._number,
            shape=frame.grey.shape,
            small=None if small is None else small.shape,
            at_ns=frame.captured_at_ns,
            is_new=is_new,
            exposure=frame.exposure,
        )
        self._send(channel, to_packet(request))
        deadline_ns = self._deadline_ns(_ANSWER_FACTOR * self._hang_s)
        while True:
            match self._receive(channel, deadline_ns):
                case Reply() as reply if reply.number == self._number:
                    self._is_fresh = False
                    self._unfinished = reply.unfinished
                    self._unread = tuple(seen.unread for seen in reply.unread)
                    return [told.symbol for told in reply.symbols]
                case Died() as died:
                    self._count_death(died)
                    return ()
                case Ready() | Reply():
                    continue

    def _count_death(self, died: Died) -> None:
        """The next worker knows nothing of what lies there: it is shown the next frame as a new one."""
        self.deaths += 1
        self._is_fresh = True
        self._unfinished = True
        how = signal.Signals(died.signal).name if died.signal in set(signal.Signals) else "an error"
        _log.warning("a decoder ended by %s in the step %r; that step is skipped there", how, died.attempt)

    def _ensure(self, patience_s: float) -> socket.socket:
        """The channel to living decoders; starts them where they are not, and waits a little.

        Raises:
            _AbsentError: they are not ready yet.
            _GoneError: they did not become ready within START_S.
        """
        if self._channel is None:
            self._spawn()
        channel = self._channel
        if channel is None:
            raise _AbsentError
        if not self._is_ready:
            if self._clock.monotonic_ns() > self._started_ns + round(START_S * NS_PER_S):
                raise _GoneError("not started in time")
            readable, _, _ = select.select([channel], [], [], patience_s)
            if not readable:
                raise _AbsentError
            if not isinstance(self._receive(channel, self._clock.monotonic_ns()), Ready):
                raise _AbsentError
            self._is_ready = True
        return channel

    def _spawn(self) -> None:
        """Start a nursery, unless the last one was started a moment ago."""
        now_ns = self._clock.monotonic_ns()
        if self.starts and now_ns < self._started_ns + _RETRY_NS:
            return
        self._started_ns = now_ns
        self.starts += 1
        self._is_ready, self._is_fresh = False, True
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._channel = ours
        with theirs:
            descriptors = (theirs.fileno(), self._memory_fd)
            arguments = (*descriptors, self._reader, self._hang_s, self._field_width_mm)
            self._process = subprocess.Popen(
                [sys.executable, "-m", "appliance.decode.isolation.nursery", *map(str, arguments)],
                pass_fds=descriptors,
                stdin=subprocess.DEVNULL,
                env={**os.environ, **_ONE_THREAD},
            )

    def _send(self, channel: socket.socket, packet: bytes) -> None:
        try:
            channel.send(packet)
        except OSError as error:
            raise _GoneError(type(error).__name__) from error

    def _receive(self, channel: socket.socket, deadline_ns: int) -> FromDecoder:
        left_s = max(0.0, (deadline_ns - self._clock.monotonic_ns()) / NS_PER_S)
        readable, _, _ = select.select([channel], [], [], left_s)
        if not readable:
            raise _GoneError("no answer in time")
        try:
            packet = channel.recv(MAX_PACKET_BYTES)
            if not packet:
                raise _GoneError("the channel closed")
            return from_decoder(packet)
        except OSError as error:
            raise _GoneError(type(error).__name__) from error
        except PacketError as error:
            raise _GoneError(str(error)) from error

    def _deadline_ns(self, seconds: float) -> int:
        return self._clock.monotonic_ns() + round(seconds * NS_PER_S)

    def _lose(self, why: str) -> None:
        """End what is left of the decoders; a later frame starts them again."""
        if self._process is not None:
            _log.error("the decoders are started again: %s", why)
            self.deaths += 1
        self._unread = ()
        self._end()

    def _end(self) -> None:
        if self._channel is not None:
            self._channel.close()
            self._channel = None
        if self._process is not None:
            # Its worker dies with it.
            self._process.kill()
            self._process.wait()
            self._process = None
