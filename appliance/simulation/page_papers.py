"""How the papers look that are no prescription: certificate, flyer, letter."""

from __future__ import annotations

from typing import Final

from appliance.decode.symbol import Symbology
from appliance.simulation.canvas import Canvas
from appliance.simulation.documents import Certificate, Flyer, Letter
from appliance.simulation.page_prescription import scrawl

__all__ = ["draw_certificate", "draw_flyer", "draw_letter"]

_MARGIN: Final = 20.0
_SEAL_MM: Final = 28.0
_LINK_MM: Final = 36.0


def draw_certificate(canvas: Canvas, certificate: Certificate) -> None:
    """A certificate with its rows and the 2D-Doc in its frame, marked as the charter wants."""
    centre = canvas.width_mm / 2
    canvas.text(centre, 24, "RÉPUBLIQUE FRANÇAISE", 10, bold=True, anchor="ma")
    canvas.text(centre, 30, "Spécimen", 8, ink=90, anchor="ma")
    canvas.text(centre, 48, certificate.title, 20, bold=True, anchor="ma")
    y = 76.0
    for name, value in certificate.rows:
        canvas.text(_MARGIN, y, name, 10, ink=90)
        canvas.text(_MARGIN + 55, y, value, 11, bold=True)
        canvas.stroke([(_MARGIN, y + 7), (canvas.width_mm - _MARGIN, y + 7)], 0.15, 190)
        y += 12
    x, top = canvas.width_mm - _MARGIN - _SEAL_MM - 6, y + 16
    canvas.rectangle((x - 6, top - 6, _SEAL_MM + 12, _SEAL_MM + 18), outline=60, line_mm=0.5, radius=2)
    canvas.symbol(Symbology.DATA_MATRIX, certificate.code, (x, top, _SEAL_MM, _SEAL_MM))
    canvas.text(x + _SEAL_MM / 2, top + _SEAL_MM + 3.5, "2D-DOC", 10, bold=True, anchor="ma")
    canvas.paragraph(
        _MARGIN,
        top + 2,
        100,
        "Ce document est scellé par un code 2D-Doc : les données ci-dessus peuvent être vérifiées avec "
        "une application de lecture agréée.",
        9,
    )


def draw_flyer(canvas: Canvas, flyer: Flyer) -> None:
    """An A5 leaflet with a dark heading and a link."""
    width = canvas.width_mm
    canvas.rectangle((0, 0, width, 62), fill=88)
    canvas.text(width / 2, 26, flyer.title, 21, bold=True, ink=248, anchor="ma")
    y = 78.0
    for line in flyer.lines:
        canvas.text(width / 2, y, line, 13, anchor="ma")
        y += 9
    canvas.rectangle((0, 118, width, 74), fill=214)
    x = (width - _LINK_MM) / 2
    canvas.rectangle((x - 7, 125, _LINK_MM + 14, _LINK_MM + 14), fill=248, radius=3)
    canvas.symbol(Symbology.QR_CODE, flyer.qr, (x, 132, _LINK_MM, _LINK_MM), paper=248)
    canvas.text(width / 2, 180, "En savoir plus", 11, bold=True, anchor="ma")
    canvas.text(width / 2, 198, "Ne pas jeter sur la voie publique", 6.5, ink=110, anchor="ma")


def draw_letter(canvas: Canvas, letter: Letter) -> None:
    """A page of running text."""
    y = 20.0
    for index, line in enumerate(letter.sender):
        canvas.text(_MARGIN, y, line, 12 if index == 0 else 10, bold=index == 0)
        y += 6
    canvas.text(canvas.width_mm - _MARGIN, 52, "Ville-d'Essai, le 20 novembre 2026", 10, anchor="ra")
    canvas.text(_MARGIN, 70, f"Objet : {letter.subject}", 11, bold=True)
    y = 86.0
    for paragraph in letter.paragraphs:
        y = canvas.paragraph(_MARGIN, y, canvas.width_mm - 2 * _MARGIN, paragraph, 11) + 4
    canvas.text(135, y + 8, "Docteur Alain ESSAI", 11, bold=True)
    canvas.stroke(list(scrawl("Docteur Alain ESSAI", 135, y + 24, 40, 14)), 0.45, 62)
