"""The painter: what is painted when, and that nothing is while nothing happens."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from PIL import Image

from appliance.base.clock import SystemClock
from appliance.base.threads import StoppableThread
from appliance.counter import panel as panel_module
from appliance.counter.outputs import EventKind, NewEvent
from appliance.counter.panel import Panel
from appliance.counter.signals import Signals
from appliance.counter.state import State
from appliance.decode.sightings import CameraState
from appliance.display.oled import Display, DisplayLostError
from appliance.display.render import compose
from appliance.display.screens import LgoLink
from appliance.simulation.signals import RecordedLamp, RecordedSpeaker
from tests.counter.scenes import START, Scene

WAIT_S = 20.0


class Recorder(Display):
    """Notes each picture given to it, and can be lost."""

    def __init__(self) -> None:
        super().__init__()
        self.pictures: list[bytes] = []
        self.given = threading.Condition()
        self.is_lost = False

    def _show(self, image: Image.Image, contrast: int) -> None:
        with self.given:
            self.pictures.append(image.tobytes())
            self._fault = DisplayLostError("gone") if self.is_lost else None
            self.given.notify_all()

    def _close(self) -> None:
        return

    def wait_for(self, condition: Callable[[list[bytes]], bool]) -> None:
        with self.given:
            assert self.given.wait_for(lambda: condition(self.pictures), WAIT_S)


@dataclass
class Stand:
    panel: Panel
    display: Recorder
    state: State


@pytest.fixture
def stand(tmp_path: Path) -> Stand:
    display = Recorder()
    state = State(camera=CameraState.OK, link=LgoLink.PRESENT, local=START)
    clock = SystemClock()
    signals = Signals(RecordedSpeaker(clock), RecordedLamp(clock), clock)
    return Stand(Panel(display, signals, tmp_path / "counter.json", clock), display, state)


def painted(state: State, tick: int = 0) -> bytes:
    return compose(panel_module.screen(state), tick).image.tobytes()


def test_a_state_is_painted_at_once_and_only_once(stand: Stand) -> None:
    stand.panel.show(stand.state)
    thread = StoppableThread("panel", stand.panel.run)
    thread.start()
    wanted = painted(stand.state)
    stand.display.wait_for(lambda pictures: pictures[-1:] == [wanted])
    later = replace(stand.state, link=LgoLink.NEVER)
    stand.panel.show(later)
    stand.display.wait_for(lambda pictures: len(pictures) > 1)
    thread.stop()
    assert thread.failure is None
    assert stand.display.pictures.count(wanted) == 1


def test_the_state_shown_last_costs_nothing(stand: Stand, monkeypatch: pytest.MonkeyPatch) -> None:
    built: list[State] = []
    real = panel_module.screen
    monkeypatch.setattr(panel_module, "screen", lambda state: built.append(state) or real(state))
    for _ in range(100):
        stand.panel.show(stand.state)
    assert len(built) == 1


def test_a_lost_display_is_tried_again_though_nothing_moves(stand: Stand) -> None:
    stand.display.is_lost = True
    stand.panel.show(stand.state)
    thread = StoppableThread("panel", stand.panel.run)
    thread.start()
    stand.display.wait_for(lambda pictures: len(pictures) >= 2)
    thread.stop()


def test_a_quiet_tick_leaves_the_very_same_state() -> None:
    scene = Scene()
    before = scene.state
    scene.wait(0.2)
    scene.wait(30)
    assert scene.state is before
    scene.wait(31)
    assert scene.state is not before


def test_what_went_wrong_is_counted_in_the_mirror(stand: Stand, tmp_path: Path) -> None:
    failed = {"prescription_id": "1", "status": None, "failure": "unreachable"}
    stand.panel.count(
        [
            NewEvent(EventKind.READER_ABSENT, {"reader": "r"}, None),
            NewEvent(EventKind.CARD_UNREADABLE, {"reason": "mute"}, None),
            NewEvent(EventKind.PRESCRIPTION_STATUS, failed, None),
            NewEvent(EventKind.PRESCRIPTION_STATUS, failed, None),
            NewEvent(EventKind.PRESCRIPTION_STATUS, {**failed, "failure": None}, None),
            NewEvent(EventKind.VISIT_OPENED, {}, None),
        ]
    )
    stand.panel.show(stand.state)
    mirrored = json.loads((tmp_path / "counter.json").read_text())
    assert mirrored["errors"] == {"reader": 1, "card": 1, "base": 2}
