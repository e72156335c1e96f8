"""The contract every engine keeps, then what each must stand."""

from __future__ import annotations

import time

import cv2
import numpy as np
import pytest

from appliance.decode.engines import Engine, ZxingEngine
from appliance.decode.engines.dmtx import DmtxEngine
from appliance.decode.engines.lattice import LatticeEngine, OutlineEngine
from appliance.decode.engines.zbar import ZbarEngine
from appliance.decode.symbol import Symbology

ENGINES: tuple[Engine, ...] = (
    ZxingEngine(),
    ZxingEngine(obsolete=True),
    ZbarEngine(),
    DmtxEngine(),
    LatticeEngine(),
    LatticeEngine(bends=False),
    OutlineEngine(),
)
ALL = frozenset(Symbology)
CONTENTS = {
    Symbology.QR_CODE: b"https://example.fr/a?b=c",
    Symbology.DATA_MATRIX: b"IS010000000000000000000000S1",
    Symbology.CODE_128: "99900038441",
    Symbology.CODE_39: "ABC123",
    Symbology.EAN_13: "3400930000014",
}
# What charset guesses, C strings and separators' special cases break.
AWKWARD = [
    "Hélène D'Âge".encode(),
    "Hélène D'Âge".encode("latin-1"),
    "D'Été".encode(),
    b"a\x1db\x1ec\x04",
    b"cut\x00here",
    b"\xff\xfe\x80\x81 not text",
    "外側".encode("shift_jis"),
    b"back\\slash and ~",
    "\u202egauche".encode(),
]

by_engine = pytest.mark.parametrize("engine", ENGINES, ids=lambda engine: repr(engine)[:60])


@by_engine
def test_reads_its_symbologies_exactly(engine, draw):
    for symbology in engine.symbologies:
        [symbol] = engine.read(draw(symbology, CONTENTS[symbology]), ALL)
        expected = CONTENTS[symbology]
        assert symbol.symbology is symbology
        assert symbol.content == (expected.encode() if isinstance(expected, str) else expected)
        assert symbol.engine == engine.name


@by_engine
def test_gives_nothing_that_is_not_wanted(engine, draw):
    for symbology in engine.symbologies:
        assert engine.read(draw(symbology, CONTENTS[symbology]), ALL - {symbology}) == []
    assert engine.read(draw(Symbology.QR_CODE, b"x"), frozenset()) == []


@by_engine
@pytest.mark.parametrize("content", AWKWARD, ids=range(len(AWKWARD)))
def test_gives_the_exact_bytes_or_nothing(engine, content, draw):
    for symbology in engine.symbologies & {Symbology.QR_CODE, Symbology.DATA_MATRIX}:
        read = [symbol.content for symbol in engine.read(draw(symbology, content), ALL)]
        assert read in ([], [content])


@by_engine
def test_finds_nothing_where_nothing_is(engine):
    noise = np.random.default_rng(1).integers(0, 256, (200, 300)).astype(np.uint8)
    for picture in (np.zeros((120, 160), np.uint8), np.full((120, 160), 255, np.uint8), noise):
        assert engine.read(picture, ALL) == []


@by_engine
@pytest.mark.parametrize("shape", [(1, 1), (1, 900), (900, 1), (7, 7), (8, 8), (9, 700)])
def test_takes_slivers(engine, shape):
    assert engine.read(np.zeros(shape, np.uint8), ALL) == []


@by_engine
def test_takes_strided_rows_and_changes_nothing(engine, draw):
    for symbology in engine.symbologies:
        picture = draw(symbology, CONTENTS[symbology])
        wide = np.zeros((picture.shape[0], picture.shape[1] + 37), np.uint8)
        wide[:, : picture.shape[1]] = picture
        view = wide[:, : picture.shape[1]]
        assert len(engine.read(view, ALL)) == 1
        assert np.array_equal(view, picture)


@pytest.mark.parametrize(
    "engine",
    [engine for engine in ENGINES if not isinstance(engine, OutlineEngine)],
    ids=lambda e: repr(e)[:60],
)
@pytest.mark.parametrize("turns", range(4))
def test_corners_lie_where_the_symbol_lies(engine, turns, draw):
    for symbology in engine.symbologies & {Symbology.QR_CODE, Symbology.DATA_MATRIX}:
        symbol = draw(symbology, CONTENTS[symbology], module_px=6)
        picture = np.full((600, 700), 255, np.uint8)
        picture[200 : 200 + symbol.shape[0], 300 : 300 + symbol.shape[1]] = symbol
        turned = np.ascontiguousarray(np.rot90(picture, turns))
        dark = np.argwhere(turned == 0)
        [read] = engine.read(turned, ALL)
        xs, ys = zip(*read.corners, strict=True)
        assert abs(min(ys) - dark[:, 0].min()) < 9
        assert abs(max(ys) - dark[:, 0].max()) < 9
        assert abs(min(xs) - dark[:, 1].min()) < 9
        assert abs(max(xs) - dark[:, 1].max()) < 9


def test_zxing_tells_gs1_from_plain_data_matrix(draw):
    gs1 = draw(Symbology.DATA_MATRIX, "(01)03400930000017(10)AB12(21)XYZ", gs1=True)
    [read] = ZxingEngine().read(gs1, ALL)
    assert (read.aim, read.content) == ("]d2", b"010340093000001710AB12\x1d21XYZ")
    [plain] = ZxingEngine().read(draw(Symbology.DATA_MATRIX, b"plain"), ALL)
    assert plain.aim == "]d1"


def test_zxing_reads_no_micro_qr():
    import segno  # noqa: PLC0415

    code = segno.make_micro("12345")
    modules = np.array([list(row) for row in code.matrix]) != 0
    picture = np.pad(
        np.where(np.kron(modules, np.ones((8, 8), bool)), 0, 255).astype(np.uint8), 40, constant_values=255
    )
    assert ZxingEngine().read(picture, ALL) == []


def test_zbar_refuses_what_it_may_have_altered(draw):
    assert ZbarEngine().read(draw(Symbology.QR_CODE, "D'Été".encode()), ALL) == []


def test_libdmtx_keeps_separators_and_nul(draw):
    gs1 = draw(Symbology.DATA_MATRIX, "(01)03400930000017(10)AB12(21)XYZ", gs1=True)
    [read] = DmtxEngine().read(gs1, ALL)
    assert (read.aim, read.content) == ("]d2", b"010340093000001710AB12\x1d21XYZ")
    [cut] = DmtxEngine().read(draw(Symbology.DATA_MATRIX, b"cut\x00here"), ALL)
    assert cut.content == b"cut\x00here"


def test_libdmtx_is_bounded_in_time():
    noise = np.random.default_rng(2).integers(0, 256, (900, 1200)).astype(np.uint8)
    text = cv2.GaussianBlur(noise, (0, 0), 2)
    start = time.thread_time()
    DmtxEngine(timeout_ms=50).read(text, ALL)
    assert time.thread_time() - start < 1.0
