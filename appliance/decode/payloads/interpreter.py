"""From raw bytes to what they say: the order in which the kinds of codes are tried."""

from __future__ import annotations

import codecs
from typing import Final

from appliance.decode.charset import text_of
from appliance.decode.payloads.codes import Kind, WarningCode
from appliance.decode.payloads.ins import parse_ins
from appliance.decode.payloads.link import parse_link
from appliance.decode.payloads.medicine import parse_cip13, parse_gs1_medicine
from appliance.decode.payloads.ordonnance import parse_ordonnance
from appliance.decode.payloads.parsed import Parsed
from appliance.decode.payloads.prescriber import parse_prescriber
from appliance.decode.payloads.reading import Reading
from appliance.decode.payloads.text import FrenchText
from appliance.decode.payloads.twodoc import parse_twodoc
from appliance.decode.symbol import MAX_CONTENT_BYTES, Symbology

__all__ = ["interpret"]

_RANKS: Final = {code: rank for rank, code in enumerate(WarningCode)}

_SPECIFIED: Final = {Kind.ORDONNANCE: Symbology.QR_CODE, Kind.INS: Symbology.DATA_MATRIX}
"""The codes that name people, and the symbol that their specification asks for; another is read and said."""

_FRENCH_KINDS: Final = frozenset(set(Kind) - {Kind.OPAQUE, Kind.LINK})
"""What French software wrote: no other charset is thought of."""


def interpret(
    symbology: Symbology, content: bytes, aim: str = "", *, test_data_expected: bool = True
) -> Reading:
    """Say what a code is and what it says.

    Pure and total: any bytes give a reading, in a time that is linear in their number. What cannot be read
    is opaque or damaged, never an exception. Nothing is judged by today's date.

    Args:
        symbology: the kind of symbol it was read from.
        content: its raw bytes, separators intact.
        aim: its AIM identifier (`]d2` for GS1 Data Matrix), empty where the engine does not say.
        test_data_expected: False in production, where test identities are worth a warning.
    """
    if len(content) > MAX_CONTENT_BYTES:
        return Reading(symbology, content, text_of(content), Kind.OPAQUE, None, (WarningCode.TOO_LONG,))
    french = FrenchText.of(content)
    parsed = _parse(symbology, french.value, aim, test_data_expected) or Parsed(Kind.OPAQUE, None)
    warnings = set(parsed.warnings)
    if parsed.kind in _SPECIFIED and not french.is_certain:
        warnings.add(WarningCode.CHARSET_UNCERTAIN)
    if _SPECIFIED.get(parsed.kind, symbology) is not symbology:
        warnings.add(WarningCode.UNEXPECTED_SYMBOLOGY)
    text = french.value if parsed.kind in _FRENCH_KINDS else text_of(content.removeprefix(codecs.BOM_UTF8))
    return Reading(
        symbology, content, text, parsed.kind, parsed.payload, tuple(sorted(warnings, key=_RANKS.__getitem__))
    )


def _parse(symbology: Symbology, text: str, aim: str, test_data_expected: bool) -> Parsed | None:
    match symbology:
        case Symbology.QR_CODE | Symbology.DATA_MATRIX:
            return (
                parse_ordonnance(text, test_data_expected=test_data_expected)
                or parse_ins(text, test_data_expected=test_data_expected)
                or parse_twodoc(text)
                or parse_gs1_medicine(text, aim, symbology)
                or parse_link(text)
            )
        case Symbology.CODE_128:
            return (
                parse_prescriber(text, test_data_expected=test_data_expected)
                or parse_cip13(text)
                or parse_gs1_medicine(text, aim, symbology)
            )
        case Symbology.CODE_39 | Symbology.EAN_13:
            return parse_cip13(text)
