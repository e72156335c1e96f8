"""Renders a scene at an instant: counter top, what lies on it, what moves over it, light, lens and noise."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from appliance.capture.frame import ExposureTarget, GreyImage
from appliance.decode.symbol import Point
from appliance.simulation.canvas import SymbolBox
from appliance.simulation.catalogue import ITEMS
from appliance.simulation.movement import Course, Moment
from appliance.simulation.optics import Exposure, Glare, Noise, Pose, Projection, exposure_for, light_field
from appliance.simulation.scene import PlacedObject, Scene
from appliance.simulation.sprites import Blur, BoundedCache, Painter, Sprite
from appliance.simulation.surroundings import Desk, desk

__all__ = ["CounterView", "SymbolInView"]

_SPRITE_BYTES: Final = 96 * 1024 * 1024
_DEFOCUS_PX_PER_MM: Final = 0.007
"""Blur a mm above the plane of focus, as a share of the pixels a mm."""

_Key = tuple[str, float, float, float, float, float]


@dataclass(frozen=True, slots=True)
class SymbolInView:
    """Where a symbol of the scene is in the frame: what a perfect reader would report.

    Attributes:
        object_id: the placed object that carries it.
        box: the symbol and its place on the object.
        corners: clockwise from the symbol's own top left, in pixels of the frame.
    """

    object_id: str
    box: SymbolBox
    corners: tuple[Point, Point, Point, Point]


@dataclass(slots=True, eq=False)
class _Still:
    """What does not change from frame to frame: the light on the sensor and the noise's spread there."""

    key: tuple[Exposure, tuple[_Key, ...]]
    grey: GreyImage
    light: NDArray[np.int16]
    spread: NDArray[np.int16]


