"""What can be laid under the simulated camera, and what a perfect reader finds on each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum, unique
from types import MappingProxyType
from typing import Final

from appliance.decode.symbol import Symbology
from appliance.simulation.contents import DOCUMENTS
from appliance.simulation.documents import (
    Certificate,
    Document,
    Flyer,
    IdentityLabel,
    Letter,
    MedicineBox,
    PhoneScreen,
    Prescription,
)
from appliance.texts.scenes import ITEM_TITLES

__all__ = ["CATALOGUE", "ITEMS", "CatalogueItem", "ItemKind", "symbols_of"]


@unique
class ItemKind(StrEnum):
    """What an object is to the hand and to the light."""

    SHEET = "sheet"
    BOX = "box"
    PHONE = "phone"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class CatalogueItem:
    """An object that can be laid under the camera.

    Attributes:
        slug: stable name in scenes and on the console page.
        title: French name for people.
        kind: sheet, box, phone or other.
        width_mm, height_mm: the face turned to the camera, upright.
        symbols: what a perfect reader must find on it, in the order they are drawn.
        document: what stands on it.
        thickness_mm: how far above the counter that face lies.
        corner_mm: radius of its corners.
    """

    slug: str
    title: str
    kind: ItemKind
    width_mm: float
    height_mm: float
    symbols: tuple[tuple[Symbology, bytes], ...]
    document: Document
    thickness_mm: float = 0.0
    corner_mm: float = 0.0

    @property
    def default_angle_deg(self) -> float:
        """How it is laid by default: an A4 sheet only fits the field of view sideways."""
        return 90.0 if self.kind is ItemKind.SHEET else 0.0

    @property
    def is_luminous(self) -> bool:
        """Whether it shines by itself, so that the room's light does not matter."""
        return self.kind is ItemKind.PHONE


def symbols_of(document: Document) -> tuple[tuple[Symbology, bytes], ...]:
    """What a perfect reader finds on a document, in the order the drawing places it."""
    match document:
        case Prescription():
            prescribers = document.practice.prescribers
            linear = [p.rpps for p in prescribers]
            linear += [document.practice.finess] if document.practice.finess else [p.am for p in prescribers]
            found = [(Symbology.CODE_128, number.encode()) for number in linear if number]
            if document.ins is not None:
                found.append((Symbology.DATA_MATRIX, document.ins))
            return (*found, (Symbology.QR_CODE, document.qr))
        case IdentityLabel():
            return ((Symbology.DATA_MATRIX, document.ins),)
        case MedicineBox() | Certificate():
            return ((Symbology.DATA_MATRIX, document.code),)
        case PhoneScreen() | Flyer():
            return ((Symbology.QR_CODE, document.qr),)
        case Letter():
            return ()


@dataclass(frozen=True, slots=True)
class _Shape:
    """What an object is, beside what stands on it; lengths in mm."""

    kind: ItemKind
    width_mm: float
    height_mm: float
    thickness_mm: float = 0.0
    corner_mm: float = 0.0


_A4 = _Shape(ItemKind.SHEET, 210.0, 297.0)
_A5 = _Shape(ItemKind.SHEET, 148.0, 210.0)
_LABEL = _Shape(ItemKind.OTHER, 105.0, 60.0)
_PHONE = _Shape(ItemKind.PHONE, 72.0, 150.0, thickness_mm=8.0, corner_mm=9.0)

_SHAPES: Final[Mapping[str, _Shape]] = MappingProxyType(
    {
        "etiquette-ins": _LABEL,
        "boite": _Shape(ItemKind.BOX, 118.0, 28.0, thickness_mm=62.0, corner_mm=0.5),
        "boite-perimee": _Shape(ItemKind.BOX, 126.0, 48.0, thickness_mm=55.0, corner_mm=0.5),
        "telephone-ordonnance": _PHONE,
        "telephone-carte-vitale": _PHONE,
        "depliant": _A5,
    }
)
"""Whatever is not an A4 sheet."""


def _item(slug: str, document: Document) -> CatalogueItem:
    """Bind a document to its object; the symbols follow from the document."""
    shape = _SHAPES.get(slug, _A4)
    return CatalogueItem(
        slug=slug,
        title=ITEM_TITLES[slug],
        kind=shape.kind,
        width_mm=shape.width_mm,
        height_mm=shape.height_mm,
        symbols=symbols_of(document),
        document=document,
        thickness_mm=shape.thickness_mm,
        corner_mm=shape.corner_mm,
    )


CATALOGUE: Final[tuple[CatalogueItem, ...]] = tuple(_item(*entry) for entry in DOCUMENTS.items())
"""Everything that can be laid under the simulated camera."""

ITEMS: Final[Mapping[str, CatalogueItem]] = MappingProxyType({item.slug: item for item in CATALOGUE})
"""The catalogue by slug."""
