"""A reader's own keys: the code is typed on the reader and never enters this machine (PC/SC 2, part 10).

Pure: what to send to the reader and what its answers say. Nothing here was tried on a real pinpad: the
virtual reader has none.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from enum import IntEnum, unique

from appliance.cards.errors import CardError, MalformedError, PinBlockedError, PinRefusedError, StatusError
from appliance.cards.pkcs15 import PinEntry

__all__ = ["GET_FEATURES", "PinPad", "PinPadCancelledError", "check_pinpad_answer", "find_pinpad"]

_CTL_BASE = 0x42000000
GET_FEATURES = _CTL_BASE + 3400
"""CM_IOCTL_GET_FEATURE_REQUEST of pcsc-lite."""

MAX_FEATURES = 32
_FEATURE_BYTES = 6
_CONTROL_BYTES = 4

_TIMEOUT_S = 30
_FORMAT_ASCII_LEFT = 0x82
_PIN_BLOCK_PLAIN = 0x00
_PIN_LENGTH_NOT_SENT = 0x00
_VALIDATE_BY_KEY = 0x02
_ONE_MESSAGE = 0x01
_FRENCH = 0x040C
_FIRST_MESSAGE = 0x00
_VERIFY = struct.Struct("<BBBBBHBBHB3sI")
"""PIN_VERIFY_STRUCTURE, packed; pcsc-lite wants host order, little-endian on every machine of ours."""


@unique
class _Feature(IntEnum):
    VERIFY_PIN_DIRECT = 0x06


@unique
class _PadSw(IntEnum):
    SUCCESS = 0x9000
    TIMEOUT = 0x6400
    CANCELLED = 0x6401
    BLOCKED = 0x6983


_SW1_COUNTER = 0x63
_COUNTER = 0x0F
_STATUS_BYTES = 2


class PinPadCancelledError(CardError):
    """The holder pressed the red key, or typed nothing in time; no try was spent."""


@dataclass(frozen=True, slots=True)
class PinPad:
    """A reader that takes the code itself; `control_code` is what it wants to be told with."""

    control_code: int

    def request(self, header: tuple[int, int, int, int], pin: PinEntry) -> bytes:
        """The order to take a code and present it in a VERIFY of this header."""
        blank = bytes((pin.pad if pin.pad is not None else 0xFF,)) * pin.stored_length
        command = bytes(header) + bytes((len(blank),)) + blank
        return (
            _VERIFY.pack(
                _TIMEOUT_S,
                _TIMEOUT_S,
                _FORMAT_ASCII_LEFT,
                _PIN_BLOCK_PLAIN | len(blank),
                _PIN_LENGTH_NOT_SENT,
                pin.min_length << 8 | pin.max_length,
                _VALIDATE_BY_KEY,
                _ONE_MESSAGE,
                _FRENCH,
                _FIRST_MESSAGE,
                b"\0\0\0",
                len(command),
            )
            + command
        )


def find_pinpad(features: bytes) -> PinPad | None:
    """The pinpad a reader announces in its list of features, None without one.

    Raises:
        MalformedError: the list does not parse.
    """
    if len(features) % _FEATURE_BYTES or len(features) > MAX_FEATURES * _FEATURE_BYTES:
        raise MalformedError("a list of features is a few entries of six bytes")
    for at in range(0, len(features), _FEATURE_BYTES):
        tag, length = features[at], features[at + 1]
        if length != _CONTROL_BYTES:
            raise MalformedError("a feature's control code is four bytes")
        if tag == _Feature.VERIFY_PIN_DIRECT:
            return PinPad(int.from_bytes(features[at + 2 : at + _FEATURE_BYTES], "big"))
    return None


def check_pinpad_answer(answer: bytes) -> None:
    """Return when the code was right.

    Raises:
        PinPadCancelledError, PinRefusedError, PinBlockedError: as they say.
        StatusError, MalformedError: the reader answered something else.
    """
    if len(answer) < _STATUS_BYTES:
        raise MalformedError("the pinpad's answer has no status word")
    sw = int.from_bytes(answer[-_STATUS_BYTES:], "big")
    if sw in {_PadSw.TIMEOUT, _PadSw.CANCELLED}:
        raise PinPadCancelledError("no code was typed")
    if sw == _PadSw.BLOCKED or sw == _SW1_COUNTER << 8 | 0xC0:
        raise PinBlockedError("no try is left")
    if sw >> 8 == _SW1_COUNTER:
        raise PinRefusedError(sw & _COUNTER)
    if sw != _PadSw.SUCCESS:
        raise StatusError(sw, "presenting the code on the pinpad")
