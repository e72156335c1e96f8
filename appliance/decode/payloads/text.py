"""The text of a French document's bytes: strict UTF-8, then Latin-1, and whether that is certain."""

from __future__ import annotations

import codecs
import re
import unicodedata
from dataclasses import dataclass
from typing import Final

from appliance.identifiers.discreet import Discreet

__all__ = ["PADDING", "FrenchText", "has_control_characters"]

PADDING: Final = " \t\r\n\0"
"""What readers, wedges and C strings leave around a content."""

_REPLACEMENT: Final = "\ufffd"

_UTF8_SEQUENCE: Final = re.compile(
    rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}"
)

_C1: Final = re.compile("[\x80-\x9f]")

_TURNS_TEXT: Final = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Unicode's bidirectional controls: they make a name read as another one."""


@dataclass(frozen=True, slots=True, repr=False)
class FrenchText(Discreet):
    """A content as text.

    Attributes:
        value: the text, a UTF-8 byte order mark taken off, nothing else changed.
        is_certain: whether the charset leaves no doubt about the accents.
    """

    value: str
    is_certain: bool

    @classmethod
    def of(cls, content: bytes) -> FrenchText:
        """Decode: UTF-8 if strictly so, else Latin-1, the charset of a QR code that names none.

        Windows-1252 is Latin-1 but for 27 characters (`œ`, the typographic apostrophe) in the place of
        control characters that no text holds: where every byte has its meaning there, it is read so.

        Latin-1 takes any bytes, so it proves nothing. It is doubtful where control characters come out, or
        where part of the bytes is UTF-8: then some were lost or altered on the way.
        """
        body = content.removeprefix(codecs.BOM_UTF8)
        try:
            text = body.decode("utf-8")
        except UnicodeDecodeError:
            pass
        else:
            return cls(text, _REPLACEMENT not in text)
        try:
            text = body.decode("cp1252")
        except UnicodeDecodeError:
            text = body.decode("latin-1")
        return cls(text, not (_UTF8_SEQUENCE.search(body) or _C1.search(text)))


def has_control_characters(text: str) -> bool:
    """Whether `text` holds C0 or C1 controls, or marks that change the direction of reading."""
    return any(c in _TURNS_TEXT or unicodedata.category(c) == "Cc" for c in text)
