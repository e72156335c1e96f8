"""Objects as they appear in the frame: drawn page, perspective, shadow, light, blur; ready to be laid over.

A sprite says two things of each pixel it touches: how much of what lies under it still shows (`through`),
and what it adds (`colour`). Shadows only take, paper takes all and adds its own.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass, replace
from typing import Final, Generic, TypeVar

import cv2
import numpy as np
from numpy.typing import NDArray

from appliance.capture.frame import GreyImage
from appliance.simulation.canvas import MM_PER_INCH
from appliance.simulation.catalogue import CatalogueItem
from appliance.simulation.optics import Exposure, Pose, Projection, lens_blur_px
from appliance.simulation.pages import MAX_DPI, MIN_DPI, DrawnPage, draw_page
from appliance.simulation.raster import (
    OVERSAMPLING,
    Texture,
    Window,
    fill,
    moved,
    project,
    rounded_rectangle,
    scaling,
    shift,
    smeared,
    soft,
    texture_for,
    times,
    warp,
)
from appliance.simulation.surroundings import Hand

__all__ = ["Blur", "BoundedCache", "Painter", "Sprite"]

Value = TypeVar("Value")


class BoundedCache(Generic[Value]):
    """Keeps what was used last, up to a number of bytes."""

    def __init__(self, max_bytes: int) -> None:
        """Start empty; a single value larger than the bound is kept alone."""
        self._max_bytes = max_bytes
        self._values: OrderedDict[Hashable, tuple[Value, int]] = OrderedDict()
        self.held_bytes = 0

    def get(self, key: Hashable) -> Value | None:
        """The value, now the last to be dropped, or None."""
        entry = self._values.get(key)
        if entry is None:
            return None
        self._values.move_to_end(key)
        return entry[0]

    def put(self, key: Hashable, value: Value, size: int) -> Value:
        """Keep a value of `size` bytes and drop the oldest ones that no longer fit."""
        if key in self._values:
            self.held_bytes -= self._values.pop(key)[1]
        self._values[key] = (value, size)
        self.held_bytes += size
        while self.held_bytes > self._max_bytes and len(self._values) > 1:
            self.held_bytes -= self._values.popitem(last=False)[1][1]
        return value


@dataclass(frozen=True, slots=True)
class Blur:
    """What movement and height do to sharpness, in pixels of the frame.

    Attributes:
        across, down: length of the smear along the picture's axes.
        defocus: standard deviation of the blur.
    """

    across: float = 0.0
    down: float = 0.0
    defocus: float = 0.0

    @property
    def scale(self) -> float:
        """Share of the resolution that is enough to draw something so blurred."""
        widest = max(self.across, self.down, 3 * self.defocus)
        return 1.0 if widest < 4 else 0.5 if widest < 12 else 0.25


STILL: Final = Blur()


@dataclass(frozen=True, slots=True, eq=False)
class Sprite:
    """A part of the frame to lay over it; `left` and `top` in pixels."""

    left: int
    top: int
    colour: GreyImage
    through: GreyImage

    def lay_over(self, frame: GreyImage) -> None:
        """Change the frame in place."""
        height, width = self.colour.shape
        part = frame[self.top : self.top + height, self.left : self.left + width]
        under = cv2.multiply(part, self.through, scale=1 / 255)
        cv2.add(under, self.colour, dst=part)


_TEXTURE_BYTES: Final = 96 * 1024 * 1024
_SHADOW_MM: Final = 4.0
_SHADOW_MM_PER_MM: Final = 0.36
"""How far a shadow reaches around a flat object, and what each mm of its thickness adds."""

_HAND_SHADOW_MM: Final = 38.0
_EDGE_GREY: Final = 0.55
"""Of a box's sides: they face away from the lamp."""

_REFLECTION: Final = 9.0
"""Grey that the room adds on the glass of a screen."""


