"""What each step of the ladder reads, and what it costs: alone, and of what the steps before it left.

    python -m benchmarks.ladder [--scenes 20] [--held-back]

The ladder is ordered by the last column, measured on the tuning seeds. `--held-back` measures on seeds that
nothing was ever tuned on: a ladder whose order differs much there was tuned to pictures, not to faults.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator
from typing import Final

import cv2

from appliance.capture.frame import GreyImage
from appliance.decode.ladder import COARSE, FINE, MATRIX, Step
from appliance.simulation.distress import Difficulty, SymbolKind, crop

TUNING_SEEDS: Final = 1_000
HELD_BACK_SEEDS: Final = 700_000
_KINDS: Final[tuple[SymbolKind, ...]] = ("qr", "ins")
_COARSE_SCENES: Final[tuple[tuple[Difficulty, float], ...]] = (
    ("typical", 1.75),
    ("typical", 2.25),
    ("hard", 2.4),
    ("hard", 2.9),
)
_FINE_SCENES: Final[tuple[tuple[Difficulty, float], ...]] = (("typical", 4.5), ("hard", 4.5), ("hard", 6.0))


def looks(
    scenes: tuple[tuple[Difficulty, float], ...], count: int, first_seed: int
) -> Iterator[tuple[GreyImage, bytes]]:
    """Pictures of one symbol each, and what it holds."""
    for kind in _KINDS:
        for difficulty, px_a_module in scenes:
            for seed in range(first_seed, first_seed + count):
                scene = crop(kind, px_a_module, difficulty, seed)
                yield scene.look(), scene.symbols[0][0].content


def table(ladder: tuple[Step, ...], pictures: list[tuple[GreyImage, bytes]]) -> str:
    """A row a step."""
    lines = ["| step | alone % | ms | new % | misread | new a second |", "|---|---|---|---|---|---|"]
    left = set(range(len(pictures)))
    for step in ladder:
        read, wrong, spent = set(), 0, 0.0
        for index, (picture, content) in enumerate(pictures):
            start = time.thread_time()
            contents = [symbol.content for symbol in step.read(picture, MATRIX)]
            spent += time.thread_time() - start
            wrong += any(found != content for found in contents)
            if content in contents:
                read.add(index)
        new = len(read & left)
        left -= read
        share = 100 / len(pictures)
        lines.append(
            f"| {step.name} | {len(read) * share:.1f} | {1e3 * spent / len(pictures):.1f}"
            f" | {new * share:.1f} | {wrong} | {new / max(spent, 1e-9):.1f} |"
        )
    lines.append(f"\nunread by all: {100 * len(left) / len(pictures):.1f} %")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--scenes", type=int, default=20, help="of each kind, difficulty and resolution")
    parser.add_argument("--held-back", action="store_true")
    arguments = parser.parse_args()
    cv2.setNumThreads(1)
    first = HELD_BACK_SEEDS if arguments.held_back else TUNING_SEEDS
    for name, ladder, scenes in (("coarse", COARSE, _COARSE_SCENES), ("fine", FINE, _FINE_SCENES)):
        print(f"\n## {name}\n\n{table(ladder, list(looks(scenes, arguments.scenes, first)))}", flush=True)


if __name__ == "__main__":
    main()
