"""Meters, the printed sheet and `comptoir aim`, over pictures of the sheet as a camera would see it."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from pathlib import Path

import cv2
import numpy as np
import pypdfium2
import pytest
from click.testing import CliRunner

from appliance.base.clock import SystemClock
from appliance.capture.aiming import Problem, measure
from appliance.capture.calibration import load_calibration
from appliance.capture.frame import Frame, GreyImage
from appliance.capture.meters import LARGEST_BLUR_PX, blur_px, flicker, light
from appliance.capture.sheet import A4_MM, find_outline, find_sheet, sheet_pdf
from appliance.cli.aim import command
from appliance.decode.finder import Box
from appliance.decode.preview import PreviewWriter
from appliance.decode.reasons import Reason
from appliance.decode.unread import Unread
from appliance.texts import aim as texts
from appliance.texts.screens import UNREAD_REASONS

WIDTH, HEIGHT = 2304, 1296
PX_PER_MM = 5.76
RENDER_PX_PER_MM = 8.0
WOOD = 90


@cache
def printed() -> GreyImage:
    """The sheet as a printer gives it, 8 px a mm, white a little grey."""
    document = pypdfium2.PdfDocument(sheet_pdf())
    page = document[0].render(scale=RENDER_PX_PER_MM * 25.4 / 72, grayscale=True).to_numpy()
    document.close()
    return np.asarray(40 + page.reshape(page.shape[:2]) * (170 / 255), np.uint8)


def seen(
    sheet: GreyImage, *, px_per_mm: float = PX_PER_MM, turn_deg: float = 91.5, blur: float = 0.6
) -> GreyImage:
    """The sheet in the middle of a counter; `blur` is the lens's, in pixels."""
    scale = px_per_mm / RENDER_PX_PER_MM
    middle = (sheet.shape[1] / 2, sheet.shape[0] / 2)
    matrix = cv2.getRotationMatrix2D(middle, turn_deg, scale)
    matrix[:, 2] += np.array([WIDTH / 2, HEIGHT / 2]) - middle
    soft = cv2.GaussianBlur(sheet, (0, 0), 0.45 / scale)
    frame = cv2.warpAffine(soft, matrix, (WIDTH, HEIGHT), flags=cv2.INTER_LINEAR, borderValue=WOOD)
    frame = cv2.GaussianBlur(frame, (0, 0), blur)
    noise = np.random.default_rng(1).normal(0, 1.5, frame.shape)
    return np.clip(frame + noise, 0, 255).astype(np.uint8)


def frames(*pictures: GreyImage) -> list[Frame]:
    return [Frame(picture, number, number) for number, picture in enumerate(pictures)]


@pytest.mark.parametrize("turn_deg", [0, 33, 91.5, 180])
def test_the_printed_sheet_gives_the_scale(turn_deg: float) -> None:
    found = find_sheet(seen(printed(), turn_deg=turn_deg, px_per_mm=4.3))
    assert found is not None
    assert found.px_per_mm == pytest.approx(4.3, rel=0.002)
    assert found.bend_px is not None
    assert found.bend_px < 1


def test_any_a4_sheet_gives_the_scale_by_its_outline() -> None:
    blank = np.full((round(A4_MM[1] * 8), round(A4_MM[0] * 8)), 210, np.uint8)
    frame = seen(blank)
    assert find_sheet(frame) is None
    found = find_outline(frame)
    assert found is not None
    assert found.px_per_mm == pytest.approx(PX_PER_MM, rel=0.01)


@pytest.mark.parametrize(
    ("sheet", "scale"),
    [
        (np.full((1600, 1600), 210, np.uint8), 5.76),
        (np.full((2376, 1680), 210, np.uint8), 8.0),
        (np.full((800, 560), 210, np.uint8), 4.0),
    ],
    ids=["a square", "cut by the border", "a card"],
)
def test_what_is_no_whole_a4_sheet_is_not_measured(sheet: GreyImage, scale: float) -> None:
    assert find_outline(seen(sheet, px_per_mm=scale)) is None


@pytest.mark.parametrize("blur", [0.8, 1.2, 2.0])
def test_the_focus_meter_gives_the_blur_of_the_edges(blur: float) -> None:
    measured = blur_px(seen(printed(), blur=blur))
    assert measured is not None
    assert measured == pytest.approx((blur**2 + 0.45**2) ** 0.5, rel=0.2)


def test_where_there_is_nothing_to_see_no_blur_is_measured() -> None:
    noise = np.random.default_rng(1).normal(90, 8, (HEIGHT, WIDTH)).astype(np.uint8)
    assert blur_px(noise) is None


