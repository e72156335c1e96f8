"""The same verdicts on all faces: contract, metrics, doctor; and what the eye measures for them."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest
from click.testing import CliRunner

from appliance.base.clock import ManualClock, SystemClock
from appliance.capture.frame import Frame
from appliance.cli.doctor import EXIT_CODES, command
from appliance.health.model import Answer, Level, Verdict
from appliance.health.picture_watch import PictureWatch
from appliance.health.published import checks_directory, publish, read_published
from appliance.health.registry import REGISTRY, Source
from tests.bridge.conftest import Bench, make_bench, settings  # noqa: F401 - fixtures of a real bridge
from tests.bridge.test_metrics import samples

VERDICTS = (
    Verdict("disk", Answer.fault("full", mebibytes=3)),
    Verdict("voltage", Answer.unknown("not_told")),
    Verdict("clock", Answer.ok()),
)


def test_status_and_metrics_tell_them(make_bench: Callable[..., Bench]) -> None:  # noqa: F811
    bench = make_bench(checks=lambda: VERDICTS)
    bench.pair("tech", "technician")
    bench.pair("good", "events", "status")
    told = bench.client("good").get("/v1/status").json()
    assert "checks" in told["capabilities"]
    assert [(one["id"], one["level"], one["code"]) for one in told["checks"]] == [
        ("disk", "fault", "full"),
        ("voltage", "unknown", "not_told"),
        ("clock", "ok", "ok"),
    ]
    assert "3 Mio" in told["checks"][0]["cause"]
    found = samples(bench)
    assert (found["comptoir_check", "disk"], found["comptoir_check", "clock"]) == (2, 0)
    assert math.isnan(found["comptoir_check", "voltage"])


@pytest.fixture
def device(tmp_path: Path) -> Path:
    """The settings file of a device without anything attached, whose programs do not run."""
    for name in ("state", "run"):
        (tmp_path / name).mkdir()
    file = tmp_path / "comptoir.toml"
    file.write_text(
        f'[paths]\nstate_directory = "{tmp_path}/state"\nruntime_directory = "{tmp_path}/run"\n'
        '[display]\ndriver = "none"\n[cards]\nenabled = false\n'
    )
    return file


def test_the_doctor_adds_what_the_programs_say(device: Path) -> None:
    lgo = Verdict("lgo", Answer.warning("never"))
    publish(checks_directory(device.parent / "run"), Source.COUNTER, [lgo], SystemClock())
    ran = CliRunner().invoke(command, ["--settings", str(device), "--json"])
    told = json.loads(ran.output)
    by_id = {one["id"]: one for one in told["checks"]}
    assert by_id["lgo"]["code"] == "never"
    assert by_id["journal.integrity"]["code"] == "never_ran"
    assert {name for name, source in REGISTRY.items() if source is Source.SYSTEM} <= set(by_id)
    assert ran.exit_code == EXIT_CODES[Level(told["level"])]
    assert ran.exit_code in {10, 20}


def test_the_doctor_for_people(device: Path) -> None:
    damaged = device.parent / "state/journal.db"
    damaged.write_bytes(b"no database at all" * 400)
    ran = CliRunner().invoke(command, ["--settings", str(device)])
    assert ran.exit_code == 20
    assert "DÉFAUT" in ran.output
    assert "restart comptoir.target" in " ".join(ran.output.split())


def test_the_doctor_publishes_and_says_nothing(device: Path) -> None:
    ran = CliRunner().invoke(command, ["--settings", str(device), "--publish"])
    assert (ran.exit_code, ran.output) == (0, "")
    published = read_published(checks_directory(device.parent / "run"), SystemClock())
    assert {one.id for one in published} == {
        name for name, source in REGISTRY.items() if source is Source.SYSTEM
    }


def test_nothing_attached_is_nothing_to_try(device: Path) -> None:
    device.write_text(
        device.read_text() + "".join(f'[{part}]\ndriver = "none"\n' for part in ("buttons", "lamp", "sound"))
    )
    ran = CliRunner().invoke(command, ["--settings", str(device), "--devices"])
    assert (ran.exit_code, ran.output) == (0, "Ni boutons, ni lampe, ni son dans les réglages.\n")


def page(blur: float) -> np.ndarray:
    """A white sheet with sharp squares on it, then blurred."""
    picture = np.full((600, 800), 40, np.uint8)
    picture[100:500, 100:700] = 220
    for left in range(120, 680, 40):
        picture[120:480, left : left + 20] = 20
    return cv2.GaussianBlur(picture, (0, 0), blur)


def test_the_eye_measures_a_frame_every_ten_seconds_and_keeps_the_sharpest() -> None:
    clock = ManualClock()
    watch = PictureWatch(clock)
    assert watch.facts().silent_s is None
    for number, blur in enumerate([4.0, 4.0, 0.8, 4.0]):
        for step in range(101 if number == 0 else 100):
            watch.see(Frame(page(blur), number * 1000 + step, clock.monotonic_ns()))
            clock.advance(0.1)
    facts = watch.facts()
    assert facts.frames_per_s == pytest.approx(10, abs=0.2)
    assert facts.silent_s == pytest.approx(0.1)
    assert facts.blur_px is not None
    assert facts.blur_px < 1.2
    assert facts.level == pytest.approx(220, abs=5)
    clock.advance(10)
    assert not watch.facts().is_seeing
