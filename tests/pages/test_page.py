"""A sheet under the camera becomes a page: found, straightened, lit evenly, upright, measured, packed."""

from __future__ import annotations

import io
import math

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from appliance.capture.frame import GreyImage
from appliance.capture.lens import LARGEST_RADIAL, Lens, measure_lens
from appliance.decode.symbol import Symbol, Symbology
from appliance.pages import page as making
from appliance.pages.orientation import turn_by_symbols, turn_by_text
from appliance.pages.outline import find_corners
from appliance.pages.page import Miss, NoPageError, Optics, likeness, make_page
from appliance.pages.rectify import MAX_PAGE_PIXELS, rectify, sheet_size
from appliance.pages.shading import PAPER_LEVEL, flatten
from appliance.pages.sharpness import LEAST_DPI, resolved_dpi
from appliance.simulation.catalogue import ITEMS
from appliance.simulation.faults import Faults
from appliance.simulation.optics import Projection
from appliance.simulation.pages import draw
from appliance.simulation.surroundings import desk
from tests.pages.views import PICTURE, View, corner_error_mm, view_of

A5 = math.sqrt(2)
SQUARE = np.array([[0, 0], [100, 0], [100, 100], [0, 100]], float)


def remap(image: GreyImage, x: NDArray[np.float32], y: NDArray[np.float32]) -> GreyImage:
    return np.asarray(cv2.remap(image, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE), np.uint8)


def resized(slug: str, width: int, height: int) -> GreyImage:
    page = cv2.resize(draw(ITEMS[slug]), (width, height), interpolation=cv2.INTER_AREA)
    return np.asarray(page, np.uint8)


@pytest.fixture(scope="module")
def ordonnance() -> View:
    """An ordonnance, leaning, in a shadow."""
    return view_of()


@pytest.mark.parametrize(("angle_deg", "seed"), [(90.0, 1), (-88.5, 7)])
def test_corners_are_found_to_a_fifth_of_a_millimetre(angle_deg: float, seed: int) -> None:
    view = view_of(angle_deg=angle_deg, seed=seed)
    found = find_corners(view.picture)
    assert found is not None
    assert corner_error_mm(found, view) < 0.2


def test_a_small_sheet_at_any_angle_is_found() -> None:
    view = view_of(shrink=A5, angle_deg=20.0, faults=Faults(lean_deg=5, noise=3))
    found = find_corners(view.picture)
    assert found is not None
    assert corner_error_mm(found, view) < 0.3


def test_a_sheet_whose_corner_tips_are_out_of_view_is_found() -> None:
    view = view_of(angle_deg=94.0, faults=Faults(noise=2))
    assert (view.corners < 0).any()
    found = find_corners(view.picture)
    assert found is not None
    assert corner_error_mm(found, view) < 0.3


def test_a_sheet_of_which_more_is_out_of_view_is_not() -> None:
    view = view_of(angle_deg=90.0, faults=Faults(noise=2))
    assert find_corners(view.picture[200:]) is None


def test_a_bent_lens_is_put_right() -> None:
    view = view_of(faults=Faults(noise=2))
    lens = Lens(-0.05)
    width, height = PICTURE
    x, y = np.meshgrid(np.arange(width, dtype=float), np.arange(height, dtype=float))
    straight = lens.straighten(np.stack([x, y], -1).reshape(-1, 2), PICTURE).astype(np.float32)
    bent = remap(
        view.picture,
        straight[:, 0].reshape(height, width),
        straight[:, 1].reshape(height, width),
    )
    with_lens, without = find_corners(bent, lens), find_corners(bent)
    assert with_lens is not None
    assert corner_error_mm(with_lens, view) < 0.3
    assert without is None or corner_error_mm(without, view) > 1.0
    straightened = rectify(bent, with_lens, (297.0, 210.0), 75, lens)
    assert (
        np.abs(straightened.astype(int) - rectify(view.picture, with_lens, (297.0, 210.0), 75, Lens())).mean()
        < 3
    )


def test_the_lens_is_measured_from_a_board() -> None:
    x, y = np.meshgrid(np.arange(6) * 25.0, np.arange(8) * 25.0)
    drawn = np.stack([x.ravel(), y.ravel()], axis=1)
    matrix: NDArray[np.float64] = np.array([[6.0, 0.3, 500], [0.2, 6.1, 100], [1e-5, 2e-5, 1]])
    seen = np.asarray(cv2.perspectiveTransform(drawn[:, None], matrix), np.float64)[:, 0]
    lens = Lens(-0.08)
    assert measure_lens(drawn, lens.bend(seen, PICTURE), PICTURE).radial == pytest.approx(-0.08, abs=0.002)
    assert measure_lens(drawn, seen, PICTURE).radial == pytest.approx(0.0, abs=0.002)


