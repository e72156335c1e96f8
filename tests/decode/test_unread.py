"""Why a code is not read: known causes, no alarm where no code is, one alarm as long as it lies."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from appliance.capture.bracketing import Bracketer
from appliance.capture.frame import Camera, ExposureTarget, Frame, GreyImage
from appliance.capture.gate import ChangeGate
from appliance.decode.finder import FIELD_WIDTH_MM, Box, Finder, Patch
from appliance.decode.reason_words import Reason
from appliance.decode.reasons import measure, reason_of
from appliance.decode.symbol import Symbol, Symbology
from appliance.decode.unread import (
    DARKEST_LEVEL,
    SEEN_NS,
    UNREAD_NS,
    DarkWatch,
    ExposedReader,
    Unread,
    UnreadWatch,
    WatchfulReader,
)
from appliance.simulation.catalogue import ITEMS
from appliance.simulation.distress import crop_of, still_scene
from appliance.simulation.faults import Faults
from appliance.simulation.photograph import StillScene
from appliance.simulation.samples import SymbolKind, draw_sample
from appliance.simulation.surroundings import desk
from appliance.simulation.wear import Wear

FRAME_NS = 66_000_000
FRESH = Faults(lean_deg=2, noise=2.5, shading=0.1)
MODULE_MM = {"qr": 27.0 / 49, "ins": 16.5 / 36}

CAUSES = {
    "far": (Reason.TOO_FAR, 0.9, FRESH),
    "defocused": (Reason.BLURRED, 3.0, replace(FRESH, defocus_px=2.6)),
    "burnt": (Reason.GLARE, 3.0, replace(FRESH, light=4.0)),
    "stained": (Reason.DAMAGED, 3.0, replace(FRESH, wear=Wear(blots=2, pen_strokes=2))),
}


def picture(kind: SymbolKind, px_per_module: float, faults: Faults, seed: int) -> tuple[GreyImage, float]:
    """A symbol with its surroundings, and the scale in px a mm."""
    rng = np.random.default_rng([seed, 5])
    scene: StillScene = crop_of(draw_sample(kind, rng), px_per_module, lambda: faults, rng, seed)
    return scene.look(), px_per_module / MODULE_MM[kind]


@pytest.mark.parametrize("cause", CAUSES)
def test_most_known_causes_are_told_and_hardly_one_wrong(cause: str) -> None:
    expected, px_per_module, faults = CAUSES[cause]
    told = []
    for seed in range(8):
        for kind in MODULE_MM:
            image, px_per_mm = picture(kind, px_per_module, faults, seed)  # type: ignore[arg-type]
            figures = measure(image, px_per_mm)
            told.append(None if figures is None else reason_of(figures))
    assert sum(reason is expected for reason in told) >= 8, told
    assert sum(reason not in {expected, None} for reason in told) <= 2, told


def test_upside_down_does_not_matter() -> None:
    image, px_per_mm = picture("qr", 0.9, FRESH, 1)
    reasons = set()
    for turns in range(4):
        figures = measure(np.ascontiguousarray(np.rot90(image, turns)), px_per_mm)
        assert figures is not None
        reasons.add(reason_of(figures))
    assert reasons == {Reason.TOO_FAR}


@pytest.mark.parametrize("slug", ["courrier", "ordonnance-sans-patient"])
def test_no_text_is_taken_for_a_code(slug: str) -> None:
    scene = still_scene(ITEMS[slug], width=1920, height=1080, seed=3, difficulty="typical")
    frame = Frame(scene.look(), 0, 0)
    codes = [np.array(corners) for _, corners in scene.symbols]
    for patch in Finder().find(frame):
        box = patch.box
        middles = [corners.mean(axis=0) for corners in codes]
        if any(box.left < x < box.right and box.top < y < box.bottom for x, y in middles):
            continue
        figures = measure(box.of(frame.grey), 1920 / FIELD_WIDTH_MM)
        assert figures is None or reason_of(figures) is None


@pytest.mark.parametrize("kind", ["wood", "plain", "speckled"])
def test_no_bare_desk_is_taken_for_a_code(kind: str) -> None:
    image = desk(640, 360, 1, kind)  # type: ignore[arg-type]
    for side in (60, 120, 200):
        figures = measure(image[:side, :side], 3.0)
        assert figures is None or reason_of(figures) is None


def test_smooth_and_empty_patches_have_no_figures_or_no_reason() -> None:
    for grey in (0, 128, 255):
        figures = measure(np.full((80, 80), grey, np.uint8), 5.0)
        assert figures is None or reason_of(figures) is None


class Finding:
    """A reader that finds a patch in each frame and reads it when told."""

    def __init__(self, box: Box) -> None:
        self.unread_patches: list[Patch] = [Patch(box, elongated=False, darkness=0.5)]
        self.field_width_mm = FIELD_WIDTH_MM
        self.unfinished = False

    def read(self, frame: Frame, *, is_new: bool = True) -> list[Symbol]:
        if self.unread_patches:
            return []
        return [Symbol(Symbology.QR_CODE, b"a", ((0, 0), (1, 0), (1, 1), (0, 1)))]


def far_frame(number: int) -> tuple[Frame, Box]:
    """A counter of 400 mm on which a code lies with 0.9 px a module."""
    image, px_per_mm = picture("qr", 0.9, FRESH, 1)
    grey = np.full((400, round(400 * px_per_mm)), 215, np.uint8)
    grey[100 : 100 + image.shape[0], 100 : 100 + image.shape[1]] = image
    return Frame(grey, number, number * FRAME_NS), Box(100, 100, 100 + image.shape[1], 100 + image.shape[0])


def test_a_code_is_seen_after_300_ms_and_its_reason_told_after_700_ms_until_it_is_read() -> None:
    frame, box = far_frame(0)
    finding = Finding(box)
    reader = WatchfulReader(finding)
    seen, before = SEEN_NS // FRAME_NS, UNREAD_NS // FRAME_NS
    for number in range(before + 1):
        reader.read(far_frame(number)[0])
        assert reader.unread == ((Unread(box, None),) if number > seen else ())
        assert reader.unfinished
    reader.read(far_frame(before + 1)[0])
    (told,) = reader.unread
    assert (told.box, told.reason) == (box, Reason.TOO_FAR)
    assert not reader.unfinished
    finding.unread_patches = []
    assert reader.read(far_frame(before + 2)[0])
    assert reader.unread == ()
    assert frame.grey.size


def exposed_far(number: int, exposure: ExposureTarget) -> Frame:
    return replace(far_frame(number)[0], exposure=exposure)


class Noting:
    """A reader that notes what it was shown."""

    field_width_mm = FIELD_WIDTH_MM
    unfinished = False

    def __init__(self) -> None:
        self.seen: list[tuple[int, bool]] = []
        self.symbols: list[Symbol] = []
        self.unread_patches: list[Patch] = [Patch(far_frame(0)[1], False, 0.5)]

    def read(self, frame: Frame, *, is_new: bool = True) -> list[Symbol]:
        self.seen.append((frame.sequence, is_new))
        return self.symbols


def test_each_exposure_has_a_reader_of_its_own_and_begins_anew_when_it_comes_back() -> None:
    made: list[Noting] = []

    def make() -> Noting:
        made.append(Noting())
        return made[-1]

    reader = ExposedReader(make)
    paper, bright = ExposureTarget.PAPER, ExposureTarget.BRIGHT_SCREEN
    for number, exposure in enumerate((paper, paper, bright, bright, paper)):
        reader.read(exposed_far(number, exposure), is_new=False)
    assert [one.seen for one in made] == [[(0, False), (1, False), (4, True)], [(2, True), (3, False)]]


def test_reasons_come_from_frames_exposed_for_paper_only_and_go_when_something_is_read() -> None:
    noting = Noting()
    reader = WatchfulReader(noting)
    for number in range(20):
        reader.read(exposed_far(number, ExposureTarget.BRIGHT_SCREEN))
        assert reader.unread == ()
    for number in range(20, 40):
        reader.read(exposed_far(number, ExposureTarget.PAPER))
    assert reader.unread
    reader.read(exposed_far(40, ExposureTarget.DARK_SCREEN))
    assert reader.unread
    noting.symbols = [Symbol(Symbology.QR_CODE, b"x", ((0, 0), (1, 0), (1, 1), (0, 1)))]
    reader.read(exposed_far(41, ExposureTarget.DARK_SCREEN))
    assert reader.unread == ()


def test_what_is_no_code_is_never_seen() -> None:
    blank = np.full((400, 640), 215, np.uint8)
    watch = UnreadWatch()
    for number in range(20):
        watch.see(Frame(blank, number, number * FRAME_NS), [Patch(Box(100, 100, 200, 200), False, 0.5)], 1.6)
        assert watch.unread == ()
    assert not watch.pending


class NoCamera(Camera):
    """Nothing can be set on it."""

    def open(self) -> None:
        pass

    def capture(self, timeout_s: float = 1.0) -> Frame:
        raise NotImplementedError

    def close(self) -> None:
        pass


BARE_FRAMES = 8


def dark_view(number: int, sheet: float | None) -> Frame:
    """A counter in the dark, with or without a sheet that shines a little more."""
    light = np.full((720, 1280), 8, np.float32)
    if sheet is not None:
        light[200:600, 300:700] = sheet
    noise = np.random.default_rng(number).normal(0, 2, light.shape)
    return Frame(np.asarray(np.clip(light + noise, 0, 255), np.uint8), number, number * FRAME_NS)


def dark_reasons(sheet: float | None, *, is_read: bool = False, is_bare_known: bool = True) -> list[Reason]:
    """What is told of a sheet after a second; the counter is known bare once something was read and went."""
    gate = ChangeGate()
    bracketer = Bracketer(NoCamera(), gate)
    watch = DarkWatch(lambda: bracketer.is_occupied)
    for number in range(BARE_FRAMES + 15):
        lies = number >= BARE_FRAMES
        frame = dark_view(number, sheet if lies else None)
        gate.changed(frame)
        bracketer(frame, (is_read and lies) or (is_bare_known and number == 0))
        watch.see(frame, is_read and lies)
    return [one.reason for one in watch.unread]


def test_what_lies_in_the_dark_is_told_too_dark() -> None:
    assert dark_reasons(26.0) == [Reason.TOO_DARK]


def test_the_dark_gives_no_alarm_where_nothing_lies_or_it_is_read_or_is_light_enough() -> None:
    assert dark_reasons(None) == []
    assert dark_reasons(None, is_bare_known=False) == []
    assert dark_reasons(26.0, is_read=True) == []
    assert dark_reasons(DARKEST_LEVEL + 6) == []


def test_a_patch_that_moves_on_is_another_laying() -> None:
    frame, box = far_frame(0)
    watch = UnreadWatch()
    for number in range(40):
        moved = Box(*(edge + 12 * number for edge in (box.left, box.top, box.right, box.bottom)))
        watch.see(replace(frame, captured_at_ns=number * FRAME_NS), [Patch(moved, False, 0.5)], 1.6)
        assert watch.unread == ()


@pytest.mark.parametrize("patch", [{"elongated": True}, {"is_near": True}], ids=str)
def test_barcodes_and_what_is_held_near_give_no_alarm(patch: dict[str, bool]) -> None:
    frame, box = far_frame(0)
    watch = UnreadWatch()
    one = Patch(box, **{"elongated": False, "darkness": 0.5, **patch})  # type: ignore[arg-type]
    for number in range(20):
        watch.see(replace(frame, captured_at_ns=number * FRAME_NS), [one], 1.6)
    assert watch.unread == ()
    assert not watch.pending
