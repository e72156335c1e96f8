"""The mirror of the OLED: only while somebody looks, and never a name."""

from __future__ import annotations

import io
from datetime import timedelta
from pathlib import Path

import pytest
from PIL import Image

from appliance.base.clock import ManualClock
from appliance.display.canvas import HEIGHT, WIDTH
from appliance.display.menu_screens import Veiled
from appliance.display.mirror import MIRROR_NAME, WANTED_S, OledMirror, ask_for_mirror
from appliance.display.render import render

NAMED, PLAIN = (Image.new("1", (WIDTH, HEIGHT), shade) for shade in (1, 0))
VEIL = render(Veiled())


@pytest.fixture
def clock(tmp_path: Path) -> ManualClock:
    """A clock that agrees with the files' times at the start."""
    ask_for_mirror(tmp_path)
    made = ManualClock()
    at_s = (tmp_path / "oled.wanted").stat().st_mtime
    made.start += timedelta(seconds=at_s - made.now().timestamp())
    return made


def shown(folder: Path) -> bytes | None:
    file = folder / MIRROR_NAME
    return Image.open(io.BytesIO(file.read_bytes())).tobytes() if file.exists() else None


def test_what_names_somebody_is_veiled(tmp_path: Path, clock: ManualClock) -> None:
    mirror = OledMirror(tmp_path, VEIL, clock)
    mirror.keep(PLAIN, tells_identity=False)
    assert shown(tmp_path) == PLAIN.tobytes()
    mirror.keep(NAMED, tells_identity=True)
    assert shown(tmp_path) == VEIL.tobytes()


def test_nothing_lies_there_while_nobody_looks(tmp_path: Path, clock: ManualClock) -> None:
    mirror = OledMirror(tmp_path, VEIL, clock)
    mirror.keep(PLAIN, tells_identity=False)
    clock.start += timedelta(seconds=WANTED_S + 1)
    mirror.look()
    assert shown(tmp_path) is None
    clock.start -= timedelta(seconds=2 * WANTED_S + 2)
    mirror.look()
    assert shown(tmp_path) is None, "a clock that was set back keeps nothing there"


def test_who_begins_to_look_sees_what_stands_there_already(tmp_path: Path, clock: ManualClock) -> None:
    (tmp_path / "oled.wanted").unlink()
    mirror = OledMirror(tmp_path, VEIL, clock)
    mirror.keep(PLAIN, tells_identity=False)
    assert shown(tmp_path) is None
    ask_for_mirror(tmp_path)
    mirror.look()
    assert shown(tmp_path) == PLAIN.tobytes()
    mirror.close()
    mirror.close()
    assert shown(tmp_path) is None
