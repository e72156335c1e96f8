"""Seam 1, sightings: what the eye tells the counter, and what the counter answers.

The eye says `Hello`, the counter answers `Welcome` with the presentations it has in its journal. From then on
the eye sends `Sighted` and `Left`, and repeats a sighting on each new connection until the counter said
`Stored`. Ids are the eye's; the counter's journal keeps one event an id, so repeating is harmless.
"""

from __future__ import annotations

import hashlib
import hmac
from enum import StrEnum, unique
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, FiniteFloat, TypeAdapter, ValidationError

from appliance.base.lines import MessageError, to_line
from appliance.decode.presence import MAX_IN_VIEW
from appliance.decode.reason_words import Reason
from appliance.decode.symbol import MAX_CONTENT_BYTES, Symbol, Symbology

__all__ = [
    "MAX_PAGE_BYTES",
    "MAX_PIECE_BYTES",
    "Alive",
    "CameraSaid",
    "CameraState",
    "CounterMessage",
    "EyeMessage",
    "Hello",
    "Known",
    "Left",
    "LightSaid",
    "PageBegun",
    "PageLeft",
    "PagePiece",
    "Sighted",
    "Stored",
    "UnreadSaid",
    "Welcome",
    "digest_of",
    "encode",
    "from_counter",
    "from_eye",
]

MAX_REASON_LENGTH = 200

MAX_PAGE_BYTES = 2 * 1024 * 1024
"""Of a page's JPEG file: A4 at 300 dots an inch, full of print, has about 1 MiB."""

MAX_PAGE_SIDE_PX = 8192
"""As of a frame; said anew, for whoever hears of pages needs no pictures."""

MAX_PIECE_BYTES = 9 * 1024
"""12 KiB in base64: with what stands around it, within the longest line."""

Identifier = Annotated[str, Field(min_length=1, max_length=64)]
Count = Annotated[int, Field(ge=0, lt=2**63)]
Corner = tuple[FiniteFloat, FiniteFloat]
Digest = Annotated[bytes, Field(min_length=32, max_length=32)]


@unique
class CameraState(StrEnum):
    """What the eye knows of its camera."""

    STARTING = "starting"
    OK = "ok"
    LOST = "lost"
    ENDED = "ended"


class _Message(BaseModel):
    # Nothing of an input may reach a log through an error's text: it may be a patient's code.
    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        hide_input_in_errors=True,
        ser_json_bytes="base64",
        val_json_bytes="base64",
    )


class Hello(_Message):
    """First line of the eye: which run of it, its camera, and how many sightings it had to drop."""

    type: Literal["hello"] = "hello"
    version: Literal[1] = 1
    eye: Identifier
    camera: CameraState
    dropped: Count = 0


class Sighted(_Message):
    """A code appeared under the camera; `at_ns` is CLOCK_MONOTONIC of the frame that showed it."""

    type: Literal["sighted"] = "sighted"
    sighting: Identifier
    symbology: Symbology
    content: Annotated[bytes, Field(max_length=MAX_CONTENT_BYTES)]
    aim: Annotated[str, Field(max_length=8)]
    engine: Annotated[str, Field(max_length=32)]
    corners: tuple[Corner, Corner, Corner, Corner]
    at_ns: Count

    @classmethod
    def of(cls, sighting: str, symbol: Symbol, at_ns: int) -> Sighted:
        """The message that announces a symbol."""
        return cls(
            sighting=sighting,
            symbology=symbol.symbology,
            content=symbol.content,
            aim=symbol.aim,
            engine=symbol.engine,
            corners=symbol.corners,
            at_ns=at_ns,
        )

    @property
    def symbol(self) -> Symbol:
        """What was read."""
        return Symbol(self.symbology, self.content, self.corners, self.aim, self.engine)

    def __repr__(self) -> str:
        """Say which, never what it holds."""
        return f"<Sighted {self.symbology} {len(self.content)} bytes>"

    __str__ = __repr__


class Left(_Message):
    """The code of that sighting was taken away."""

    type: Literal["left"] = "left"
    sighting: Identifier


class CameraSaid(_Message):
    """The camera's state changed; `reason` is a short word for the log."""

    type: Literal["camera"] = "camera"
    state: CameraState
    reason: Annotated[str, Field(max_length=MAX_REASON_LENGTH)] = ""


class UnreadSaid(_Message):
    """A code lies there that cannot be read, and why; or is `seen`, and may be read yet; or none is there."""

    type: Literal["unread"] = "unread"
    reason: Reason | None = None
    seen: bool = False


