"""Patches: codes found, text left alone, bounds kept."""

from __future__ import annotations

import numpy as np
import pytest

from appliance.capture.frame import Frame
from appliance.decode.finder import MAX_PATCHES, Box, Finder
from appliance.decode.symbol import Symbology


def holds(patches, x: int, y: int) -> bool:
    return any(p.box.left <= x < p.box.right and p.box.top <= y < p.box.bottom for p in patches)


def test_finds_the_codes_of_a_page(page):
    patches = Finder().find(Frame(page, 0, 0))
    assert holds(patches[:2], 400 + 110, 900 + 110)
    assert holds(patches[:2], 1700 + 70, 150 + 70)


def test_finds_them_on_the_small_copy_of_the_camera(page):
    small = np.ascontiguousarray(page.reshape(324, 4, 576, 4).mean((1, 3)).astype(np.uint8))
    patches = Finder().find(Frame(page, 0, 0, small))
    assert holds(patches[:2], 400 + 110, 900 + 110)
    assert holds(patches[:2], 1700 + 70, 150 + 70)


def test_finds_a_code_held_near_the_lens(draw):
    frame = np.full((1080, 1920), 230, np.uint8)
    code = np.minimum(draw(Symbology.QR_CODE, b"near the lens", module_px=22), 230)
    frame[100 : 100 + code.shape[0], 600 : 600 + code.shape[1]] = code
    patches = [patch for patch in Finder().find(Frame(frame, 0, 0)) if patch.is_near]
    assert holds(patches, 600 + code.shape[1] // 2, 100 + code.shape[0] // 2)


@pytest.mark.parametrize("grey", [0, 128, 255])
def test_finds_nothing_on_a_plain_counter(grey):
    assert Finder().find(Frame(np.full((1080, 1920), grey, np.uint8), 0, 0)) == []


def test_bold_text_is_taken_for_bars_at_most(page):
    page[880:1200, 380:700] = 235
    page[130:330, 1680:1900] = 235
    assert all(patch.elongated for patch in Finder().find(Frame(page, 0, 0)))


def test_patches_are_bounded(draw):
    sheet = np.full((1296, 2304), 235, np.uint8)
    code = draw(Symbology.DATA_MATRIX, b"many", module_px=4, quiet=2)
    for y in range(20, 1200, 160):
        for x in range(20, 2200, 160):
            sheet[y : y + code.shape[0], x : x + code.shape[1]] = code
    assert len(Finder().find(Frame(sheet, 0, 0))) == MAX_PATCHES


@pytest.mark.parametrize("shape", [(1, 1), (1, 5000), (5000, 1), (3, 8192), (17, 23)])
def test_takes_any_frame(shape):
    noise = np.random.default_rng(3).integers(0, 256, shape).astype(np.uint8)
    for patch in Finder().find(Frame(noise, 0, 0)):
        assert patch.box.of(noise).size > 0


@pytest.mark.parametrize("width", [0.0, 0.9, 10_001.0, float("nan")])
def test_refuses_a_field_that_no_camera_sees(width):
    with pytest.raises(ValueError, match="field of view"):
        Finder(width)


def test_boxes_know_what_they_share():
    one, other = Box(0, 0, 10, 10), Box(5, 0, 15, 10)
    assert one.overlap(other) == pytest.approx(50 / 150)
    assert one.share_in(other) == 0.5
    assert one.overlap(Box(20, 20, 30, 30)) == 0
    assert Box(5, 5, 5, 9).share_in(one) == 0
