"""The outline engine: symbols whose marks are damaged, at any angle, in the middle of their patch."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from appliance.decode.engines import ZxingEngine
from appliance.decode.engines.lattice import OutlineEngine
from appliance.decode.ladder import MATRIX
from appliance.decode.symbol import Symbology

CONTENT = b"IS010000000000000000000000S1297022A02077878S21.2.250.1.213.1.4.8 S3DOMINIQUE S4ADRTROIS"


def seen(symbol, angle, *, px_a_module=2.5, drawn_px=8, noise=3.0):
    """The symbol photographed at an angle."""
    scale = px_a_module / drawn_px
    side = int(symbol.shape[0] * scale * 1.5)
    matrix = cv2.getRotationMatrix2D((symbol.shape[1] / 2, symbol.shape[0] / 2), angle, scale)
    matrix[:, 2] += (side - np.array(symbol.shape[::-1])) / 2
    soft = cv2.GaussianBlur(symbol, (0, 0), 0.55 / scale)
    light = cv2.warpAffine(soft, matrix, (side, side), borderValue=225).astype(float)
    return np.clip(light + np.random.default_rng(1).normal(0, noise, light.shape), 0, 255).astype(np.uint8)


@pytest.fixture
def stroked(draw):
    """A Data Matrix with a pen stroke through its solid border, and one through its dotted one."""
    symbol = np.clip(draw(Symbology.DATA_MATRIX, CONTENT, module_px=8, quiet=8), 30, 225)
    side = symbol.shape[0]
    for start, end in (((side // 4, 0), (side // 3, side)), ((0, side // 2), (side // 2, 0))):
        cv2.line(symbol, start, end, 60, 9)
    return symbol


@pytest.mark.parametrize("angle", [0, 17, 44, 90, 133, 200, 271, 315])
def test_reads_a_data_matrix_with_strokes_through_its_border(stroked, angle):
    view = seen(stroked, angle)
    assert ZxingEngine().read(view, MATRIX) == []
    [read] = OutlineEngine().read(view, MATRIX)
    assert read.content == CONTENT


@pytest.mark.parametrize("px_a_module", [1.6, 2.0, 4.0])
def test_reads_what_is_coarse(draw, px_a_module):
    for symbology in (Symbology.QR_CODE, Symbology.DATA_MATRIX):
        symbol = np.clip(draw(symbology, CONTENT, module_px=8, quiet=8), 30, 225)
        [read] = OutlineEngine().read(seen(symbol, 23, px_a_module=px_a_module), MATRIX)
        assert (read.symbology, read.content) == (symbology, CONTENT)


def test_corners_are_the_symbols_own(draw):
    symbol = np.clip(draw(Symbology.DATA_MATRIX, CONTENT, module_px=8, quiet=8), 30, 225)
    [upright] = OutlineEngine().read(seen(symbol, 0), MATRIX)
    [turned] = OutlineEngine().read(seen(symbol, 180), MATRIX)
    assert np.abs(np.array(upright.corners) - np.roll(turned.corners, 2, axis=0)).max() < 2


def test_a_part_of_its_work_reads_nothing_yet(draw):
    view = seen(np.clip(draw(Symbology.QR_CODE, CONTENT, module_px=8, quiet=8), 30, 225), 10)
    parts = list(OutlineEngine().slices(view, MATRIX))
    assert len(parts) > 4
    assert all(part == [] for part in parts[:-1])
    assert parts[-1][0].content == CONTENT
