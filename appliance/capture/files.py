"""A camera that shows files: images, folders of images and videos, once or in a loop."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from appliance.base.clock import Clock, SystemClock
from appliance.capture.frame import Camera, CameraLostError, EndOfFramesError, Frame, GreyImage
from appliance.capture.pacing import FramePacer
from appliance.capture.pictures import (
    Unreadable,
    UnreadableFileError,
    find_pictures,
    is_video,
    read_pictures,
)
from appliance.texts.capture import UNREADABLE_TEXTS

__all__ = ["MAX_HOLD_S", "FilesCamera", "NoPicturesError"]

_log = logging.getLogger(__name__)

MAX_HOLD_S: Final = 3600.0


class NoPicturesError(CameraLostError):
    """The path gives no picture at all; correct the path or put pictures there, then open again."""

    def __init__(self, path: Path, reason: Unreadable) -> None:
        super().__init__(UNREADABLE_TEXTS[reason])
        self.path = path
        self.reason = reason


class FilesCamera(Camera):
    """Shows the pictures of a file or folder at an even rate.

    Unlike a live camera it drops nothing: a caller that comes late sees the next picture later. A file that
    cannot be read, or not to its end, is told once an opening, and the next file comes in its place.
    """

    def __init__(
        self,
        path: Path,
        *,
        loop: bool = False,
        frames_per_s: float = 15.0,
        clock: Clock | None = None,
        hold_s: float = 0.0,
        on_unreadable: Callable[[UnreadableFileError], None] | None = None,
    ) -> None:
        """Remember what to show.

        Args:
            path: an image, a video, or a folder of them (shown in the order of their names).
            loop: start again at the end instead of raising `EndOfFramesError`.
            frames_per_s: how many frames a second, for videos too.
            clock: whose monotonic time paces the frames.
            hold_s: how long each still image is shown, by frames that repeat it; 0 is one frame.
            on_unreadable: told of each file that cannot be read, from within `capture`; by default the
                reason is logged (never the file's name, which may be a person's).

        Raises:
            ValueError: the rate or `hold_s` is out of bounds.
        """
        if not 0 <= hold_s <= MAX_HOLD_S:
            raise ValueError(f"a still image is shown 0 to {MAX_HOLD_S:g} s, not {hold_s:g}")
        self._path = path
        self._loop = loop
        self._clock = SystemClock() if clock is None else clock
        self._pacer = FramePacer(frames_per_s, self._clock)
        self._on_unreadable = _log_unreadable if on_unreadable is None else on_unreadable
        self._repeats = max(round(hold_s * frames_per_s), 1)
        self._pictures: Iterator[GreyImage] | None = None
        self._sequence = 0

    def open(self) -> None:
        """Look what is there; the first picture comes first again."""
        if self._pictures is not None:
            return
        try:
            paths = find_pictures(self._path)
        except UnreadableFileError as error:
            raise NoPicturesError(error.path, error.reason) from error
        self._pacer.restart()
        self._pictures = self._show(paths)

    def capture(self, timeout_s: float = 1.0) -> Frame:
        """The next picture, when it is due.

        Raises:
            NoPicturesError: none of the files can be read, or can be read any more.
            CameraTimeoutError: at this rate no picture is due within `timeout_s`.
            EndOfFramesError: all were shown, and it does not loop.
        """
        if self._pictures is None:
            raise CameraLostError("the files are not open")
        due_ns = self._pacer.wait(timeout_s)
        picture = next(self._pictures, None)
        if picture is None:
            raise EndOfFramesError("all pictures were shown")
        frame = Frame(picture, self._sequence, due_ns)
        self._sequence += 1
        return frame

    def close(self) -> None:
        """Let go of the files."""
        self._pictures = None

    def _show(self, paths: list[Path]) -> Iterator[GreyImage]:
        """All pictures in order, again and again in a loop."""
        told: set[Path] = set()
        while True:
            shown = 0
            for path in paths:
                repeats = 1 if is_video(path) else self._repeats
                try:
                    for picture in read_pictures(path):
                        shown += 1
                        for _ in range(repeats):
                            yield picture
                except UnreadableFileError as error:
                    if path not in told:
                        told.add(path)
                        self._on_unreadable(error)
            if not shown:
                self.close()
                raise NoPicturesError(self._path, Unreadable.NOTHING_READABLE)
            if not self._loop:
                return


def _log_unreadable(error: UnreadableFileError) -> None:
    _log.warning("a picture file was left out: %s", error.reason)
