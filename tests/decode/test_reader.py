"""Live frames: the budget is held, thought is resumed, what lies still is not read twice."""

from __future__ import annotations

from dataclasses import dataclass, field

import cv2
import numpy as np
import pytest

from appliance.base.clock import NS_PER_S, ManualClock
from appliance.capture.frame import Frame
from appliance.decode.finder import Finder
from appliance.decode.ladder import MATRIX, Step
from appliance.decode.live import RELOOK_NS, LiveReader
from appliance.decode.reader import Reader
from appliance.decode.symbol import Symbol, Symbology
from appliance.decode.treatments import AS_IS, ENLARGED, SMOOTHED

CORNERS = ((1.0, 1.0), (9.0, 1.0), (9.0, 9.0), (1.0, 9.0))


@dataclass
class SlowEngine:
    """Takes a fixed time of a manual clock; reads its content from its `reads_from`th look on."""

    clock: ManualClock
    ms: float
    content: bytes = b"content"
    reads_from: int = 1_000_000
    looks: list[tuple[int, int]] = field(default_factory=list)
    name: str = "slow"
    symbologies: frozenset[Symbology] = MATRIX

    def read(self, image, wanted):
        self.clock.advance(self.ms / 1000)
        self.looks.append(image.shape)
        if len(self.looks) < self.reads_from:
            return []
        return [Symbol(Symbology.QR_CODE, self.content, CORNERS)]


def frames(image, clock):
    rng = np.random.default_rng(5)
    sequence = 0
    while True:
        noisy = np.clip(image + rng.normal(0, 2, image.shape), 0, 255).astype(np.uint8)
        yield Frame(noisy, sequence, clock.monotonic_ns())
        sequence += 1
        clock.advance(1 / 15)


@pytest.fixture
def one_code(draw):
    sheet = np.full((864, 1536), 235, np.uint8)
    code = np.minimum(draw(Symbology.QR_CODE, b"one code on a sheet " * 4, module_px=2), 235)
    sheet[300 : 300 + code.shape[0], 700 : 700 + code.shape[1]] = code
    return sheet


def test_reads_a_page_exactly(page):
    symbols = Reader(clock=ManualClock()).read(Frame(page, 0, 0))
    assert {(s.symbology, s.content) for s in symbols} == {
        (Symbology.QR_CODE, b"qr on a page " * 8),
        (Symbology.DATA_MATRIX, b"matrix on a page " * 5),
    }
    qr = next(s for s in symbols if s.symbology is Symbology.QR_CODE)
    assert 400 < qr.corners[0][0] < 440
    assert 900 < qr.corners[0][1] < 940


def test_linear_codes_are_read_by_two_looks(draw):
    sheet = np.full((1296, 2304), 235, np.uint8)
    bars = np.minimum(draw(Symbology.CODE_128, "99900038441", module_px=2)[:70], 235)
    sheet[500 : 500 + bars.shape[0], 900 : 900 + bars.shape[1]] = bars
    [symbol] = Reader(clock=ManualClock()).read(Frame(sheet, 0, 0))
    assert symbol.content == b"99900038441"


def test_a_hard_code_gets_the_next_steps_on_the_next_frames(one_code):
    clock = ManualClock()
    engine = SlowEngine(clock, ms=12, reads_from=6)
    ladder = [Step(AS_IS, engine, cost_ms=12)] + [
        Step(t, engine, cost_ms=12) for t in (SMOOTHED, ENLARGED)
    ] * 3
    reader = Reader(ladder=ladder, clock=clock)
    source = frames(one_code, clock)
    assert reader.read(next(source)) == []
    assert reader.unfinished
    for _ in range(8):
        symbols = reader.read(next(source))
        if symbols:
            break
    assert [symbol.content for symbol in symbols] == [b"content"]
    assert not reader.unfinished


@pytest.mark.parametrize("ms", [1.0, 7.0, 12.0, 24.0, 32.0])
def test_no_frame_takes_longer_than_forty_milliseconds(one_code, ms):
    clock = ManualClock()
    engine = SlowEngine(clock, ms=ms)
    reader = Reader(ladder=[Step(AS_IS, engine, cost_ms=ms)] * 12, clock=clock)
    source = frames(one_code, clock)
    for _ in range(20):
        frame = next(source)
        start = clock.monotonic_ns()
        reader.read(frame)
        assert clock.monotonic_ns() - start <= 40e6
    assert engine.looks


def test_a_step_that_fits_into_no_frame_is_passed_over(one_code):
    clock = ManualClock()
    slow, quick = SlowEngine(clock, ms=500), SlowEngine(clock, ms=1, reads_from=1)
    reader = Reader(ladder=[Step(AS_IS, slow, cost_ms=500), Step(AS_IS, quick)], clock=clock)
    assert [s.content for s in reader.read(next(frames(one_code, clock)))] == [b"content"]
    assert slow.looks == []


