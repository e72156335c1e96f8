"""What buttons of every kind do: gpiozero's on its mock pins, and those pressed through a socket."""

from __future__ import annotations

import socket
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Iterator
from pathlib import Path

import pytest
from gpiozero import Device
from gpiozero.pins.mock import MockFactory

from appliance.base.clock import NS_PER_S, ManualClock
from appliance.display.buttons import (
    HOLD_NS,
    SETTLE_NS,
    Button,
    ButtonPressed,
    Buttons,
    ButtonsUnavailableError,
    NoButtons,
)
from appliance.display.gpio_buttons import GpioButtons
from appliance.simulation.buttons import SocketButtons, press

PINS = {Button.UP: 5, Button.OK: 6, Button.DOWN: 13}
SHORT_S = 0.1
HELD_S = HOLD_NS / NS_PER_S + 0.5


class Rig(ABC):
    """Buttons, a finger on them, and another pair of them at the same place."""

    buttons: Buttons

    @abstractmethod
    def press(self, button: Button, *, held: bool = False) -> None: ...

    @abstractmethod
    def another(self) -> Buttons: ...


class GpioRig(Rig):
    def __init__(self, clock: ManualClock) -> None:
        self.clock = clock
        self.buttons = self.another()

    def press(self, button: Button, *, held: bool = False) -> None:
        pin = Device.pin_factory.pin(PINS[button])
        pin.drive_low()
        self.clock.advance(HELD_S if held else SHORT_S)
        pin.drive_high()
        self.clock.advance(SHORT_S)

    def another(self) -> Buttons:
        return GpioButtons(PINS, clock=self.clock)


class SocketRig(Rig):
    def __init__(self, folder: Path) -> None:
        self.path = folder / "buttons.sock"
        self.buttons = self.another()

    def press(self, button: Button, *, held: bool = False) -> None:
        press(self.path, ButtonPressed(button, held))

    def another(self) -> Buttons:
        return SocketButtons(self.path)


@pytest.fixture
def mock_pins() -> Iterator[MockFactory]:
    before = Device.pin_factory
    Device.pin_factory = MockFactory()
    yield Device.pin_factory
    Device.pin_factory.reset()
    Device.pin_factory = before


@pytest.fixture(params=["gpio", "socket"])
def rig(
    request: pytest.FixtureRequest, clock: ManualClock, tmp_path: Path, mock_pins: MockFactory
) -> Iterator[Rig]:
    rig = GpioRig(clock) if request.param == "gpio" else SocketRig(tmp_path)
    yield rig
    rig.buttons.close()


def test_nothing_pressed_is_nothing(rig: Rig) -> None:
    assert rig.buttons.events(0) == []


@pytest.mark.parametrize(
    ("button", "held"), [(Button.UP, False), (Button.DOWN, False), (Button.OK, False), (Button.OK, True)]
)
def test_a_press_is_told_once(rig: Rig, button: Button, held: bool) -> None:
    rig.press(button, held=held)
    assert rig.buttons.events(0) == [ButtonPressed(button, held)]
    assert rig.buttons.events(0) == []


@pytest.mark.parametrize("button", [Button.UP, Button.DOWN])
def test_an_arrow_kept_down_ends_as_a_held_one(rig: Rig, button: Button) -> None:
    rig.press(button, held=True)
    told = rig.buttons.events(0)
    assert ButtonPressed(button, held=True) in told
    assert [press for press in told if press.held and not press.repeated] == [
        ButtonPressed(button, held=True)
    ]


def test_presses_are_told_in_their_order(rig: Rig) -> None:
    pressed = [Button.UP, Button.DOWN, Button.DOWN, Button.OK, Button.UP]
    for button in pressed:
        rig.press(button)
    told: list[ButtonPressed] = []
    while events := rig.buttons.events(0):
        told += events
    assert told == [ButtonPressed(button) for button in pressed]


def test_waiting_ends_when_nothing_comes(rig: Rig) -> None:
    before = time.monotonic()
    assert rig.buttons.events(0.05) == []
    assert time.monotonic() - before < 5


def test_a_press_wakes_who_waits(rig: Rig) -> None:
    told: list[ButtonPressed] = []
    waiting = threading.Thread(target=lambda: told.extend(rig.buttons.events(30)))
    waiting.start()
    rig.press(Button.OK)
    waiting.join(20)
    assert not waiting.is_alive()
    assert told == [ButtonPressed(Button.OK)]


def test_closed_buttons_say_so(rig: Rig) -> None:
    rig.buttons.close()
    rig.buttons.close()
    with pytest.raises(ButtonsUnavailableError):
        rig.buttons.events(0)


def test_the_place_is_free_after_closing(rig: Rig) -> None:
    rig.buttons.close()
    rig.buttons = rig.another()
    rig.press(Button.DOWN)
    assert rig.buttons.events(0) == [ButtonPressed(Button.DOWN)]


