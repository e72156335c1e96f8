"""Reading picture files: every format, every way of being broken."""

from __future__ import annotations

import io
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from appliance.capture import pictures
from appliance.capture.frame import MAX_SIDE_PX
from appliance.capture.pictures import Unreadable, UnreadableFileError, find_pictures, read_pictures
from appliance.texts.capture import UNREADABLE_TEXTS

WIDTH, HEIGHT = 320, 240


def pattern(level: int = 0) -> np.ndarray:
    """A picture that does not compress to nothing, so that half a file is half a picture."""
    noise = np.random.default_rng(level).integers(0, 256, (HEIGHT // 8, WIDTH // 8), dtype=np.uint8)
    return cv2.resize(noise, (WIDTH, HEIGHT), interpolation=cv2.INTER_CUBIC)


def encoded(suffix: str) -> bytes:
    formats = {".jpg": "JPEG", ".jpeg": "JPEG", ".tif": "TIFF", ".tiff": "TIFF"}
    file = io.BytesIO()
    Image.fromarray(pattern()).save(file, formats.get(suffix, suffix[1:].upper()))
    return file.getvalue()


def write_video(path: Path, count: int = 20) -> None:
    video = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), 10, (WIDTH, HEIGHT))
    assert video.isOpened()
    for index in range(count):
        video.write(cv2.cvtColor(pattern(index), cv2.COLOR_GRAY2BGR))
    video.release()


def reason_of(path: Path) -> Unreadable:
    with pytest.raises(UnreadableFileError) as caught:
        list(read_pictures(path))
    assert caught.value.path == path
    assert str(caught.value) == UNREADABLE_TEXTS[caught.value.reason]
    assert path.name not in str(caught.value)
    return caught.value.reason


def test_every_reason_has_its_sentence() -> None:
    assert set(UNREADABLE_TEXTS) == {reason.value for reason in Unreadable}


