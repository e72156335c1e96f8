"""What goes between the eye and its decoders: bounded packets, validated like a stranger's.

A decoder that was taken over by a picture can say a wrong code; it must not be able to do more.
"""

from __future__ import annotations

from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from appliance.capture.frame import MAX_SIDE_PX, ExposureTarget
from appliance.decode.finder import MAX_PATCHES, Box
from appliance.decode.reason_words import Reason
from appliance.decode.symbol import MAX_CONTENT_BYTES, Symbol, Symbology
from appliance.decode.unread import Unread

__all__ = [
    "MAX_PACKET_BYTES",
    "Died",
    "FromDecoder",
    "PacketError",
    "Ready",
    "Reply",
    "Request",
    "SymbolRead",
    "UnreadSeen",
    "from_decoder",
    "request_of",
    "to_packet",
]

MAX_PACKET_BYTES: Final = 128 * 1024
"""A sequenced-packet socket takes 200 KiB at once; eight of the largest symbols are 76 KiB in base 64."""

_MAX_SYMBOLS: Final = 8 * MAX_PATCHES
_Side = Annotated[int, Field(ge=1, le=MAX_SIDE_PX)]
_Edge = Annotated[int, Field(ge=0, le=MAX_SIDE_PX)]
_Shape = tuple[_Side, _Side]
_Count = Annotated[int, Field(ge=0, lt=2**63)]
_Coordinate = Annotated[float, Field(ge=-MAX_SIDE_PX, le=2 * MAX_SIDE_PX, allow_inf_nan=False)]
_Corner = tuple[_Coordinate, _Coordinate]


class PacketError(ValueError):
    """The decoders' process said something that is no message of theirs: end it and start it again."""


class _Packet(BaseModel):
    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        hide_input_in_errors=True,
        ser_json_bytes="base64",
        val_json_bytes="base64",
    )


class Request(_Packet):
    """Read the frame in the shared memory: its height and width, those of its small copy, its exposure."""

    number: _Count
    shape: _Shape
    small: _Shape | None = None
    at_ns: _Count
    is_new: bool
    exposure: ExposureTarget = ExposureTarget.PAPER


class SymbolRead(_Packet):
    """A symbol as it goes over."""

    symbology: Symbology
    content: Annotated[bytes, Field(max_length=MAX_CONTENT_BYTES)]
    corners: tuple[_Corner, _Corner, _Corner, _Corner]
    aim: Annotated[str, Field(max_length=8)] = ""
    engine: Annotated[str, Field(max_length=32)] = ""

    @classmethod
    def of(cls, symbol: Symbol) -> SymbolRead:
        """The message that holds a symbol."""
        return cls(
            symbology=symbol.symbology,
            content=symbol.content,
            corners=symbol.corners,
            aim=symbol.aim,
            engine=symbol.engine,
        )

    @property
    def symbol(self) -> Symbol:
        """What was read."""
        return Symbol(self.symbology, self.content, self.corners, self.aim, self.engine)

    def __repr__(self) -> str:
        """Say which, never what it holds."""
        return f"<SymbolRead {self.symbology} {len(self.content)} bytes>"

    __str__ = __repr__


class UnreadSeen(_Packet):
    """A code that lies there and is not read: its upright box in the frame, and why, once that is known."""

    box: tuple[_Edge, _Edge, _Edge, _Edge]
    reason: Reason | None

    @classmethod
    def of(cls, unread: Unread) -> UnreadSeen:
        """The message that says it."""
        box = unread.box
        return cls(box=(box.left, box.top, box.right, box.bottom), reason=unread.reason)

    @property
    def unread(self) -> Unread:
        """What was seen."""
        return Unread(Box(*self.box), self.reason)


class Ready(_Packet):
    """A worker waits for frames."""

    type: Literal["ready"] = "ready"


class Died(_Packet):
    """A worker ended by a signal (or an error: 0) while it tried `attempt`; the next one comes at once."""

    type: Literal["died"] = "died"
    signal: Annotated[int, Field(ge=0, le=64)]
    attempt: Annotated[str, Field(max_length=64)] = ""


class Reply(_Packet):
    """What lies in the frame of that number, and whether there is more to try on the next one."""

    type: Literal["reply"] = "reply"
    number: _Count
    unfinished: bool
    symbols: Annotated[tuple[SymbolRead, ...], Field(max_length=_MAX_SYMBOLS)] = ()
    unread: Annotated[tuple[UnreadSeen, ...], Field(max_length=MAX_PATCHES)] = ()


FromDecoder = Ready | Died | Reply
_FROM_DECODER: TypeAdapter[FromDecoder] = TypeAdapter(Annotated[FromDecoder, Field(discriminator="type")])


def to_packet(message: Request | FromDecoder) -> bytes:
    """The message as one packet."""
    return message.model_dump_json().encode()


def request_of(packet: bytes) -> Request:
    """What the eye asked.

    Raises:
        PacketError: it is no request.
    """
    try:
        return Request.model_validate_json(packet)
    except ValidationError as error:
        raise PacketError(f"not a request ({error.error_count()} faults)") from None


def from_decoder(packet: bytes) -> FromDecoder:
    """What the decoders' process said.

    Raises:
        PacketError: it is none of its messages, or a field is out of its bounds.
    """
    try:
        return _FROM_DECODER.validate_json(packet)
    except ValidationError as error:
        raise PacketError(f"not a message of the decoders ({error.error_count()} faults)") from None
