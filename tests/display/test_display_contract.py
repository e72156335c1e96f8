"""What every screen behind the seam does: luma's drivers on a simulated panel, and the picture file."""

from __future__ import annotations

from abc import ABC, abstractmethod
from pathlib import Path

import pytest
from PIL import Image

from appliance.base.clock import ManualClock
from appliance.display.gallery import GALLERY
from appliance.display.luma_display import RETRY_S, Controller, LumaDisplay
from appliance.display.oled import Display, DisplayClosedError, DisplayLostError
from appliance.display.render import render
from appliance.simulation.oled import PngDisplay
from appliance.simulation.panel import PanelMemory

# luma.oled 3.16 calls Image.getdata when a driver is made, which Pillow 14 (October 2027) will drop.
pytestmark = pytest.mark.filterwarnings("ignore:Image.Image.getdata is deprecated:DeprecationWarning")

PICTURES = [render(exhibit.screen, tick=exhibit.tick) for exhibit in GALLERY]
DARK = Image.new("1", (128, 64))


class Rig(ABC):
    """A screen, what a person sees of it, and a way to break and mend it."""

    display: Display

    @abstractmethod
    def seen(self) -> Image.Image: ...

    @abstractmethod
    def sent(self) -> object:
        """Grows with each picture sent."""

    @abstractmethod
    def break_it(self) -> None: ...

    @abstractmethod
    def mend_it(self) -> None: ...


class PanelRig(Rig):
    def __init__(self, controller: Controller, clock: ManualClock, rotate: int = 0) -> None:
        self.panel = PanelMemory(controller)
        self.clock = clock
        self.is_there = True
        self.display = LumaDisplay(controller, self._open, clock=clock, rotate=rotate)

    def _open(self) -> PanelMemory:
        if not self.is_there:
            raise OSError("no acknowledge")
        return self.panel.reopened()

    def seen(self) -> Image.Image:
        return self.panel.image()

    def sent(self) -> object:
        return self.panel.data_bytes

    def break_it(self) -> None:
        self.is_there = False
        self.panel.cleanup()
        self.panel.power_up()

    def mend_it(self) -> None:
        self.is_there = True
        self.clock.advance(RETRY_S)


class PngRig(Rig):
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.path = folder / "oled.png"
        self.display = PngDisplay(self.path)

    def seen(self) -> Image.Image:
        with Image.open(self.path) as picture:
            assert picture.mode == "1"
            assert picture.format == "PNG"
            return picture.copy()

    def sent(self) -> object:
        return self.path.stat().st_ino if self.path.exists() else None

    def break_it(self) -> None:
        self.folder.rename(self.folder.with_name("gone"))

    def mend_it(self) -> None:
        self.folder.with_name("gone").rename(self.folder)


@pytest.fixture(params=[*Controller, "png"])
def rig(request: pytest.FixtureRequest, clock: ManualClock, tmp_path: Path) -> Rig:
    if request.param == "png":
        folder = tmp_path / "runtime"
        folder.mkdir()
        return PngRig(folder)
    return PanelRig(Controller(request.param), clock)


def same(one: Image.Image, other: Image.Image) -> bool:
    return one.size == other.size and one.tobytes() == other.tobytes()


def test_shows_each_picture_to_the_pixel(rig: Rig) -> None:
    for picture in PICTURES:
        rig.display.show(picture)
        assert same(rig.seen(), picture)
    assert rig.display.fault is None


def test_sends_nothing_while_the_picture_is_the_same(rig: Rig) -> None:
    rig.display.show(PICTURES[0])
    before = rig.sent()
    for _ in range(50):
        rig.display.show(PICTURES[0].copy())
    assert rig.sent() == before
    rig.display.show(PICTURES[1])
    assert rig.sent() != before


def test_goes_dark_when_closed(rig: Rig) -> None:
    rig.display.show(PICTURES[1])
    rig.display.close()
    rig.display.close()
    assert same(rig.seen(), DARK)


def test_refuses_to_show_when_closed(rig: Rig) -> None:
    rig.display.close()
    with pytest.raises(DisplayClosedError):
        rig.display.show(PICTURES[0])


@pytest.mark.parametrize("contrast", [-1, 256])
def test_refuses_what_is_no_contrast(rig: Rig, contrast: int) -> None:
    with pytest.raises(ValueError, match="contrast"):
        rig.display.show(PICTURES[0], contrast)


@pytest.mark.parametrize(("mode", "size"), [("L", (128, 64)), ("1", (128, 63)), ("1", (64, 128))])
def test_refuses_what_is_no_picture_of_the_screen(rig: Rig, mode: str, size: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="128x64"):
        rig.display.show(Image.new(mode, size))


def test_a_broken_screen_is_told_and_comes_back(rig: Rig) -> None:
    rig.display.show(PICTURES[1])
    rig.break_it()
    rig.display.show(PICTURES[2])
    assert isinstance(rig.display.fault, DisplayLostError)
    rig.display.show(PICTURES[2])
    assert rig.display.fault is not None
    rig.mend_it()
    rig.display.show(PICTURES[2])
    assert rig.display.fault is None
    assert same(rig.seen(), PICTURES[2])


def test_closing_a_broken_screen_is_quiet(rig: Rig) -> None:
    rig.display.show(PICTURES[1])
    rig.break_it()
    rig.display.show(PICTURES[2])
    rig.display.close()


def test_closing_an_unused_screen_is_quiet(rig: Rig) -> None:
    with rig.display:
        pass


@pytest.mark.parametrize("controller", Controller)
def test_a_panel_upside_down(controller: Controller, clock: ManualClock) -> None:
    rig = PanelRig(controller, clock, rotate=2)
    rig.display.show(PICTURES[1])
    assert same(rig.seen(), PICTURES[1].rotate(180))
