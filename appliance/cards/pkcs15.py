"""The directory of a CPS (ISO/IEC 7816-15, PKCS#15): which certificates, keys and codes it has, and where.

Nothing is hard-coded but the directory's own place: the ANS' module finds everything by these files too, and
the file identifiers may differ from card to card. Pure: bytes in, values out.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import IntEnum, IntFlag, unique

from appliance.cards.errors import MalformedError
from appliance.cards.tlv import Tlv, find, find_all, parse, walk

__all__ = [
    "MAX_ENTRIES",
    "CertificateEntry",
    "Directory",
    "FilePath",
    "KeyEntry",
    "KeyUsage",
    "PinEntry",
    "application_path",
    "parse_certificates",
    "parse_directory",
    "parse_keys",
    "parse_pins",
]

MAX_ENTRIES = 32
"""A CPS has three certificates, two keys and one code; a directory of more than 32 is no CPS."""
MAX_PATH_BYTES = 16
MAX_LABEL_CHARACTERS = 255


@unique
class _Tag(IntEnum):
    INTEGER = 0x02
    BIT_STRING = 0x03
    OCTET_STRING = 0x04
    ENUMERATED = 0x0A
    UTF8_STRING = 0x0C
    SEQUENCE = 0x30
    APPLICATION_TEMPLATE = 0x61
    AID = 0x4F
    PATH = 0x51
    PRIVATE_KEYS = 0xA0
    CERTIFICATES = 0xA4
    AUTH_OBJECTS = 0xA8
    CONTEXT_0 = 0x80
    TYPE_ATTRIBUTES = 0xA1


class KeyUsage(IntFlag):
    """Bits of PKCS#15 KeyUsageFlags, the first bit of the string being the highest here."""

    DECRYPT = 0x4000
    SIGN = 0x2000
    UNWRAP = 0x0400
    NON_REPUDIATION = 0x0040


@dataclass(frozen=True, slots=True)
class FilePath:
    """Where something lies: a path, and a part of the file when not the whole."""

    path: bytes
    offset: int = 0
    length: int | None = None

    def __post_init__(self) -> None:
        """Refuse what is no path of a card."""
        if not self.path or len(self.path) > MAX_PATH_BYTES or len(self.path) % 2:
            raise MalformedError(f"a path is 1..{MAX_PATH_BYTES // 2} identifiers of two bytes")
        if self.offset < 0 or (self.length is not None and self.length <= 0):
            raise MalformedError("a part of a file starts at 0 or later and is not empty")


@dataclass(frozen=True, slots=True)
class CertificateEntry:
    """One certificate the card names."""

    label: str
    identifier: bytes
    place: FilePath


@dataclass(frozen=True, slots=True)
class KeyEntry:
    """One private key the card names; `reference` is what MANAGE SECURITY ENVIRONMENT wants."""

    label: str
    identifier: bytes
    reference: int
    usage: int
    path: bytes | None


@dataclass(frozen=True, slots=True)
class PinEntry:
    """One code the card names; lengths in bytes. `pad` is the padding byte, None when not padded."""

    label: str
    reference: int
    min_length: int
    stored_length: int
    max_length: int
    pad: int | None = None
    path: bytes | None = None


@dataclass(frozen=True, slots=True)
class Directory:
    """Where the lists of certificates, keys and codes lie (EF.ODF)."""

    certificates: tuple[FilePath, ...] = field(default=())
    keys: tuple[FilePath, ...] = field(default=())
    pins: tuple[FilePath, ...] = field(default=())


def application_path(directory: bytes, aid: bytes) -> bytes | None:
    """The path of an application by EF.DIR; None when the file does not name it.

    Raises:
        MalformedError: the file does not parse.
    """
    for template in find_all(parse(directory), _Tag.APPLICATION_TEMPLATE):
        fields = template.children()
        name = find(fields, _Tag.AID)
        path = find(fields, _Tag.PATH)
        if name and path and name.value == aid:
            return FilePath(path.value).path
    return None


def parse_directory(content: bytes) -> Directory:
    """Read EF.ODF.

    Raises:
        MalformedError: it does not parse.
    """
    objects = parse(content)
    if len(objects) > MAX_ENTRIES:
        raise MalformedError(f"a directory has at most {MAX_ENTRIES} lists")
    return Directory(
        certificates=_places(objects, _Tag.CERTIFICATES),
        keys=_places(objects, _Tag.PRIVATE_KEYS),
        pins=_places(objects, _Tag.AUTH_OBJECTS),
    )


def _places(objects: tuple[Tlv, ...], tag: _Tag) -> tuple[FilePath, ...]:
    places = []
    for choice in find_all(objects, tag):
        sequence = find(choice.children(), _Tag.SEQUENCE)
        if sequence is not None:
            places.append(_place(sequence))
    return tuple(places)