class Painter:
    """Draws sprites for one camera; keeps the pages it has drawn."""

    def __init__(self, projection: Projection, light: GreyImage) -> None:
        """`light` is the light field of the frame, 255 = all."""
        self._projection = projection
        self._lights = {1.0: light}
        for scale in (0.5, 0.25):
            size = (round(projection.width * scale), round(projection.height * scale))
            self._lights[scale] = np.asarray(cv2.resize(light, size, interpolation=cv2.INTER_AREA), np.uint8)
        self._pages: BoundedCache[DrawnPage] = BoundedCache(_TEXTURE_BYTES)
        self._textures: BoundedCache[Texture] = BoundedCache(_TEXTURE_BYTES)
        self._hand = Hand()
        _ = self._hand.layers  # drawn now, so that no frame of a movement waits for it

    def page(self, item: CatalogueItem) -> DrawnPage:
        """The object drawn as finely as this camera needs it."""
        wanted = self._projection.px_per_mm * self._magnification(item) * OVERSAMPLING * MM_PER_INCH
        dpi = min(max(wanted, MIN_DPI), MAX_DPI)
        page = self._pages.get(item.slug)
        if page is None:
            drawn = draw_page(item, dpi)
            page = self._pages.put(item.slug, drawn, drawn.image.nbytes)
        return page

    def object_sprite(
        self, item: CatalogueItem, pose: Pose, exposure: Exposure, blur: Blur = STILL
    ) -> Sprite | None:
        """An object as the camera sees it, or None when it is outside the picture."""
        scale = blur.scale
        outline = self._outline(item, pose, scale)
        ground = self._outline(item, replace(pose, z=pose.z - item.thickness_mm), scale)
        reach = _SHADOW_MM + _SHADOW_MM_PER_MM * item.thickness_mm
        window = self._window(np.concatenate([outline, ground]), reach, scale, blur)
        if window is None:
            return None
        texture = self._texture(item, scale)
        matrix = shift(-window.left, -window.top) @ scaling(scale)
        matrix = matrix @ self._projection.homography(pose, item.width_mm, item.height_mm)
        matrix = matrix @ np.diag([1 / texture.px_per_mm, 1 / texture.px_per_mm, 1.0])
        face = warp(texture.image, matrix, window, cv2.BORDER_REPLICATE)
        light = self._light(window, scale)
        if item.is_luminous:
            glass = times(light, scale=_REFLECTION / 255 * exposure.reflected)
            face = np.asarray(cv2.addWeighted(face, exposure.emitted, glass, 1.0, 0.0), np.uint8)
        else:
            face = times(face, light, exposure.reflected / 255)
        mask = fill(outline, window)
        colour = times(face, mask)
        through = 255 - mask
        if item.thickness_mm:
            hull = cv2.convexHull(np.concatenate([outline, ground]).astype(np.float32))
            side_mask = fill(np.asarray(hull[:, 0], np.float64), window)
            side = times(light, side_mask, _EDGE_GREY * exposure.reflected / 255)
            colour = np.asarray(cv2.add(times(side, through), colour), np.uint8)
            through = np.minimum(through, 255 - side_mask)
        shadow = self._shadow(ground, window, item.thickness_mm, scale)
        return _finish(colour, times(through, shadow), window, scale, blur)

    def hand_sprite(self, tips: Pose, exposure: Exposure, blur: Blur) -> Sprite | None:
        """The hand with its finger tips at a place."""
        scale = min(blur.scale, 0.5)
        hand = self._hand
        turn = np.radians(tips.angle_deg)
        x, y = hand.left + hand.width / 2, hand.top + hand.height / 2
        centre = replace(
            tips,
            x=tips.x + x * np.cos(turn) - y * np.sin(turn),
            y=tips.y + x * np.sin(turn) + y * np.cos(turn),
        )
        to_frame = scaling(scale) @ self._projection.homography(centre, hand.width, hand.height)
        corners = np.array([[0, 0], [hand.width, 0], [hand.width, hand.height], [0, hand.height]])
        window = self._window(project(to_frame, corners), _HAND_SHADOW_MM, scale, blur)
        if window is None:
            return None
        matrix = shift(-window.left, -window.top) @ to_frame @ np.diag([1 / hand.scale, 1 / hand.scale, 1.0])
        tone, cover = hand.layers
        mask = warp(cover, matrix, window, cv2.BORDER_CONSTANT)
        face = times(
            warp(tone, matrix, window, cv2.BORDER_CONSTANT),
            self._light(window, scale),
            exposure.reflected / 255,
        )
        px = self._projection.px_per_mm * scale
        shadow = 255 - times(moved(soft(mask, 9 * px), 10 * px), scale=0.35)
        colour = times(face, mask)
        return _finish(colour, times(255 - mask, shadow), window, scale, blur)

    def _magnification(self, item: CatalogueItem) -> float:
        return self._projection.magnification(item.thickness_mm)

    def _texture(self, item: CatalogueItem, scale: float) -> Texture:
        """The page at about the frame's resolution, blurred as the lens does."""
        key = (item.slug, scale)
        kept = self._textures.get(key)
        if kept is not None:
            return kept
        page = self.page(item)
        wanted = self._projection.px_per_mm * self._magnification(item) * scale
        texture = texture_for(
            page.image, page.dpi / MM_PER_INCH, wanted, lens_blur_px(self._projection.width) * scale
        )
        return self._textures.put(key, texture, texture.image.nbytes)

    def _outline(self, item: CatalogueItem, pose: Pose, scale: float) -> NDArray[np.float64]:
        matrix = scaling(scale) @ self._projection.homography(pose, item.width_mm, item.height_mm)
        return project(matrix, rounded_rectangle(item.width_mm, item.height_mm, item.corner_mm))

    def _window(
        self, points: NDArray[np.float64], reach_mm: float, scale: float, blur: Blur
    ) -> Window | None:
        """The part of the scaled frame that points need with a margin and their blur; None when outside."""
        margin = reach_mm * self._projection.px_per_mm * scale
        margin_x = margin + (blur.across / 2 + 3 * blur.defocus) * scale
        margin_y = margin + (blur.down / 2 + 3 * blur.defocus) * scale
        height, width = self._lights[scale].shape
        left = max(int(points[:, 0].min() - margin_x), 0)
        top = max(int(points[:, 1].min() - margin_y), 0)
        right = min(int(points[:, 0].max() + margin_x) + 1, width)
        bottom = min(int(points[:, 1].max() + margin_y) + 1, height)
        return None if right <= left or bottom <= top else Window(left, top, right - left, bottom - top)

    def _light(self, window: Window, scale: float) -> GreyImage:
        rows = slice(window.top, window.top + window.height)
        return self._lights[scale][rows, window.left : window.left + window.width]

    def _shadow(
        self, ground: NDArray[np.float64], window: Window, thickness_mm: float, scale: float
    ) -> GreyImage:
        """What the object leaves of the light around it, 255 = all."""
        px = self._projection.px_per_mm * scale
        softness = (0.8 + 0.10 * thickness_mm) * px
        mask = moved(soft(fill(ground, window), softness), (0.6 + 0.05 * thickness_mm) * px)
        depth = 0.30 if thickness_mm < 1 else 0.45
        return 255 - times(mask, scale=depth)


def _finish(colour: GreyImage, through: GreyImage, window: Window, scale: float, blur: Blur) -> Sprite:
    """Blur, and bring to the frame's resolution."""
    smear = (blur.across * scale, blur.down * scale)
    colour, through = smeared(colour, *smear), smeared(through, *smear)
    if blur.defocus * scale > 0.4:
        colour, through = soft(colour, blur.defocus * scale), soft(through, blur.defocus * scale)
    if scale == 1.0:
        return Sprite(window.left, window.top, colour, through)
    grow = round(1 / scale)
    size = (window.width * grow, window.height * grow)
    large = [np.asarray(cv2.resize(layer, size), np.uint8) for layer in (colour, through)]
    return Sprite(window.left * grow, window.top * grow, *large)