def test_a_hold_is_told_while_the_finger_is_still_there(clock: ManualClock, mock_pins: MockFactory) -> None:
    with GpioButtons(PINS, clock=clock) as buttons:
        mock_pins.pin(6).drive_low()
        clock.advance((HOLD_NS - 1) / NS_PER_S)
        assert buttons.events(0) == []
        clock.advance(1 / NS_PER_S)
        assert buttons.events(0) == [ButtonPressed(Button.OK, held=True)]
        clock.advance(10)
        assert buttons.events(0) == []
        mock_pins.pin(6).drive_high()
        clock.advance(1)
        assert buttons.events(0) == []


def test_a_bouncing_contact_is_one_press(clock: ManualClock, mock_pins: MockFactory) -> None:
    pin = mock_pins.pin(5)
    with GpioButtons(PINS, clock=clock) as buttons:
        for _ in range(2):
            for _ in range(7):
                pin.drive_low()
                clock.advance(0.001)
                pin.drive_high()
                clock.advance(0.001)
            pin.drive_low()
            clock.advance(0.1)
            for _ in range(7):
                pin.drive_high()
                clock.advance(0.001)
                pin.drive_low()
                clock.advance(0.001)
            pin.drive_high()
            clock.advance(0.1)
        assert buttons.events(0) == [ButtonPressed(Button.UP)] * 2


def test_a_spike_is_no_press(clock: ManualClock, mock_pins: MockFactory) -> None:
    pin = mock_pins.pin(13)
    with GpioButtons(PINS, clock=clock) as buttons:
        pin.drive_low()
        clock.advance((SETTLE_NS - 1) / NS_PER_S)
        pin.drive_high()
        clock.advance(1)
        assert buttons.events(0) == []


def test_an_edge_that_was_lost_is_healed_by_the_pin_itself(
    clock: ManualClock, mock_pins: MockFactory
) -> None:
    pin = mock_pins.pin(6)
    with GpioButtons(PINS, clock=clock) as buttons:
        for _ in range(5000):
            pin.drive_low()
            pin.drive_high()
        pin.drive_low()
        clock.advance(0.1)
        assert buttons.events(0) == []
        clock.advance(0.1)
        assert buttons.events(0) == []
        pin.drive_high()
        clock.advance(0.1)
        assert buttons.events(0) == [ButtonPressed(Button.OK)]


def test_a_pin_that_is_taken_leaves_the_others_free(clock: ManualClock, mock_pins: MockFactory) -> None:
    with GpioButtons({Button.DOWN: 13}, clock=clock):
        with pytest.raises(ButtonsUnavailableError):
            GpioButtons(PINS, clock=clock)
        with GpioButtons({Button.UP: 5, Button.OK: 6}, clock=clock) as others:
            assert others.events(0) == []


def test_a_machine_without_pins_says_so(clock: ManualClock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Device, "pin_factory", None)
    monkeypatch.setenv("GPIOZERO_PIN_FACTORY", "nosuchfactory")
    with pytest.raises(ButtonsUnavailableError):
        GpioButtons(PINS, clock=clock)


@pytest.mark.parametrize(
    "datagram",
    [
        b"",
        b"UP",
        b"up:",
        b"up:held ",
        b"up:held:held",
        b"\x00",
        b"up\n",
        b"left",
        b"x" * 17,
        b"up" + b"x" * 100_000,
    ],
    ids=["empty", "capitals", "half", "space", "twice", "nul", "line-end", "unknown", "17-bytes", "100-kB"],
)
def test_what_is_no_press_is_left_out(tmp_path: Path, datagram: bytes) -> None:
    path = tmp_path / "buttons.sock"
    with SocketButtons(path) as buttons:
        press(path, ButtonPressed(Button.UP))
        send(path, datagram)
        press(path, ButtonPressed(Button.DOWN))
        assert buttons.events(0) == [ButtonPressed(Button.UP), ButtonPressed(Button.DOWN)]


def send(path: Path, datagram: bytes) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sender:
        sender.sendto(datagram, str(path))


def test_a_socket_left_behind_is_replaced(tmp_path: Path) -> None:
    path = tmp_path / "buttons.sock"
    left = SocketButtons(path)
    with SocketButtons(path) as buttons:
        press(path, ButtonPressed(Button.OK))
        assert buttons.events(0) == [ButtonPressed(Button.OK)]
        assert path.stat().st_mode & 0o777 == 0o660
        left.close()
        press(path, ButtonPressed(Button.UP))
        assert buttons.events(0) == [ButtonPressed(Button.UP)]
    assert not path.exists()


def test_a_place_without_a_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ButtonsUnavailableError):
        SocketButtons(tmp_path / "nowhere" / "buttons.sock")


def test_no_buttons_are_never_pressed() -> None:
    with NoButtons() as buttons:
        assert buttons.events(0) == []
        assert buttons.events(0.01) == []
    with pytest.raises(ButtonsUnavailableError):
        buttons.events(0)
