"""Fusion: looks are registered, glare is left out, and together they are read where none is alone."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from appliance.decode.candidate import MILESTONES, Candidate
from appliance.decode.engines import ZxingEngine
from appliance.decode.finder import Box, Patch
from appliance.decode.fusion import FINER, Fusion, moved_by
from appliance.decode.ladder import COARSE, MATRIX, SAMPLERS, Step
from appliance.decode.symbol import Symbology
from appliance.decode.treatments import AS_IS

DRAWN_PX = 16


@pytest.fixture
def sheet(draw):
    code = draw(Symbology.QR_CODE, b"many looks " * 6, module_px=DRAWN_PX, quiet=8, error="L")
    return cv2.GaussianBlur(np.clip(code, 30, 220).astype(np.uint8), (0, 0), 5)


def look(sheet, px_a_module, shift=(0.0, 0.0), *, noise=0.0, seed=0, turn_deg=0.0):
    """The sheet as the sensor has it: `shift` is in pixels of the look."""
    scale = DRAWN_PX / px_a_module
    side = int(sheet.shape[0] / scale)
    fine = 4
    matrix = cv2.getRotationMatrix2D((sheet.shape[1] / 2, sheet.shape[0] / 2), turn_deg, 1.0)
    matrix[:, 2] += np.array(shift) * scale
    moved = cv2.warpAffine(sheet, matrix, sheet.shape[::-1], borderMode=cv2.BORDER_REPLICATE)
    shrunk = cv2.resize(moved, (side * fine, side * fine), interpolation=cv2.INTER_AREA)
    light = shrunk.reshape(side, fine, side, fine).mean((1, 3))
    noisy = light + np.random.default_rng(seed).normal(0, noise, light.shape)
    return np.clip(noisy, 0, 255).astype(np.uint8)


@pytest.mark.parametrize("shift", [(0.0, 0.0), (0.3, -0.45), (-1.7, 2.2), (3.1, 0.5)])
def test_looks_are_registered_to_a_twentieth_of_a_pixel(sheet, shift):
    reference = look(sheet, 2.0, noise=4, seed=1)
    transform = moved_by(look(sheet, 2.0, shift, noise=4, seed=2), reference)
    assert transform is not None
    assert np.abs(transform[:, 2] - shift).max() < 0.05


def test_a_turned_look_is_registered_too(sheet):
    reference = look(sheet, 2.5, noise=3, seed=1)
    transform = moved_by(look(sheet, 2.5, (0.4, 0.2), noise=3, seed=2, turn_deg=1.0), reference)
    assert transform is not None
    assert abs(np.degrees(np.arctan2(transform[1, 0], transform[0, 0]))) == pytest.approx(1.0, abs=0.05)


def test_another_code_is_no_look_at_the_same(sheet, draw):
    other = draw(Symbology.QR_CODE, b"other words " * 5 + b"123456", module_px=DRAWN_PX, quiet=8, error="L")
    other = cv2.GaussianBlur(np.clip(other, 30, 220).astype(np.uint8), (0, 0), 5)
    assert other.shape == sheet.shape
    assert moved_by(look(other, 2.0), look(sheet, 2.0)) is None
    assert moved_by(np.full_like(look(sheet, 2.0), 128), look(sheet, 2.0)) is None


def test_nudged_looks_together_are_finer_than_one(sheet):
    rng = np.random.default_rng(8)
    first = look(sheet, 1.5, noise=8, seed=0)
    fusion = Fusion(first, 1.0)
    for seed in range(1, 16):
        view = look(sheet, 1.5, rng.uniform(-1, 1, 2), noise=8, seed=seed)
        transform = moved_by(view, fusion.reference)
        assert transform is not None
        fusion.add(view, transform, 1.0)
    truth = look(sheet, 1.5 * FINER).astype(float)[: fusion.fine.shape[0], : fusion.fine.shape[1]]
    single = cv2.resize(first, fusion.fine.shape[::-1], interpolation=cv2.INTER_CUBIC)[
        : truth.shape[0], : truth.shape[1]
    ]
    fused = fusion.fine[: truth.shape[0], : truth.shape[1]]
    assert np.abs(fused - truth).mean() < 0.85 * np.abs(single - truth).mean()


def test_moving_glare_is_left_out(sheet):
    views = []
    for index in range(8):
        view = look(sheet, 3.0, noise=2, seed=index).astype(float)
        rows, columns = np.mgrid[0 : view.shape[0], 0 : view.shape[1]]
        view += 220 * np.exp(-0.5 * ((columns - 30 - 12 * index) ** 2 + (rows - 80) ** 2) / 22**2)
        views.append(np.clip(view, 0, 255).astype(np.uint8))
    assert all(ZxingEngine().read(view, MATRIX) == [] for view in views[2:6])
    fusion = Fusion(views[2], 1.0)
    for view in views[3:]:
        fusion.add(view, np.eye(2, 3, dtype=np.float32), 1.0)
    assert [symbol.content for symbol in ZxingEngine().read(fusion.coarse, MATRIX)] == [b"many looks " * 6]


def test_many_looks_read_what_no_single_one_gives(sheet):
    rng = np.random.default_rng(2)
    views = [look(sheet, 1.75, rng.uniform(-0.8, 0.8, 2), noise=45, seed=seed) for seed in range(16)]
    for view in views[::3]:
        for step in (*COARSE[:8], *SAMPLERS):
            assert step.read(view, MATRIX) == []
    patch = Patch(Box(0, 0, views[0].shape[1], views[0].shape[0]), elongated=False, darkness=0.5)
    candidate = Candidate(patch, views[0], (Step(AS_IS, ZxingEngine()),))
    candidate.step()
    for view in views[1:]:
        candidate.look_again(patch, view)
        while candidate.has_work:
            candidate.step()
    assert [symbol.content for symbol in candidate.symbols()] == [b"many looks " * 6]


def test_no_more_looks_are_asked_for_after_the_last_milestone(sheet):
    view = np.random.default_rng(1).integers(60, 200, (120, 120)).astype(np.uint8)
    patch = Patch(Box(0, 0, 120, 120), elongated=False, darkness=0.5)
    candidate = Candidate(patch, view, (Step(AS_IS, ZxingEngine()),))
    for frame in range(MILESTONES[-1] + 3):
        while candidate.has_work:
            candidate.step()
        assert candidate.wants_frames or frame >= MILESTONES[-1]
        candidate.look_again(patch, view)
    assert not candidate.wants_frames
