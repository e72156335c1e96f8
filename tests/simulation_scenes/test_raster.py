"""The small picture operations: none may change the level of what is flat."""

from __future__ import annotations

import numpy as np
import pytest

from appliance.simulation.raster import Window, fill, moved, smeared, soft, texture_for, times

FLAT = [np.full((64, width), level, np.uint8) for width in (5, 64, 148, 309) for level in (0, 128, 255)]


@pytest.mark.parametrize("length", [0.0, 1.0, 1.6, 2.1, 3.0, 4.0, 17.4, 60.0])
def test_a_smear_of_any_length_keeps_a_flat_picture(length: float) -> None:
    for flat in FLAT:
        assert np.array_equal(smeared(flat, length, 0), flat)
        assert np.array_equal(smeared(flat, 0, length), flat)


@pytest.mark.parametrize("length", [2.0, 3.0, 8.0])
def test_a_smear_spreads_a_point_over_its_length(length: float) -> None:
    point = np.zeros((33, 33), np.uint8)
    point[16, 16] = 240
    for image, axis in ((smeared(point, length, 0), 1), (smeared(point, 0, length), 0)):
        touched = np.flatnonzero(image.sum(axis=1 - axis))
        assert len(touched) == length
        assert abs(int(image.sum()) - 240) <= length


@pytest.mark.parametrize("sigma", [0.5, 2.0, 4.1, 30.0])
def test_a_blur_of_any_width_keeps_a_flat_picture(sigma: float) -> None:
    for flat in FLAT:
        assert np.abs(soft(flat, sigma).astype(int) - flat).max() <= 1


@pytest.mark.parametrize("frame_px_per_mm", [2.0, 5.76, 11.52, 40.0])
def test_a_texture_keeps_a_flat_picture_and_its_size(frame_px_per_mm: float) -> None:
    flat = np.full((600, 400), 200, np.uint8)
    texture = texture_for(flat, 11.8, frame_px_per_mm, 0.5)
    assert (texture.image == 200).all()
    assert texture.image.shape[1] / texture.px_per_mm == pytest.approx(400 / 11.8)


def test_a_product_is_rounded_and_bounded() -> None:
    image = np.array([[0, 100, 255]], np.uint8)
    assert times(image, image).tolist() == [[0, 39, 255]]
    assert times(image, scale=2.0).tolist() == [[0, 200, 255]]


def test_a_filled_outline_has_its_area() -> None:
    square = np.array([[10.0, 10.0], [30.0, 10.0], [30.0, 40.0], [10.0, 40.0]])
    mask = fill(square, Window(0, 0, 64, 64))
    assert mask.sum() / 255 == pytest.approx(20 * 30, rel=0.12)
    assert mask[25, 20] == 255
    assert mask[5, 5] == 0


def test_a_shadow_falls_to_the_lower_right() -> None:
    image = np.zeros((16, 16), np.uint8)
    image[4, 4] = 255
    assert moved(image, 3.0)[7, 7] == 255
