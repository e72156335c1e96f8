"""CPU a frame: of ours in its stride, of zxing-cpp's defaults and of the naive loop on the same frames."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass

import cv2
import numpy as np

from appliance.capture.frame import Frame, GreyImage
from appliance.simulation.catalogue import ITEMS
from appliance.simulation.distress import Difficulty, still_scene
from appliance.simulation.optics import FIELD_WIDTH_MM
from appliance.simulation.scene import ENTER_NS, PlacedObject, Scene
from appliance.simulation.surroundings import Desk
from appliance.simulation.view import CounterView
from benchmarks.decode.watching import FRAME_NS, live_reader
from benchmarks.plain_engines import naive, zxing

__all__ = ["VIEWS", "Cost", "CostTask", "cost_tasks"]

SIZES = ((1920, 1080), (2304, 1296), (4608, 2592))
SMALL_WIDTH = 640
"""Of the low-resolution stream, where the camera gives one."""

VIEWS = ("empty", "clean still sheet", "typical still sheet", "moving sheet", "text only", "patterned desk")
_DRAWN = 8
"""Frames of a view; each is shown several times, so that no two in a row are the same."""

_NS_PER_MS = 1e6
_STEADY_FROM = 75
"""Frames after which a still view has been tried with all means."""


@dataclass(frozen=True, slots=True)
class Cost:
    """CPU of one view at one size, ms a frame.

    Attributes:
        ours: mean of the frames in its stride (of all frames, where the sheet moves).
        ours_small: the same with a low-resolution stream.
        longest: dearest single frame from the first on.
        zxing: median of zxing-cpp's defaults on the whole frame.
        naive: of `pyzbar.decode`, then `pylibdmtx.decode` within 200 ms.
    """

    size: str
    view: str
    ours: float
    ours_small: float
    longest: float
    zxing: float
    naive: float

    def to_json(self) -> dict[str, object]:
        """Plain values."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class CostTask:
    """One view at one size."""

    width: int
    height: int
    view: str
    frames: int
    seed: int = 1

    def run(self) -> list[Cost]:
        """Draw the frames, then look at them."""
        images = list(self._images())
        ours, longest = self._ours(images, None)
        small, longest_small = self._ours(images, SMALL_WIDTH)
        few = images[:: max(1, len(images) // 3)][:3]
        zxing_ms = statistics.median(_cpu_ms(zxing, image) for image in few)
        naive_ms = statistics.median(_cpu_ms(naive, image) for image in few)
        size = f"{self.width}x{self.height}"
        return [Cost(size, self.view, ours, small, max(longest, longest_small), zxing_ms, naive_ms)]

    def _images(self) -> Iterator[GreyImage]:
        if self.view in {"clean still sheet", "typical still sheet", "text only"}:
            item = ITEMS["courrier" if self.view == "text only" else "ordonnance"]
            difficulty: Difficulty = "clean" if self.view == "clean still sheet" else "typical"
            still = still_scene(
                item, width=self.width, height=self.height, seed=self.seed, difficulty=difficulty
            )
            yield from (still.look(number) for number in range(_DRAWN))
            return
        desk: Desk = "speckled" if self.view == "patterned desk" else "wood"
        view = CounterView(self.width, self.height, self.seed, desk_kind=desk)
        angle_deg = ITEMS["ordonnance"].default_angle_deg
        placed = PlacedObject("o", "ordonnance", 0.5, 0.5, angle_deg, ENTER_NS)
        scene = Scene(objects=(placed,) if self.view == "moving sheet" else ())
        for number in range(_DRAWN):
            yield view.render(scene, round(ENTER_NS * (1 + (number + 0.5) / _DRAWN)))

    def _ours(self, images: list[GreyImage], small_width: int | None) -> tuple[float, float]:
        """Mean of the frames that count, and the dearest of all."""
        live = live_reader(FIELD_WIDTH_MM)
        spent = []
        for number in range(self.frames):
            image = images[number % len(images)]
            frame = Frame(image, number, number * FRAME_NS, _small(image, small_width))
            before_ns = time.thread_time_ns()
            live(frame)
            spent.append((time.thread_time_ns() - before_ns) / _NS_PER_MS)
        counted = spent if self.view == "moving sheet" else spent[min(_STEADY_FROM, 2 * self.frames // 3) :]
        return statistics.mean(counted), max(spent)


def _small(image: GreyImage, width: int | None) -> GreyImage | None:
    if width is None:
        return None
    size = (width, round(width * image.shape[0] / image.shape[1]))
    return np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), np.uint8)


def _cpu_ms(read: Callable[[GreyImage], object], image: GreyImage) -> float:
    before_ns = time.thread_time_ns()
    read(image)
    return (time.thread_time_ns() - before_ns) / _NS_PER_MS


def cost_tasks(*, quick: bool) -> Iterator[CostTask]:
    """Every view at every size."""
    for width, height in SIZES[1:2] if quick else SIZES:
        for view in VIEWS:
            yield CostTask(width, height, view, 45 if quick else 105)
