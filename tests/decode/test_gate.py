"""The change gate: blind to noise, drift and flicker, and to nothing else."""

from __future__ import annotations

import numpy as np
import pytest

from appliance.capture.frame import Frame
from appliance.capture.gate import CELL_PX, ChangeGate

SHAPE = (1080, 1920)


def frame(image, seed: int, sigma: float = 6.0, small=None) -> Frame:
    noise = np.random.default_rng(seed).normal(0, sigma, image.shape)
    return Frame(np.clip(image + noise, 0, 255).astype(np.uint8), seed, seed, small)


@pytest.fixture
def counter():
    rows, columns = np.mgrid[0 : SHAPE[0], 0 : SHAPE[1]]
    return 90 + 40 * np.sin(columns / 130) + 20 * np.cos(rows / 90)


def test_the_first_frame_is_new_and_the_next_is_not(counter):
    gate = ChangeGate()
    assert gate.changed(frame(counter, 0))
    assert not any(gate.changed(frame(counter, seed)) for seed in range(1, 8))


@pytest.mark.parametrize("sigma", [0.0, 3.0, 12.0, 25.0])
def test_noise_is_no_change(counter, sigma):
    gate = ChangeGate()
    gate.changed(frame(counter, 0, sigma))
    assert not any(gate.changed(frame(counter, seed, sigma)) for seed in range(1, 6))


@pytest.mark.parametrize("x", [0, 333, 1880])
def test_the_smallest_code_is_seen_in_its_first_frame(counter, x):
    gate = ChangeGate()
    gate.changed(frame(counter, 0))
    counter[500:524, x : x + 24] = 215  # 5 mm of a white box
    assert gate.changed(frame(counter, 1))
    assert not gate.changed(frame(counter, 2))


def test_slow_drift_of_light_is_no_change(counter):
    gate = ChangeGate()
    gate.changed(frame(counter, 0))
    assert not any(gate.changed(frame(counter * (1 - 0.002 * step), step)) for step in range(1, 40))


def test_bands_of_mains_flicker_are_no_change(counter):
    gate = ChangeGate()
    gate.changed(frame(counter, 0))
    rows = np.arange(SHAPE[0])[:, None]
    for seed in range(1, 6):
        bands = 1 + 0.05 * np.sin(rows / 170 + seed)
        assert not gate.changed(frame(counter * bands, seed))


def test_a_lamp_switched_on_is_change(counter):
    gate = ChangeGate()
    gate.changed(frame(counter, 0))
    assert gate.changed(frame(counter * 1.5, 1))


def test_a_sheet_across_most_of_the_view_is_change(counter):
    gate = ChangeGate()
    gate.changed(frame(counter, 0))
    counter[40:1000, 200:1750] = 220
    assert gate.changed(frame(counter, 1))


def test_a_frame_of_another_size_is_new(counter):
    gate = ChangeGate()
    gate.changed(frame(counter, 0))
    assert gate.changed(frame(counter[:540, :960], 1))


def test_the_cameras_small_copy_is_enough(counter):
    gate = ChangeGate()
    small = np.ascontiguousarray(counter[::4, ::4].astype(np.uint8))
    gate.changed(frame(counter, 0, small=small))
    assert not gate.changed(frame(counter, 1, small=small))
    changed = small.copy()
    changed[100:110, 100:110] = 220
    assert gate.changed(frame(counter, 2, small=changed))


def test_after_a_reset_all_is_new(counter):
    gate = ChangeGate()
    gate.changed(frame(counter, 0))
    gate.reset()
    assert gate.changed(frame(counter, 1))


@pytest.mark.parametrize("shape", [(1, 1), (2, 3000), (CELL_PX - 1, CELL_PX + 1), (7, 8192)])
def test_takes_any_frame(shape):
    gate = ChangeGate()
    assert gate.changed(Frame(np.full(shape, 9, np.uint8), 0, 0))
    assert not gate.changed(Frame(np.full(shape, 9, np.uint8), 1, 1))
