"""What happens to paper before it reaches the counter: spreading ink, tired toner, dirt, folds, pens."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from appliance.capture.frame import GreyImage
from appliance.simulation.canvas import INK, PAPER, SymbolBox
from appliance.simulation.raster import soft

__all__ = ["NO_WEAR", "Wear", "worn"]

_PEN_GREY: Final = 62
_PEN_MM: Final = 0.5
_SPECK_MM: Final = 0.12
_FOLD_REACH_MM: Final = 18.0
_FOLD_WEAR_MM: Final = 0.25
_STREAK_MM: Final = 0.35


@dataclass(frozen=True, slots=True)
class Wear:
    """How much of each there is.

    Attributes:
        dot_gain_mm: by how much ink reaches beyond its edges; negative where it falls short.
        fading: share of the ink's darkness that is lost everywhere, 0 to 1.
        streaks: toner gaps along the paper's way through the printer, one of them through a symbol.
        specks: dark and light dots a square centimetre.
        pen_strokes: strokes of a ballpoint pen, drawn over symbols.
        folds: creases across the paper, through symbols.
        blots: stains and stickers as large as half a symbol, over symbols.
    """

    dot_gain_mm: float = 0.0
    fading: float = 0.0
    streaks: int = 0
    specks: float = 0.0
    pen_strokes: int = 0
    folds: int = 0
    blots: int = 0


NO_WEAR: Final = Wear()


def worn(
    image: GreyImage,
    px_per_mm: float,
    wear: Wear,
    boxes: Sequence[SymbolBox],
    rng: np.random.Generator,
) -> GreyImage:
    """The paper after all that; `boxes` are the symbols that damage aims at."""
    paper = _dot_gain(image, wear.dot_gain_mm * px_per_mm)
    ink = (PAPER - paper.astype(np.float32)) * (1.0 - wear.fading)
    for _ in range(wear.streaks):
        ink *= _streak(ink.shape, px_per_mm, _target(boxes, rng), rng)
    paper = np.asarray(np.clip(PAPER - ink, 0, 255), dtype=np.uint8)
    _specks(paper, px_per_mm, wear.specks, rng)
    for _ in range(wear.folds):
        paper = _fold(paper, px_per_mm, _target(boxes, rng), rng)
    for _ in range(wear.pen_strokes):
        _pen_stroke(paper, px_per_mm, _target(boxes, rng), rng)
    for _ in range(wear.blots):
        _blot(paper, px_per_mm, _target(boxes, rng), rng)
    return paper


def _blot(paper: GreyImage, px_per_mm: float, box: SymbolBox | None, rng: np.random.Generator) -> None:
    """A stain or a sticker, in place: about a quarter of the symbol is gone."""
    point = _point_in(box, paper.shape, px_per_mm, rng)
    side = (20.0 if box is None else box.width) * px_per_mm
    axes = (round(side * rng.uniform(0.2, 0.36)), round(side * rng.uniform(0.2, 0.36)))
    grey = int(rng.choice([INK + 12, PAPER]))
    at = (round(point[0]), round(point[1]))
    cv2.ellipse(paper, at, axes, float(rng.uniform(0, 180)), 0, 360, (grey,), -1, cv2.LINE_AA)


def _target(boxes: Sequence[SymbolBox], rng: np.random.Generator) -> SymbolBox | None:
    """The symbol that the next damage passes through."""
    return boxes[int(rng.integers(len(boxes)))] if boxes else None


def _dot_gain(image: GreyImage, radius_px: float) -> GreyImage:
    """Move the edges of the ink: blur, then cut the soft edge off-centre and sharpen it again."""
    if abs(radius_px) < 0.05:
        return image
    sigma = max(abs(radius_px), 0.7)
    blurred = cv2.GaussianBlur(image, (0, 0), sigma).astype(np.float32)
    cut = 0.5 + 0.34 * radius_px / sigma
    level = (blurred - INK) / (PAPER - INK)
    sharp = np.clip((level - cut) * 2.2 + 0.5, 0, 1)
    return np.asarray(INK + sharp * (PAPER - INK), dtype=np.uint8)


def _point_in(
    box: SymbolBox | None, shape: tuple[int, ...], px_per_mm: float, rng: np.random.Generator
) -> NDArray[np.float64]:
    """A point (px) inside a symbol, or anywhere."""
    if box is None:
        return rng.uniform(0, 1, 2) * (shape[1], shape[0])
    across, down = rng.uniform(0.1, 0.9, 2)
    return np.array([box.x + across * box.width, box.y + down * box.height]) * px_per_mm


def _streak(
    shape: tuple[int, ...], px_per_mm: float, box: SymbolBox | None, rng: np.random.Generator
) -> NDArray[np.float32]:
    """What a streak leaves of the ink, 0 to 1: a line along the page, of changing strength."""
    x = _point_in(box, shape, px_per_mm, rng)[0]
    width = _STREAK_MM * px_per_mm * rng.uniform(0.5, 1.6)
    across = np.exp(-0.5 * ((np.arange(shape[1]) - x) / (width / 2)) ** 2)
    strength = np.interp(np.linspace(0, 1, shape[0]), np.linspace(0, 1, 12), rng.uniform(0.35, 1.0, 12))
    return np.asarray(1.0 - np.outer(strength, across), dtype=np.float32)


def _specks(paper: GreyImage, px_per_mm: float, per_cm2: float, rng: np.random.Generator) -> None:
    """Dirt and dropped toner, light and dark alike."""
    count = round(per_cm2 * paper.size / (10 * px_per_mm) ** 2)
    centres = rng.uniform(0, 1, (count, 2)) * (paper.shape[1], paper.shape[0])
    radii = np.maximum(_SPECK_MM * px_per_mm * rng.uniform(0.5, 1.5, count), 0.6)
    for centre, radius, is_dark in zip(centres, radii, rng.uniform(size=count) < 0.5, strict=True):
        grey = INK + 20 if is_dark else PAPER
        at = (round(centre[0] * 16), round(centre[1] * 16))
        cv2.circle(paper, at, round(radius * 16), (grey,), -1, cv2.LINE_AA, 4)


def _fold(paper: GreyImage, px_per_mm: float, box: SymbolBox | None, rng: np.random.Generator) -> GreyImage:
    """A crease: the sides take the light differently near it, the toner has cracked off along it."""
    point = _point_in(box, paper.shape, px_per_mm, rng)
    # Folded square to an edge by a person: nearly so.
    angle = rng.choice([0.0, np.pi / 2]) + rng.normal(0, 0.03)
    x, y = np.meshgrid(np.arange(paper.shape[1]), np.arange(paper.shape[0]))
    distance = ((x - point[0]) * np.sin(angle) - (y - point[1]) * np.cos(angle)) / px_per_mm
    tilt = np.sign(distance) * np.exp(-np.abs(distance) / _FOLD_REACH_MM)
    light = 1.0 + rng.uniform(0.05, 0.14) * rng.choice([-1, 1]) * tilt
    cracked = np.exp(-0.5 * (distance / _FOLD_WEAR_MM) ** 2) * rng.uniform(0.4, 0.9)
    ink = (PAPER - paper.astype(np.float32)) * (1 - cracked)
    return np.asarray(np.clip((PAPER - ink) * light, 0, 255), dtype=np.uint8)


def _pen_stroke(paper: GreyImage, px_per_mm: float, box: SymbolBox | None, rng: np.random.Generator) -> None:
    """A hand's stroke of some centimetres through a symbol, in place."""
    point = _point_in(box, paper.shape, px_per_mm, rng)
    angle = rng.uniform(0, np.pi)
    half = rng.uniform(8, 25) * px_per_mm
    along = np.linspace(-half, half, 24)
    bow = rng.uniform(-0.15, 0.15) * half * (1 - (along / half) ** 2)
    x = point[0] + along * np.cos(angle) - bow * np.sin(angle)
    y = point[1] + along * np.sin(angle) + bow * np.cos(angle)
    path = np.round(np.column_stack([x, y]) * 16).astype(np.int32)
    stroke = np.zeros_like(paper)
    cv2.polylines(stroke, [path], False, (255,), max(round(_PEN_MM * px_per_mm), 1), cv2.LINE_AA, 4)
    stroke = soft(stroke, 0.5)
    # Ballpoint ink darkens paper but does not lighten toner.
    inked = np.minimum(paper, _PEN_GREY)
    paper[:] = cv2.addWeighted(inked, 1.0, paper, 0.0, 0.0) * (stroke / 255) + paper * (1 - stroke / 255)