class CounterView:
    """The simulated counter as one camera sees it. Not thread-safe; the same seed gives the same frames."""

    def __init__(
        self,
        width: int,
        height: int,
        seed: int = 0,
        *,
        desk_kind: Desk = "wood",
        glare: Glare | None = None,
    ) -> None:
        """Draw the counter's top and the noise once; both take memory in proportion to the frame."""
        self.projection = Projection(width, height)
        self._light = light_field(width, height, seed)
        self._desk = desk(width, height, seed, desk_kind)
        self._glare = None if glare is None else glare.levels(width, height)
        self._noise = Noise(width, height, seed)
        self._painter = Painter(self.projection, self._light)
        self._sprites: BoundedCache[Sprite | None] = BoundedCache(_SPRITE_BYTES)
        self._courses: dict[PlacedObject, Course] = {}
        self._still: _Still | None = None

    def render(self, scene: Scene, at_ns: int, target: ExposureTarget = ExposureTarget.PAPER) -> GreyImage:
        """The frame whose exposure is centred on `at_ns`, height x width; a new array each time."""
        exposure = exposure_for(scene.light, target)
        moments = self._moments(scene, at_ns)
        still = self._still_part(exposure, [(placed, moment) for placed, moment in moments if moment.lies])
        moving = self._moving_sprites(moments, exposure)
        if not moving:
            return self._noise.add(still.light, still.spread)
        frame = still.grey.copy()
        for sprite in moving:
            sprite.lay_over(frame)
        return self._noise.add(*self._on_sensor(frame, exposure))

    def symbols(self, scene: Scene, at_ns: int) -> list[SymbolInView]:
        """Where the symbols of the objects at rest are, hidden ones included."""
        found = []
        for placed, moment in self._moments(scene, at_ns):
            if not moment.lies or moment.pose is None:
                continue
            item = ITEMS[placed.slug]
            matrix = self.projection.homography(moment.pose, item.width_mm, item.height_mm)
            for box in self._painter.page(item).boxes:
                x, y, right, bottom = box.x, box.y, box.x + box.width, box.y + box.height
                a, b, c, d = (
                    _apply(matrix, corner) for corner in ((x, y), (right, y), (right, bottom), (x, bottom))
                )
                found.append(SymbolInView(placed.id, box, (a, b, c, d)))
        return found

    def _moments(self, scene: Scene, at_ns: int) -> list[tuple[PlacedObject, Moment]]:
        """What is in view, the earliest laid first."""
        self._courses = {placed: self._course(placed) for placed in scene.objects}
        in_view = [placed for placed in scene.objects if placed.is_in_view(at_ns)]
        in_view.sort(key=lambda placed: placed.placed_at_ns)
        return [(placed, self._courses[placed].at(at_ns)) for placed in in_view]

    def _course(self, placed: PlacedObject) -> Course:
        known = self._courses.get(placed)
        if known is not None:
            return known
        item = ITEMS[placed.slug]
        return Course.of(placed, item, self.projection.field_height_mm, self._painter.page(item).boxes)

    def _still_part(self, exposure: Exposure, lying: list[tuple[PlacedObject, Moment]]) -> _Still:
        poses = [(placed.slug, moment.pose) for placed, moment in lying if moment.pose is not None]
        key = (exposure, tuple((slug, *_place(pose)) for slug, pose in poses))
        if self._still is not None and self._still.key == key:
            return self._still
        grey = np.asarray(cv2.multiply(self._desk, self._light, scale=exposure.reflected / 255), np.uint8)
        for slug, pose in poses:
            sprite = self._resting_sprite(slug, pose, exposure)
            if sprite is not None:
                sprite.lay_over(grey)
        self._still = _Still(key, grey, *self._on_sensor(grey, exposure))
        return self._still

    def _on_sensor(self, grey: GreyImage, exposure: Exposure) -> tuple[NDArray[np.int16], NDArray[np.int16]]:
        """Light with the mirrored lamp, and the spread of the noise there."""
        light = grey.astype(np.int16)
        if self._glare is not None:
            light += np.asarray(self._glare * exposure.reflected, np.int16)
        return light, np.asarray(cv2.LUT(cv2.convertScaleAbs(light), Noise.spread(exposure.gain)), np.int16)

    def _resting_sprite(self, slug: str, pose: Pose, exposure: Exposure) -> Sprite | None:
        key = (slug, exposure, *_place(pose))
        sprite = self._sprites.get(key)
        if sprite is None:
            sprite = self._painter.object_sprite(ITEMS[slug], pose, exposure)
            size = 0 if sprite is None else sprite.colour.nbytes + sprite.through.nbytes
            self._sprites.put(key, sprite, size)
        return sprite

    def _moving_sprites(self, moments: list[tuple[PlacedObject, Moment]], exposure: Exposure) -> list[Sprite]:
        sprites = []
        for placed, moment in moments:
            blur = self._blur(moment, ITEMS[placed.slug].thickness_mm, exposure)
            if moment.pose is not None and not moment.lies:
                sprites.append(self._painter.object_sprite(ITEMS[placed.slug], moment.pose, exposure, blur))
            if moment.hand is not None:
                sprites.append(self._painter.hand_sprite(moment.hand, exposure, blur))
        return [sprite for sprite in sprites if sprite is not None]

    def _blur(self, moment: Moment, thickness_mm: float, exposure: Exposure) -> Blur:
        px = self.projection.px_per_mm
        height = 0.0 if moment.pose is None else moment.pose.z - thickness_mm
        across, down = (abs(speed) * exposure.time_s * px for speed in moment.velocity)
        return Blur(across, down, _DEFOCUS_PX_PER_MM * height * px)


def _place(pose: Pose) -> tuple[float, float, float, float, float]:
    return pose.x, pose.y, pose.angle_deg, pose.lean_x_deg, pose.lean_y_deg


def _apply(matrix: NDArray[np.float64], point: Point) -> Point:
    across, down, depth = matrix @ np.array([*point, 1.0])
    return float(across / depth), float(down / depth)
