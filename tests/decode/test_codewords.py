"""Correction: layouts against encoders, Reed-Solomon against its own bounds, doubt against damage."""

from __future__ import annotations

import numpy as np
import pytest
import segno
import zxingcpp

from appliance.decode.engines.lattice.codewords import corrected
from appliance.decode.engines.lattice.matrix import SIDES, fixed_matrix, matrix_layout
from appliance.decode.engines.lattice.model import OPEN
from appliance.decode.engines.lattice.qr_codewords import draw_format, format_of, qr_layout
from appliance.decode.engines.lattice.reed_solomon import DATA_MATRIX_FIELD, QR_FIELD, correct

FIELDS = (DATA_MATRIX_FIELD, QR_FIELD)


def matrix_modules(side):
    for length in range(1, 1000):
        content = bytes(65 + index * 7 % 26 for index in range(length)).decode()
        code = zxingcpp.create_barcode(content, zxingcpp.BarcodeFormat.DataMatrix, force_square=True)
        modules = np.asarray(code.to_image(scale=1, add_quiet_zones=False)) < 128
        if len(modules) == side:
            return modules
    raise AssertionError(f"no content fills a symbol of {side} modules")


def seen(modules, spread=0.0, seed=0):
    noise = np.random.default_rng(seed).normal(0, spread, modules.shape) if spread else 0
    return np.clip(np.where(modules, -1.0, 1.0) + noise, -1, 1).astype(np.float32)


@pytest.mark.parametrize("level", "LMQH")
@pytest.mark.parametrize("version", [1, 2, 5, 6, 7, 8, 14, 21, 32, 40])
def test_qr_codewords_lie_where_an_encoder_puts_them(version, level):
    drawn = np.array([list(row) for row in segno.make("a", version=version, error=level).matrix]) != 0
    code_format = format_of(seen(drawn))
    modules = corrected(seen(drawn), qr_layout(version, code_format))
    assert modules is not None
    draw_format(modules, code_format)
    assert np.array_equal(modules, drawn)


@pytest.mark.parametrize("side", SIDES)
def test_data_matrix_codewords_lie_where_an_encoder_puts_them(side):
    drawn = matrix_modules(side)
    fixed = fixed_matrix(side)
    assert np.array_equal(drawn[fixed != OPEN], fixed[fixed != OPEN] == 1)
    assert np.array_equal(corrected(seen(drawn), matrix_layout(side)), drawn)


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize(("count", "checks"), [(8, 5), (26, 10), (128, 42), (255, 68)])
def test_errors_and_erasures_are_corrected_up_to_the_bound(field, count, checks):
    rng = np.random.default_rng(count)
    data = rng.integers(0, 256, count - checks).tolist()
    sent = correct(data + [0] * checks, checks, list(range(count - checks, count)), field)
    assert sent is not None
    assert sent[: count - checks] == data
    for erased in (0, checks // 2, checks):
        errors = (checks - erased) // 2
        places = rng.choice(count, erased + errors, replace=False)
        received = list(sent)
        for place in places:
            received[place] ^= int(rng.integers(1, 256))
        assert correct(received, checks, places[:erased].tolist(), field) == sent
    assert correct(sent, checks, list(range(checks + 1)), field) is None


def test_more_errors_than_the_bound_are_not_guessed():
    rng = np.random.default_rng(4)
    for _ in range(200):
        noise = rng.integers(0, 256, 128).tolist()
        assert correct(noise, 42, [], DATA_MATRIX_FIELD) is None


def test_doubtful_modules_are_given_up():
    drawn = matrix_modules(36)
    values = seen(drawn)
    # A stroke across the symbol: 40 codewords of 128 that a threshold would take for dark.
    for row in range(36):
        values[row, max(0, row - 2) : row + 2] = -0.2
    blind = np.where(values < 0, np.float32(-1), np.float32(1))
    assert corrected(blind, matrix_layout(36)) is None
    data = fixed_matrix(36) == OPEN
    assert np.array_equal(corrected(values, matrix_layout(36))[data], drawn[data])


def test_noise_is_never_corrected_into_a_symbol():
    rng = np.random.default_rng(6)
    for side in (10, 14, 20, 36):
        for _ in range(60):
            values = rng.uniform(-1, 1, (side, side)).astype(np.float32)
            assert corrected(values, matrix_layout(side)) is None


def test_small_symbols_keep_two_check_codewords_to_spare():
    drawn = matrix_modules(10)
    layout = matrix_layout(10)
    values = seen(drawn)
    values.reshape(-1)[layout.cells[0]] *= -1
    assert np.array_equal(corrected(values, layout), drawn)
    values.reshape(-1)[layout.cells[1]] *= -1
    assert corrected(values, layout) is None
