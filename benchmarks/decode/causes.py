"""Whether the reason told for an unread code is the true one, and whether what is no code is left alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np

from appliance.capture.frame import Frame, GreyImage
from appliance.decode.reader import Reader
from appliance.decode.reason_words import Reason
from appliance.decode.unread import WatchfulReader
from appliance.simulation.catalogue import ITEMS
from appliance.simulation.distress import Difficulty, crop_of, still_scene
from appliance.simulation.faults import Faults
from appliance.simulation.optics import FIELD_WIDTH_MM
from appliance.simulation.samples import draw_sample
from appliance.simulation.scene import ENTER_NS, Scene
from appliance.simulation.surroundings import Desk
from appliance.simulation.view import CounterView
from appliance.simulation.wear import Wear
from benchmarks.decode.scenes import field_width_of
from benchmarks.decode.watching import FRAME_NS, CpuClock

__all__ = ["CAUSES", "CauseTask", "NothingTask", "Told", "cause_table", "cause_tasks"]

FRAMES = 15
READ, NOTHING = "read", "nothing"
_Rng = np.random.Generator


def _blurred(rng: _Rng, faults: Faults, px: float) -> Faults:
    if rng.uniform() < 0.5:
        return replace(faults, defocus_px=px * rng.uniform(0.6, 1.2))
    return replace(faults, shake_px=px * rng.uniform(3, 6), defocus_px=0.5)


def _burnt(rng: _Rng, faults: Faults, _px: float) -> Faults:
    if rng.uniform() < 0.5:
        return replace(faults, light=rng.uniform(3.5, 8))
    return replace(faults, glare=rng.uniform(220, 400), glare_mm=rng.uniform(5, 9), glare_at=(0.0, 0.35))


CAUSES: Mapping[Reason, tuple[tuple[float, float], Callable[[_Rng, Faults, float], Faults]]] = (
    MappingProxyType(
        {
            Reason.TOO_FAR: ((0.6, 1.25), lambda _rng, faults, _px: faults),
            Reason.BLURRED: ((2.2, 5.0), _blurred),
            Reason.TOO_DARK: (
                (2.2, 5.0),
                lambda rng, faults, _px: replace(faults, light=rng.uniform(0.03, 0.11), noise=3.0),
            ),
            Reason.GLARE: ((2.2, 5.0), _burnt),
            Reason.DAMAGED: (
                (2.2, 5.0),
                lambda _rng, faults, _px: replace(faults, wear=Wear(blots=2, pen_strokes=2)),
            ),
        }
    )
)
"""Resolution (px a module) and fault, so strong that no reader reads most of them."""


@dataclass(frozen=True, slots=True)
class Told:
    """What was true of a scene, and what was told of it: a reason, `read` or `nothing`."""

    cause: str
    told: str


def _watched(frames: Callable[[int], GreyImage], cause: str) -> list[Told]:
    """A second in front of a still scene."""
    reader = WatchfulReader(Reader(clock=CpuClock()))
    read = False
    for number in range(FRAMES):
        read = bool(reader.read(Frame(frames(number), number, number * FRAME_NS), is_new=number == 0)) or read
    if read and cause != NOTHING:
        return [Told(cause, READ)]
    reasons = [one.reason for one in reader.unread if one.reason is not None]
    return [Told(cause, reasons[0].value if reasons else NOTHING)]


@dataclass(frozen=True, slots=True)
class CauseTask:
    """A code with a known fault in the middle of a counter."""

    cause: Reason
    seed: int

    def run(self) -> list[Told]:
        """Watch it."""
        rng = np.random.default_rng([self.seed, 77])
        (low, high), fault = CAUSES[self.cause]
        px = rng.uniform(low, high)
        faults = Faults(lean_deg=rng.uniform(0, 6), noise=rng.uniform(1.5, 4), shading=rng.uniform(0, 0.3))
        drawn = fault(rng, faults, px)
        sample = draw_sample("qr" if self.seed % 2 else "ins", rng)
        scene = crop_of(sample, px, lambda: drawn, rng, self.seed)
        side = scene.light.shape[0]
        width = round(FIELD_WIDTH_MM * side / field_width_of(scene))
        ground = np.full((width * 9 // 16, width), np.median(scene.light).clip(0, 255), np.uint8)
        top, left = (ground.shape[0] - side) // 2, (width - side) // 2

        def frame(number: int) -> GreyImage:
            whole = ground.copy()
            whole[top : top + side, left : left + side] = scene.look(number)
            return whole

        return _watched(frame, self.cause.value)


@dataclass(frozen=True, slots=True)
class NothingTask:
    """A page of text, or a bare desk: nothing that holds an unread code."""

    view: str
    seed: int

    def run(self) -> list[Told]:
        """Watch it."""
        if self.view in ITEMS:
            difficulty: Difficulty = "hard" if self.seed % 2 else "typical"
            item = ITEMS[self.view]
            return _watched(
                still_scene(item, width=1920, height=1080, seed=self.seed, difficulty=difficulty).look,
                NOTHING,
            )
        desk: Desk = "speckled" if self.view == "speckled" else "wood"
        view = CounterView(1920, 1080, self.seed, desk_kind=desk)
        return _watched(lambda number: view.render(Scene(), ENTER_NS + number * FRAME_NS), NOTHING)


def cause_tasks(scenes: int, *, first_seed: int = 0) -> Iterator[CauseTask | NothingTask]:
    """Every cause and every decoy, seed by seed."""
    for seed in range(first_seed, first_seed + scenes):
        yield from (CauseTask(cause, seed) for cause in CAUSES)
        yield from (NothingTask(view, seed) for view in ("courrier", "wood", "speckled"))


def cause_table(told: Sequence[Told]) -> str:
    """A row a cause: how often each answer came."""
    counts = Counter((one.cause, one.told) for one in told)
    answers = [*(reason.value for reason in Reason), NOTHING, READ]
    lines = [f"| true \\ told | {' | '.join(answers)} |", f"|{' --- |' * (len(answers) + 1)}"]
    lines += [
        f"| {cause} | {' | '.join(str(counts[cause, answer]) for answer in answers)} |"
        for cause in answers[:-1]
    ]
    said = [one for one in told if one.cause != NOTHING and one.told not in {READ, NOTHING}]
    right = sum(one.cause == one.told for one in said)
    unread = sum(one.cause != NOTHING and one.told != READ for one in told)
    lines += ["", f"Of {unread} unread codes {len(said)} got a reason, {right} of these the right one."]
    return "\n".join(lines)
