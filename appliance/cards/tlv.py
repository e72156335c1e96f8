"""BER-TLV as cards write it (ISO/IEC 7816-4 annex D, and DER in PKCS#15), bounded in every direction."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from appliance.cards.errors import MalformedError

__all__ = ["MAX_DEPTH", "MAX_OBJECTS", "Tlv", "find", "find_all", "parse", "walk"]

MAX_OBJECTS = 256
"""No file of a CPS or a Vitale holds more objects in one level."""
MAX_DEPTH = 8
"""PKCS#15 needs five levels."""
MAX_TAG_BYTES = 3
MAX_LENGTH_BYTES = 2

_PADDING = (0x00, 0xFF)
_CONSTRUCTED = 0x20
_TAG_CONTINUES = 0x1F
_MORE_TAG_BYTES = 0x80
_LONG_LENGTH = 0x80


@dataclass(frozen=True, slots=True, repr=False)
class Tlv:
    """One object: its tag as written (65, 7F21, BF8101) and its value."""

    tag: int
    value: bytes

    @property
    def is_constructed(self) -> bool:
        """Whether the value is itself a list of objects."""
        first = self.tag
        while first > 0xFF:
            first >>= 8
        return bool(first & _CONSTRUCTED)

    def children(self) -> tuple[Tlv, ...]:
        """The objects inside.

        Raises:
            MalformedError: the value is no list of objects.
        """
        return parse(self.value)

    def __repr__(self) -> str:
        """Tag and length, never the value."""
        return f"<Tlv {self.tag:02X} {len(self.value)} bytes>"


def parse(data: bytes) -> tuple[Tlv, ...]:
    """Read the objects of one level; 00 and FF between objects are padding, as cards fill their files.

    Raises:
        MalformedError: an object runs over the end, a length is indefinite or too long, or there are more
            than MAX_OBJECTS.
    """
    objects: list[Tlv] = []
    at = 0
    while at < len(data):
        if data[at] in _PADDING:
            at += 1
            continue
        if len(objects) == MAX_OBJECTS:
            raise MalformedError(f"a level holds at most {MAX_OBJECTS} objects")
        tag, at = _read_tag(data, at)
        length, at = _read_length(data, at)
        if length > len(data) - at:
            raise MalformedError("an object runs over the end of its file")
        objects.append(Tlv(tag, data[at : at + length]))
        at += length
    return tuple(objects)


def _read_tag(data: bytes, at: int) -> tuple[int, int]:
    tag = data[at]
    at += 1
    if tag & _TAG_CONTINUES != _TAG_CONTINUES:
        return tag, at
    for _ in range(MAX_TAG_BYTES - 1):
        if at >= len(data):
            break
        tag = tag << 8 | data[at]
        at += 1
        if not tag & _MORE_TAG_BYTES:
            return tag, at
    raise MalformedError(f"a tag is at most {MAX_TAG_BYTES} whole bytes")


def _read_length(data: bytes, at: int) -> tuple[int, int]:
    if at >= len(data):
        raise MalformedError("an object has no length")
    first = data[at]
    at += 1
    if not first & _LONG_LENGTH:
        return first, at
    count = first & ~_LONG_LENGTH
    if not 1 <= count <= MAX_LENGTH_BYTES or at + count > len(data):
        raise MalformedError(f"a length is at most {MAX_LENGTH_BYTES} whole bytes")
    return int.from_bytes(data[at : at + count], "big"), at + count


def find(objects: tuple[Tlv, ...], tag: int) -> Tlv | None:
    """The first object of this level with the tag."""
    return next((item for item in objects if item.tag == tag), None)


def find_all(objects: tuple[Tlv, ...], tag: int) -> tuple[Tlv, ...]:
    """All objects of this level with the tag, in order."""
    return tuple(item for item in objects if item.tag == tag)


def walk(objects: tuple[Tlv, ...], depth: int = MAX_DEPTH) -> Iterator[Tlv]:
    """Every object of every level, outermost first.

    Raises:
        MalformedError: deeper than MAX_DEPTH, or a constructed object does not parse.
    """
    if depth == 0:
        raise MalformedError(f"objects nest at most {MAX_DEPTH} deep")
    for item in objects:
        yield item
        if item.is_constructed:
            yield from walk(item.children(), depth - 1)
