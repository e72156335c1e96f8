"""Still pictures: all codes of a sheet, the ladder, decoys, and the real pictures where they are."""

from __future__ import annotations

import json

import cv2
import numpy as np
import pytest

from appliance.base.clock import ManualClock
from appliance.decode.charset import text_of
from appliance.decode.ladder import COARSE, FINE, LINEAR, LINEAR_STEPS, MATRIX, STILL, Step
from appliance.decode.still import StillReader
from appliance.decode.symbol import Symbology
from appliance.decode.treatments import AS_IS, ENLARGED, FRAMED, HALVED

CORPUS_STRIDE = 6


def test_all_codes_of_a_sheet_are_read(page, draw):
    bars = np.minimum(draw(Symbology.CODE_128, "99900038441", module_px=2)[:60], 235)
    page[600 : 600 + bars.shape[0], 300 : 300 + bars.shape[1]] = bars
    assert {symbol.content for symbol in StillReader().read(page)} == {
        b"qr on a page " * 8,
        b"matrix on a page " * 5,
        b"99900038441",
    }


@pytest.mark.parametrize("symbology", [Symbology.CODE_128, Symbology.CODE_39, Symbology.EAN_13])
def test_linear_codes_are_read(symbology, draw):
    content = {Symbology.EAN_13: "3400930000014"}.get(symbology, "991118019")
    assert [s.content for s in StillReader().read(draw(symbology, content))] == [content.encode()]


def test_a_code_cut_to_its_edge_is_read(draw):
    code = draw(Symbology.DATA_MATRIX, b"Data Matrix Code", module_px=2, quiet=0)
    for turns in range(4):
        turned = np.ascontiguousarray(np.rot90(code, turns))
        assert [s.content for s in StillReader().read(turned)] == [b"Data Matrix Code"]


@pytest.mark.parametrize("treatment", [AS_IS, ENLARGED, HALVED, FRAMED], ids=lambda treatment: treatment.name)
def test_corners_are_those_of_the_untreated_picture(treatment, draw):
    picture = draw(Symbology.QR_CODE, b"where am I", module_px=8)
    [plain] = Step(AS_IS, STILL[0].engine).read(picture, MATRIX)
    [treated] = Step(treatment, STILL[0].engine).read(picture, MATRIX)
    assert np.abs(np.array(treated.corners) - np.array(plain.corners)).max() < 5


def test_every_step_takes_any_picture():
    pictures = [np.full(shape, 128, np.uint8) for shape in ((1, 1), (1, 50), (50, 1), (9, 9), (40, 60))]
    for step in (*COARSE, *FINE, *LINEAR_STEPS, *STILL):
        for picture in pictures:
            assert step.read(picture, frozenset(Symbology)) == []


def test_steps_have_names_of_their_own():
    for ladder in (COARSE, FINE, LINEAR_STEPS, STILL):
        names = [(step.name, getattr(step.engine, "obsolete", False)) for step in ladder]
        assert len(set(names)) == len(names)


def test_linear_codes_are_never_trusted_alone():
    assert not any(step.trusted for step in LINEAR_STEPS)
    assert all(step.wanted == LINEAR for step in LINEAR_STEPS)


def test_the_budget_ends_the_ladder(draw):
    clock = ManualClock()
    looks = []

    class Slow:
        name = "slow"
        symbologies = MATRIX

        def read(self, image, wanted):
            clock.advance(1.0)
            looks.append(image.shape)
            return []

    reader = StillReader([Step(AS_IS, Slow())] * 50, budget_ms=3000, clock=clock)
    assert reader.read(np.full((300, 300), 255, np.uint8)) == []
    assert len(looks) == 4, "the step at which the budget is spent is the last"


def test_a_page_of_text_gives_nothing():
    sheet = np.full((900, 1200), 235, np.uint8)
    for line in range(14):
        cv2.putText(sheet, "texte sans code 0123456789 ||| |||| ||", (60, 60 + 60 * line), 0, 1.3, 30, 2)
    assert StillReader().read(sheet) == []


@pytest.mark.corpus
def test_no_real_picture_is_misread(corpus):
    entries = json.loads((corpus / "manifest.json").read_text(encoding="utf-8"))
    read = {"QR": [], "DM": []}
    for index, entry in enumerate(entries[::CORPUS_STRIDE]):
        picture = cv2.imread(str(corpus / entry["file"]), cv2.IMREAD_GRAYSCALE)
        texts = [
            text_of(s.content) for s in StillReader().read(np.ascontiguousarray(np.rot90(picture, index % 4)))
        ]
        if entry["kind"] == "NONE":
            assert texts == [], entry["file"]
        else:
            read[entry["kind"]].append(entry["text"] in texts)
    assert np.mean(read["QR"]) >= 0.97
    assert np.mean(read["DM"]) >= 0.97
