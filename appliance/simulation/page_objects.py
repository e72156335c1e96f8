"""How a medicine box, a telephone and a hospital's identity label look."""

from __future__ import annotations

from typing import Final

from appliance.decode.symbol import Symbology
from appliance.simulation.canvas import Canvas
from appliance.simulation.documents import IdentityLabel, MedicineBox, PhoneScreen
from appliance.simulation.page_prescription import draw_identity

__all__ = ["draw_box", "draw_label", "draw_phone"]

_CARDBOARD: Final = 236
_BAND: Final = 96
_SCREEN: Final = 24
_CARD: Final = 250
_BEZEL_MM: Final = 3.5
_TEXT_LIGHT: Final = 225
_TEXT_DIM: Final = 150


def draw_box(canvas: Canvas, box: MedicineBox) -> None:
    """The side of a box: name on the left, the GS1 DataMatrix and its clear text on the right."""
    width, height = canvas.width_mm, canvas.height_mm
    canvas.rectangle((0, 0, width, height), fill=_CARDBOARD, outline=190, line_mm=0.2)
    canvas.rectangle((0, height * 0.72, width * 0.58, height * 0.28), fill=_BAND)
    canvas.rectangle((width * 0.5, height * 0.72, width * 0.08, height * 0.28), fill=150)
    canvas.text(5, height * 0.16, box.name, 15, bold=True, ink=40)
    canvas.text(5, height * 0.16 + 7.5, box.details, 9, ink=60)
    canvas.text(5, height * 0.86, box.maker, 8, ink=_CARDBOARD, anchor="lm")
    # Glue-free, varnish-free field for the coding at the end of the line.
    x = width - 48
    top = (height - 20) / 2
    canvas.rectangle((x, top, 44, 20), fill=246)
    canvas.symbol(
        Symbology.DATA_MATRIX,
        box.code,
        (x + 3, top + 10 - box.code_mm / 2, box.code_mm, box.code_mm),
        paper=246,
    )
    for index, line in enumerate(box.printed):
        canvas.text(x + box.code_mm + 5.5, top + 2.6 + index * 4, line, 6.8, ink=45)


def draw_phone(canvas: Canvas, screen: PhoneScreen) -> None:
    """A telephone in dark mode, its code on a white card at full brightness."""
    width, height = canvas.width_mm, canvas.height_mm
    canvas.rectangle((0, 0, width, height), fill=10)
    left, top = _BEZEL_MM, _BEZEL_MM
    inner = width - 2 * _BEZEL_MM
    canvas.rectangle((left, top, inner, height - 2 * _BEZEL_MM), fill=_SCREEN, radius=6)
    _status_bar(canvas, left, top, inner)
    canvas.text(width / 2, 15, screen.app, 11, bold=True, ink=_TEXT_LIGHT, anchor="ma")
    canvas.stroke([(left, 23), (left + inner, 23)], 0.25, 60)
    canvas.text(width / 2, 30, screen.heading, 9.5, ink=_TEXT_LIGHT, anchor="ma")
    card = screen.code_mm + 12
    card_top = 40.0
    canvas.rectangle(((width - card) / 2, card_top, card, card), fill=_CARD, radius=3)
    x = (width - screen.code_mm) / 2
    canvas.symbol(
        Symbology.QR_CODE, screen.qr, (x, card_top + 6, screen.code_mm, screen.code_mm), ink=12, paper=_CARD
    )
    y = card_top + card + 7
    for index, line in enumerate(screen.lines):
        canvas.text(width / 2, y + 6 * index, line, 9.5, bold=index == 0, ink=_TEXT_LIGHT, anchor="ma")
    canvas.rectangle((width / 2 - 22, y + 17, 44, 10), outline=_TEXT_DIM, line_mm=0.3, radius=5)
    canvas.text(width / 2, y + 19.8, "Fermer", 9, ink=_TEXT_LIGHT, anchor="ma")
    canvas.rectangle((width / 2 - 12, height - _BEZEL_MM - 4, 24, 1), fill=200, radius=0.5)


def _status_bar(canvas: Canvas, left: float, top: float, width: float) -> None:
    """Clock, signal bars, battery, and the hole of the front camera."""
    canvas.text(left + 5, top + 3, "14:32", 8, bold=True, ink=_TEXT_LIGHT)
    canvas.rectangle((left + width / 2 - 2, top + 2.6, 4, 4), fill=0, radius=2)
    right = left + width - 5
    for index in range(4):
        bar = 1.0 + 0.6 * index
        canvas.rectangle((right - 13 + 1.3 * index, top + 6 - bar, 0.8, bar), fill=_TEXT_LIGHT)
    canvas.rectangle((right - 6, top + 3, 5.5, 3), outline=_TEXT_LIGHT, line_mm=0.3, radius=0.6)
    canvas.rectangle((right - 5.4, top + 3.6, 3.6, 1.8), fill=_TEXT_LIGHT)


def draw_label(canvas: Canvas, label: IdentityLabel) -> None:
    """The adhesive label a hospital puts on its papers: traits on the left, INS code on the right."""
    width, height = canvas.width_mm, canvas.height_mm
    canvas.rectangle((0, 0, width, height), outline=200, line_mm=0.2)
    canvas.text(6, 5, label.place, 9, bold=True)
    canvas.stroke([(6, 11.5), (width - 6, 11.5)], 0.25, 120)
    draw_identity(canvas, label.patient, 6, 17, 7)
    side = 17.0
    x = width - side - 6
    canvas.symbol(Symbology.DATA_MATRIX, label.ins, (x, 34, side, side))
    canvas.text(x + side / 2, 34 + side + 1.4, "INS à scanner", 6.5, bold=True, anchor="ma")
    canvas.text(6, 50, "Service de consultation externe, dossier de test", 7, ink=80)
