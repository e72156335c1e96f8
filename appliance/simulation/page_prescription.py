"""How an ordonnance numérique looks on A4 paper.

Sizes and places follow the published rules: QR of 25 to 30 mm at the bottom left, after the signature and
left of the legal mentions, its number printed under it (slides of the SESAM-Vitale specifications V2); INS
Data Matrix with the caption "INS à scanner" on the first page (ANS); two Code 128 with a legend above and
clear text below (arrêté du 10 août 2010, which also wants 30 mm between the barcodes of two prescribers).
"""

from __future__ import annotations

import math
import zlib
from collections.abc import Iterator
from typing import Final

from appliance.decode.symbol import Symbology
from appliance.simulation.canvas import Canvas
from appliance.simulation.documents import Patient, Prescription

__all__ = ["draw_identity", "draw_prescription", "scrawl"]

_MARGIN: Final = 15.0
_RIGHT: Final = 210.0 - _MARGIN
_GREY_LINE: Final = 120
_PEN: Final = 62
"""Grey of blue ballpoint ink."""

_QR_MM: Final = 27.0
_QR_TOP: Final = 243.0
_INS_MM: Final = 16.5
_MODULE_MM: Final = 0.36
"""Of the Code 128: 40 mm for an RPPS."""

_BAR_HEIGHT_MM: Final = 8.0
_RPPS_MODULES: Final = 112
_BETWEEN_PRESCRIBERS_MM: Final = 30.0

_LEGAL: Final = (
    "Ordonnance numérique",
    "Cette prescription a été enregistrée dans la base nationale des ordonnances numériques de l'Assurance",
    "maladie. Le code ci-contre permet au pharmacien de la retrouver ; à défaut, saisir le numéro imprimé",
    "dessous. Vous disposez d'un droit d'accès et de rectification auprès de votre caisse.",
)
_FOOTER: Final = (
    "En cas d'urgence, composez le 15. Membre d'une association de gestion agréée, "
    "le règlement par chèque est accepté."
)


def draw_prescription(canvas: Canvas, sheet: Prescription) -> None:
    """Draw the whole sheet; the symbols come in the order of the catalogue."""
    _letterhead(canvas, sheet)
    barcodes_bottom = _barcodes(canvas, sheet)
    if sheet.ins is not None:
        _ins_corner(canvas, sheet.patient, sheet.ins)
    rule = barcodes_bottom + 5
    canvas.stroke([(_MARGIN, rule), (_RIGHT, rule)], 0.3, _GREY_LINE)
    canvas.text(_RIGHT, rule + 5, sheet.place_and_date, 10, anchor="ra")
    who = f"{sheet.patient.civility} {sheet.patient.first_name} {sheet.patient.birth_name}"
    canvas.text(_MARGIN, rule + 14, who, 12, bold=True)
    ne = "Née" if sheet.patient.sex == "F" else "Né"
    canvas.text(_MARGIN, rule + 20, f"{ne} le {sheet.patient.birth_date}", 9.5)
    y = rule + 34
    for index, line in enumerate(sheet.lines, start=1):
        canvas.text(_MARGIN + 5, y, f"{index}.  {line.product}", 11, bold=True)
        canvas.text(_MARGIN + 13, y + 6, line.posology, 10.5)
        y += 17
    count = {2: "deux", 3: "trois", 4: "quatre"}[len(sheet.lines)]
    canvas.text(_MARGIN + 5, y + 2, f"Ordonnance de {count} lignes, à ne pas renouveler.", 9)
    _signature(canvas, sheet)
    _foot(canvas, sheet)


def _letterhead(canvas: Canvas, sheet: Prescription) -> None:
    canvas.text(_MARGIN, 13, sheet.practice.title, 15, bold=True)
    y = 21.0
    for line in sheet.practice.lines:
        canvas.text(_MARGIN, y, line, 9.5)
        y += 4.6


def _barcodes(canvas: Canvas, sheet: Prescription) -> float:
    """The prescribers' Code 128; gives the y below them."""
    top = 52.0
    prescribers = sheet.practice.prescribers
    if len(prescribers) == 1:
        after = _barcode(canvas, _MARGIN, top, "N° RPPS", prescribers[0].rpps)
        _barcode(canvas, after + 14, top, "N° AM", prescribers[0].am)
        return top + _BAR_HEIGHT_MM + 9
    width = _RPPS_MODULES * _MODULE_MM
    places = [_MARGIN - 3 + index * (width + _BETWEEN_PRESCRIBERS_MM) for index in range(len(prescribers))]
    for x, prescriber in zip(places, prescribers, strict=True):
        canvas.text(x, top - 5, prescriber.name.removeprefix("Docteur "), 9, bold=True)
        _barcode(canvas, x, top, "N° RPPS", prescriber.rpps)
    if sheet.marked is not None:
        # The pen that says which of them prescribes: a cross in the margin and a ring around the name.
        x = places[sheet.marked]
        canvas.ellipse((x - 3, top - 6.5, 37, 7.5), ink=_PEN, line_mm=0.5)
        canvas.stroke([(x - 9, top + 4), (x - 6.5, top + 8), (x - 3, top - 1)], 0.7, _PEN)
    _barcode(canvas, _RIGHT - 45, 20, "N° FINESS", sheet.practice.finess)
    return top + _BAR_HEIGHT_MM + 9


