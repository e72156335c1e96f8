"""Files as pictures: what is read, what is refused, and that nothing large is decoded first."""

from __future__ import annotations

import contextlib
import itertools
import struct
import zlib

import cv2
import numpy as np
import pytest
from PIL import Image

from appliance.decode import documents
from appliance.decode.documents import (
    DocumentDamagedError,
    DocumentMissingError,
    DocumentTooLargeError,
    DocumentUnknownError,
    Source,
    pages,
)


def grey(width: int = 60, height: int = 40) -> Image.Image:
    return Image.fromarray(np.random.default_rng(7).integers(0, 256, (height, width)).astype(np.uint8))


def png_header(width: int, height: int) -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 100))


@pytest.mark.parametrize("suffix", ["png", "jpg", "webp", "bmp", "tif", "gif", "pgm"])
def test_images_are_read_whatever_their_name(tmp_path, suffix):
    grey().save(tmp_path / f"picture.{suffix}")
    renamed = (tmp_path / f"picture.{suffix}").rename(tmp_path / "no-suffix")
    [page] = pages(renamed)
    assert page.grey.shape == (40, 60)
    assert page.grey.dtype == np.uint8
    assert (page.number, page.source) == (1, Source.STILL)


def test_black_on_nothing_is_black_on_white(tmp_path):
    picture = Image.new("RGBA", (20, 20), (0, 0, 0, 0))
    picture.paste((0, 0, 0, 255), (5, 5, 15, 15))
    picture.save(tmp_path / "clear.png")
    [page] = pages(tmp_path / "clear.png")
    assert page.grey[0, 0] == 255
    assert page.grey[10, 10] == 0


def test_sixteen_bits_are_scaled_not_clipped(tmp_path):
    deep = np.linspace(0, 65535, 400).reshape(20, 20).astype(np.uint16)
    Image.fromarray(deep).save(tmp_path / "deep.png")
    [page] = pages(tmp_path / "deep.png")
    assert page.grey[0, 0] == 0
    assert page.grey[-1, -1] == 255
    assert 120 < page.grey[10, 0] < 136


def test_a_turned_photo_is_upright(tmp_path):
    exif = Image.Exif()
    exif[0x0112] = 6
    grey(60, 40).save(tmp_path / "turned.jpg", exif=exif)
    [page] = pages(tmp_path / "turned.jpg")
    assert page.grey.shape == (60, 40)


def test_every_page_of_a_tiff_is_read(tmp_path):
    grey().save(tmp_path / "pages.tif", save_all=True, append_images=[grey(), grey()])
    assert [page.number for page in pages(tmp_path / "pages.tif")] == [1, 2, 3]


def test_pages_are_bounded(tmp_path, monkeypatch):
    monkeypatch.setattr(documents, "MAX_PAGES", 3)
    grey().save(tmp_path / "three.tif", save_all=True, append_images=[grey()] * 2)
    assert len(list(pages(tmp_path / "three.tif"))) == 3
    grey().save(tmp_path / "four.tif", save_all=True, append_images=[grey()] * 3)
    with pytest.raises(DocumentTooLargeError):
        list(pages(tmp_path / "four.tif"))


def test_pixels_are_bounded(tmp_path, monkeypatch):
    monkeypatch.setattr(documents, "MAX_PIXELS", 60 * 40)
    grey(60, 40).save(tmp_path / "fits.png")
    assert len(list(pages(tmp_path / "fits.png"))) == 1
    grey(60, 41).save(tmp_path / "too-large.png")
    with pytest.raises(DocumentTooLargeError):
        list(pages(tmp_path / "too-large.png"))


@pytest.mark.parametrize("side", [8_000, 40_000, 2_000_000])
def test_a_bomb_is_refused_by_what_it_declares(tmp_path, side):
    (tmp_path / "bomb.png").write_bytes(png_header(side, side))
    with pytest.raises(DocumentTooLargeError):
        list(pages(tmp_path / "bomb.png"))


def test_a_large_jpeg_is_decoded_smaller(tmp_path, monkeypatch):
    monkeypatch.setattr(documents, "MAX_PIXELS", 200 * 200)
    grey(400, 400).save(tmp_path / "large.jpg")
    [page] = pages(tmp_path / "large.jpg")
    assert page.grey.size <= 200 * 200


