"""The panel's bus may go and come back at any moment; what is sent is what must be."""

from __future__ import annotations

import gc
import itertools
import logging
from collections.abc import Sequence

import pytest
from luma.core.error import DeviceNotFoundError
from luma.core.interface.serial import i2c, spi
from PIL import Image

from appliance.base.clock import ManualClock
from appliance.display import luma_display
from appliance.display.gallery import GALLERY
from appliance.display.luma_display import RETRY_S, WAKE_S, Bus, Controller, LumaDisplay, i2c_bus, spi_bus
from appliance.display.render import render
from appliance.simulation.panel import PanelMemory

pytestmark = pytest.mark.filterwarnings("ignore:Image.Image.getdata is deprecated:DeprecationWarning")

PICTURES = [render(exhibit.screen, tick=exhibit.tick) for exhibit in GALLERY]
ONE_PICTURE_BYTES = 128 * 64 // 8

controllers = pytest.mark.parametrize("controller", Controller)


class FlakyBus:
    """Passes on to a panel, and fails at the transfer whose number it was given."""

    def __init__(self, panel: PanelMemory, fails_at: int) -> None:
        self.panel = panel
        self.left = fails_at
        self.is_closed = False

    def _count(self) -> None:
        if self.left == 0:
            raise DeviceNotFoundError("I2C device not found on address: 0x3C")
        self.left -= 1

    def command(self, *codes: int) -> None:
        self._count()
        self.panel.command(*codes)

    def data(self, data: Sequence[int]) -> None:
        self._count()
        self.panel.data(data)

    def cleanup(self) -> None:
        self.is_closed = True


@controllers
@pytest.mark.parametrize("fails_at", range(0, 40, 3))
def test_an_error_at_any_transfer_closes_and_opens_again(
    controller: Controller, fails_at: int, clock: ManualClock
) -> None:
    panel = PanelMemory(controller)
    buses = [FlakyBus(panel, fails_at), FlakyBus(panel, 10_000)]
    opened: list[FlakyBus] = []

    def open_bus() -> Bus:
        opened.append(buses[len(opened)])
        return opened[-1]

    display = LumaDisplay(controller, open_bus, clock=clock)
    for number in range(1, 40):
        display.show(PICTURES[number % 2])
        clock.advance(0.25)
    assert len(opened) == 2
    assert buses[0].is_closed
    assert not buses[1].is_closed
    assert display.fault is None
    assert panel.image().tobytes() == PICTURES[39 % 2].tobytes()


@controllers
def test_a_missing_panel_is_tried_at_its_pace_only(controller: Controller, clock: ManualClock) -> None:
    attempts: list[int] = []

    def open_bus() -> Bus:
        attempts.append(clock.monotonic_ns())
        raise FileNotFoundError(2, "No such file or directory")

    display = LumaDisplay(controller, open_bus, clock=clock)
    for number in range(200):
        display.show(PICTURES[number % 2])
        clock.advance(0.05)
    assert len(attempts) == round(200 * 0.05 / RETRY_S)


@controllers
def test_a_panel_missing_for_long_leaves_nothing_in_memory(
    controller: Controller, clock: ManualClock
) -> None:
    def open_bus() -> Bus:
        raise ImportError("No module named 'spidev'")

    display = LumaDisplay(controller, open_bus, clock=clock)
    gc.collect()
    before = len(gc.get_objects())
    for _ in range(300):
        display.show(PICTURES[0])
        clock.advance(RETRY_S)
    gc.collect()
    assert len(gc.get_objects()) - before < 100


