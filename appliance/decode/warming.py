"""Everything that the samplers build once, built before the first frame: it would cost that frame 50 ms."""

from __future__ import annotations

from typing import Final

import numpy as np

from appliance.capture.frame import GreyImage
from appliance.decode.fusion import Fusion
from appliance.decode.ladder import MATRIX, SAMPLERS

__all__ = ["warm_up"]

_MODULES: Final = 40
_MODULE_PX: Final = 4
_QUIET_PX: Final = 16
_DARK, _LIGHT = 40, 220


def warm_up() -> None:
    """Let our own samplers and the registration look at a square of chance; nothing else touches it."""
    texture = _texture()
    for step in SAMPLERS:
        step.read(texture, MATRIX)
    Fusion(texture, 1.0).place_of(np.roll(texture, 1, axis=1))


def _texture() -> GreyImage:
    """A symbol's look without its meaning: of a side in which every pattern that is searched has room."""
    dark = np.random.default_rng(0).random((_MODULES, _MODULES)) < 0.5
    drawn = np.where(dark, _DARK, _LIGHT).astype(np.uint8).repeat(_MODULE_PX, 0).repeat(_MODULE_PX, 1)
    return np.pad(drawn, _QUIET_PX, constant_values=_LIGHT)