def test_a_lens_bends_and_straightens_back() -> None:
    points = np.array([[0.0, 0.0], [2303.0, 1295.0], [1000.0, 300.0]])
    lens = Lens(LARGEST_RADIAL / 2)
    assert np.abs(lens.straighten(lens.bend(points, PICTURE), PICTURE) - points).max() < 0.1
    with pytest.raises(ValueError, match="bends"):
        Lens(LARGEST_RADIAL + 0.001)


def test_no_sheet_is_no_page() -> None:
    bare = desk(*PICTURE, seed=4, kind="speckled")
    with pytest.raises(NoPageError) as missed:
        make_page(bare, (), Optics(5.76))
    assert missed.value.miss is Miss.NO_SHEET


def test_a_hand_on_the_sheet_is_no_page(ordonnance: View) -> None:
    covered = ordonnance.picture.copy()
    covered[700:, 500:1500] = 120
    assert find_corners(covered) is None


def test_a_box_is_no_page() -> None:
    view = view_of("boite", faults=Faults(noise=2), angle_deg=0.0, size=(1152, 648))
    with pytest.raises(NoPageError) as missed:
        make_page(view.picture, (), Optics(view.px_per_mm))
    assert missed.value.miss in (Miss.ODD_SIZE, Miss.NO_SHEET)


@pytest.mark.parametrize("angle_deg", [90.0, -90.0])
@pytest.mark.parametrize("by", ["codes", "text"])
def test_a_page_stands_upright_and_shows_the_print(angle_deg: float, by: str) -> None:
    view = view_of(angle_deg=angle_deg)
    page = make_page(view.picture, view.symbols if by == "codes" else (), Optics(view.px_per_mm))
    assert page.is_upright
    assert page.size_mm == (210.0, 297.0)
    got = np.asarray(Image.open(io.BytesIO(page.jpeg)))
    assert got.shape == (page.height_px, page.width_px)
    wanted = cv2.resize(
        draw(ITEMS["ordonnance"]), (page.width_px, page.height_px), interpolation=cv2.INTER_AREA
    )
    # Print in its place: compared through a blur of half a millimetre.
    one, other = (cv2.GaussianBlur(255 - image, (0, 0), 3).ravel().astype(float) for image in (got, wanted))
    assert np.corrcoef(one, other)[0, 1] > 0.95


def test_the_jpeg_says_its_resolution(ordonnance: View) -> None:
    page = make_page(ordonnance.picture, ordonnance.symbols, Optics(ordonnance.px_per_mm))
    image = Image.open(io.BytesIO(page.jpeg))
    assert image.mode == "L"
    assert image.info["dpi"] == (page.dpi, page.dpi)
    assert page.dpi == 150


def test_a_camera_too_coarse_for_a_scan_is_said(ordonnance: View) -> None:
    page = make_page(ordonnance.picture, ordonnance.symbols, Optics(ordonnance.px_per_mm))
    assert page.real_dpi is not None
    assert 100 < page.real_dpi < 147
    assert not page.is_sharp


def test_twelve_megapixels_resolve_two_hundred_dots_an_inch_and_blur_is_noticed() -> None:
    sharp = view_of(size=(4608, 2592), dpi=300, shrink=2.0, crop=(2000, 1500))
    page = make_page(sharp.picture, sharp.symbols, Optics(sharp.px_per_mm))
    assert page.is_sharp
    assert page.dpi == 300
    soft = cv2.GaussianBlur(sharp.picture, (0, 0), 1.5)
    blurred = make_page(np.asarray(soft, np.uint8), sharp.symbols, Optics(sharp.px_per_mm))
    assert not blurred.is_sharp
    assert likeness(page.thumb, blurred.thumb) > 0.97


def test_pages_are_known_again_and_told_apart(ordonnance: View) -> None:
    optics = Optics(ordonnance.px_per_mm)
    page = make_page(ordonnance.picture, ordonnance.symbols, optics)
    again = view_of(angle_deg=-91.0, seed=5)
    same = make_page(again.picture, again.symbols, optics)
    assert likeness(page.thumb, same.thumb) > making.SAME_PAGE
    other = view_of("ordonnance-accents", seed=6)
    assert likeness(page.thumb, make_page(other.picture, other.symbols, optics).thumb) < making.SAME_PAGE
    assert likeness(page.thumb, page.thumb[:10]) == 0


