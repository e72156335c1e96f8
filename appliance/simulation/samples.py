"""Single symbols with what is printed around them, of changing content: samples for measuring readers."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from appliance.decode.symbol import Symbology
from appliance.simulation.canvas import Canvas, SymbolBox
from appliance.simulation.pages import MAX_DPI, DrawnPage
from appliance.simulation.symbols import modules

__all__ = ["Sample", "SymbolKind", "draw_box_sample", "draw_sample"]

SymbolKind = Literal["qr", "ins"]
"""Of an ordonnance and of an identity."""

_SIDE_MM: Final = 72.0
_QR_MODULE_MM: Final = 27.0 / 49
_INS_MODULE_MM: Final = 16.5 / 36
_GS: Final = "\x1d"
_LOT: Final = "10A1234B"

# Published test persons: family name, given names, sex, birth date (day, month, year), place, number, key.
_PERSONS: Final = (
    ("ADRTROIS", "DOMINIQUE", "F", "26", "02", "1997", "2A020", "297022A020778", "78"),
    ("ADRTROIS", "TOUSSAINT", "M", "01", "01", "1960", "2B020", "160012B020777", "13"),
    ("CORSE", "ANTHONY", "M", "02", "03", "1980", "2B020", "180032B020401", "23"),
    ("ECETINSI", "PIERRE-ALAIN MURIEL FLORIANT", "M", "14", "07", "2009", "63220", "1090763220834", "89"),
    ("TCHITCHI", "CATARINA BELLA", "F", "21", "06", "1936", "63220", "2360663220836", "56"),
)
_OIDS: Final = (("1.2.250.1.213.1.4.8", _GS), ("1.2.250.1.213.1.4.10", ""))
_PRESCRIBERS: Final = (
    ("99900038441", "991118019"),
    ("99912345677", "0B9990017"),
    ("89900012348", "2A9990017"),
)


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """A small sheet with one symbol in its middle."""

    page: DrawnPage
    box: SymbolBox
    module_mm: float


def draw_box_sample(rng: np.random.Generator, side_mm: float = 5.0) -> Sample:
    """The code of a medicine box, `side_mm` wide, with the clear text beside it."""
    canvas = Canvas(_SIDE_MM, _SIDE_MM, MAX_DPI)
    serial = "".join(str(digit) for digit in rng.integers(0, 10, 10))
    content = f"010340093000001{rng.integers(10)}17{rng.integers(26, 30)}0630{_LOT}{_GS}21{serial}".encode()
    place = (_SIDE_MM - side_mm) / 2
    canvas.symbol(Symbology.DATA_MATRIX, content, (place, place, side_mm, side_mm))
    box = canvas.boxes[-1]
    for index, line in enumerate(("CIP 34009 300 000 1", "LOT A1234B", "EXP 06-2028", f"SN {serial}")):
        canvas.text(box.x + side_mm + 2, box.y - 1 + 2.4 * index, line, 5)
    module_mm = side_mm / modules(Symbology.DATA_MATRIX, content).shape[1]
    return Sample(DrawnPage(canvas.grey(), MAX_DPI, (box,)), box, module_mm)


def draw_sample(kind: SymbolKind, rng: np.random.Generator) -> Sample:
    """Draw a symbol with its caption and neighbouring text; the content follows from `rng`."""
    canvas = Canvas(_SIDE_MM, _SIDE_MM, MAX_DPI)
    if kind == "qr":
        content, number = _ordonnance(rng)
        box = _centred(canvas, Symbology.QR_CODE, content, _QR_MODULE_MM)
        below = box.y + box.height
        canvas.text(_SIDE_MM / 2, below + 2.6, number, 8, anchor="ma")
        canvas.text(box.x + box.width + 8, box.y + 8, "Ordonnance numérique", 9, bold=True)
        canvas.text(2, box.y - 12, "Signature du prescripteur", 10)
        return Sample(DrawnPage(canvas.grey(), MAX_DPI, (box,)), box, _QR_MODULE_MM)
    content, rows = _identity(rng)
    box = _centred(canvas, Symbology.DATA_MATRIX, content, _INS_MODULE_MM)
    canvas.text(_SIDE_MM / 2, box.y + box.height + 1.6, "INS à scanner", 7, bold=True, anchor="ma")
    for index, row in enumerate(rows):
        canvas.text(box.x - 2.5, box.y + 3.6 * index, row, 6.5, anchor="ra")
    return Sample(DrawnPage(canvas.grey(), MAX_DPI, (box,)), box, _INS_MODULE_MM)


def _centred(canvas: Canvas, symbology: Symbology, content: bytes, module_mm: float) -> SymbolBox:
    side = module_mm * modules(symbology, content).shape[1]
    place = (_SIDE_MM - side) / 2
    canvas.symbol(symbology, content, (place, place, side, side))
    return canvas.boxes[-1]


def _ordonnance(rng: np.random.Generator) -> tuple[bytes, str]:
    family, given, _, day, month, year, *_ = _PERSONS[int(rng.integers(len(_PERSONS)))]
    rpps, am = _PRESCRIBERS[int(rng.integers(len(_PRESCRIBERS)))]
    digits = "".join(str(digit) for digit in rng.integers(0, 10, 8))
    number = f"2026{rng.integers(1, 13):02}{rng.integers(1, 29):02}10{digits}"
    person = {"N": family, "P": given.split()[0], "D": f"{year}-{month}-{day}"}
    content = {"S": {"V": 2}, "D": {"ID": number, "P": person, "M": {"RPPS": rpps, "AM": am}}}
    return json.dumps(content, separators=(",", ":")).encode(), number


def _identity(rng: np.random.Generator) -> tuple[bytes, tuple[str, ...]]:
    family, given, sex, day, month, year, place, number, key = _PERSONS[int(rng.integers(len(_PERSONS)))]
    oid, end = _OIDS[int(rng.integers(len(_OIDS)))]
    fields = [f"S3{given}{_GS}", f"S4{family}{_GS}", f"S5{sex}", f"S6{day}-{month}-{year}"]
    # The order of the fields is free: it makes another pattern of the same identity.
    order = rng.permutation(len(fields))
    content = (
        f"IS01{'0' * 22}S1{number}{key}S2{oid}{end}"
        + "".join(fields[index] for index in order)
        + f"S7{place}"
    )
    return content.encode(), (family, given.split()[0], f"{day}/{month}/{year}", sex)
