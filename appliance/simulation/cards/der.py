"""Writing BER-TLV and DER: what the virtual cards' files are made of."""

from __future__ import annotations

__all__ = ["bit_string", "integer", "sequence", "tlv"]

_SHORT_LENGTH = 0x80
_SEQUENCE = 0x30
_INTEGER = 0x02
_BIT_STRING = 0x03
_BYTE = 0x100


def tlv(tag: int, *parts: bytes) -> bytes:
    """One object: tag as written, definite length, the parts one after the other."""
    value = b"".join(parts)
    name = tag.to_bytes(max(1, (tag.bit_length() + 7) // 8), "big")
    if len(value) < _SHORT_LENGTH:
        return name + bytes((len(value),)) + value
    length = len(value).to_bytes((len(value).bit_length() + 7) // 8, "big")
    return name + bytes((_SHORT_LENGTH | len(length),)) + length + value


def sequence(*parts: bytes) -> bytes:
    """SEQUENCE."""
    return tlv(_SEQUENCE, *parts)


def integer(value: int, tag: int = _INTEGER) -> bytes:
    """A non-negative INTEGER, or one under another tag."""
    return tlv(tag, value.to_bytes(value.bit_length() // 8 + 1, "big"))


def bit_string(*positions: int) -> bytes:
    """BIT STRING with these bits set; bit 0 is the first, trailing zeros cut as DER has it."""
    size = max(positions) // 8 + 1
    content = bytearray(size)
    for position in positions:
        content[position // 8] |= 0x80 >> position % 8
    return tlv(_BIT_STRING, bytes((7 - max(positions) % 8,)), bytes(content))
