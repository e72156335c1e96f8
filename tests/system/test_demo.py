"""The whole appliance as processes: paper under the camera, event in the LGO's hands, whatever is killed."""

from __future__ import annotations

import random
import re
import signal
from collections.abc import Iterator
from pathlib import Path

import cv2
import pytest

from appliance.simulation.catalogue import ITEMS
from appliance.simulation.pages import draw
from appliance.simulation.supervisor import STOP_S

from .appliance_process import Appliance, running, wait_until
from .kills import play

pytestmark = [pytest.mark.processes, pytest.mark.timeout(120), pytest.mark.xdist_group("processes")]

IDENTITIES = re.compile(
    r"ADRTROIS|DOMINIQUE|TOUSSAINT|ECETINSI|TCHITCHI|97022A02077|60012B02077|20\d{16}|99900038441|991118019",
    re.IGNORECASE,
)
"""Names, numbers and prescription ids of the simulated counter: none may stand in a log."""


@pytest.fixture(scope="module")
def appliance() -> Iterator[Appliance]:
    with running("--size", "1920x1080") as appliance:
        yield appliance


def test_a_sheet_under_the_camera_reaches_the_lgo_and_the_screen_says_so(appliance: Appliance) -> None:
    wait_until(lambda: appliance.screen == "Ready", 40, "readiness")
    placed = appliance.lay("ordonnance")
    event = appliance.wait_for_code("ordonnance")
    assert event["payload"]["payload"]["patient"]["given_name"]
    assert event["visit"]
    wait_until(lambda: appliance.screen == "OrdonnanceRead", 40, "the screen")
    tones = appliance.said()["tones"]
    appliance.acknowledge(event["id"])
    wait_until(
        lambda: (s := appliance.said())["tone"] == "lgo_has_it" and s["tones"] > tones,
        20,
        "the tone of the LGO having it",
    )
    assert all(one["id"] > event["id"] for one in appliance.events(0))
    appliance.take(placed)


def test_each_program_may_be_killed_and_a_sheet_that_lies_there_is_told_once(appliance: Appliance) -> None:
    outcome = play(appliance, kills=2, chance=random.Random(3))
    assert outcome.kills == {"eye": 2, "counter": 2, "bridge": 2}
    assert outcome.laid.total() > 0
    assert (outcome.missing, outcome.doubled, outcome.changed) == (0, 0, 0)


def test_no_identity_stands_in_the_logs_nor_in_the_journal_after_the_acknowledgement(
    appliance: Appliance,
) -> None:
    placed = appliance.lay("ordonnance-discordante")
    event = appliance.wait_for_code("ins")
    wait_until(
        lambda: any(one["kind"] == "identity.discordance" for one in appliance.events(0)),
        10,
        "the discordance",
    )
    appliance.acknowledge(max(one["id"] for one in [event, *appliance.events(0)]))
    appliance.take(placed)
    log = appliance.log.read_text()
    # The banner's token and address are this demo's own; everything else is a log.
    assert IDENTITIES.search(log) is None
    state = b"".join(path.read_bytes() for path in (appliance.folder / "state").rglob("*") if path.is_file())
    assert IDENTITIES.search(state.decode("latin-1")) is None


def test_ctrl_c_ends_all_and_leaves_nothing() -> None:
    # How long a program may take to end is the supervisor's own bound; what it costs a busy machine is not.
    assert STOP_S < 2
    with running("--size", "1920x1080") as appliance:
        pids = [
            wait_until(lambda n=name: appliance.pid(n), 10, name) for name in ("eye", "counter", "bridge")
        ]
        appliance.process.send_signal(signal.SIGINT)
        assert appliance.process.wait(20) == 0
        assert not appliance.folder.exists()
        assert not any(Path(f"/proc/{pid}").exists() for pid in pids)


def test_a_killed_supervisor_takes_its_programs_with_it() -> None:
    with running("--size", "1920x1080") as appliance:
        pids = [
            wait_until(lambda n=name: appliance.pid(n), 10, name) for name in ("eye", "counter", "bridge")
        ]
        appliance.process.kill()
        appliance.process.wait()
        wait_until(
            lambda: not any(Path(f"/proc/{pid}").exists() for pid in pids), 30, "the end of the programs"
        )


def test_a_folder_of_pictures_takes_the_place_of_the_camera(tmp_path: Path) -> None:
    page = draw(ITEMS["ordonnance"])
    scale = 1600 / max(page.shape)
    cv2.imwrite(
        str(tmp_path / "scan.png"), cv2.resize(page, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    )
    with running("--camera", str(tmp_path), "--rate", "5") as appliance:
        event = appliance.wait_for_code("ordonnance", 30)
        assert event["payload"]["warnings"] == []
