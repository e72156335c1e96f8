"""Selecting and reading files of a CPS3 and of a CPS4, which want different commands for the same tree.

Source: the PKCS#11 module the ANS publishes for the CPS, and traces of real cards published with OpenSC.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from enum import IntEnum, unique

from appliance.cards.apdu import MAX_LE, CommandApdu, Ins, ResponseApdu, Sw
from appliance.cards.errors import MalformedError, StatusError
from appliance.cards.processors import Exchange
from appliance.cards.tlv import find, parse

__all__ = ["MAX_FILE_BYTES", "MF", "ChipDocFiles", "CpsFiles", "FileMissingError", "IasFiles"]

MF = bytes.fromhex("3F00")
"""The root of the card."""
MAX_FILE_BYTES = 16 * 1024
"""The largest file of a CPS is a certificate of about 2.2 KB."""

_CHUNK = 0xE7
"""The ANS' module asks a CPS for no more in one READ BINARY."""
_IDENTIFIER_BYTES = 2
_MISSING = frozenset({Sw.FILE_NOT_FOUND, Sw.REFERENCE_NOT_FOUND})


class FileMissingError(StatusError):
    """The card has no such file; another card of the family may have it elsewhere."""


@unique
class _P1(IntEnum):
    BY_FILE_ID = 0x00
    BY_AID = 0x04
    BY_PATH_FROM_CURRENT = 0x09
    """The CPS3 takes it with the root's identifier in front, as the ANS' module sends it."""


@unique
class _P2(IntEnum):
    WITH_FCI = 0x04
    WITHOUT_ANSWER = 0x0C


@unique
class _FciTag(IntEnum):
    TEMPLATE = 0x62
    TEMPLATE_BY_TYPE = 0x6F
    SIZE = 0x80
    SIZE_WITH_STRUCTURE = 0x81


class CpsFiles(ABC):
    """The files of one connected CPS. Every read selects anew: nothing is assumed of the card's state."""

    def __init__(self, card: Exchange) -> None:
        self._card = card

    def select_application(self, aid: bytes) -> bool:
        """Whether the application is there; selects it."""
        return self._select(_P1.BY_AID, _P2.WITHOUT_ANSWER, aid).ok

    @abstractmethod
    def select(self, path: bytes) -> bytes:
        """Select an absolute path and give its FCI, empty where the card gives none.

        Raises:
            FileMissingError: nothing lies there.
            StatusError: the card refuses.
        """

    def read(self, path: bytes, offset: int = 0, length: int | None = None) -> bytes:
        """Read a file, whole or the part asked for; shorter where the file ends before.

        Raises:
            FileMissingError: nothing lies there.
            StatusError: the card refuses the file.
            MalformedError: more than MAX_FILE_BYTES.
        """
        size = _file_size(self.select(path))
        wanted = length if length is not None else (size - offset if size is not None else None)
        if wanted is not None and not 0 <= wanted <= MAX_FILE_BYTES - offset:
            raise MalformedError(f"a file of a CPS holds at most {MAX_FILE_BYTES} bytes")
        content = b""
        while wanted is None or len(content) < wanted:
            ask = _CHUNK if wanted is None else min(_CHUNK, wanted - len(content))
            p1, p2 = divmod(offset + len(content), MAX_LE)
            response = self._card.exchange(CommandApdu(0x00, Ins.READ_BINARY, p1, p2, le=ask))
            if content and response.sw == Sw.OFFSET_OUTSIDE_FILE:
                break
            if response.sw not in {Sw.SUCCESS, Sw.END_OF_FILE}:
                raise StatusError(response.sw, "reading a file of the CPS")
            content += response.data
            if offset + len(content) > MAX_FILE_BYTES:
                raise MalformedError(f"a file of a CPS holds at most {MAX_FILE_BYTES} bytes")
            if len(response.data) < ask or response.sw == Sw.END_OF_FILE:
                break
        return content if wanted is None else content[:wanted]

    def _select(self, p1: int, p2: int, data: bytes) -> ResponseApdu:
        le = MAX_LE if p2 == _P2.WITH_FCI else None
        return self._card.exchange(CommandApdu(0x00, Ins.SELECT, p1, p2, data, le=le))

    def _select_or_raise(self, p1: int, p2: int, data: bytes) -> bytes:
        response = self._select(p1, p2, data)
        if response.sw in _MISSING:
            raise FileMissingError(response.sw, "selecting a file of the CPS")
        if not response.ok:
            raise StatusError(response.sw, "selecting a file of the CPS")
        return response.data


class IasFiles(CpsFiles):
    """CPS3 (IAS ECC): one SELECT takes the whole path from the root, the root included."""

    def select(self, path: bytes) -> bytes:
        """Select by path."""
        return self._select_or_raise(_P1.BY_PATH_FROM_CURRENT, _P2.WITH_FCI, path)


class ChipDocFiles(CpsFiles):
    """CPS4 (ChipDoc applet): directories one by one by identifier, then the file from its directory."""

    def select(self, path: bytes) -> bytes:
        """Select by steps."""
        steps = [path[at : at + _IDENTIFIER_BYTES] for at in range(0, len(path), _IDENTIFIER_BYTES)]
        if steps[0] != MF:
            steps.insert(0, MF)
        *directories, last = steps
        for directory in directories:
            self._select_or_raise(_P1.BY_FILE_ID, _P2.WITHOUT_ANSWER, directory)
        depth_of_a_root_file = 2
        p1 = _P1.BY_PATH_FROM_CURRENT if len(steps) > depth_of_a_root_file else _P1.BY_FILE_ID
        return self._select_or_raise(p1, _P2.WITH_FCI, last)


def _file_size(fci: bytes) -> int | None:
    """The size by the file control information, None where it does not say (directories)."""
    if not fci:
        return None
    objects = parse(fci)
    template = find(objects, _FciTag.TEMPLATE) or find(objects, _FciTag.TEMPLATE_BY_TYPE)
    if template is None:
        return None
    fields = template.children()
    size = find(fields, _FciTag.SIZE) or find(fields, _FciTag.SIZE_WITH_STRUCTURE)
    if size is None:
        return None
    if not 1 <= len(size.value) <= 4:
        raise MalformedError("the size of a file is 1..4 bytes")
    return int.from_bytes(size.value, "big")