def _barcode(canvas: Canvas, x: float, y: float, legend: str, number: str) -> float:
    """Legend, bars, clear text; gives the x of the right end."""
    digits_only = number.isdigit()
    # Code set C packs two digits a character; an odd count or a letter costs a change of set.
    columns = _RPPS_MODULES if len(number) == 11 or not digits_only else 101
    width = columns * _MODULE_MM
    canvas.text(x, y, legend, 7)
    canvas.symbol(Symbology.CODE_128, number.encode(), (x, y + 3.5, width, _BAR_HEIGHT_MM))
    canvas.text(x + width / 2, y + 4.2 + _BAR_HEIGHT_MM, number, 9, anchor="ma")
    return x + width


def _ins_corner(canvas: Canvas, patient: Patient, content: bytes) -> None:
    x, y = _RIGHT - _INS_MM - 3, 13.0
    draw_identity(canvas, patient, 105, y, 6.5)
    canvas.symbol(Symbology.DATA_MATRIX, content, (x, y, _INS_MM, _INS_MM))
    canvas.text(x + _INS_MM / 2, y + _INS_MM + 1.6, "INS à scanner", 7, bold=True, anchor="ma")


def draw_identity(canvas: Canvas, patient: Patient, x: float, y: float, points: float) -> None:
    """The traits that must be printed beside an INS code, with the matricule."""
    step = points * 0.55
    rows = (
        ("Nom de naissance", patient.birth_name),
        ("Prénoms de naissance", patient.given_names),
        ("Date de naissance", patient.birth_date),
        ("Sexe", patient.sex),
        ("Matricule INS", f"{patient.matricule} (NIR)"),
    )
    for name, value in rows:
        canvas.text(x, y, f"{name} :", points, ink=80)
        canvas.text(x + points * 4.6, y, value, points, bold=True)
        y += step


def _signature(canvas: Canvas, sheet: Prescription) -> None:
    signer = sheet.practice.prescribers[sheet.marked or 0]
    x, y = 128.0, 200.0
    canvas.rectangle((x, y, 58, 17), outline=150, line_mm=0.25, radius=1.5)
    canvas.text(x + 29, y + 3, signer.name, 9, bold=True, ink=95, anchor="ma")
    canvas.text(x + 29, y + 8.5, f"RPPS {signer.rpps}", 8, ink=95, anchor="ma")
    canvas.stroke(list(scrawl(signer.name, x + 6, y + 10, 44, 15)), 0.45, _PEN)


def scrawl(seed: str, x: float, y: float, width: float, height: float) -> Iterator[tuple[float, float]]:
    """A signature: loops that get flatter to the right, always the same for the same seed; mm."""
    mark = zlib.crc32(seed.encode())
    loops = 5 + mark % 4
    phase = 0.5 + (mark >> 3) % 100 / 100
    lean = 0.25 + (mark >> 9) % 100 / 300
    steps = 160
    for step in range(steps + 1):
        t = step / steps
        swing = math.sin(loops * math.tau * t + phase)
        tall = height * (0.15 + 0.85 * abs(math.sin(2.3 * t + phase)) * (1 - 0.7 * t))
        across = width * t + 0.05 * width * math.cos(loops * math.tau * t + phase)
        yield x + across + lean * swing, y - 0.5 * tall * swing + 0.04 * width * math.sin(3 * t)


def _foot(canvas: Canvas, sheet: Prescription) -> None:
    canvas.symbol(Symbology.QR_CODE, sheet.qr, (_MARGIN + 2, _QR_TOP, _QR_MM, _QR_MM))
    canvas.text(_MARGIN + 2 + _QR_MM / 2, _QR_TOP + _QR_MM + 2.6, sheet.number, 8, anchor="ma")
    x, y = 54.0, _QR_TOP + 8
    canvas.text(x, y, _LEGAL[0], 9, bold=True)
    for index, line in enumerate(_LEGAL[1:], start=1):
        canvas.text(x, y + 1.2 + 4 * index, line, 6.6)
    canvas.stroke([(_MARGIN, 281), (_RIGHT, 281)], 0.2, _GREY_LINE)
    canvas.text(105, 283, _FOOTER, 7, ink=80, anchor="ma")
