"""The drawn papers, boxes and screens: what a perfect reader finds on them, and the print rules."""

from __future__ import annotations

import itertools
import math

import cv2
import numpy as np
import pytest

from appliance.decode.symbol import Symbology
from appliance.simulation.canvas import SymbolBox
from appliance.simulation.catalogue import CATALOGUE, ITEMS, CatalogueItem
from appliance.simulation.documents import Prescription
from appliance.simulation.pages import MAX_DPI, MIN_DPI, draw, draw_page
from appliance.simulation.symbols import modules
from tests.simulation_scenes.reading import found

SLUGS = [item.slug for item in CATALOGUE]
PRESCRIPTIONS = [item for item in CATALOGUE if isinstance(item.document, Prescription)]


def boxes(item: CatalogueItem, symbology: Symbology) -> list[SymbolBox]:
    return [box for box in draw_page(item).boxes if box.symbology is symbology]


@pytest.mark.parametrize("slug", SLUGS)
def test_a_reader_finds_exactly_what_the_catalogue_says_where_the_boxes_say(slug: str) -> None:
    page = draw_page(ITEMS[slug], MIN_DPI)
    assert tuple((box.symbology, box.content) for box in page.boxes) == ITEMS[slug].symbols
    read = found(page.image)
    assert {(symbology, content) for symbology, content, _ in read} == set(ITEMS[slug].symbols)
    for symbology, content, corners in read:
        (box,) = [box for box in page.boxes if (box.symbology, box.content) == (symbology, content)]
        centre = corners.mean(axis=0) * 25.4 / page.dpi
        expected = (box.x + box.width / 2, box.y + box.height / 2)
        if symbology is not Symbology.CODE_128:  # of a bar code the engine gives the line it read
            assert np.abs(centre - expected).max() < 1.0


@pytest.mark.parametrize("slug", SLUGS)
def test_a_page_has_the_size_of_its_object(slug: str) -> None:
    item = ITEMS[slug]
    for dpi in (MIN_DPI, 450.0):
        height, width = draw(item, dpi).shape
        assert abs(width - item.width_mm / 25.4 * dpi) <= 1
        assert abs(height - item.height_mm / 25.4 * dpi) <= 1


def test_a_drawing_is_always_the_same() -> None:
    assert np.array_equal(draw(ITEMS["ordonnance"]), draw(ITEMS["ordonnance"]))


def test_the_bounds_of_the_resolution() -> None:
    assert draw(ITEMS["boite"], MAX_DPI).size > draw(ITEMS["boite"], MIN_DPI).size
    for dpi in (MIN_DPI - 1, MAX_DPI + 1, float("nan")):
        with pytest.raises(ValueError, match="dots an inch"):
            draw(ITEMS["boite"], dpi)


@pytest.mark.parametrize("item", PRESCRIPTIONS, ids=lambda item: item.slug)
def test_the_qr_is_25_to_30_mm_at_the_bottom_left(item: CatalogueItem) -> None:
    (qr,) = boxes(item, Symbology.QR_CODE)
    assert 25 <= qr.width <= 30
    assert qr.width == qr.height
    assert qr.x + qr.width < 70
    assert qr.y > 200
    for ins in boxes(item, Symbology.DATA_MATRIX):
        assert ins.x > 150
        assert ins.y + ins.height < 50


@pytest.mark.parametrize("item", PRESCRIPTIONS, ids=lambda item: item.slug)
def test_nothing_is_printed_in_the_quiet_zones(item: CatalogueItem) -> None:
    page = draw_page(item, MIN_DPI)
    px = page.dpi / 25.4
    zones = {Symbology.QR_CODE: 4, Symbology.DATA_MATRIX: 1}
    for box in page.boxes:
        if box.symbology not in zones:
            continue
        module = box.width / modules(box.symbology, box.content).shape[1]
        margin = zones[box.symbology] * module
        rows = slice(math.ceil((box.y - margin) * px), int((box.y + box.height + margin) * px))
        columns = slice(math.ceil((box.x - margin) * px), int((box.x + box.width + margin) * px))
        around = page.image[rows, columns].copy()
        inner = round(margin * px) - 1
        around[inner:-inner, inner:-inner] = 255
        assert around.min() > 200


def test_the_barcodes_of_different_prescribers_are_30_mm_apart() -> None:
    bars = [
        box for box in boxes(ITEMS["ordonnance-prescripteurs"], Symbology.CODE_128) if len(box.content) == 11
    ]
    assert len(bars) == 3
    for left, right in itertools.pairwise(bars):
        assert right.x - (left.x + left.width) >= 29.99
    assert bars[-1].x + bars[-1].width < 210


@pytest.mark.parametrize("slug", ["boite", "boite-perimee"])
def test_the_code_of_a_box_is_5_to_8_mm(slug: str) -> None:
    (code,) = boxes(ITEMS[slug], Symbology.DATA_MATRIX)
    assert 5 <= code.width <= 8


def test_a_box_does_not_tell_what_its_symbol_says() -> None:
    page = draw_page(ITEMS["etiquette-ins"])
    assert "ADRTROIS" not in repr(page.boxes)


@pytest.mark.parametrize(
    ("symbology", "content"),
    [
        (Symbology.QR_CODE, "D'ÂGE Andrée-Zoé".encode()),
        (Symbology.QR_CODE, bytes(range(256))),
        (Symbology.DATA_MATRIX, b"IS01\x1dABC\x1e\x04"),
        (Symbology.DATA_MATRIX, b"01034009359558381727113010LOT42A\x1d21SN0001234567"),
        (Symbology.CODE_128, b"0B9990017"),
    ],
    ids=["qr utf-8", "qr any byte", "data matrix", "gs1", "code 128"],
)
def test_a_symbol_holds_its_bytes(symbology: Symbology, content: bytes) -> None:
    grid = modules(symbology, content)
    if symbology is not Symbology.CODE_128:
        assert grid.shape[0] == grid.shape[1]
    dots = np.where(np.pad(grid, ((12, 12) if grid.shape[0] > 1 else (0, 0), (12, 12))), 0, 255).astype(
        np.uint8
    )
    height = 60 if grid.shape[0] == 1 else dots.shape[0] * 4
    image = cv2.resize(dots, (dots.shape[1] * 4, height), interpolation=cv2.INTER_NEAREST)
    assert [(kind, read) for kind, read, _ in found(image)] == [(symbology, content)]


def test_other_symbologies_are_not_drawn() -> None:
    with pytest.raises(ValueError, match="no drawing"):
        modules(Symbology.EAN_13, b"3400935955838")