@pytest.mark.parametrize("suffix", sorted(pictures.IMAGE_SUFFIXES))
def test_an_image_is_read_as_it_is(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"a{suffix.upper()}"
    path.write_bytes(encoded(suffix))
    (grey,) = read_pictures(path)
    assert grey.dtype == np.uint8
    assert np.abs(grey.astype(int) - pattern()).mean() < 6


@pytest.mark.parametrize("share", [0.3, 0.6, 0.95])
@pytest.mark.parametrize("suffix", [".png", ".jpg", ".webp", ".bmp", ".tif"])
def test_half_an_image_is_an_error_and_no_half_grey_picture(
    tmp_path: Path, suffix: str, share: float
) -> None:
    path = tmp_path / f"a{suffix}"
    content = encoded(suffix)
    path.write_bytes(content[: int(len(content) * share)])
    assert reason_of(path) in {Unreadable.TRUNCATED, Unreadable.DAMAGED}


@pytest.mark.parametrize("suffix", [".png", ".jpg", ".bmp"])
def test_a_cut_image_is_said_to_be_incomplete(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"a{suffix}"
    content = encoded(suffix)
    path.write_bytes(content[: len(content) // 2])
    assert reason_of(path) is Unreadable.TRUNCATED


@pytest.mark.parametrize("content", [b"", b"no picture", b"\x89PNG\r\n\x1a\n" + bytes(64), bytes(1000)])
def test_what_is_no_image_is_damaged(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(content)
    assert reason_of(path) is Unreadable.DAMAGED


def test_a_missing_file_and_a_missing_video_are_missing(tmp_path: Path) -> None:
    assert reason_of(tmp_path / "a.png") is Unreadable.MISSING
    assert reason_of(tmp_path / "a.avi") is Unreadable.MISSING


def test_a_side_at_the_bound_is_read_and_one_more_is_not(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    Image.new("L", (MAX_SIDE_PX, 2)).save(path)
    assert [grey.shape for grey in read_pictures(path)] == [(2, MAX_SIDE_PX)]
    Image.new("L", (MAX_SIDE_PX + 1, 2)).save(path)
    assert reason_of(path) is Unreadable.TOO_LARGE


def test_a_picture_that_claims_to_be_huge_is_refused_before_it_takes_memory(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    content = bytearray(encoded(".png"))
    content[16:24] = (60_000).to_bytes(4, "big") * 2  # width and height of the PNG header
    path.write_bytes(content)
    assert reason_of(path) in {Unreadable.TOO_LARGE, Unreadable.DAMAGED}


def test_a_file_at_the_bound_of_bytes_is_read_and_one_more_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(encoded(".png"))
    monkeypatch.setattr(pictures, "MAX_IMAGE_BYTES", path.stat().st_size)
    assert len(list(read_pictures(path))) == 1
    monkeypatch.setattr(pictures, "MAX_IMAGE_BYTES", path.stat().st_size - 1)
    assert reason_of(path) is Unreadable.TOO_LARGE


def test_the_pages_of_a_tiff_are_pictures_up_to_a_bound(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "fax.tiff"
    pages = [Image.fromarray(pattern(level)) for level in range(4)]
    pages[0].save(path, save_all=True, append_images=pages[1:])
    read = list(read_pictures(path))
    assert len(read) == 4
    assert np.array_equal(read[3], pattern(3))
    monkeypatch.setattr(pictures, "MAX_PAGES", 3)
    assert len(list(read_pictures(path))) == 3


def test_transparency_is_white_paper(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    Image.new("RGBA", (4, 4), (0, 0, 0, 0)).save(path)
    (grey,) = read_pictures(path)
    assert (grey == 255).all()


def test_sixteen_bits_become_eight(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    Image.fromarray(np.array([[0, 32896, 65535]], np.uint16)).save(path)
    (grey,) = read_pictures(path)
    assert grey.tolist() == [[0, 128, 255]]


def test_a_photograph_is_turned_as_its_exif_says(tmp_path: Path) -> None:
    path = tmp_path / "a.jpg"
    image = Image.new("L", (40, 20))
    exif = Image.Exif()
    exif[0x0112] = 6  # Orientation: to be turned by 90 degrees
    image.save(path, exif=exif)
    (grey,) = read_pictures(path)
    assert grey.shape == (40, 20)


def test_a_video_gives_its_frames(tmp_path: Path) -> None:
    path = tmp_path / "a.avi"
    write_video(path)
    frames = list(read_pictures(path))
    assert len(frames) == 20
    assert np.abs(frames[7].astype(int) - pattern(7)).mean() < 6


def test_half_a_video_gives_its_frames_and_then_says_that_it_is_cut(tmp_path: Path) -> None:
    path = tmp_path / "a.avi"
    write_video(path)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    frames: list[np.ndarray] = []
    with pytest.raises(UnreadableFileError) as caught:
        frames.extend(read_pictures(path))
    assert caught.value.reason is Unreadable.TRUNCATED
    assert 5 <= len(frames) < 20


def test_what_is_no_video_is_damaged(tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    path.write_bytes(b"no video")
    assert reason_of(path) is Unreadable.DAMAGED


def test_a_folder_gives_its_pictures_by_name_and_nothing_else(tmp_path: Path) -> None:
    for name in ("b.png", "a.JPG", "c.mp4", "notes.txt", ".hidden"):
        (tmp_path / name).write_bytes(b"")
    (tmp_path / "d.png").mkdir()
    assert [path.name for path in find_pictures(tmp_path)] == ["a.JPG", "b.png", "c.mp4"]


@pytest.mark.parametrize(
    ("name", "reason"),
    [("empty", Unreadable.NOTHING), ("absent", Unreadable.MISSING), ("a.txt", Unreadable.UNKNOWN_TYPE)],
)
def test_a_path_without_pictures_says_why(tmp_path: Path, name: str, reason: Unreadable) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "a.txt").write_bytes(b"")
    with pytest.raises(UnreadableFileError) as caught:
        find_pictures(tmp_path / name)
    assert caught.value.reason is reason


def test_a_folder_at_the_bound_is_shown_and_one_more_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for index in range(3):
        (tmp_path / f"{index}.png").write_bytes(b"")
    monkeypatch.setattr(pictures, "MAX_FILES", 3)
    assert len(find_pictures(tmp_path)) == 3
    monkeypatch.setattr(pictures, "MAX_FILES", 2)
    with pytest.raises(UnreadableFileError) as caught:
        find_pictures(tmp_path)
    assert caught.value.reason is Unreadable.TOO_LARGE
