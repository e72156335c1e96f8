"""One fault at a time, by its name: what exactly a reader stands, and what it does not.

Each is drawn at three severities on an otherwise typical or fresh symbol; the numbers are those of paper,
printers and telephones that lie on counters.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final

import numpy as np

from appliance.simulation.canvas import INK, PAPER
from appliance.simulation.distress import DIFFICULTIES, Difficulty, crop_of
from appliance.simulation.faults import Faults
from appliance.simulation.photograph import StillScene
from appliance.simulation.samples import Sample, SymbolKind, draw_box_sample, draw_sample
from appliance.simulation.wear import Wear

__all__ = ["NAMED_FAULTS", "NamedFault", "faulty"]

_FRESH: Final = Faults(lean_deg=2.0, noise=2.5, shading=0.1)
Levels = tuple[float, float, float]
"""Of a clean, a typical and a hard case."""


@dataclass(frozen=True, slots=True)
class NamedFault:
    """A fault.

    Attributes:
        faults: what is done to the light and the paper, at a strength.
        strengths: by severity.
        kind: what symbol it happens to; `box` is the 5 mm code of a medicine box.
        levels: grey of dark and light modules at a strength, where they are not ink on paper.
        px_per_module: resolution.
    """

    faults: Callable[[float], Faults]
    strengths: Levels
    kind: SymbolKind | None = "qr"
    levels: Callable[[float], tuple[float, float]] | None = None
    px_per_module: float = 3.0


def _worn(**wear: Callable[[float], float]) -> Callable[[float], Faults]:
    return lambda strength: replace(
        _FRESH,
        wear=Wear(**{name: of(strength) for name, of in wear.items()}),  # type: ignore[arg-type]
    )


def _with(**fields: Callable[[float], object]) -> Callable[[float], Faults]:
    return lambda strength: replace(_FRESH, **{name: of(strength) for name, of in fields.items()})  # type: ignore[arg-type]


def _same(strength: float) -> float:
    return strength


def _count(strength: float) -> int:
    return round(strength)


def _screen(**fields: Callable[[float], object]) -> Callable[[float], Faults]:
    return _with(**{"screen": lambda _: 0.9, **fields})


NAMED_FAULTS: Final[Mapping[str, NamedFault]] = MappingProxyType(
    {
        "defocus": NamedFault(_with(defocus_px=_same), (0.6, 1.2, 1.8)),
        "motion": NamedFault(_with(shake_px=_same), (1.5, 3.5, 6.0)),
        "noise": NamedFault(_with(noise=_same), (6.0, 14.0, 24.0)),
        "shading": NamedFault(_with(shading=_same), (0.3, 0.6, 0.8)),
        "dark": NamedFault(_with(light=_same, noise=lambda _: 3.0), (0.4, 0.2, 0.1)),
        "overexposed": NamedFault(_with(light=_same), (1.3, 2.0, 3.5)),
        "glare": NamedFault(
            _with(glare=_same, glare_mm=lambda _: 4.0, glare_at=lambda _: (0.0, 0.4)), (80.0, 160.0, 260.0)
        ),
        "dot gain": NamedFault(_worn(dot_gain_mm=_same), (0.08, 0.16, 0.24)),
        "thin ink": NamedFault(_worn(dot_gain_mm=lambda s: -s), (0.08, 0.14, 0.2)),
        "faded": NamedFault(_worn(fading=_same), (0.4, 0.7, 0.85)),
        "toner gaps": NamedFault(_worn(streaks=_count), (1, 3, 6)),
        "specks": NamedFault(_worn(specks=_same), (8.0, 25.0, 60.0)),
        "folds": NamedFault(_worn(folds=_count), (1, 2, 4)),
        "pen strokes": NamedFault(_worn(pen_strokes=_count), (1, 2, 4)),
        "blots": NamedFault(_worn(blots=_count), (0, 1, 2)),
        "lean": NamedFault(_with(lean_deg=_same), (15.0, 30.0, 45.0)),
        "tube": NamedFault(_with(tube_mm=_same), (40.0, 22.0, 16.0)),
        "tube, INS": NamedFault(_with(tube_mm=_same), (30.0, 16.0, 11.0), kind="ins"),
        "screen, moire": NamedFault(_screen(moire=_same), (0.04, 0.12, 0.3)),
        "screen, PWM bands": NamedFault(_screen(banding=_same), (0.2, 0.5, 0.85)),
        "screen, dimmed": NamedFault(
            _screen(screen=_same, reflection=lambda _: 12.0), (0.5, 0.2, 0.08)
        ),
        "screen, bright": NamedFault(_screen(screen=_same), (1.5, 3.0, 5.0)),
        "screen, reflection": NamedFault(
            _screen(screen=lambda _: 0.5, reflection=_same), (40.0, 90.0, 150.0)
        ),
        "inverted": NamedFault(
            _with(noise=_same), (2.0, 5.0, 9.0), levels=lambda _: (PAPER, INK)
        ),
        "coloured": NamedFault(
            _with(noise=lambda _: 4.0), (110.0, 60.0, 30.0), levels=lambda s: (190.0 - s, 190.0)
        ),
        "box 5 mm": NamedFault(_with(noise=_same), (2.0, 4.0, 8.0), kind=None, px_per_module=2.5),
    }
)  # fmt: skip


def faulty(name: str, severity: Difficulty, seed: int, px_per_module: float | None = None) -> StillScene:
    """A symbol with that one fault.

    Raises:
        KeyError: no fault has that name.
    """
    fault = NAMED_FAULTS[name]
    strength = fault.strengths[DIFFICULTIES.index(severity)]
    rng = np.random.default_rng([seed, 21])
    sample = draw_box_sample(rng) if fault.kind is None else draw_sample(fault.kind, rng)
    if fault.levels is not None:
        sample = _toned(sample, *fault.levels(strength))
    resolution = px_per_module or fault.px_per_module
    return crop_of(sample, resolution, lambda: fault.faults(strength), rng, seed)


def _toned(sample: Sample, dark: float, light: float) -> Sample:
    """The page in other greys: `dark` for ink, `light` for paper."""
    share = (sample.page.image.astype(np.float32) - INK) / (PAPER - INK)
    image = np.asarray(np.clip(dark + share * (light - dark), 0, 255), np.uint8)
    return replace(sample, page=replace(sample.page, image=image))
