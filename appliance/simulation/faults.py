"""What stands between a symbol and its reader, and how much of it on a good and on a bad day."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from appliance.simulation.wear import NO_WEAR, Wear

__all__ = ["DIFFICULTIES", "Difficulty", "Faults", "faults_for"]

Difficulty = Literal["clean", "typical", "hard"]
DIFFICULTIES: Final[tuple[Difficulty, ...]] = ("clean", "typical", "hard")


@dataclass(frozen=True, slots=True)
class Faults:
    """Everything that stands between a symbol and its reader.

    Attributes:
        wear: of the paper.
        lean_deg: how far the paper leans out of the counter's plane.
        bend_mm: by how much its middle stands above its edges.
        defocus_px: standard deviation of the blur beyond the lens's own, px of the frame.
        shake_px: longest movement during one exposure, px of the frame.
        noise: standard deviation at mid grey, grey levels.
        shading: share of the light that is missing at the dark end of the picture.
        glare: grey levels that a mirrored lamp adds in its middle.
        glare_mm: standard deviation of that spot on the paper.
        glare_at: how far from the symbol's middle it lies at least and at most, in sizes of the symbol.
        light: of the room, as exposed; 1 is well exposed, more burns out, less is dark.
        screen: brightness of a screen against well lit paper; 0 is paper, which the room lights.
        moire: share by which a screen's grid of pixels, out of step with the sensor's, changes the light.
        banding: share of the light that a screen's dimming (PWM) takes from moving bands of rows.
        reflection: grey levels that a window mirrored in glass adds, on one side of a soft edge.
        tube_mm: radius of the tube that the paper is wrapped around; 0 is flat.
    """

    wear: Wear = NO_WEAR
    lean_deg: float = 0.0
    bend_mm: float = 0.0
    defocus_px: float = 0.0
    shake_px: float = 0.0
    noise: float = 1.5
    shading: float = 0.0
    glare: float = 0.0
    glare_mm: float = 4.0
    glare_at: tuple[float, float] = (0.3, 1.1)
    light: float = 1.0
    screen: float = 0.0
    moire: float = 0.0
    banding: float = 0.0
    reflection: float = 0.0
    tube_mm: float = 0.0


def faults_for(difficulty: Difficulty, rng: np.random.Generator) -> Faults:
    """Draw the faults of a scene: `clean` is a fresh print under a good lamp, `hard` a bad day."""
    if difficulty == "clean":
        return Faults(lean_deg=rng.uniform(0, 2), noise=rng.uniform(1, 2), shading=rng.uniform(0, 0.15))
    if difficulty == "typical":
        wear = Wear(
            dot_gain_mm=rng.uniform(-0.03, 0.06),
            fading=rng.uniform(0, 0.2),
            streaks=int(rng.uniform() < 0.15),
            specks=rng.uniform(0, 3),
            pen_strokes=int(rng.uniform() < 0.1),
            folds=int(rng.uniform() < 0.25),
        )
        return Faults(
            wear=wear,
            lean_deg=rng.uniform(0, 8),
            bend_mm=rng.uniform(0, 6),
            defocus_px=rng.uniform(0, 0.7),
            shake_px=rng.uniform(0, 1.2),
            noise=rng.uniform(2, 5),
            shading=rng.uniform(0.1, 0.4),
        )
    wear = Wear(
        dot_gain_mm=rng.uniform(-0.07, 0.11),
        fading=rng.uniform(0, 0.35),
        streaks=int(rng.integers(0, 3)),
        specks=rng.uniform(2, 12),
        pen_strokes=int(rng.uniform() < 0.3),
        folds=int(rng.integers(0, 2)),
    )
    return Faults(
        wear=wear,
        lean_deg=rng.uniform(3, 18),
        bend_mm=rng.uniform(2, 14),
        defocus_px=rng.uniform(0.2, 0.9),
        shake_px=rng.uniform(0.5, 2.0),
        noise=rng.uniform(4, 9),
        shading=rng.uniform(0.2, 0.6),
        glare=rng.uniform(0, 90),
        glare_mm=rng.uniform(2, 7),
    )