def test_shading_is_flattened_and_print_stays() -> None:
    drawn = draw(ITEMS["ordonnance"])
    small = cv2.resize(drawn, (827, 1169), interpolation=cv2.INTER_AREA)
    x, y = np.meshgrid(np.linspace(0, 1, 827), np.linspace(0, 1, 1169))
    light = 0.9 - 0.3 * x - 0.2 * y**2
    flat = flatten(np.asarray(small * light, np.uint8), 100 / 25.4)
    paper = small > 240
    assert abs(float(flat[paper].mean()) - PAPER_LEVEL) < 3
    assert float(flat[paper].std()) < 4
    assert float(flat[small < 40].mean()) < 50


def test_a_dark_area_is_print_not_shadow() -> None:
    flat = flatten(resized("depliant", 583, 827), 100 / 25.4)
    assert float(np.median(flat[20:180, 20:560])) < 140


@pytest.mark.parametrize("slug", ["courrier", "ordonnance"])
@pytest.mark.parametrize("quarters", [0, 1, 2, 3])
def test_text_tells_which_way_is_up(slug: str, quarters: int) -> None:
    image = resized(slug, 1240, 1754)
    turn = turn_by_text(np.ascontiguousarray(np.rot90(image, -quarters)), 150)
    assert turn.is_sure
    assert turn.quarters % 4 == quarters


def test_a_page_of_capitals_is_not_said_to_be_known() -> None:
    image = resized("attestation-vaccination", 1240, 1754)
    assert not turn_by_text(image, 150).is_sure


def test_an_empty_page_is_left_as_it_lies() -> None:
    turn = turn_by_text(np.full((800, 600), 250, np.uint8), 100)
    assert (turn.quarters, turn.is_sure) == (0, False)


def test_linear_codes_do_not_tell_which_way_is_up() -> None:
    corners = ((0.0, 0.0), (0.0, 9.0), (-9.0, 9.0), (-9.0, 0.0))
    assert turn_by_symbols([Symbol(Symbology.CODE_128, b"x", corners)]) is None
    turn = turn_by_symbols([Symbol(Symbology.DATA_MATRIX, b"x", corners)])
    assert turn is not None
    assert turn.quarters == 1


def test_a_size_about_that_of_a_format_is_the_format() -> None:
    sides = SQUARE / 100 * (211.5, 295.0)
    assert sheet_size(sides, 1.0) == (210.0, 297.0)
    assert sheet_size(SQUARE / 100 * (210.0, 98.0), 1.0) == pytest.approx((210.0, 98.0))


def test_a_page_has_a_bound_of_pixels() -> None:
    picture = np.zeros((100, 100), np.uint8)
    fits = MAX_PAGE_PIXELS // 4000 / 4000
    assert rectify(picture, SQUARE, (25.4, 25.4 * fits), 4000, Lens()).size == MAX_PAGE_PIXELS
    with pytest.raises(ValueError, match="pixels"):
        rectify(picture, SQUARE, (25.4, 25.4 * (fits + 1 / 4000)), 4000, Lens())


def test_a_page_has_a_bound_of_bytes(ordonnance: View, monkeypatch: pytest.MonkeyPatch) -> None:
    optics = Optics(ordonnance.px_per_mm)
    size = len(make_page(ordonnance.picture, (), optics).jpeg)
    monkeypatch.setattr(making, "MAX_PAGE_BYTES", size - 1)
    assert len(make_page(ordonnance.picture, (), optics).jpeg) < size
    monkeypatch.setattr(making, "MAX_PAGE_BYTES", 1000)
    with pytest.raises(NoPageError) as missed:
        make_page(ordonnance.picture, (), optics)
    assert missed.value.miss is Miss.TOO_LARGE


def test_resolution_follows_from_the_blur() -> None:
    assert resolved_dpi(0.1, 10.0) == pytest.approx(254.0)
    assert resolved_dpi(1.0, 11.52) == pytest.approx(199.9, abs=0.5)
    assert resolved_dpi(2.0, 11.52) == pytest.approx(resolved_dpi(1.0, 11.52) / 2)
    assert LEAST_DPI == 200


def test_the_camera_s_tilt_does_not_matter() -> None:
    view = view_of(shrink=A5, tilt_deg=12.0, angle_deg=10.0)
    assert Projection(*PICTURE).px_per_mm == view.px_per_mm
    page = make_page(view.picture, (), Optics(view.px_per_mm))
    assert page.size_mm == (148.0, 210.0)
