"""What of a text goes over the line: its encoding, what begins and what ends it. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

__all__ = ["ACK", "MAX_FRAME_BYTES", "NAK", "Framing", "UnsendableError"]

STX: Final = 0x02
ETX: Final = 0x03
ACK: Final = 0x06
XON: Final = 0x11
XOFF: Final = 0x13
NAK: Final = 0x15
"""Control characters of ASCII (ISO/IEC 646)."""

MAX_FRAME_BYTES: Final = 16 * 1024
"""The largest code has 7,089 bytes; what an affix, a template and UTF-8 add to it fits twice."""


class UnsendableError(Exception):
    """The text cannot be sent in this framing; choose another form, encoding or framing in the settings."""


@dataclass(frozen=True, slots=True)
class Framing:
    """How texts go over the line.

    Attributes:
        encoding: of Python's codecs.
        end: what ends a text.
        is_framed: STX before the text, ETX after its end: the host knows where a text begins.
        has_xon_xoff: the line's own bytes XON and XOFF cannot be in a text.
    """

    encoding: str
    end: bytes
    is_framed: bool
    has_xon_xoff: bool

    def frame(self, text: str) -> bytes:
        """The bytes of one text.

        Raises:
            UnsendableError: a character that the encoding lacks, a byte that the line needs itself, or too
                many bytes.
        """
        try:
            body = text.encode(self.encoding) + self.end
        except UnicodeEncodeError:
            # No chain: the error quotes the text.
            raise UnsendableError("a character that the encoding lacks") from None
        reserved = {*((STX, ETX) if self.is_framed else ()), *((XON, XOFF) if self.has_xon_xoff else ())}
        if reserved.intersection(body):
            raise UnsendableError("a byte that the line needs itself")
        framed = bytes([STX]) + body + bytes([ETX]) if self.is_framed else body
        if len(framed) > MAX_FRAME_BYTES:
            raise UnsendableError(f"{len(framed)} / {MAX_FRAME_BYTES} bytes")
        return framed

    def mend(self) -> bytes:
        """What to send after a text that was cut short, so that the next is not taken for its rest."""
        return b"" if self.is_framed else self.end