def _place(sequence: Tlv) -> FilePath:
    """Path ::= SEQUENCE { path OCTET STRING, index INTEGER OPTIONAL, length [0] INTEGER OPTIONAL }."""
    fields = sequence.children()
    path = find(fields, _Tag.OCTET_STRING)
    if path is None:
        raise MalformedError("a path has no identifiers")
    index = find(fields, _Tag.INTEGER)
    length = find(fields, _Tag.CONTEXT_0)
    return FilePath(path.value, _number(index) if index else 0, _number(length) if length else None)


def parse_certificates(content: bytes) -> tuple[CertificateEntry, ...]:
    """Read a certificate directory file; certificates held by value are not met on a CPS and are passed over.

    Raises:
        MalformedError: it does not parse.
    """
    entries = []
    for common, own, kind in _entries(content):
        place = _find_place(kind)
        if place is not None:
            entries.append(CertificateEntry(_label(common), _identifier(own), place))
    return tuple(entries)


def parse_keys(content: bytes) -> tuple[KeyEntry, ...]:
    """Read a private key directory file.

    Raises:
        MalformedError: it does not parse.
    """
    entries = []
    for common, own, kind in _entries(content):
        usage = find(own, _Tag.BIT_STRING)
        reference = find(own, _Tag.INTEGER)
        place = _find_place(kind)
        if reference is None:
            continue
        entries.append(
            KeyEntry(
                label=_label(common),
                identifier=_identifier(own),
                # Written 81 by some encoders, 00 81 by others: the byte is what counts.
                reference=_number(reference) & 0xFF,
                usage=_usage(usage) if usage else 0,
                path=place.path if place else None,
            )
        )
    return tuple(entries)


def parse_pins(content: bytes) -> tuple[PinEntry, ...]:
    """Read an authentication object directory file.

    Raises:
        MalformedError: it does not parse, or a length is out of order.
    """
    entries = []
    for common, _own, kind in _entries(content):
        attributes = find(kind, _Tag.SEQUENCE)
        if attributes is None:
            continue
        fields = attributes.children()
        lengths = [_number(item) for item in find_all(fields, _Tag.INTEGER)]
        if len(lengths) not in {2, 3}:
            raise MalformedError("a code has two or three lengths")
        shortest, stored = lengths[0], lengths[1]
        longest = lengths[2] if len(lengths) == 3 else stored
        if not 0 < shortest <= longest <= MAX_LABEL_CHARACTERS:
            raise MalformedError("the lengths of a code are out of order")
        reference = find(fields, _Tag.CONTEXT_0)
        pad = find(fields, _Tag.OCTET_STRING)
        place = find(fields, _Tag.SEQUENCE)
        entries.append(
            PinEntry(
                label=_label(common),
                reference=_number(reference) & 0xFF if reference else 0,
                min_length=shortest,
                stored_length=stored,
                max_length=longest,
                pad=pad.value[0] if pad and pad.value else None,
                path=_place(place).path if place else None,
            )
        )
    return tuple(entries)


_Fields = tuple[Tlv, ...]


def _entries(content: bytes) -> Iterator[tuple[_Fields, _Fields, _Fields]]:
    """The three parts of each entry: common attributes, class attributes, type attributes ([1])."""
    sequences = find_all(parse(content), _Tag.SEQUENCE)
    if len(sequences) > MAX_ENTRIES:
        raise MalformedError(f"a list has at most {MAX_ENTRIES} entries")
    for sequence in sequences:
        parts = sequence.children()
        groups = find_all(parts, _Tag.SEQUENCE)
        kind = find(parts, _Tag.TYPE_ATTRIBUTES)
        if len(groups) < 2 or kind is None:
            raise MalformedError("an entry has common, class and type attributes")
        yield groups[0].children(), groups[1].children(), kind.children()


def _find_place(kind: _Fields) -> FilePath | None:
    """The path inside type attributes: the first sequence that starts with an octet string."""
    for item in walk(kind):
        if item.tag == _Tag.SEQUENCE:
            fields = item.children()
            if fields and fields[0].tag == _Tag.OCTET_STRING:
                return _place(item)
    return None


def _label(common: _Fields) -> str:
    found = find(common, _Tag.UTF8_STRING)
    return found.value.decode("utf-8", "replace")[:MAX_LABEL_CHARACTERS] if found else ""


def _identifier(own: _Fields) -> bytes:
    found = find(own, _Tag.OCTET_STRING)
    return found.value if found else b""


def _number(item: Tlv) -> int:
    if not 1 <= len(item.value) <= 4:
        raise MalformedError("a number of the directory is 1..4 bytes")
    return int.from_bytes(item.value, "big")


def _usage(bits: Tlv) -> int:
    """Bit 0 of the string as 0x8000, so that one and two byte strings read alike."""
    content = bits.value[1:3]
    return int.from_bytes(content.ljust(2, b"\0"), "big")