def test_the_light_meter() -> None:
    picture = np.full((HEIGHT, WIDTH), 120, np.uint8)
    picture[:, : WIDTH // 10] = 255
    measured = light(picture)
    assert measured.level == 255
    assert measured.clipped == pytest.approx(0.1, abs=0.005)
    assert flicker([100, 110, 100]) == pytest.approx(0.1, abs=0.01)
    assert flicker([100]) == flicker([]) == flicker([0, 0]) == 0


def spoilt(change: Callable[[GreyImage], GreyImage]) -> Callable[[], list[Frame]]:
    return lambda: frames(change(seen(printed())))


@pytest.mark.parametrize(
    ("view", "problems"),
    [
        (spoilt(lambda good: good), set()),
        (spoilt(lambda good: good // 5), {Problem.DARK}),
        (spoilt(lambda good: cv2.GaussianBlur(good, (0, 0), 2)), {Problem.BLURRED}),
        (
            spoilt(lambda good: np.where(np.arange(WIDTH) < 300, 255, good).astype(np.uint8)),
            {Problem.CLIPPED},
        ),
        (lambda: frames(seen(printed()) // 4 * 3, seen(printed())), {Problem.FLICKER}),
        (lambda: frames(seen(printed(), px_per_mm=4.5)), {Problem.TOO_FAR}),
        (lambda: frames(seen(printed(), px_per_mm=6.4)), {Problem.NOT_WHOLE}),
        (lambda: frames(np.full((HEIGHT, WIDTH), WOOD, np.uint8)), {Problem.NO_SHEET, Problem.NOTHING_SHARP}),
    ],
    ids=["good", "dark", "blurred", "clipped", "flickering", "far", "narrow", "empty"],
)
def test_each_problem_is_told_by_its_name(view: Callable[[], list[Frame]], problems: set[Problem]) -> None:
    assert set(measure(view()).problems) - {Problem.NOTHING_SHARP} == problems - {Problem.NOTHING_SHARP}


def test_a_curled_sheet_is_told() -> None:
    good = seen(printed())
    rows, columns = np.indices(good.shape, np.float32)
    wavy = cv2.remap(good, columns, rows + 25 * np.sin(columns / 300), cv2.INTER_LINEAR)
    assert Problem.BENT in measure(frames(wavy)).problems


def test_every_problem_has_its_sentence() -> None:
    assert set(texts.VERDICTS) == {problem.value for problem in Problem}


def test_the_preview_s_meters_are_written_while_somebody_looks(tmp_path: Path) -> None:
    clock = SystemClock()
    preview = PreviewWriter(tmp_path, clock)
    frame = frames(seen(printed()))[0]
    preview.offer(frame, ())
    assert not (tmp_path / "meters.json").exists()
    (tmp_path / "wanted").touch()
    preview.offer(frame, ())
    said = json.loads((tmp_path / "meters.json").read_text())
    assert said["focus_good"] is said["light_good"] is True
    assert 0.3 < said["blur_px"] < LARGEST_BLUR_PX


def test_the_preview_says_where_a_code_is_not_read_and_why(tmp_path: Path) -> None:
    preview = PreviewWriter(tmp_path, SystemClock())
    frame = frames(seen(printed()))[0]
    height, width = frame.grey.shape
    (tmp_path / "wanted").touch()
    preview.offer(frame, (), [Unread(Box(0, 0, width // 2, height // 4), Reason.TOO_FAR)])
    (said,) = json.loads((tmp_path / "codes.json").read_text())["unread"]
    assert (said["reason"], said["label"]) == ("too_far", "Non lu : trop loin")
    assert said["corners"] == [[0, 0], [0.5, 0], [0.5, 0.25], [0, 0.25]]


@pytest.mark.parametrize("reason", Reason)
def test_every_reason_has_its_words(reason: Reason) -> None:
    assert reason.value in UNREAD_REASONS


def run(tmp_path: Path, picture: GreyImage | None, *arguments: str) -> tuple[int, str]:
    """`comptoir aim` with a camera of files that shows the picture."""
    (tmp_path / "state").mkdir(exist_ok=True)
    file = tmp_path / "view.png"
    if picture is not None:
        cv2.imwrite(str(file), picture)
    settings = tmp_path / "comptoir.toml"
    settings.write_text(
        f'[paths]\nstate_directory = "{tmp_path}/state"\nruntime_directory = "/tmp"\n'
        f'[camera]\ndriver = "files"\ndevice = "{file}"\nloop = true\nframes_per_s = 100.0\n'
    )
    result = CliRunner().invoke(command, ["--settings", str(settings), *arguments])
    return result.exit_code, result.output


def test_a_good_aim_is_kept_and_said(tmp_path: Path) -> None:
    code, said = run(tmp_path, seen(printed()))
    assert code == 0, said
    calibration = load_calibration(tmp_path / "state")
    assert calibration is not None
    assert calibration.px_per_mm == pytest.approx(PX_PER_MM, rel=0.002)
    assert (calibration.width_px, calibration.height_px) == (WIDTH, HEIGHT)
    assert "→ bon" in said


def test_a_sheet_that_was_printed_too_small_is_put_right_by_its_ruler(tmp_path: Path) -> None:
    code, said = run(tmp_path, seen(printed()), "--ruler-mm", "97")
    assert code == 0, said
    calibration = load_calibration(tmp_path / "state")
    assert calibration is not None
    assert calibration.px_per_mm == pytest.approx(PX_PER_MM / 0.97, rel=0.002)


def test_a_bad_aim_keeps_nothing_says_why_and_fails(tmp_path: Path) -> None:
    code, said = run(tmp_path, seen(printed(), blur=3), "--seconds", "1")
    assert code == 1
    assert "image floue" in said
    assert load_calibration(tmp_path / "state") is None


def test_an_absent_camera_is_one_plain_line(tmp_path: Path) -> None:
    code, said = run(tmp_path, None)
    assert code == 1
    assert texts.CAMERA_LOST in said


def test_the_sheet_is_written_or_it_is_said_why_not(tmp_path: Path) -> None:
    code, said = run(tmp_path, None, "--sheet", str(tmp_path / "feuille.pdf"))
    assert code == 0, said
    assert (tmp_path / "feuille.pdf").read_bytes().startswith(b"%PDF-")
    code, said = run(tmp_path, None, "--sheet", str(tmp_path / "nowhere" / "feuille.pdf"))
    assert code == 1
    assert "ne peut pas être écrite" in said
