"""Our own sampler: the model against an encoder, and paper that is not flat."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
import segno

from appliance.decode.engines import ZxingEngine
from appliance.decode.engines.lattice import LatticeEngine
from appliance.decode.engines.lattice.model import OPEN, dimension_of, fixed_modules, last_alignment_centre
from appliance.decode.engines.lattice.patterns import MAX_PATTERNS, MAX_TRIPLES, find_patterns, triples
from appliance.decode.symbol import Symbology

QR = frozenset({Symbology.QR_CODE})


@pytest.mark.parametrize("version", range(1, 41))
def test_fixed_modules_are_those_an_encoder_draws(version):
    drawn = np.array([list(row) for row in segno.make("a", version=version, error="L").matrix]) != 0
    fixed = fixed_modules(version)
    assert fixed.shape == drawn.shape == (dimension_of(version),) * 2
    known = fixed != OPEN
    assert np.array_equal(fixed[known] == 1, drawn[known])


def test_fixed_modules_cannot_be_written_to():
    with pytest.raises(ValueError, match="read-only"):
        fixed_modules(3)[0, 0] = 0


def test_version_one_has_no_alignment_pattern():
    assert last_alignment_centre(1) is None
    assert last_alignment_centre(2) == 18.5


@pytest.mark.parametrize("length", [140.0, 200.0])
def test_reads_waves_in_the_paper(length, draw, waved):
    content = b'{"S":{"V":2},"D":{"ID":"202106180921110040"}}'
    flat = draw(Symbology.QR_CODE, content, module_px=6, quiet=8)
    waved = cv2.GaussianBlur(waved(flat, 3.0, length), (0, 0), 1.2)
    assert ZxingEngine().read(waved, QR) == []
    [read] = LatticeEngine().read(waved, QR)
    assert read.content == content


def test_reads_a_code_in_a_frame_that_touches_it(draw):
    code = draw(Symbology.QR_CODE, b"framed " * 8, module_px=4, quiet=0)
    framed = np.pad(np.pad(code, 4, constant_values=0), 40, constant_values=255)
    assert [symbol.content for symbol in LatticeEngine().read(framed, QR)] == [b"framed " * 8]


def test_nested_boxes_are_bounded():
    page = np.full((1500, 1500), 255, np.uint8)
    for y in range(20, 1460, 40):
        for x in range(20, 1460, 40):
            page[y : y + 28, x : x + 28] = 0
            page[y + 4 : y + 24, x + 4 : x + 24] = 255
            page[y + 8 : y + 20, x + 8 : x + 20] = 0
    patterns = find_patterns(page)
    assert len(patterns) == MAX_PATTERNS
    assert len(triples(patterns)) <= MAX_TRIPLES
    assert LatticeEngine().read(page, QR) == []


def test_deep_nesting_ends():
    page = np.full((801, 801), 255, np.uint8)
    for depth in range(0, 400, 2):
        page[depth : 801 - depth, depth : 801 - depth] = 255 if depth % 4 else 0
    assert LatticeEngine().read(page, QR) == []
