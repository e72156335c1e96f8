"""How often a reason is told where no unread code lies: real decoys, hands with a letter.

    python -m benchmarks.false_alarms [FOLDER]

FOLDER (default: COMPTOIR_CORPUS, then ../shared/corpus) is that of `benchmarks.corpus`; its decoys (objects
and patterns that look like codes) lie in the middle of a grey counter, 90 and 180 mm wide, for a second.
Hands with a letter come from the simulated counter. Any reason told counts.
"""

from __future__ import annotations

import argparse
import json
import os
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import cv2
import numpy as np

from appliance.capture.frame import Frame, GreyImage
from appliance.decode.reader import Reader
from appliance.decode.unread import WatchfulReader
from appliance.simulation.optics import FIELD_WIDTH_MM
from appliance.simulation.scene import ENTER_NS, PlacedObject, Scene
from appliance.simulation.view import CounterView
from benchmarks.decode.watching import FRAME_NS, CpuClock

SIZE = (1920, 1080)
WIDTHS_MM = (90, 180)
FRAMES = 15
HAND_SEEDS = 8
_GROUND = 120
_NOISE = 2.0

Look = Callable[[int], GreyImage]


def decoys(folder: Path) -> Iterator[tuple[str, Look]]:
    """The real ones, each at two sizes."""
    for entry in json.loads((folder / "manifest.json").read_text(encoding="utf-8")):
        picture = cv2.imread(str(folder / entry["file"]), cv2.IMREAD_GRAYSCALE)
        if entry["kind"] == "NONE" and picture is not None:
            for width_mm in WIDTHS_MM:
                yield f"decoy, {width_mm} mm", _lying(np.asarray(picture, np.uint8), width_mm)


def _lying(picture: GreyImage, width_mm: float) -> Look:
    """The picture on the counter, with noise of its own each frame."""
    width = min(SIZE[0], round(SIZE[0] * width_mm / FIELD_WIDTH_MM))
    height = min(SIZE[1], round(width * picture.shape[0] / picture.shape[1]))
    small = cv2.resize(picture, (width, height), interpolation=cv2.INTER_AREA)
    whole = np.full(SIZE[::-1], _GROUND, np.float32)
    top, left = (SIZE[1] - height) // 2, (SIZE[0] - width) // 2
    whole[top : top + height, left : left + width] = small

    def look(number: int) -> GreyImage:
        noise = np.random.default_rng(number).normal(0, _NOISE, whole.shape)
        return np.asarray(np.clip(whole + noise, 0, 255), np.uint8)

    return look


def hands() -> Iterator[tuple[str, Look]]:
    """A hand that brings a letter, stopped half-way: nothing in view holds a code."""
    for seed in range(HAND_SEEDS):
        view = CounterView(*SIZE, seed)
        scene = Scene(objects=(PlacedObject("o", "courrier", 0.5, 0.5, 15 * seed, ENTER_NS),))
        at_ns = ENTER_NS + ENTER_NS * (seed + 1) // (HAND_SEEDS + 1)
        yield "hand with a letter", _held(view, scene, at_ns)


def _held(view: CounterView, scene: Scene, at_ns: int) -> Look:
    """The hand held where it is at that instant."""
    return lambda _number: view.render(scene, at_ns)


def main() -> None:
    """Measure and print a Markdown table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("folder", nargs="?", default=os.environ.get("COMPTOIR_CORPUS", "../shared/corpus"))
    cv2.setNumThreads(1)
    shown: Counter[str] = Counter()
    told: Counter[tuple[str, str]] = Counter()
    folder = Path(parser.parse_args().folder)
    for kind, look in (*decoys(folder), *hands()):
        reader = WatchfulReader(Reader(clock=CpuClock()))
        for number in range(FRAMES):
            reader.read(Frame(look(number), number, number * FRAME_NS), is_new=number == 0)
        shown[kind] += 1
        reasons = [one.reason for one in reader.unread if one.reason is not None]
        told.update((kind, reason.value) for reason in reasons[:1])
    print("| what lies there | scenes | told a reason | which |\n| --- | --- | --- | --- |")
    for kind, count in shown.items():
        which = {reason: number for (of, reason), number in told.items() if of == kind}
        words = ", ".join(f"{reason} {number}" for reason, number in which.items()) or "-"
        print(f"| {kind} | {count} | {sum(which.values())} | {words} |")


if __name__ == "__main__":
    main()
