"""What the other programs leave in the runtime directory for the page, read as if a stranger had written it.

The eye's decoders are fed by whatever lies under the camera, so nothing of its files goes to a browser that
was not measured and checked.
"""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Final, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from appliance.base.clock import Clock

__all__ = [
    "MAX_CODES",
    "MAX_JSON_BYTES",
    "MAX_OLED_BYTES",
    "MAX_PICTURE_BYTES",
    "NS_PER_MS",
    "CounterStatus",
    "Meters",
    "Picture",
    "Preview",
    "RuntimeFiles",
]

MAX_PICTURE_BYTES: Final = 1024 * 1024
"""A preview is at most 960 px wide and grey: about 60 kB."""

MAX_OLED_BYTES: Final = 16 * 1024
"""128x64 pixels of one bit: about 1 kB."""

MAX_JSON_BYTES: Final = 128 * 1024

MAX_CODES: Final = 64
"""Outlines on one picture; more than can be told apart."""

_JPEG_START: Final = b"\xff\xd8\xff"
_PNG_START: Final = b"\x89PNG\r\n\x1a\n"
_ETAG_BYTES: Final = 12
NS_PER_MS: Final = 1_000_000

_Fraction = Annotated[float, Field(ge=-1, le=2, allow_inf_nan=False)]
_Corner = tuple[_Fraction, _Fraction]
_Word = Annotated[str, Field(max_length=80)]


class _Checked(BaseModel):
    """Unknown members are dropped: a newer program may say more than this page knows."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Code(_Checked):
    """A code in view.

    Attributes:
        sighting: its presentation.
        symbology, kind: as on the bridge.
        label: French name of the kind; never whose it is.
        corners: fractions of the picture, x to the right, y down.
    """

    sighting: _Word
    symbology: _Word
    kind: _Word
    label: _Word
    corners: tuple[_Corner, _Corner, _Corner, _Corner]


class UnreadCode(_Checked):
    """A code in view that is not read.

    Attributes:
        reason: as on the OLED's screens.
        label: French, that it is not read and why.
        corners: fractions of the picture, x to the right, y down.
    """

    reason: _Word
    label: _Word
    corners: tuple[_Corner, _Corner, _Corner, _Corner]


class Preview(_Checked):
    """What `codes.json` says of `frame.jpg`; `at_ns` is CLOCK_MONOTONIC."""

    sequence: Annotated[int, Field(ge=0)]
    at_ns: Annotated[int, Field(ge=0)]
    codes: Annotated[tuple[Code, ...], Field(max_length=MAX_CODES)]
    unread: Annotated[tuple[UnreadCode, ...], Field(max_length=MAX_CODES)] = ()


class Meters(_Checked):
    """What `meters.json` says of the live picture.

    Attributes:
        level: of its brightest parts, 0 to 255.
        clipped: share of it that is burnt out.
        blur_px: standard deviation of the blur of its edges; None where there is nothing to see.
        light_good, focus_good: whether codes would be read so, by the limits of `comptoir aim`.
    """

    level: Annotated[int, Field(ge=0, le=255)]
    clipped: Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
    blur_px: Annotated[float | None, Field(ge=0, le=1000, allow_inf_nan=False)]
    light_good: bool
    focus_good: bool


class CounterStatus(_Checked):
    """What the counter mirrors of itself in `counter.json`.

    Attributes:
        screen: class name of the screen shown.
        camera: ok, lost, starting or ended.
        lgo: present, absent or never.
        storage_ok: whether the journal takes events.
        tone: the last sound, by what it means; `tones` counts them.
        loudness: of that sound, 0 (mute) to 1.
        light: what the lamp gives the camera, 0 to 1.
    """

    screen: _Word = ""
    camera: _Word = "starting"
    lgo: _Word = ""
    storage_ok: bool = True
    tone: _Word = ""
    tones: Annotated[int, Field(ge=0)] = 0
    loudness: Annotated[float, Field(ge=0, le=1)] = 1.0
    light: Annotated[float, Field(ge=0, le=1)] = 0.0


@dataclass(frozen=True, slots=True)
class Picture:
    """An image file's bytes and a tag that changes with them."""

    content: bytes
    etag: str


_Model = TypeVar("_Model", bound=_Checked)


@dataclass(slots=True)
class _CheckedFile(Generic[_Model]):
    """A JSON file; parsed again only when it was replaced."""

    path: Path
    model: type[_Model]
    _seen: tuple[int, int] | None = None
    _value: _Model | None = None

    def read(self) -> _Model | None:
        """Its content, or None when it is absent or not what it should be."""
        try:
            status = self.path.stat()
            seen = (status.st_ino, status.st_mtime_ns)
            if seen != self._seen:
                content = _read(self.path, MAX_JSON_BYTES)
                self._value = self.model.model_validate_json(content) if content else None
                self._seen = seen
        except (OSError, ValidationError):
            return None
        return self._value


class RuntimeFiles:
    """A page's view of the runtime directory.

    Args:
        directory: the runtime directory.
        clock: measures the age of the picture.
        oled: name of the mirror of the OLED's file.
    """

    def __init__(self, directory: Path, clock: Clock, oled: str = "oled.png") -> None:
        self._preview = directory / "preview"
        self._oled = directory / oled
        self._clock = clock
        self._codes = _CheckedFile(self._preview / "codes.json", Preview)
        self._meters = _CheckedFile(self._preview / "meters.json", Meters)
        self._counter = _CheckedFile(directory / "counter.json", CounterStatus)

    def frame(self) -> Picture | None:
        """The live picture, and the wish for the next one; None while there is none."""
        self._want()
        return _picture(self._preview / "frame.jpg", MAX_PICTURE_BYTES, _JPEG_START)

    def oled(self) -> Picture | None:
        """The mirror of the OLED; None while there is none."""
        return _picture(self._oled, MAX_OLED_BYTES, _PNG_START)

    def preview(self) -> Preview | None:
        """What lies in the live picture."""
        return self._codes.read()

    def meters(self) -> Meters | None:
        """Light and focus of the live picture."""
        return self._meters.read()

    def age_ms(self, preview: Preview) -> int:
        """How old a live picture is."""
        return max(0, self._clock.monotonic_ns() - preview.at_ns) // NS_PER_MS

    def counter(self) -> CounterStatus | None:
        """What the counter last said of itself."""
        return self._counter.read()

    def _want(self) -> None:
        """Tell the eye that somebody looks; without a directory to write in, the picture just stays away."""
        wanted = self._preview / "wanted"
        try:
            self._preview.mkdir(mode=0o770, exist_ok=True)
            wanted.touch(mode=0o660)
            os.utime(wanted)
        except OSError:
            return


def _read(path: Path, limit: int) -> bytes | None:
    with path.open("rb") as file:
        content = file.read(limit + 1)
    return content if len(content) <= limit else None


def _picture(path: Path, limit: int, start: bytes) -> Picture | None:
    try:
        content = _read(path, limit)
    except OSError:
        return None
    if content is None or not content.startswith(start):
        return None
    return Picture(content, hashlib.blake2b(content, digest_size=_ETAG_BYTES).hexdigest())
