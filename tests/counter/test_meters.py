"""What the eye measures, read as if a stranger had written it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from appliance.counter.face import CameraLevels, Face, Menu, MenuPage
from appliance.counter.meters import Meters


@pytest.mark.parametrize(
    ("said", "levels"),
    [
        ({"blur_px": 0.6, "level": 255}, CameraLevels(focus=100, light=100)),
        ({"blur_px": 4.0, "level": 0}, CameraLevels(focus=0, light=0)),
        ({"blur_px": 0.0, "level": 999}, CameraLevels(focus=100, light=100)),
        ({"blur_px": None, "level": 128}, CameraLevels(light=50)),
        ({"blur_px": "0.6", "level": True}, CameraLevels()),
        ({"blur_px": float("nan"), "level": -4}, CameraLevels(light=0)),
        ([], CameraLevels()),
    ],
)
def test_blur_and_light_as_the_screens_show_them(tmp_path: Path, said: object, levels: CameraLevels) -> None:
    (tmp_path / "meters.json").write_text(json.dumps(said))
    assert Meters(tmp_path).read() == levels


def test_without_a_picture_nothing_is_known_but_it_is_wished_for(tmp_path: Path) -> None:
    assert Meters(tmp_path / "preview").read() == CameraLevels()
    assert (tmp_path / "preview" / "wanted").exists()


@pytest.mark.parametrize("content", [b"", b"{", b"[" * 9000])
def test_what_is_no_measure_is_none(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "meters.json").write_bytes(content)
    assert Meters(tmp_path).read() == CameraLevels()


def test_only_the_pages_that_show_them_want_them() -> None:
    assert not Meters.are_wanted(Face())
    wanted = {page for page in MenuPage if Meters.are_wanted(Face(menu=Menu(page, 0)))}
    assert wanted == {MenuPage.FOCUS, MenuPage.EXPOSURE}
