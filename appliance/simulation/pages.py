"""Draws an object of the catalogue as printed or displayed, and knows where its symbols lie."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from appliance.capture.frame import GreyImage
from appliance.simulation.canvas import Canvas, SymbolBox
from appliance.simulation.catalogue import CatalogueItem
from appliance.simulation.documents import (
    Certificate,
    Flyer,
    IdentityLabel,
    Letter,
    MedicineBox,
    PhoneScreen,
    Prescription,
)
from appliance.simulation.page_objects import draw_box, draw_label, draw_phone
from appliance.simulation.page_papers import draw_certificate, draw_flyer, draw_letter
from appliance.simulation.page_prescription import draw_prescription

__all__ = ["MAX_DPI", "MIN_DPI", "DrawnPage", "draw", "draw_page"]

MIN_DPI: Final = 300.0
"""What the coarsest office printer puts on paper."""

MAX_DPI: Final = 600.0
"""An A4 page of 600 dots an inch has 35 Mpx; more would only cost memory."""


@dataclass(frozen=True, slots=True, eq=False)
class DrawnPage:
    """A drawn object.

    Attributes:
        image: height x width, upright.
        dpi: dots an inch of `image`.
        boxes: where its symbols lie, in the order of the catalogue's `symbols`.
    """

    image: GreyImage
    dpi: float
    boxes: tuple[SymbolBox, ...]


def draw_page(item: CatalogueItem, dpi: float = MIN_DPI) -> DrawnPage:
    """Draw an object upright.

    Raises:
        ValueError: `dpi` is not between `MIN_DPI` and `MAX_DPI`.
    """
    if not MIN_DPI <= dpi <= MAX_DPI:
        raise ValueError(f"a page is drawn at {MIN_DPI:g} to {MAX_DPI:g} dots an inch, not {dpi:g}")
    canvas = Canvas(item.width_mm, item.height_mm, dpi)
    match item.document:
        case Prescription():
            draw_prescription(canvas, item.document)
        case IdentityLabel():
            draw_label(canvas, item.document)
        case MedicineBox():
            draw_box(canvas, item.document)
        case PhoneScreen():
            draw_phone(canvas, item.document)
        case Certificate():
            draw_certificate(canvas, item.document)
        case Flyer():
            draw_flyer(canvas, item.document)
        case Letter():
            draw_letter(canvas, item.document)
    return DrawnPage(canvas.grey(), dpi, tuple(canvas.boxes))


def draw(item: CatalogueItem, dpi: float = MIN_DPI) -> GreyImage:
    """The object as printed or displayed, upright, grey, `dpi` dots an inch.

    Raises:
        ValueError: `dpi` is not between `MIN_DPI` and `MAX_DPI`.
    """
    return draw_page(item, dpi).image
