"""The scenes of the tables, each a task that a process of its own can do: seed in, outcomes out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import get_args

import numpy as np

from appliance.decode.symbol import Symbology
from appliance.simulation.catalogue import ITEMS
from appliance.simulation.distress import DIFFICULTIES, Difficulty, SymbolKind, crop, still_scene
from appliance.simulation.named_faults import NAMED_FAULTS, faulty
from appliance.simulation.optics import FIELD_WIDTH_MM
from appliance.simulation.photograph import StillScene
from benchmarks.decode.outcome import LOOKS, Outcome
from benchmarks.decode.watching import Truth, watch

__all__ = ["CropTask", "FaultTask", "SheetTask", "crop_tasks", "fault_tasks", "sheet_tasks"]

PX_PER_MODULE = (1.25, 1.5, 1.75, 2.0, 2.25, 2.5, 3.0, 4.0, 6.0)
QUICK_PX_PER_MODULE = (1.75, 2.0, 2.25, 3.0)
SHEET_SIZES = ((1920, 1080), (2304, 1296), (4608, 2592))
KIND_OF = {Symbology.QR_CODE: "QR", Symbology.DATA_MATRIX: "INS"}
_SHEETS = ("ordonnance", "ordonnance-accents")


@dataclass(frozen=True, slots=True)
class CropTask:
    """One symbol with 5 mm around it."""

    kind: SymbolKind
    difficulty: Difficulty
    px_per_module: float
    seed: int
    looks: int

    def run(self) -> list[Outcome]:
        """Show it to all readers."""
        scene = crop(self.kind, self.px_per_module, self.difficulty, self.seed)
        ((box, _),) = scene.symbols
        cell = (KIND_OF[box.symbology], self.difficulty, f"{self.px_per_module:g}")
        return watch(scene.look, self.looks, {cell: (box.symbology, box.content)}, field_width_of(scene))


def field_width_of(scene: StillScene) -> float:
    """Millimetres across a picture of one symbol, as a calibrated camera knows them."""
    ((box, corners),) = scene.symbols
    sides = np.linalg.norm(np.diff(np.array([*corners, corners[0]]), axis=0), axis=1)
    return float(scene.light.shape[1] * box.width / sides.mean())


@dataclass(frozen=True, slots=True)
class SheetTask:
    """A whole A4 sheet on the counter."""

    width: int
    height: int
    difficulty: Difficulty
    seed: int
    looks: int

    def run(self) -> list[Outcome]:
        """Show it to all readers."""
        item = ITEMS[_SHEETS[self.seed % len(_SHEETS)]]
        scene = still_scene(
            item, width=self.width, height=self.height, seed=self.seed, difficulty=self.difficulty
        )
        truth: Truth = {
            (KIND_OF[box.symbology], self.difficulty, f"{self.width}x{self.height}"): (
                box.symbology,
                box.content,
            )
            for box, _ in scene.symbols
            if box.symbology in KIND_OF
        }
        return watch(scene.look, self.looks, truth, FIELD_WIDTH_MM)


@dataclass(frozen=True, slots=True)
class FaultTask:
    """One symbol with one fault."""

    name: str
    severity: Difficulty
    seed: int
    looks: int

    def run(self) -> list[Outcome]:
        """Show it to all readers."""
        scene = faulty(self.name, self.severity, self.seed)
        ((box, _),) = scene.symbols
        cell = (self.name, self.severity, f"{NAMED_FAULTS[self.name].px_per_module:g}")
        return watch(scene.look, self.looks, {cell: (box.symbology, box.content)}, field_width_of(scene))


def fault_tasks(scenes: int, *, quick: bool, first_seed: int = 0) -> Iterator[FaultTask]:
    """Every named fault at every severity."""
    for seed in range(first_seed, first_seed + scenes):
        for name in NAMED_FAULTS:
            for severity in DIFFICULTIES[1:] if quick else DIFFICULTIES:
                yield FaultTask(name, severity, seed, LOOKS[1 if quick else -1])


def crop_tasks(scenes: int, *, quick: bool, first_seed: int = 0) -> Iterator[CropTask]:
    """All cells of the table of single symbols, seed by seed, so that an early end loses no cell."""
    for seed in range(first_seed, first_seed + scenes):
        for px_per_module in QUICK_PX_PER_MODULE if quick else PX_PER_MODULE:
            for difficulty in DIFFICULTIES:
                for kind in get_args(SymbolKind):
                    yield CropTask(kind, difficulty, px_per_module, seed, LOOKS[1 if quick else -1])


def sheet_tasks(scenes: int, *, quick: bool, first_seed: int = 0) -> Iterator[SheetTask]:
    """All cells of the table of whole sheets."""
    for seed in range(first_seed, first_seed + scenes):
        for width, height in SHEET_SIZES[1:2] if quick else SHEET_SIZES:
            for difficulty in DIFFICULTIES[1:]:
                yield SheetTask(width, height, difficulty, seed, LOOKS[1 if quick else -1])
