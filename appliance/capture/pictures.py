"""Reads grey pictures from image and video files; a file that cannot be read is one clear error.

Image files go through Pillow, which says when one is cut short (OpenCV fills the rest with grey), videos
through OpenCV's FFmpeg.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from enum import StrEnum, unique
from pathlib import Path
from typing import Final

import cv2
import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from appliance.capture.frame import MAX_SIDE_PX, CameraError, GreyImage
from appliance.texts.capture import UNREADABLE_TEXTS

__all__ = [
    "IMAGE_SUFFIXES",
    "MAX_FILES",
    "MAX_IMAGE_BYTES",
    "MAX_PAGES",
    "VIDEO_SUFFIXES",
    "Unreadable",
    "UnreadableFileError",
    "find_pictures",
    "is_video",
    "read_pictures",
]

IMAGE_SUFFIXES: Final = frozenset({".png", ".jpg", ".jpeg", ".webp", ".bmp", ".tif", ".tiff"})
VIDEO_SUFFIXES: Final = frozenset(
    {".mp4", ".m4v", ".mov", ".avi", ".mkv", ".webm", ".mjpeg", ".mpg", ".mpeg"}
)

MAX_IMAGE_BYTES: Final = 128 * 1024 * 1024
"""Of an image file: an uncompressed one of `MAX_SIDE_PX` squared grey pixels is half of it."""

MAX_PAGES: Final = 500
"""Of a TIFF file; a fax of a day has fewer."""

MAX_FILES: Final = 100_000
"""Of a folder."""

_VIDEO_TOLERANCE: Final = 0.05
"""Containers without an index only estimate how many frames they hold."""

_VIDEO_TOLERANCE_FRAMES: Final = 2
_GREY_OR_LESS: Final = 2

# What Pillow's decoders raise on pictures that are not what they claim to be.
_DECODER_ERRORS: Final = (
    OSError,
    SyntaxError,
    ValueError,
    EOFError,
    struct.error,
    zlib.error,
    IndexError,
    KeyError,
    TypeError,
    OverflowError,
    RuntimeError,
)


@unique
class Unreadable(StrEnum):
    """Why a file gives no picture; each has its French sentence in `appliance.texts.capture`."""

    MISSING = "missing"
    FORBIDDEN = "forbidden"
    NOTHING = "nothing"
    UNKNOWN_TYPE = "unknown_type"
    DAMAGED = "damaged"
    TRUNCATED = "truncated"
    TOO_LARGE = "too_large"
    NOTHING_READABLE = "nothing_readable"


class UnreadableFileError(CameraError):
    """A picture file cannot be read, or not to its end; the other files still can: go on.

    The text names no file, since a file's name may be a person's; `path` does, for whoever asked for it.
    """

    def __init__(self, path: Path, reason: Unreadable) -> None:
        super().__init__(UNREADABLE_TEXTS[reason])
        self.path = path
        self.reason = reason


def find_pictures(path: Path) -> list[Path]:
    """The file itself, or the images and videos of a folder (not of its subfolders), sorted by name.

    Raises:
        UnreadableFileError: nothing is there, nothing may be read, or nothing there is a picture.
    """
    try:
        if path.is_dir():
            entries = sorted(entry for entry in path.iterdir() if _is_picture(entry))
            if not entries or len(entries) > MAX_FILES:
                raise UnreadableFileError(path, Unreadable.TOO_LARGE if entries else Unreadable.NOTHING)
            return entries
        if not path.exists():
            raise UnreadableFileError(path, Unreadable.MISSING)
    except OSError as error:
        raise UnreadableFileError(path, Unreadable.FORBIDDEN) from error
    except ValueError as error:  # a path with a NUL in it
        raise UnreadableFileError(path, Unreadable.MISSING) from error
    if not _is_picture(path):
        raise UnreadableFileError(path, Unreadable.UNKNOWN_TYPE)
    return [path]


def _is_picture(path: Path) -> bool:
    suffix = path.suffix.lower()
    return (suffix in IMAGE_SUFFIXES or suffix in VIDEO_SUFFIXES) and path.is_file()


def is_video(path: Path) -> bool:
    """Whether a file's name says that it is a video."""
    return path.suffix.lower() in VIDEO_SUFFIXES


