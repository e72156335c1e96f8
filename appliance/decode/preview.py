"""A live picture for whoever aims the camera: files in the runtime directory, written while looked at."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import cv2

from appliance.base.clock import NS_PER_S, Clock
from appliance.base.files import replace_volatile
from appliance.capture.frame import Frame, GreyImage
from appliance.capture.meters import LARGEST_BLUR_PX, LARGEST_CLIPPED_SHARE, LEAST_LEVEL, blur_px, light
from appliance.decode.finder import Box
from appliance.decode.payloads import interpret
from appliance.decode.presence import Presentation
from appliance.decode.reason_words import Reason
from appliance.decode.unread import Unread
from appliance.texts.kinds import KIND_TEXTS
from appliance.texts.screens import UNREAD_ON_PICTURE, UNREAD_REASONS

__all__ = ["EVERY_NS", "MAX_WIDTH_PX", "WANTED_NS", "PreviewWriter"]

MAX_WIDTH_PX = 960
EVERY_NS = NS_PER_S // 10
METERS_EVERY_NS = NS_PER_S
WANTED_NS = 3 * NS_PER_S
"""How long after the page last asked it is still looked at."""

_JPEG_QUALITY = 70


class PreviewWriter:
    """Writes `frame.jpg`, `codes.json` and `meters.json` into `directory` while its file `wanted` is fresh.

    The names beside the outlines say what kind of code lies there, never whose, or why it is not read.
    """

    def __init__(self, directory: Path, clock: Clock) -> None:
        self._directory = directory
        self._wanted = directory / "wanted"
        self._clock = clock
        self._next_ns = 0
        self._next_meters_ns = 0
        self._labels: dict[str, tuple[str, str]] = {}

    def offer(self, frame: Frame, in_view: Sequence[Presentation], unread: Sequence[Unread] = ()) -> None:
        """Write this frame if somebody looks and the last one is old enough."""
        now_ns = self._clock.monotonic_ns()
        if now_ns < self._next_ns or not self._is_wanted():
            return
        self._next_ns = now_ns + EVERY_NS
        height, width = frame.grey.shape
        scale = min(1.0, MAX_WIDTH_PX / width)
        small = cv2.resize(frame.grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        done, jpeg = cv2.imencode(".jpg", small, [cv2.IMWRITE_JPEG_QUALITY, _JPEG_QUALITY])
        if not done:
            return
        self._labels = {p.sighting: self._labels.get(p.sighting) or _label(p) for p in in_view}
        codes = {
            "width": width,
            "height": height,
            "sequence": frame.sequence,
            "at_ns": frame.captured_at_ns,
            "codes": [self._code(presentation, width, height) for presentation in in_view],
            "unread": [
                _unread(one.box, one.reason, width, height) for one in unread if one.reason is not None
            ],
        }
        replace_volatile(self._directory / "frame.jpg", jpeg.tobytes())
        replace_volatile(self._directory / "codes.json", json.dumps(codes).encode())
        if now_ns >= self._next_meters_ns:
            self._next_meters_ns = now_ns + METERS_EVERY_NS
            replace_volatile(self._directory / "meters.json", json.dumps(_meters(frame.grey)).encode())

    def _is_wanted(self) -> bool:
        try:
            asked_s = self._wanted.stat().st_mtime
        except OSError:
            return False
        return self._clock.now().timestamp() - asked_s < WANTED_NS / NS_PER_S

    def _code(self, presentation: Presentation, width: int, height: int) -> dict[str, object]:
        kind, label = self._labels[presentation.sighting]
        corners = [[round(x / width, 4), round(y / height, 4)] for x, y in presentation.symbol.corners]
        return {
            "sighting": presentation.sighting,
            "symbology": presentation.symbol.symbology.value,
            "kind": kind,
            "label": label,
            "corners": corners,
        }


def _unread(box: Box, reason: Reason, width: int, height: int) -> dict[str, object]:
    """Where a code lies that is not read, and why; the box is upright."""
    left, right = round(box.left / width, 4), round(box.right / width, 4)
    top, bottom = round(box.top / height, 4), round(box.bottom / height, 4)
    why, _ = UNREAD_REASONS[reason.value]
    return {
        "reason": reason.value,
        "label": UNREAD_ON_PICTURE.format(why=why.lower()),
        "corners": [[left, top], [right, top], [right, bottom], [left, bottom]],
    }


def _meters(grey: GreyImage) -> dict[str, object]:
    """Light of the whole view, and blur in its middle half: edges there are what is aimed at."""
    height, width = grey.shape
    middle = grey[height // 4 : height - height // 4, width // 4 : width - width // 4]
    measured, blur = light(grey), blur_px(middle)
    return {
        "level": round(measured.level),
        "clipped": round(measured.clipped, 4),
        "blur_px": None if blur is None else round(blur, 2),
        "light_good": measured.level >= LEAST_LEVEL and measured.clipped <= LARGEST_CLIPPED_SHARE,
        "focus_good": blur is not None and blur <= LARGEST_BLUR_PX,
    }


def _label(presentation: Presentation) -> tuple[str, str]:
    symbol = presentation.symbol
    kind = interpret(symbol.symbology, symbol.content, symbol.aim).kind
    return kind.value, KIND_TEXTS[kind.value]
