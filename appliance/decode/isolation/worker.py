"""A worker: takes a frame from the shared memory, reads it, answers; until the channel closes or it dies."""

from __future__ import annotations

import signal
import socket
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Protocol

from appliance.capture.frame import GreyImage
from appliance.decode.finder import MAX_PATCHES
from appliance.decode.isolation.attempt import Attempt
from appliance.decode.isolation.memory import FrameMemory
from appliance.decode.isolation.messages import (
    MAX_PACKET_BYTES,
    Ready,
    Reply,
    SymbolRead,
    UnreadSeen,
    request_of,
    to_packet,
)
from appliance.decode.ladder import Attempting, Step
from appliance.decode.symbol import Symbol, Symbology
from appliance.decode.unread import ExposedReader, WatchedReader, WatchfulReader

__all__ = ["Guard", "ReaderFactory", "serve"]

_FRAME = "frame"
"""Name of the attempt that is everything before the first decoder: finding, registering, averaging."""


class ReaderFactory(Protocol):
    """Makes the worker's reader, whose steps all go through `attempt`."""

    def __call__(self, *, attempt: Attempting, field_width_mm: float) -> WatchedReader:
        """Make one."""
        ...


class Guard:
    """Notes each step, or part of one, before it is done, and passes over what killed a worker before."""

    def __init__(self, memory: FrameMemory, deadly: Iterable[Attempt]) -> None:
        """`deadly`: the attempts that are not made again."""
        self._memory = memory
        self._deadly = tuple(deadly)

    def __call__(self, step: Step, image: GreyImage, wanted: frozenset[Symbology]) -> Iterator[list[Symbol]]:
        """What each part of the step reads; nothing where it would be deadly."""
        attempt = Attempt.of(step.name, image)
        if self.forbids(attempt):
            return
        parts = step.slices(image, wanted)
        while True:
            # Between two parts lie other steps, and whole frames: each part is noted by itself.
            self._memory.begin(attempt)
            symbols = next(parts, None)
            self._memory.end()
            if symbols is None:
                return
            yield symbols

    def forbids(self, attempt: Attempt) -> bool:
        """Whether a worker died of this before."""
        return any(attempt.resembles(deadly) for deadly in self._deadly)


def serve(
    channel: socket.socket,
    memory: FrameMemory,
    make: Callable[[Attempting], WatchedReader],
    deadly: Sequence[Attempt],
    hang_s: float,
) -> None:
    """Answer requests until the channel closes; a frame that takes longer than `hang_s` ends the process."""
    guard = Guard(memory, deadly)
    reader = WatchfulReader(ExposedReader(lambda: make(guard)))
    # Nobody handles this signal: the kernel ends a decoder that loops, whatever it holds.
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    channel.send(to_packet(Ready()))
    while packet := channel.recv(MAX_PACKET_BYTES):
        request = request_of(packet)
        frame = memory.frame(request.shape, request.small, request.number, request.at_ns, request.exposure)
        signal.setitimer(signal.ITIMER_REAL, hang_s)
        whole = Attempt.of(_FRAME, frame.grey if frame.small is None else frame.small)
        symbols: Sequence[Symbol] = ()
        if not guard.forbids(whole):
            memory.begin(whole)
            symbols = reader.read(frame, is_new=request.is_new)
            memory.end()
        signal.setitimer(signal.ITIMER_REAL, 0)
        channel.send(_reply(request.number, symbols, reader))


def _reply(number: int, symbols: Sequence[Symbol], reader: WatchfulReader) -> bytes:
    """The answer, with as many symbols as a packet holds: a view so crowded is no sheet."""
    unread = tuple(UnreadSeen.of(one) for one in reader.unread[:MAX_PATCHES])
    told = [SymbolRead.of(symbol) for symbol in symbols]
    while True:
        packet = to_packet(
            Reply(number=number, unfinished=reader.unfinished, symbols=tuple(told), unread=unread)
        )
        if len(packet) <= MAX_PACKET_BYTES:
            return packet
        told.pop()