def read_pictures(path: Path) -> Iterator[GreyImage]:
    """Give a file's pictures one by one: an image, the pages of a TIFF, the frames of a video.

    Raises:
        UnreadableFileError: while iterating, after whatever could be read.
    """
    return _video_frames(path) if is_video(path) else _image_pages(path)


def _image_pages(path: Path) -> Iterator[GreyImage]:
    try:
        size = path.stat().st_size
        with Image.open(path) as image:
            for page in range(min(getattr(image, "n_frames", 1), MAX_PAGES)):
                if page:
                    image.seek(page)
                if max(image.size) > MAX_SIDE_PX or size > MAX_IMAGE_BYTES:
                    break
                image.draft("L", image.size)
                image.load()
                yield _grey(image)
            else:
                return
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise UnreadableFileError(path, Unreadable.TOO_LARGE) from error
    except _DECODER_ERRORS as error:
        raise UnreadableFileError(path, _why(error)) from error
    raise UnreadableFileError(path, Unreadable.TOO_LARGE)


def _why(error: Exception) -> Unreadable:
    """What a failed reading means; Pillow tells a cut file only in its message."""
    if isinstance(error, FileNotFoundError):
        return Unreadable.MISSING
    if isinstance(error, PermissionError):
        return Unreadable.FORBIDDEN
    if isinstance(error, EOFError) or (
        not isinstance(error, UnidentifiedImageError) and "truncated" in str(error).lower()
    ):
        return Unreadable.TRUNCATED
    return Unreadable.DAMAGED


def _grey(image: Image.Image) -> GreyImage:
    """Luminance, upright as the picture's EXIF says, transparent parts as if laid on white paper."""
    upright = ImageOps.exif_transpose(image)
    if upright.mode.startswith(("I", "F")):
        wide = np.asarray(upright, dtype=np.float64)
        return np.asarray(
            np.clip(wide / (257.0 if wide.max(initial=0) > 255 else 1.0), 0, 255), dtype=np.uint8
        )
    if "A" in upright.getbands() or "transparency" in upright.info:
        opaque = Image.new("RGBA", upright.size, "white")
        upright = Image.alpha_composite(opaque, upright.convert("RGBA"))
    return np.asarray(upright.convert("L"), dtype=np.uint8)


def _video_frames(path: Path) -> Iterator[GreyImage]:
    if not path.exists():
        raise UnreadableFileError(path, Unreadable.MISSING)
    # An absolute path: a relative name such as `rtsp:...` would be taken for an address.
    video = cv2.VideoCapture(str(path.absolute()), cv2.CAP_FFMPEG)
    try:
        if not video.isOpened():
            raise UnreadableFileError(path, Unreadable.DAMAGED)
        promised = video.get(cv2.CAP_PROP_FRAME_COUNT)
        given = 0
        while True:
            is_read, picture = video.read()
            if not is_read or picture is None:
                break
            if max(picture.shape[:2]) > MAX_SIDE_PX:
                raise UnreadableFileError(path, Unreadable.TOO_LARGE)
            given += 1
            yield _luminance(picture)
        if given == 0:
            raise UnreadableFileError(path, Unreadable.DAMAGED)
        if given < promised * (1 - _VIDEO_TOLERANCE) - _VIDEO_TOLERANCE_FRAMES:
            raise UnreadableFileError(path, Unreadable.TRUNCATED)
    finally:
        video.release()


def _luminance(picture: object) -> GreyImage:
    array = np.asarray(picture, dtype=np.uint8)
    if array.ndim <= _GREY_OR_LESS:
        return array
    return np.asarray(cv2.cvtColor(array, cv2.COLOR_BGR2GRAY), dtype=np.uint8)
