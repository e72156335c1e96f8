"""The door of the technician's page: the counter's desk against the bridge's keeper, and the menu's page."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest

from appliance.base.clock import NS_PER_S, ManualClock
from appliance.bridge.technician.doorkeeper import CodeWrongError, Doorkeeper, DoorShutError, EntryLostError
from appliance.counter.door_desk import DoorDesk
from appliance.counter.face import WebDoor
from appliance.counter.face_inputs import CloseDoor, DoorTold, OpenDoor
from appliance.counter.menu import Entry
from appliance.display.buttons import Button
from appliance.display.door_screen import DoorState, WebDoorShown
from appliance.display.menu_screens import MenuList
from appliance.pairing.door import DOOR_NS, MAX_WRONG_CODES, Door, DoorFiles, Visit
from tests.counter.scenes import Scene
from tests.counter.test_menu import go

CODE, WRONG = "000007", "000008"


class Doorstep:
    """Desk and keeper over the same folder, and what the person is told."""

    def __init__(self, folder: Path) -> None:
        self.clock = ManualClock(elapsed_ns=NS_PER_S)
        self.folder = folder
        self.files = DoorFiles(folder)
        self.told: list[WebDoor] = []
        self.desk = self.make_desk()
        self.keeper = self.make_keeper()

    def make_desk(self) -> DoorDesk:
        numbers = itertools.count(1)
        return DoorDesk(
            self.files,
            self.clock,
            lambda size: f"{next(numbers):0{2 * size}x}",
            lambda below: 7 % below,
            lambda: "192.0.2.7:8443",
        )

    def make_keeper(self) -> Doorkeeper:
        return Doorkeeper(DoorFiles(self.folder), self.clock)

    def open(self) -> WebDoor:
        self.desk.open(self.tell)
        return self.told[-1]

    def look(self, after_s: float = 0) -> WebDoor:
        self.clock.elapsed_ns += round(after_s * NS_PER_S)
        self.desk.look(self.tell)
        return self.told[-1]

    def tell(self, what: DoorTold) -> None:
        self.told.append(what.door)


@pytest.fixture
def step(tmp_path: Path) -> Doorstep:
    return Doorstep(tmp_path)


def test_the_code_opens_once_and_the_token_lasts_a_quarter_of_an_hour(step: Doorstep) -> None:
    assert step.open() == WebDoor(DoorState.OPEN, CODE, "192.0.2.7:8443", 900)
    step.clock.elapsed_ns += 60 * NS_PER_S
    entered = step.keeper.enter(CODE)
    assert entered.left_s == 840
    assert entered.token not in repr(entered)
    visitor = step.keeper.visitor(entered.token)
    assert visitor is not None
    assert visitor.scopes == {"console"}
    assert step.look() == WebDoor(DoorState.ENTERED, left_s=840)
    with pytest.raises(DoorShutError):
        step.keeper.enter(CODE)
    step.clock.elapsed_ns += 840 * NS_PER_S - 1
    assert step.keeper.visitor(entered.token) is not None
    step.clock.elapsed_ns += 1
    assert step.keeper.visitor(entered.token) is None
    assert step.look() == WebDoor(DoorState.TIME)


def test_without_a_door_no_code_opens_anything(step: Doorstep) -> None:
    with pytest.raises(DoorShutError):
        step.keeper.enter(CODE)
    assert step.keeper.visitor("") is None


def test_the_fifth_wrong_code_shuts_the_door_and_the_fourth_does_not(step: Doorstep) -> None:
    step.open()
    for left in range(MAX_WRONG_CODES - 1, 0, -1):
        with pytest.raises(CodeWrongError) as refused:
            step.keeper.enter(WRONG)
        assert refused.value.left == left
    assert step.look().state is DoorState.OPEN
    with pytest.raises(CodeWrongError):
        step.keeper.enter(WRONG)
    with pytest.raises(DoorShutError):
        step.keeper.enter(CODE)
    assert step.look() == WebDoor(DoorState.CODES)
    assert step.files.door(step.clock.monotonic_ns()) is None


def test_four_wrong_codes_then_the_right_one(step: Doorstep) -> None:
    step.open()
    for _ in range(MAX_WRONG_CODES - 1):
        with pytest.raises(CodeWrongError):
            step.keeper.enter(WRONG)
    assert step.keeper.enter(CODE).token


def test_a_restarted_bridge_forgets_no_wrong_code_and_lets_nobody_in_twice(step: Doorstep) -> None:
    step.open()
    for _ in range(MAX_WRONG_CODES):
        with pytest.raises(CodeWrongError):
            step.make_keeper().enter(WRONG)
    with pytest.raises(DoorShutError):
        step.make_keeper().enter(CODE)


def test_an_entry_that_cannot_be_counted_is_none(step: Doorstep, monkeypatch: pytest.MonkeyPatch) -> None:
    step.open()

    def full(_files: DoorFiles, _visit: Visit) -> None:
        raise OSError("full")

    monkeypatch.setattr(DoorFiles, "note", full)
    for code in (CODE, WRONG):
        with pytest.raises(EntryLostError):
            step.keeper.enter(code)


def test_shutting_the_door_on_the_device_voids_the_token_at_once(step: Doorstep) -> None:
    step.open()
    token = step.keeper.enter(CODE).token
    step.desk.close()
    assert step.keeper.visitor(token) is None
    step.open()
    assert step.keeper.visitor(token) is None, "another door is for another visitor"


def test_a_second_press_shows_the_door_that_is_open(step: Doorstep) -> None:
    step.open()
    token = step.keeper.enter(CODE).token
    assert step.open() == WebDoor(DoorState.ENTERED, left_s=900)
    assert step.keeper.visitor(token) is not None


def test_a_restarted_counter_shuts_what_it_does_not_know(step: Doorstep) -> None:
    step.open()
    token = step.keeper.enter(CODE).token
    step.make_desk().start()
    assert step.keeper.visitor(token) is None


def test_a_door_of_another_boot_is_none(step: Doorstep) -> None:
    door = Door(id="ab", code=CODE, until_ns=step.clock.monotonic_ns() + DOOR_NS + 1)
    step.files.open_door(door)
    assert step.files.door(step.clock.monotonic_ns()) is None
    assert CODE not in repr(door)


def test_a_directory_that_cannot_be_written_is_said(step: Doorstep, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_files: DoorFiles, _door: Door) -> None:
        raise OSError("full")

    monkeypatch.setattr(DoorFiles, "open_door", full)
    assert step.open() == WebDoor(DoorState.FAILED)


# On the OLED.


def test_the_page_is_opened_from_the_technicians_menu() -> None:
    scene = Scene()
    go(scene, Entry.TECHNICIAN, Entry.WEB)
    assert OpenDoor() in scene.face_effects
    scene.play(DoorTold(WebDoor(DoorState.OPEN, CODE, "192.0.2.7:8443", 841)))
    assert scene.screen == WebDoorShown(DoorState.OPEN, CODE, "192.0.2.7:8443", 15)


def test_ok_leaves_it_open_and_an_arrow_shuts_it() -> None:
    scene = Scene()
    go(scene, Entry.TECHNICIAN, Entry.WEB)
    scene.play(DoorTold(WebDoor(DoorState.OPEN, CODE, None, 900)))
    scene.press(Button.OK)
    assert isinstance(scene.screen, MenuList)
    assert CloseDoor() not in scene.face_effects
    scene.press(Button.OK, Button.UP)
    assert CloseDoor() in scene.face_effects
    assert isinstance(scene.screen, MenuList)


@pytest.mark.parametrize(
    ("state", "code", "left_min"),
    [
        (DoorState.OPEN, "", 5),
        (DoorState.OPEN, "12345", 5),
        (DoorState.ENTERED, CODE, 5),
        (DoorState.OPEN, CODE, 16),
        (DoorState.OPEN, CODE, -1),
    ],
)
def test_a_screen_that_no_door_has(state: DoorState, code: str, left_min: int) -> None:
    with pytest.raises(ValueError):
        WebDoorShown(state, code, None, left_min)
