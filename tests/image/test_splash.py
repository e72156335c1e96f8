"""The first picture on the OLED: the product's own, on any of its panels, without a library."""

from __future__ import annotations

import importlib.machinery
import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

from appliance.display.canvas import HEIGHT, WIDTH
from appliance.display.luma_display import Controller
from appliance.display.pages import pages_of
from appliance.display.render import render
from appliance.display.screens import Starting
from appliance.simulation.panel import PanelMemory
from tests.image.definition import FOLDER

_FOLDER = FOLDER / "overlay/common/usr/lib/comptoir-image"
_PICTURE = _FOLDER / "starting.pages"
_SOME_MOMENT = 25
"""The tick of the screen that the picture is of: its bar is in view."""

_COMMAND, _DATA = 0x00, 0x40
_LONGEST = 33


@pytest.fixture(scope="module")
def splash() -> ModuleType:
    loader = importlib.machinery.SourceFileLoader("splash", str(_FOLDER / "splash"))
    specification = importlib.util.spec_from_loader("splash", loader)
    assert specification
    module = importlib.util.module_from_spec(specification)
    loader.exec_module(module)
    return module


def test_the_picture_is_the_product_s_screen_of_starting() -> None:
    """Where this fails: write `b"".join(pages_of(render(Starting(), tick=25)))` to starting.pages."""
    assert _PICTURE.read_bytes() == b"".join(pages_of(render(Starting(), tick=_SOME_MOMENT)))


@pytest.mark.parametrize("controller", list(Controller))
def test_every_panel_shows_it(splash: ModuleType, controller: Controller) -> None:
    panel = PanelMemory(controller)
    for transfer in splash.transfers(_PICTURE.read_bytes()):
        assert len(transfer) <= _LONGEST
        (panel.command if transfer[0] == _COMMAND else panel.data)(*_arguments(transfer))

    wanted = render(Starting(), tick=_SOME_MOMENT)
    shown = panel.image()
    if controller is Controller.SH1106:
        wanted = wanted.crop((2, 0, WIDTH, HEIGHT))
        shown = shown.crop((0, 0, WIDTH - 2, HEIGHT))
    assert panel.is_on
    assert shown.tobytes() == wanted.tobytes()


def _arguments(transfer: bytes) -> tuple[object, ...]:
    return tuple(transfer[1:]) if transfer[0] == _COMMAND else (list(transfer[1:]),)


def test_a_box_without_a_panel_starts_all_the_same(splash: ModuleType, tmp_path: Path) -> None:
    assert splash.main(str(_PICTURE), str(tmp_path / "no-bus")) is None


def test_what_is_no_picture_is_said(splash: ModuleType, tmp_path: Path) -> None:
    short = tmp_path / "short.pages"
    short.write_bytes(bytes(1023))

    assert "no picture" in splash.main(str(short))
