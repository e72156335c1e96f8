"""`comptoir eye`: the camera and the decoders. No network, no journal, no cards."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path

import click

from appliance.base.clock import NS_PER_S, Clock, SystemClock
from appliance.base.vitality import Vitality
from appliance.capture.bracketing import Bracketer
from appliance.capture.calibration import load_calibration
from appliance.capture.frame import Camera, Frame, GreyImage
from appliance.capture.gate import ChangeGate
from appliance.capture.lens import NO_BENDING
from appliance.capture.sources import camera_from_settings
from appliance.cli.common import begin_program, serving, settings_option
from appliance.cli.health import reporting
from appliance.decode.announcer import Announcer
from appliance.decode.eye import Eye, Look, Pages
from appliance.decode.figures import FIGURES_NAME, MeasuredLook
from appliance.decode.finder import FIELD_WIDTH_MM, LARGEST_FIELD_MM, LEAST_FIELD_MM
from appliance.decode.isolation import IsolatedReader
from appliance.decode.link import CounterLink
from appliance.decode.live import FrameReader, LiveReader
from appliance.decode.presence import PresenceTracker
from appliance.decode.preview import PreviewWriter
from appliance.decode.unread import DarkWatch, Unread
from appliance.health.checks.camera import camera_checks
from appliance.health.picture_watch import PictureWatch
from appliance.health.registry import Source
from appliance.settings import Settings
from appliance.simulation.camera import SimulatedCamera
from appliance.simulation.scene import SceneFile

__all__ = ["calibrated_field_mm", "camera_of", "command", "compose", "page_taker"]

_ID_BYTES = 12

_CREDENTIALS = "CREDENTIALS_DIRECTORY"
"""Of systemd.exec(5): the unit hands over the one file of the state directory, which the eye cannot see."""

_FRAMES = "frames"
_FRAMES_LIMIT_NS = 8 * NS_PER_S
"""A camera that is opened takes a second or two; nothing that comes back takes so long."""


@click.command("eye", help="Lire les codes que voit la caméra et les dire au comptoir.")
@settings_option
def command(settings: Settings) -> None:
    """Run the eye until a signal ends it."""
    stopping = begin_program()
    clock = SystemClock()
    runtime = Path(settings.paths.runtime_directory)
    vitality = Vitality({_FRAMES: _FRAMES_LIMIT_NS}, clock)
    camera, gate = camera_of(settings, runtime, clock), ChangeGate()
    bracketer = Bracketer(camera, gate)
    dark = DarkWatch(lambda: bracketer.is_occupied)
    watch = PictureWatch(clock)

    def steer(frame: Frame, is_read: bool) -> None:
        bracketer(frame, is_read)
        dark.see(frame, is_read)
        watch.see(frame)

    measured = Path(os.environ.get(_CREDENTIALS) or settings.paths.state_directory)
    field_mm = calibrated_field_mm(measured)
    with closing(IsolatedReader(field_width_mm=field_mm, clock=clock)) as reader:
        reader.start()
        eye = compose(
            runtime,
            camera,
            MeasuredLook(LiveReader(reader, gate), runtime / FIGURES_NAME, clock),
            clock,
            beat=lambda: vitality.beat(_FRAMES),
            steer=steer,
            unread=lambda: reader.unread or dark.unread,
            pages=page_taker(settings, measured, gate, reader),
        )
        checks = camera_checks(watch.facts, settings.camera.frames_per_s)
        with serving(vitality), reporting(Source.EYE, runtime, checks, clock):
            eye.run(stopping)


def compose(
    runtime: Path,
    camera: Camera,
    look: Look,
    clock: Clock,
    *,
    beat: Callable[[], None] = lambda: None,
    steer: Callable[[Frame, bool], None] = lambda _frame, _is_read: None,
    unread: Callable[[], Sequence[Unread]] = tuple,
    pages: Pages = lambda _frame, _in_view, _is_heard: (),
) -> Eye:
    """The eye over a camera, with its socket and its preview in the runtime directory."""
    preview = runtime / "preview"
    preview.mkdir(mode=0o770, exist_ok=True)
    announcer = Announcer(PresenceTracker(_new_sighting), secrets.token_hex(_ID_BYTES))
    link = CounterLink(runtime / "sightings.sock", announcer, clock)
    shown = PreviewWriter(preview, clock)
    return Eye(camera, look, announcer, link, shown, clock, beat, steer, unread, pages)


def page_taker(settings: Settings, measured: Path, gate: ChangeGate, reader: FrameReader) -> Pages:
    """What makes pages where a purpose is switched on; where none is, nothing that could is even loaded."""
    if not settings.pages.purposes:
        return lambda _frame, _in_view, _is_heard: ()
    from appliance.pages.page import Optics  # noqa: PLC0415
    from appliance.pages.taking import BackgroundMaker, PageTaker  # noqa: PLC0415

    calibration = load_calibration(measured)
    field_mm = calibrated_field_mm(measured)

    def optics(picture: GreyImage) -> Optics:
        lens = NO_BENDING if calibration is None else calibration.lens
        return Optics(picture.shape[1] / field_mm, lens)

    return PageTaker(BackgroundMaker(optics), lambda: gate.is_new, lambda: reader.unfinished, _new_sighting)


def calibrated_field_mm(directory: Path) -> float:
    """What the camera sees across as `comptoir aim` measured it last, within bounds; else the estimate."""
    calibration = load_calibration(directory)
    if calibration is None:
        return FIELD_WIDTH_MM
    return min(max(calibration.field_width_mm, LEAST_FIELD_MM), LARGEST_FIELD_MM)


def _new_sighting() -> str:
    return secrets.token_hex(_ID_BYTES)


def camera_of(settings: Settings, runtime: Path, clock: Clock) -> Camera:
    """The camera of the settings; the simulated one is chosen here, so that nothing below knows of it."""
    wanted = settings.camera
    if wanted.driver != "simulated":
        return camera_from_settings(wanted, clock)
    return SimulatedCamera(
        SceneFile(runtime / "scene.json"),
        width=wanted.width,
        height=wanted.height,
        frames_per_s=wanted.frames_per_s,
        clock=clock,
        seed=secrets.randbits(32),
    )
