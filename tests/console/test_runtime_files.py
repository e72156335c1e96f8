"""What the page takes from the runtime directory, and what it does not."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from appliance.base.clock import ManualClock
from appliance.bridge.console.runtime_files import (
    MAX_CODES,
    MAX_JSON_BYTES,
    MAX_OLED_BYTES,
    MAX_PICTURE_BYTES,
    RuntimeFiles,
)

JPEG = b"\xff\xd8\xff"
PNG = b"\x89PNG\r\n\x1a\n"
CODE = {
    "sighting": "s1",
    "symbology": "QRCode",
    "kind": "ordonnance",
    "label": "Ordonnance numérique",
    "corners": [[0.1, 0.1], [0.2, 0.1], [0.2, 0.3], [0.1, 0.3]],
}


@pytest.fixture
def files(tmp_path: Path) -> RuntimeFiles:
    (tmp_path / "preview").mkdir()
    return RuntimeFiles(tmp_path, ManualClock())


def write_codes(folder: Path, **changes: Any) -> None:
    seen = {"width": 960, "height": 540, "sequence": 1, "at_ns": 0, "codes": [CODE], **changes}
    (folder / "preview" / "codes.json").write_text(json.dumps(seen))


def test_asking_for_the_picture_tells_the_eye_that_somebody_looks(
    files: RuntimeFiles, tmp_path: Path
) -> None:
    assert files.frame() is None
    wanted = tmp_path / "preview" / "wanted"
    os.utime(wanted, (0, 0))
    files.frame()
    assert wanted.stat().st_mtime > 0


def test_the_preview_directory_is_made_where_it_is_missing(tmp_path: Path) -> None:
    RuntimeFiles(tmp_path, ManualClock()).frame()
    assert (tmp_path / "preview" / "wanted").exists()


def test_without_a_runtime_directory_there_is_just_no_picture(tmp_path: Path) -> None:
    files = RuntimeFiles(tmp_path / "gone", ManualClock())
    assert files.frame() is None
    assert files.oled() is None
    assert files.preview() is None
    assert files.counter() is None


@pytest.mark.parametrize(
    ("name", "start", "limit", "read"),
    [
        ("preview/frame.jpg", JPEG, MAX_PICTURE_BYTES, RuntimeFiles.frame),
        ("oled.png", PNG, MAX_OLED_BYTES, RuntimeFiles.oled),
    ],
)
def test_a_picture_is_given_up_to_its_bound(
    files: RuntimeFiles, tmp_path: Path, name: str, start: bytes, limit: int, read: Any
) -> None:
    (tmp_path / name).write_bytes(start + bytes(limit - len(start)))
    assert len(read(files).content) == limit
    (tmp_path / name).write_bytes(start + bytes(limit - len(start) + 1))
    assert read(files) is None


def test_what_is_not_a_picture_is_not_given(files: RuntimeFiles, tmp_path: Path) -> None:
    (tmp_path / "preview" / "frame.jpg").write_bytes(b"<html>")
    (tmp_path / "oled.png").write_bytes(JPEG)
    assert files.frame() is None
    assert files.oled() is None


def test_the_tag_of_a_picture_changes_with_it(files: RuntimeFiles, tmp_path: Path) -> None:
    tags = []
    for content in (b"a", b"b", b"a"):
        (tmp_path / "oled.png").write_bytes(PNG + content)
        picture = files.oled()
        assert picture is not None
        tags.append(picture.etag)
    assert tags[0] == tags[2] != tags[1]


def test_codes_in_view_and_their_age(tmp_path: Path) -> None:
    clock = ManualClock()
    (tmp_path / "preview").mkdir()
    files = RuntimeFiles(tmp_path, clock)
    write_codes(tmp_path)
    clock.advance(0.25)
    preview = files.preview()
    assert preview is not None
    assert [code.label for code in preview.codes] == ["Ordonnance numérique"]
    assert files.age_ms(preview) == 250


def test_codes_are_read_again_when_the_file_is_replaced(files: RuntimeFiles, tmp_path: Path) -> None:
    write_codes(tmp_path)
    assert files.preview() is files.preview()
    (tmp_path / "preview" / "codes.json").unlink()
    write_codes(tmp_path, sequence=2)
    preview = files.preview()
    assert preview is not None
    assert preview.sequence == 2


@pytest.mark.parametrize("count", [MAX_CODES, MAX_CODES + 1])
def test_the_number_of_codes_is_bounded(files: RuntimeFiles, tmp_path: Path, count: int) -> None:
    write_codes(tmp_path, codes=[CODE] * count)
    assert (files.preview() is not None) == (count == MAX_CODES)


@pytest.mark.parametrize(
    "bad",
    [
        {"sequence": "x"},
        {"at_ns": -1},
        {"codes": None},
        {"codes": [{**CODE, "corners": CODE["corners"][:3]}]},
        {"codes": [{**CODE, "corners": [[9.0, 0.0]] * 4}]},
        {"codes": [{**CODE, "corners": [["a", 0.0]] * 4}]},
        {"codes": [{**CODE, "label": "x" * 81}]},
    ],
)
def test_codes_that_are_not_what_they_should_be_are_not_given(
    files: RuntimeFiles, tmp_path: Path, bad: dict[str, Any]
) -> None:
    write_codes(tmp_path, **bad)
    assert files.preview() is None


@pytest.mark.parametrize("content", [b"", b"{", b"[" * 5000, b"\xff", b"null", b"[1]"])
def test_what_is_no_object_is_no_state(files: RuntimeFiles, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "counter.json").write_bytes(content)
    assert files.counter() is None


@pytest.mark.parametrize("excess", [0, 1])
def test_a_state_file_is_bounded(files: RuntimeFiles, tmp_path: Path, excess: int) -> None:
    start = b'{"screen": "Ready"}'
    (tmp_path / "counter.json").write_bytes(start + b" " * (MAX_JSON_BYTES - len(start) + excess))
    assert (files.counter() is None) == bool(excess)


def test_members_that_a_newer_program_adds_are_dropped(files: RuntimeFiles, tmp_path: Path) -> None:
    (tmp_path / "counter.json").write_text(json.dumps({"screen": "Ready", "camera": "ok", "patient": "x"}))
    counter = files.counter()
    assert counter is not None
    assert counter.camera == "ok"
    assert "patient" not in counter.model_dump()


METERS = {"level": 190, "clipped": 0.01, "blur_px": None, "light_good": True, "focus_good": False}


def test_meters_are_read_and_checked(files: RuntimeFiles, tmp_path: Path) -> None:
    assert files.meters() is None
    written = tmp_path / "preview" / "meters.json"
    written.write_text(json.dumps(METERS))
    meters = files.meters()
    assert meters is not None
    assert meters.model_dump() == METERS
    for wrong in ({"level": 256}, {"clipped": 1.1}, {"blur_px": -1}, {"focus_good": "<b>"}):
        written.unlink()
        written.write_text(json.dumps(METERS | wrong))
        assert files.meters() is None
