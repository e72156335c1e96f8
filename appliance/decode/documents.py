"""Files as grey pictures: images, videos and PDFs, each bounded before anything is decoded."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum, auto
from pathlib import Path

import cv2
import numpy as np
import pypdfium2
from PIL import Image, ImageOps, ImageSequence, UnidentifiedImageError

from appliance.capture.frame import MAX_SIDE_PX, GreyImage

__all__ = [
    "MAX_FILE_BYTES",
    "MAX_PAGES",
    "MAX_PIXELS",
    "MAX_VIDEO_FRAMES",
    "DocumentDamagedError",
    "DocumentError",
    "DocumentMissingError",
    "DocumentTooLargeError",
    "DocumentUnknownError",
    "Page",
    "Source",
    "pages",
]

MAX_FILE_BYTES = 512 * 1024 * 1024
"""A minute of 4K video; an image or a PDF is far smaller."""

MAX_PIXELS = 50_000_000
"""A 48-megapixel phone picture; a decompression bomb declares more."""

MAX_PAGES = 100
"""Pages of a PDF or of a TIFF, pictures of an animation."""

MAX_VIDEO_FRAMES = 3000
"""A hundred seconds at 30 frames/s."""

PDF_DPI = 300
"""The resolution prescriptions are printed at: a module of an INS code is 5 pixels."""

_POINTS_PER_INCH = 72.0
_MAGIC_BYTES = 1024
_PDF_MAGIC = b"%PDF-"
_WHITE = 255


class DocumentError(Exception):
    """A file cannot be read; each subclass says why."""


class DocumentMissingError(DocumentError):
    """There is no such file, or it may not be opened: check the path and its rights."""


class DocumentUnknownError(DocumentError):
    """It is no image, video or PDF that we know: convert it."""


class DocumentDamagedError(DocumentError):
    """It is truncated, damaged or encrypted: get it again."""


class DocumentTooLargeError(DocumentError):
    """It is larger than the bounds: make it smaller or cut it."""


class Source(Enum):
    """What a page was taken from: stills are looked at with all means, a film goes on."""

    STILL = auto()
    FILM = auto()


@dataclass(frozen=True, slots=True, eq=False)
class Page:
    """One picture of a file.

    Attributes:
        grey: height x width, uint8.
        number: from 1: page, picture of an animation or frame of a video.
        source: still or film.
    """

    grey: GreyImage
    number: int
    source: Source = Source.STILL


def pages(path: Path) -> Iterator[Page]:
    """Give the pictures of a file, one at a time, each within MAX_PIXELS and MAX_SIDE_PX.

    The kind of file is known by its content, never by its name.

    Raises:
        DocumentError: it cannot be read, as the subclass says; pages given before are good.
    """
    try:
        with path.open("rb") as file:
            magic = file.read(_MAGIC_BYTES)
        size = path.stat().st_size
    except OSError as error:
        raise DocumentMissingError(type(error).__name__) from error
    if size > MAX_FILE_BYTES:
        raise DocumentTooLargeError(f"{size} bytes, at most {MAX_FILE_BYTES}")
    yield from _reader(magic)(path)


def _reader(magic: bytes) -> Callable[[Path], Iterator[Page]]:
    if _PDF_MAGIC in magic:
        return _pdf
    if _is_video(magic):
        return _video
    return _image


def _is_video(magic: bytes) -> bool:
    """ISO media (mp4, mov), Matroska, AVI, MPEG program stream: containers, never a playlist."""
    is_iso_media = magic[4:8] in {b"ftyp", b"moov", b"mdat"} and magic[8:12] not in {
        b"avif",
        b"heic",
        b"heix",
    }
    is_avi = magic[:4] == b"RIFF" and magic[8:12] == b"AVI "
    return is_iso_media or is_avi or magic[:4] in {b"\x1aE\xdf\xa3", b"\x00\x00\x01\xba"}


def _image(path: Path) -> Iterator[Page]:
    with warnings.catch_warnings():
        # The bound is checked below, on the declared size, before any pixel is decoded.
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)
        try:
            with Image.open(path) as image:
                for index, picture in enumerate(ImageSequence.Iterator(image)):
                    if index == MAX_PAGES:
                        raise DocumentTooLargeError(f"more than {MAX_PAGES} pictures")
                    yield Page(_grey(picture), index + 1)
        except Image.DecompressionBombError as error:
            raise DocumentTooLargeError("more pixels than any picture has") from error
        except UnidentifiedImageError as error:
            raise DocumentUnknownError("neither image, video nor PDF") from error
        except (OSError, SyntaxError, ValueError, EOFError) as error:
            # Pillow's decoders raise all of these on damaged files, by format.
            raise DocumentDamagedError(type(error).__name__) from error


def _grey(image: Image.Image) -> GreyImage:
    if image.width * image.height > MAX_PIXELS:
        # Large JPEG pictures can be decoded at a half, a quarter or an eighth; others cannot.
        factor = (MAX_PIXELS / (image.width * image.height)) ** 0.5
        image.draft("L", (int(image.width * factor), int(image.height * factor)))
    width, height = image.size
    if width * height > MAX_PIXELS:
        raise DocumentTooLargeError(f"{width} x {height} pixels, at most {MAX_PIXELS}")
    upright = ImageOps.exif_transpose(image)
    if upright.mode.startswith("I"):  # 16 and 32 bits: Pillow's own conversion clips instead of scaling
        deep = np.asarray(upright, np.float64)
        scale = _WHITE / max(1.0, float(deep.max()))
        return _bounded(np.clip(deep * scale, 0, _WHITE).astype(np.uint8))
    if upright.has_transparency_data:  # black modules on nothing: on paper, nothing is white
        paper = Image.new("RGBA", upright.size, "white")
        paper.alpha_composite(upright.convert("RGBA"))
        upright = paper
    return _bounded(np.asarray(upright.convert("L")))


def _pdf(path: Path) -> Iterator[Page]:
    try:
        document = pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError as error:
        raise DocumentDamagedError("PDFium cannot open it") from error
    try:
        if len(document) > MAX_PAGES:
            raise DocumentTooLargeError(f"{len(document)} pages, at most {MAX_PAGES}")
        for index in range(len(document)):
            yield Page(_pdf_page(document, index), index + 1)
    finally:
        document.close()


def _pdf_page(document: pypdfium2.PdfDocument, index: int) -> GreyImage:
    try:
        page = document[index]
        width, height = page.get_size()
        if width <= 0 or height <= 0:
            raise DocumentDamagedError(f"page {index + 1} has no surface")
        scale = min(
            PDF_DPI / _POINTS_PER_INCH,
            (MAX_PIXELS / (width * height)) ** 0.5,
            MAX_SIDE_PX / max(width, height),
        )
        bitmap = page.render(scale=scale, grayscale=True, prefer_bgrx=False)
        return _bounded(np.array(bitmap.to_numpy()))
    except pypdfium2.PdfiumError as error:
        raise DocumentDamagedError(f"PDFium cannot draw page {index + 1}") from error


def _video(path: Path) -> Iterator[Page]:
    capture = cv2.VideoCapture(str(path), cv2.CAP_FFMPEG)
    try:
        width = int(capture.get(cv2.CAP_PROP_FRAME_WIDTH))
        height = int(capture.get(cv2.CAP_PROP_FRAME_HEIGHT))
        if width * height > MAX_PIXELS:
            raise DocumentTooLargeError(f"{width} x {height} pixels, at most {MAX_PIXELS}")
        number = 0
        while (grabbed := capture.read())[0]:
            picture = grabbed[1]
            if number == MAX_VIDEO_FRAMES:
                raise DocumentTooLargeError(f"more than {MAX_VIDEO_FRAMES} frames")
            number += 1
            grey = picture if picture.ndim == 2 else cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY)
            yield Page(_bounded(np.asarray(grey, np.uint8)), number, Source.FILM)
        if number == 0:
            raise DocumentDamagedError("no frame of the video can be decoded")
    finally:
        capture.release()


def _bounded(grey: GreyImage) -> GreyImage:
    """Two dimensions, contiguous, and no side longer than a frame's may be."""
    flat = grey.reshape(grey.shape[0], grey.shape[1])
    longest = max(flat.shape)
    if longest > MAX_SIDE_PX:
        factor = MAX_SIDE_PX / longest
        size = (max(1, int(flat.shape[1] * factor)), max(1, int(flat.shape[0] * factor)))
        flat = np.asarray(cv2.resize(flat, size, interpolation=cv2.INTER_AREA), np.uint8)
    return np.ascontiguousarray(flat)