def test_what_lies_still_and_was_read_is_not_read_again(one_code):
    clock = ManualClock()
    engine = SlowEngine(clock, ms=1, reads_from=1)
    reader = Reader(ladder=[Step(AS_IS, engine)], clock=clock)
    source = frames(one_code, clock)
    for _ in range(10):
        assert len(reader.read(next(source))) == 1
    assert len(engine.looks) == 1


def test_a_code_that_changes_in_place_is_read_anew(one_code, draw):
    clock = ManualClock()
    reader = Reader(clock=clock)
    assert [s.content for s in reader.read(next(frames(one_code, clock)))] == [b"one code on a sheet " * 4]
    other = np.full_like(one_code, 235)
    code = np.minimum(draw(Symbology.QR_CODE, b"another " * 10, module_px=2), 235)
    other[300 : 300 + code.shape[0], 700 : 700 + code.shape[1]] = code
    assert [s.content for s in reader.read(next(frames(other, clock)))] == [b"another " * 10]


def test_a_view_that_gets_sharp_is_read_at_once(one_code):
    clock = ManualClock()
    reader = Reader(clock=clock)
    blurred = cv2.GaussianBlur(one_code, (0, 0), 3.0)
    source = frames(blurred, clock)
    for _ in range(12):
        assert reader.read(next(source)) == []
    assert len(reader.read(next(frames(one_code, clock)))) == 1


def test_what_is_taken_away_is_not_reported(one_code):
    clock = ManualClock()
    reader = Reader(clock=clock)
    assert len(reader.read(next(frames(one_code, clock)))) == 1
    assert reader.read(next(frames(np.full_like(one_code, 235), clock))) == []


def test_an_unchanged_counter_is_not_looked_at(one_code):
    clock = ManualClock()
    live = LiveReader(Reader(clock=clock))
    source = frames(one_code, clock)
    assert len(live(next(source))) == 1
    for _ in range(10):
        assert live(next(source)) is None


def test_an_unchanged_counter_is_looked_at_again_after_a_second(one_code):
    clock = ManualClock()
    live = LiveReader(Reader(clock=clock))
    source = frames(one_code, clock)
    live(next(source))
    clock.advance(RELOOK_NS / NS_PER_S)
    assert len(live(next(source))) == 1


@dataclass
class Barren:
    """Reads nothing, and counts its looks."""

    looks: int = 0
    name: str = "barren"
    symbologies: frozenset[Symbology] = MATRIX

    def read(self, image, wanted):
        self.looks += 1
        return []


def _grain(clock):
    """A square of texture that no engine reads, on a plain counter, with a sensor's noise."""
    image = np.full((864, 1536), 200, np.uint8)
    rng = np.random.default_rng(3)
    image[300:400, 700:800] = rng.integers(20, 220, (50, 50)).astype(np.uint8).repeat(2, 0).repeat(2, 1)
    return frames(image, clock)


def test_what_was_tried_under_a_sheet_is_not_tried_again_when_the_sheet_is_gone():
    clock, engine = ManualClock(), Barren()
    reader = Reader(ladder=[Step(AS_IS, engine), Step(SMOOTHED, engine)], clock=clock)
    grain = _grain(clock)
    while reader.unfinished or not engine.looks:
        reader.read(next(grain))
    under_sheet = engine.looks
    reader.read(next(frames(np.full((864, 1536), 235, np.uint8), clock)))
    assert reader.unread_patches == []
    reader.read(next(grain))
    assert reader.unread_patches
    assert not reader.unfinished
    assert engine.looks - under_sheet <= 1


def test_a_code_laid_where_something_was_tried_in_vain_is_read(draw):
    clock = ManualClock()
    reader = Reader(clock=clock)
    grain = _grain(clock)
    for _ in range(3):
        assert reader.read(next(grain)) == []
    while reader.unfinished:
        reader.read(next(grain))
    sheet = np.full((864, 1536), 200, np.uint8)
    code = np.minimum(draw(Symbology.QR_CODE, b"where the grain was", module_px=4), 235)
    sheet[290 : 290 + code.shape[0], 690 : 690 + code.shape[1]] = code
    assert [s.content for s in reader.read(next(frames(sheet, clock)))] == [b"where the grain was"]


def test_a_large_patch_climbs_its_ladder_though_each_step_takes_most_of_a_frame():
    clock, engine = ManualClock(), SlowEngine(ManualClock(), ms=0)
    slow = SlowEngine(clock, ms=16)
    reader = Reader(ladder=[Step(AS_IS, slow, cost_ms=16), Step(SMOOTHED, engine)], clock=clock)
    grain = _grain(clock)
    for _ in range(12):
        reader.read(next(grain))
    assert engine.looks


def test_a_desks_grain_is_no_patch():
    rng = np.random.default_rng(7)
    grain = cv2.resize(rng.normal(0, 8, (27, 48)), (1536, 864), interpolation=cv2.INTER_CUBIC)
    desk = np.clip(110 + np.clip(grain, -11, 11) + rng.normal(0, 4, grain.shape), 0, 255).astype(np.uint8)
    assert Finder().find(Frame(desk, 0, 0)) == []
