"""APDUs as values (ISO/IEC 7816-4): short commands, responses, status words, and the one seam of a card."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum, StrEnum, unique

__all__ = [
    "MAX_LE",
    "CommandApdu",
    "Ins",
    "ResponseApdu",
    "Sw",
    "TransmissionProtocol",
    "Transmit",
    "wipe",
]

Transmit = Callable[[bytes | bytearray], tuple[bytes, int]]
"""The seam: one command as it goes to the reader -> (data, status word). Raises TransportError."""

MAX_DATA_BYTES = 255
MAX_LE = 256
"""A short APDU asks for at most 256 bytes. Both CPS and Vitale announce or need no more."""

_BYTE = 0xFF


@unique
class TransmissionProtocol(StrEnum):
    """How the reader and the card talk; T=0 has no room for data and Le in one command."""

    T0 = "T=0"
    T1 = "T=1"


@unique
class Ins(IntEnum):
    """The instructions we send. None of them writes."""

    VERIFY = 0x20
    MANAGE_SECURITY_ENVIRONMENT = 0x22
    PERFORM_SECURITY_OPERATION = 0x2A
    SELECT = 0xA4
    READ_BINARY = 0xB0
    GET_RESPONSE = 0xC0
    GET_DATA = 0xCB


@unique
class Sw(IntEnum):
    """Status words that mean something to us (ISO/IEC 7816-4, table 5)."""

    SUCCESS = 0x9000
    END_OF_FILE = 0x6282
    WRONG_LENGTH = 0x6700
    SECURITY_STATUS_NOT_SATISFIED = 0x6982
    AUTHENTICATION_BLOCKED = 0x6983
    CONDITIONS_NOT_SATISFIED = 0x6985
    NO_CURRENT_FILE = 0x6986
    WRONG_DATA = 0x6A80
    FUNCTION_NOT_SUPPORTED = 0x6A81
    FILE_NOT_FOUND = 0x6A82
    WRONG_P1_P2 = 0x6A86
    REFERENCE_NOT_FOUND = 0x6A88
    OFFSET_OUTSIDE_FILE = 0x6B00
    INS_NOT_SUPPORTED = 0x6D00
    CLA_NOT_SUPPORTED = 0x6E00
    UNSPECIFIED = 0x6F00


@dataclass(frozen=True, slots=True, repr=False)
class CommandApdu:
    """A short command.

    Attributes:
        cla, ins, p1, p2: the header.
        data: at most 255 bytes. Never a PIN: that one goes out as a bytearray that is wiped.
        le: how many bytes are wanted, 1..256, or None when none.
    """

    cla: int
    ins: int
    p1: int
    p2: int
    data: bytes = b""
    le: int | None = None

    def __post_init__(self) -> None:
        """Refuse what a short APDU cannot say."""
        if not all(0 <= part <= _BYTE for part in (self.cla, self.ins, self.p1, self.p2)):
            raise ValueError("each byte of an APDU's header is 0..255")
        if len(self.data) > MAX_DATA_BYTES:
            raise ValueError(f"a short APDU holds at most {MAX_DATA_BYTES} bytes, not {len(self.data)}")
        if self.le is not None and not 1 <= self.le <= MAX_LE:
            raise ValueError(f"a short APDU asks for 1..{MAX_LE} bytes, not {self.le}")

    def encode(self, protocol: TransmissionProtocol) -> bytes:
        """The bytes for the reader.

        Under T=0 the Le of a command with data is left out: the card answers 61xx and is asked with
        GET RESPONSE (ISO/IEC 7816-3, 12.2.1, case 4).
        """
        encoded = bytes((self.cla, self.ins, self.p1, self.p2))
        if self.data:
            encoded += bytes((len(self.data),)) + self.data
        if self.le is not None and not (self.data and protocol is TransmissionProtocol.T0):
            encoded += bytes((self.le % MAX_LE,))
        return encoded

    def __repr__(self) -> str:
        """Header and lengths, never the data."""
        header = f"{self.cla:02X} {self.ins:02X} {self.p1:02X} {self.p2:02X}"
        return f"<CommandApdu {header} data={len(self.data)} le={self.le}>"


@dataclass(frozen=True, slots=True, repr=False)
class ResponseApdu:
    """What the card answered: data and status word."""

    data: bytes
    sw: int

    @property
    def ok(self) -> bool:
        """Whether the card says success."""
        return self.sw == Sw.SUCCESS

    @property
    def sw1(self) -> int:
        """First byte of the status word."""
        return self.sw >> 8

    @property
    def sw2(self) -> int:
        """Second byte of the status word."""
        return self.sw & _BYTE

    def __repr__(self) -> str:
        """Status and length, never the data."""
        return f"<ResponseApdu {self.sw:04X} data={len(self.data)}>"


def wipe(secret: bytearray) -> None:
    """Overwrite a secret in place; what the reader's driver copied is out of our reach."""
    secret[:] = bytes(len(secret))
