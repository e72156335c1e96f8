"""`comptoir aim`: measures what the mounted camera sees and keeps its scale; prints the sheet for it."""

from __future__ import annotations

from pathlib import Path

import click

from appliance.base.clock import NS_PER_S, Clock, SystemClock
from appliance.capture.aiming import Aim, Problem, measure
from appliance.capture.calibration import CALIBRATION_FILE, Calibration, CalibrationError, save_calibration
from appliance.capture.frame import Camera, CameraError, Frame
from appliance.capture.sheet import RULER_MM, sheet_pdf
from appliance.cli.common import settings_option
from appliance.cli.eye import camera_of
from appliance.settings import Settings
from appliance.texts import aim as texts

__all__ = ["command"]

FRAMES = 6
"""Of which one measurement is made: 0.4 s at 15 a second, some periods of a flicker that is seen."""

GOOD_IN_A_ROW = 3
_CAPTURE_S = 2.0
_EVERY_NS = NS_PER_S // 2


@click.command("aim", help=texts.HELP)
@settings_option
@click.option(
    "--sheet",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Écrire la feuille de réglage (PDF) à ce chemin, et finir.",
)
@click.option(
    "--ruler-mm",
    type=click.FloatRange(50, 150),
    default=RULER_MM,
    show_default=True,
    help="Longueur mesurée de la règle imprimée de 100 mm.",
)
@click.option(
    "--seconds",
    type=click.FloatRange(1, 3600),
    default=60.0,
    show_default=True,
    help="Combien de temps attendre que tout soit bon.",
)
def command(settings: Settings, sheet: Path | None, ruler_mm: float, seconds: float) -> None:
    """Write the sheet, or look until all is well; the exit code says whether it was."""
    if sheet is not None:
        try:
            sheet.write_bytes(sheet_pdf())
        except OSError as error:
            raise click.ClickException(texts.SHEET_NOT_WRITTEN.format(path=sheet)) from error
        click.echo(texts.SHEET_WRITTEN.format(path=sheet))
        return
    clock = SystemClock()
    camera = camera_of(settings, Path(settings.paths.runtime_directory), clock)
    try:
        aim = _look(camera, clock, round(seconds * NS_PER_S))
    except CameraError as error:
        raise click.ClickException(texts.CAMERA_LOST) from error
    if aim.problems:
        raise click.ClickException(texts.NOT_DONE.format(problems=" ; ".join(_sentences(aim))))
    _keep(aim, ruler_mm, Path(settings.paths.state_directory), clock)


def _look(camera: Camera, clock: Clock, patience_ns: int) -> Aim:
    """Say twice a second what is measured, until it is good some times in a row or patience ends."""
    frames: list[Frame] = []
    good, next_ns = 0, 0
    with camera:
        until_ns = clock.monotonic_ns() + patience_ns
        while True:
            frames = [*frames[-FRAMES + 1 :], camera.capture(_CAPTURE_S)]
            now_ns = clock.monotonic_ns()
            if len(frames) < FRAMES or (now_ns < next_ns and now_ns < until_ns):
                continue
            next_ns = now_ns + _EVERY_NS
            aim = measure(frames)
            click.echo(_line(aim))
            good = 0 if aim.problems else good + 1
            if good == GOOD_IN_A_ROW or now_ns >= until_ns:
                return aim


def _keep(aim: Aim, ruler_mm: float, state: Path, clock: Clock) -> None:
    if aim.sheet is None:
        raise click.ClickException(texts.NOT_DONE.format(problems=texts.VERDICTS[Problem.NO_SHEET]))
    # A sheet that was printed smaller lies there with smaller millimetres; an outline is that of real paper.
    printed = RULER_MM / ruler_mm if aim.sheet.bend_px is not None else 1.0
    try:
        calibration = Calibration(
            aim.sheet.px_per_mm * printed, aim.width_px, aim.height_px, clock.now(), aim.sheet.lens.radial
        )
        save_calibration(state, calibration)
    except (OSError, CalibrationError) as error:
        raise click.ClickException(texts.STATE_NOT_WRITTEN.format(path=state / CALIBRATION_FILE)) from error
    click.echo(texts.DONE.format(scale=_decimal(calibration.px_per_mm, 2)))


def _line(aim: Aim) -> str:
    """One line: each measure, then what to do."""
    line = texts.LINE.format(
        scale="?" if aim.sheet is None else _decimal(aim.sheet.px_per_mm, 2),
        blur="?" if aim.blur is None else _decimal(aim.blur, 1),
        level=f"{aim.light.level:.0f}",
        whole=texts.WHOLE[aim.sees_whole_a4],
    )
    return line + (" ; ".join(_sentences(aim)) or texts.GOOD)


def _sentences(aim: Aim) -> list[str]:
    modules, bend = aim.px_a_module, None if aim.sheet is None else aim.sheet.bend_px
    values = {
        "modules": _decimal(modules or 0, 1),
        "blur": _decimal(aim.blur or 0, 1),
        "level": f"{aim.light.level:.0f}",
        "clipped": _decimal(100 * aim.light.clipped, 1),
        "flicker": f"{100 * aim.flicker:.0f}",
        "bend": _decimal(bend or 0, 1),
    }
    return [texts.VERDICTS[problem].format_map(values) for problem in aim.problems]


def _decimal(value: float, digits: int) -> str:
    """A number as the French write it."""
    return f"{value:.{digits}f}".replace(".", ",")