class Alive(_Message):
    """The eye works: how many frames it looked at since it started."""

    type: Literal["alive"] = "alive"
    frames: Count


class LightSaid(_Message):
    """So much light the eye wants of the lamp, 0 to 1; without a word of it, none."""

    type: Literal["light"] = "light"
    level: Annotated[FiniteFloat, Field(ge=0, le=1)]


class PageBegun(_Message):
    """A page was made of a sheet that lies still: its JPEG follows in pieces.

    Attributes:
        page: id of the page; that of an earlier one that it shows again.
        sightings: of the codes on it.
        size: of the JPEG, bytes.
        real_dpi: dots an inch that the camera resolved; None where there is no print to tell by.
    """

    type: Literal["page"] = "page"
    page: Identifier
    sightings: Annotated[tuple[Identifier, ...], Field(max_length=MAX_IN_VIEW)] = ()
    size: Annotated[int, Field(ge=1, le=MAX_PAGE_BYTES)]
    width_px: Annotated[int, Field(ge=1, le=MAX_PAGE_SIDE_PX)]
    height_px: Annotated[int, Field(ge=1, le=MAX_PAGE_SIDE_PX)]
    dpi: Annotated[int, Field(ge=1, le=1200)]
    width_mm: Annotated[FiniteFloat, Field(gt=0, le=1000)]
    height_mm: Annotated[FiniteFloat, Field(gt=0, le=1000)]
    real_dpi: Annotated[FiniteFloat, Field(ge=0, le=1200)] | None = None
    is_sharp: bool
    is_upright: bool


class PagePiece(_Message):
    """The next bytes of the page that was begun last."""

    type: Literal["piece"] = "piece"
    page: Identifier
    content: Annotated[bytes, Field(min_length=1, max_length=MAX_PIECE_BYTES)]

    def __repr__(self) -> str:
        """Say which, never what it shows."""
        return f"<PagePiece {len(self.content)} bytes>"

    __str__ = __repr__


class PageLeft(_Message):
    """The sheet of that page lies there no more, or shows its other side."""

    type: Literal["page_left"] = "page_left"
    page: Identifier


class Known(_Message):
    """A presentation that the journal has, by the keyed digest of its code."""

    digest: Digest
    sighting: Identifier


class Welcome(_Message):
    """First line of the counter: the salt of the digests and what lies there as far as the journal knows."""

    type: Literal["welcome"] = "welcome"
    version: Literal[1] = 1
    salt: Annotated[bytes, Field(min_length=16, max_length=64)]
    known: Annotated[tuple[Known, ...], Field(max_length=MAX_IN_VIEW)] = ()


class Stored(_Message):
    """The sighting is in the journal: the eye need not repeat it."""

    type: Literal["stored"] = "stored"
    sighting: Identifier


EyeMessage = (
    Hello | Sighted | Left | CameraSaid | UnreadSaid | LightSaid | Alive | PageBegun | PagePiece | PageLeft
)
CounterMessage = Welcome | Stored

_EYE: TypeAdapter[EyeMessage] = TypeAdapter(Annotated[EyeMessage, Field(discriminator="type")])
_COUNTER: TypeAdapter[CounterMessage] = TypeAdapter(Annotated[CounterMessage, Field(discriminator="type")])


def digest_of(salt: bytes, symbol: Symbol) -> bytes:
    """Keyed digest (32 bytes) of a code, so that the journal can recognise it without holding it.

    Keyed, because a prescription number is short enough to be found again from a bare hash.
    """
    return hmac.digest(salt, symbol.symbology.value.encode() + b"\0" + symbol.content, hashlib.sha256)


def encode(message: EyeMessage | CounterMessage) -> bytes:
    """The message as a line."""
    return to_line(message.model_dump_json())


def from_eye(line: bytes) -> EyeMessage:
    """What the eye said.

    Raises:
        MessageError: it is none of the eye's messages, or a field is out of its bounds.
    """
    try:
        return _EYE.validate_json(line)
    except ValidationError as error:
        raise MessageError(f"not a message of the eye ({error.error_count()} faults)") from None


def from_counter(line: bytes) -> CounterMessage:
    """What the counter said.

    Raises:
        MessageError: it is none of the counter's messages, or a field is out of its bounds.
    """
    try:
        return _COUNTER.validate_json(line)
    except ValidationError as error:
        raise MessageError(f"not a message of the counter ({error.error_count()} faults)") from None