@controllers
def test_losing_and_finding_are_logged_once_each(
    controller: Controller, clock: ManualClock, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    panel = PanelMemory(controller)
    is_there = False

    def open_bus() -> Bus:
        if not is_there:
            raise OSError("no acknowledge")
        return panel

    display = LumaDisplay(controller, open_bus, clock=clock)
    for _ in range(5):
        display.show(PICTURES[0])
        clock.advance(RETRY_S)
    is_there = True
    display.show(PICTURES[0])
    assert [record.levelname for record in caplog.records] == ["WARNING", "INFO"]


@controllers
def test_a_panel_replugged_between_two_pictures_lights_up_again(
    controller: Controller, clock: ManualClock
) -> None:
    panel = PanelMemory(controller)
    display = LumaDisplay(controller, lambda: panel, clock=clock)
    display.show(PICTURES[0])
    panel.power_up()
    assert not panel.is_on
    clock.advance(WAKE_S)
    display.show(PICTURES[1])
    assert panel.is_on
    assert panel.image().tobytes() == PICTURES[1].tobytes()


@controllers
def test_waking_never_switches_the_panel_off(controller: Controller, clock: ManualClock) -> None:
    panel = PanelMemory(controller)
    states: list[bool] = []

    class Watched:
        def command(self, *codes: int) -> None:
            panel.command(*codes)
            states.append(panel.is_on)

        def data(self, data: Sequence[int]) -> None:
            panel.data(data)
            states.append(panel.is_on)

        def cleanup(self) -> None:
            panel.cleanup()

    display = LumaDisplay(controller, Watched, clock=clock)
    display.show(PICTURES[0])
    states.clear()
    for picture in PICTURES:
        clock.advance(WAKE_S)
        display.show(picture)
    assert states
    assert all(states)


@controllers
def test_the_first_picture_is_sent_whole_and_costs_a_few_bytes_more(
    controller: Controller, clock: ManualClock
) -> None:
    panel = PanelMemory(controller)
    display = LumaDisplay(controller, lambda: panel, clock=clock)
    display.show(PICTURES[0])
    data, commands = panel.data_bytes, panel.command_bytes
    clock.advance(WAKE_S)
    display.show(PICTURES[1])
    assert panel.data_bytes - data == ONE_PICTURE_BYTES
    assert panel.command_bytes - commands <= 100


@controllers
def test_only_changed_pages_are_sent(controller: Controller, clock: ManualClock) -> None:
    panel = PanelMemory(controller)
    display = LumaDisplay(controller, lambda: panel, clock=clock)
    picture = PICTURES[1].copy()
    display.show(picture)
    for x, y, expected in ((5, 17, 1), (127, 63, 1), (0, 0, 1)):
        data, commands = panel.data_bytes, panel.command_bytes
        picture.putpixel((x, y), 1 - picture.getpixel((x, y)))
        display.show(picture)
        assert panel.data_bytes - data == expected
        assert panel.command_bytes - commands <= 6
        assert panel.image().tobytes() == picture.tobytes()


@controllers
def test_any_picture_after_any_other_is_whole(controller: Controller, clock: ManualClock) -> None:
    panel = PanelMemory(controller)
    display = LumaDisplay(controller, lambda: panel, clock=clock)
    for one, other in itertools.pairwise([*PICTURES, *reversed(PICTURES)]):
        for picture in (one, other):
            display.show(picture)
            assert panel.image().tobytes() == picture.tobytes()


@controllers
def test_dimming_is_one_command_and_survives_a_replug(controller: Controller, clock: ManualClock) -> None:
    panel = PanelMemory(controller)
    display = LumaDisplay(controller, lambda: panel, clock=clock)
    display.show(PICTURES[0], 10)
    assert panel.contrast == 10
    data, commands = panel.data_bytes, panel.command_bytes
    display.show(PICTURES[0], 10)
    assert panel.command_bytes == commands
    display.show(PICTURES[0], 200)
    assert panel.contrast == 200
    assert (panel.data_bytes - data, panel.command_bytes - commands) == (0, 2)
    panel.power_up()
    clock.advance(WAKE_S)
    display.show(PICTURES[1], 200)
    assert panel.contrast == 200


@controllers
def test_a_panel_starts_dark_not_with_noise(controller: Controller, clock: ManualClock) -> None:
    panel = PanelMemory(controller)
    noise = []

    class Watched:
        def command(self, *codes: int) -> None:
            panel.command(*codes)
            noise.append(panel.image().getbbox())

        def data(self, data: Sequence[int]) -> None:
            panel.data(data)

        def cleanup(self) -> None:
            panel.cleanup()

    LumaDisplay(controller, Watched, clock=clock).show(Image.new("1", (128, 64)))
    assert set(noise) == {None}


def test_only_upright_and_upside_down() -> None:
    with pytest.raises(ValueError, match="upright"):
        LumaDisplay(
            Controller.SSD1306, lambda: PanelMemory(Controller.SSD1306), clock=ManualClock(), rotate=1
        )


def test_buses_are_lumas_own(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[str, dict[str, int]]] = []
    monkeypatch.setattr(luma_display, "i2c", lambda **options: asked.append(("i2c", options)))
    monkeypatch.setattr(luma_display, "spi", lambda **options: asked.append(("spi", options)))
    open_i2c, open_spi = i2c_bus(1, 0x3D), spi_bus(0)
    assert asked == []
    open_i2c()
    open_spi()
    assert asked == [("i2c", {"port": 1, "address": 0x3D}), ("spi", {"port": 0, "device": 0})]


class Smbus:
    """The one method of an SMBus that luma writes with when a bus is handed to it."""

    def __init__(self, panel: PanelMemory) -> None:
        self.panel = panel

    def write_i2c_block_data(self, address: int, mode: int, content: Sequence[int]) -> None:
        assert address == 0x3C
        assert len(content) <= 32
        if mode == 0x00:
            self.panel.command(*content)
        else:
            assert mode == 0x40
            self.panel.data(content)


class Spidev:
    """What luma uses of py-spidev."""

    def __init__(self, panel: PanelMemory, gpio: Gpio) -> None:
        self.panel = panel
        self.gpio = gpio
        self.max_speed_hz = 0

    def open(self, port: int, device: int) -> None:
        assert (port, device) == (0, 0)

    def writebytes(self, content: Sequence[int]) -> None:
        assert len(content) <= 4096
        if self.gpio.levels[24]:
            self.panel.data(content)
        else:
            self.panel.command(*content)

    def close(self) -> None:
        self.panel.cleanup()


class Gpio:
    """What luma uses of RPi.GPIO: GPIO 24 tells data from commands."""

    LOW, HIGH, OUT = 0, 1, 0

    def __init__(self) -> None:
        self.levels: dict[int, int] = {}

    def setup(self, pin: int, direction: int) -> None:
        self.levels[pin] = direction

    def output(self, pin: int, level: int) -> None:
        self.levels[pin] = level

    def cleanup(self, pins: Sequence[int]) -> None:
        for pin in pins:
            del self.levels[pin]


@controllers
def test_through_lumas_i2c_interface(controller: Controller, clock: ManualClock) -> None:
    panel = PanelMemory(controller)
    display = LumaDisplay(controller, lambda: i2c(bus=Smbus(panel), address=0x3C), clock=clock)
    for picture in PICTURES:
        display.show(picture)
        clock.advance(WAKE_S / 3)
        assert panel.image().tobytes() == picture.tobytes()


@controllers
def test_through_lumas_spi_interface(controller: Controller, clock: ManualClock) -> None:
    panel, gpio = PanelMemory(controller), Gpio()
    display = LumaDisplay(controller, lambda: spi(spi=Spidev(panel, gpio), gpio=gpio), clock=clock)
    for picture in PICTURES:
        display.show(picture)
        clock.advance(WAKE_S / 3)
        assert panel.image().tobytes() == picture.tobytes()
    display.close()
    assert panel.is_closed
    assert not panel.is_on


def test_a_bus_that_this_machine_lacks_is_a_fault(clock: ManualClock) -> None:
    display = LumaDisplay(Controller.SSD1306, i2c_bus(255, 0x3C), clock=clock)
    display.show(PICTURES[0])
    assert display.fault is not None


def test_the_simulated_panel_refuses_what_is_no_command() -> None:
    with pytest.raises(ValueError, match="0xE5"):
        PanelMemory(Controller.SSD1306).command(0xE5)
    with pytest.raises(ValueError, match="argument"):
        PanelMemory(Controller.SSD1306).command(0x81)
    with pytest.raises(ValueError, match="0x21"):
        PanelMemory(Controller.SH1106).command(0x21)


def test_the_simulated_panel_shows_noise_until_it_is_written() -> None:
    panel = PanelMemory(Controller.SSD1306)
    panel.command(0xAF)
    assert panel.image().getbbox() is not None