@pytest.mark.parametrize("suffix", ["png", "jpg", "tif", "gif", "webp"])
def test_a_truncated_image_is_damaged(tmp_path, suffix):
    whole = tmp_path / f"whole.{suffix}"
    grey(300, 300).save(whole)
    cut = tmp_path / f"cut.{suffix}"
    cut.write_bytes(whole.read_bytes()[: whole.stat().st_size // 3])
    with pytest.raises((DocumentDamagedError, DocumentUnknownError)):
        list(pages(cut))


@pytest.mark.parametrize(
    "content", [b"", b"text", b"#EXTM3U\nhttp://example.fr/", b"\x89PNG\r\n\x1a\n", b"\0" * 5000]
)
def test_what_is_no_picture_is_said_to_be_none(tmp_path, content):
    (tmp_path / "odd").write_bytes(content)
    with pytest.raises((DocumentUnknownError, DocumentDamagedError)):
        list(pages(tmp_path / "odd"))


def test_what_is_missing_or_a_folder_is_said_to_be(tmp_path):
    for path in (tmp_path / "nothing.png", tmp_path):
        with pytest.raises(DocumentMissingError):
            list(pages(path))


def test_a_file_too_large_is_not_opened(tmp_path, monkeypatch):
    grey().save(tmp_path / "picture.png")
    monkeypatch.setattr(documents, "MAX_FILE_BYTES", (tmp_path / "picture.png").stat().st_size - 1)
    with pytest.raises(DocumentTooLargeError):
        list(pages(tmp_path / "picture.png"))


def test_pages_of_a_pdf_are_drawn_at_print_resolution(tmp_path):
    grey(210, 297).save(tmp_path / "two.pdf", save_all=True, append_images=[grey(210, 297)], resolution=72)
    drawn = list(pages(tmp_path / "two.pdf"))
    assert [page.number for page in drawn] == [1, 2]
    assert drawn[0].grey.shape == pytest.approx((297 * 300 / 72, 210 * 300 / 72), abs=2)


def test_a_poster_is_drawn_within_the_bounds(tmp_path, monkeypatch):
    monkeypatch.setattr(documents, "MAX_PIXELS", 100_000)
    grey(2000, 3000).save(tmp_path / "poster.pdf", resolution=72)
    [page] = pages(tmp_path / "poster.pdf")
    assert page.grey.size <= 101_000


def test_a_pdf_of_too_many_pages_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(documents, "MAX_PAGES", 1)
    grey().save(tmp_path / "two.pdf", save_all=True, append_images=[grey()])
    with pytest.raises(DocumentTooLargeError):
        list(pages(tmp_path / "two.pdf"))


def test_a_broken_pdf_is_damaged(tmp_path):
    (tmp_path / "broken.pdf").write_bytes(b"%PDF-1.7\nnothing else")
    with pytest.raises(DocumentDamagedError):
        list(pages(tmp_path / "broken.pdf"))


@pytest.fixture
def video(tmp_path):
    path = tmp_path / "film.avi"
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter_fourcc(*"MJPG"), 15, (64, 48))
    for shade in range(0, 200, 20):
        writer.write(np.full((48, 64, 3), shade, np.uint8))
    writer.release()
    return path


def test_frames_of_a_video_are_read(video):
    frames = list(pages(video))
    assert len(frames) == 10
    assert frames[0].source is Source.FILM
    assert frames[0].grey.shape == (48, 64)


def test_a_video_longer_than_the_bound_gives_what_is_within_it_and_says_so(video, monkeypatch):
    frames = len(list(pages(video)))
    monkeypatch.setattr(documents, "MAX_VIDEO_FRAMES", frames)
    assert len(list(pages(video))) == frames
    monkeypatch.setattr(documents, "MAX_VIDEO_FRAMES", frames - 1)
    film = pages(video)
    assert len(list(itertools.islice(film, frames - 1))) == frames - 1
    with pytest.raises(DocumentTooLargeError):
        next(film)


def test_a_truncated_video_gives_what_it_has_or_is_damaged(video):
    whole = video.read_bytes()
    video.write_bytes(whole[: len(whole) // 2])
    with contextlib.suppress(DocumentDamagedError):
        assert len(list(pages(video))) < 10
    video.write_bytes(whole[:40])
    with pytest.raises(DocumentDamagedError):
        list(pages(video))
