"""Messages between our programs: one JSON object a line, of bounded length, over a Unix stream socket."""

from __future__ import annotations

from collections.abc import Iterator

__all__ = ["MAX_LINE_BYTES", "LineBuffer", "MessageError", "to_line"]

MAX_LINE_BYTES = 16 * 1024
"""The largest message: a sighting of 7089 bytes is 9452 in base64, plus its frame."""


class MessageError(ValueError):
    """The peer sent what is no message; end the connection, it will come back."""


def to_line(message: str) -> bytes:
    """One JSON text as a line.

    Raises:
        MessageError: it would be longer than MAX_LINE_BYTES.
    """
    line = message.encode() + b"\n"
    if len(line) > MAX_LINE_BYTES:
        raise MessageError(f"a message has at most {MAX_LINE_BYTES} bytes, not {len(line)}")
    return line


class LineBuffer:
    """Puts the pieces that a socket gives together to lines; holds at most one."""

    def __init__(self) -> None:
        self._held = bytearray()

    def feed(self, piece: bytes) -> Iterator[bytes]:
        """Take what was received; gives the lines that became whole, without their end.

        Raises:
            MessageError: a line is longer than MAX_LINE_BYTES.
        """
        self._held += piece
        while (end := self._held.find(b"\n")) >= 0:
            line = bytes(self._held[:end])
            del self._held[: end + 1]
            if len(line) >= MAX_LINE_BYTES:
                raise MessageError(f"a message has at most {MAX_LINE_BYTES} bytes")
            yield line
        if len(self._held) >= MAX_LINE_BYTES:
            raise MessageError(f"a message has at most {MAX_LINE_BYTES} bytes")
