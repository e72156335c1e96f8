"""`make fuzz-reading`: pictures of anything but a readable code; no step of the ladder may read a wrong text.

    python -m tests.decode.fuzz_reading [--patches 20000] [--seed 1]

Noise, textures, text, squares of chance with a symbol's marks, symbols of other kinds, and codes damaged
about as far as correction goes, of which only the exact text or nothing may be read. Exits with 1 at a
wrong text.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Callable
from typing import Final

import cv2
import numpy as np
import zxingcpp

from appliance.capture.frame import GreyImage
from appliance.decode.engines.lattice.model import DARK, OPEN
from appliance.decode.engines.lattice.pattern import matrix_pattern, qr_pattern
from appliance.decode.judge import Evidence
from appliance.decode.ladder import COARSE, MATRIX
from appliance.decode.symbol import Symbology
from appliance.simulation.symbols import modules

__all__ = ["PICTURES", "wrong_texts"]

_SIDES: Final = (60, 200)
_LETTERS: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
_FOREIGN: Final = ("Aztec", "PDF417", "MaxiCode", "Code128", "MicroQRCode")
_REPORT_EVERY: Final = 500

Random = np.random.Generator
Picture = tuple[GreyImage, bytes | None]
"""A picture, and the one content that may be read in it."""


def _noise(rng: Random) -> Picture:
    height, width = rng.integers(*_SIDES, 2)
    return rng.integers(0, 256, (height, width)).astype(np.uint8), None


def _texture(rng: Random) -> Picture:
    """Noise of a grain, stretched to all of black and white."""
    side = int(rng.integers(*_SIDES))
    grain = cv2.GaussianBlur(rng.normal(size=(side, side)), (0, 0), rng.uniform(0.6, 4))
    return _stretched(np.asarray(grain)), None


def _text(rng: Random) -> Picture:
    picture = np.full(rng.integers(*_SIDES, 2), 230, np.uint8)
    size = rng.uniform(0.25, 0.7)
    for top in range(10, picture.shape[0] + 10, max(6, int(28 * size))):
        line = "".join(rng.choice(list(_LETTERS), 40))
        cv2.putText(picture, line, (2, top), int(rng.integers(0, 7)), size, 40, 1)
    return picture, None


def _marked(rng: Random) -> Picture:
    """A symbol's fixed modules, all others by chance."""
    is_matrix = rng.random() < 0.5
    pattern = (
        matrix_pattern(int(rng.choice([10, 12, 14, 16, 18, 20, 22, 24, 26, 32, 36])))
        if is_matrix
        else qr_pattern(int(rng.integers(1, 8)))
    )
    chance = rng.random(pattern.fixed.shape) < 0.5
    return _seen(np.where(pattern.fixed == OPEN, chance, pattern.fixed == DARK), rng), None


def _foreign(rng: Random) -> Picture:
    code_format = getattr(zxingcpp.BarcodeFormat, str(rng.choice(_FOREIGN)))
    digits = "".join(rng.choice(list("0123456789"), 12))
    drawn = zxingcpp.create_barcode(digits, code_format).to_image(scale=2, add_quiet_zones=True)
    return _shot(np.array(drawn), rng), None


def _damaged(rng: Random) -> Picture:
    """A code of which so many modules are turned over that correction is at its end, or past it."""
    symbology = Symbology.QR_CODE if rng.random() < 0.5 else Symbology.DATA_MATRIX
    content = "".join(rng.choice(list(_LETTERS), int(rng.integers(3, 60)))).encode()
    dark = np.asarray(modules(symbology, content), bool)
    return _seen(dark ^ (rng.random(dark.shape) < rng.uniform(0.02, 0.2)), rng), content


PICTURES: Final[tuple[Callable[[Random], Picture], ...]] = (
    _noise,
    _texture,
    _text,
    _marked,
    _foreign,
    _damaged,
)


def _seen(dark: np.ndarray, rng: Random) -> GreyImage:
    side = int(rng.integers(2, 6))
    drawn = np.where(dark, 30, 225).astype(np.uint8).repeat(side, 0).repeat(side, 1)
    return _shot(np.pad(drawn, 4 * side, constant_values=225), rng)


def _shot(drawn: GreyImage, rng: Random) -> GreyImage:
    """Turned, blurred and noisy."""
    height, width = drawn.shape
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), rng.uniform(-15, 15), 0.9)
    turned = cv2.warpAffine(drawn, turn, (width, height), borderValue=225).astype(np.float32)
    blurred = cv2.GaussianBlur(turned, (0, 0), rng.uniform(0.3, 1.5))
    return np.asarray(np.clip(blurred + rng.normal(0, rng.uniform(0, 20), blurred.shape), 0, 255), np.uint8)


def _stretched(values: np.ndarray) -> GreyImage:
    return np.asarray(cv2.normalize(values, None, 0, 255, cv2.NORM_MINMAX), np.uint8)  # type: ignore[call-overload]


def wrong_texts(picture: GreyImage, content: bytes | None) -> list[str]:
    """The engines that made the ladder believe another content."""
    evidence = Evidence()
    for step in COARSE:
        evidence.add(step.read(picture, MATRIX), step.name, trusted=step.trusted)
    return [symbol.engine for symbol in evidence.accepted() if symbol.content != content]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--patches", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    cv2.setNumThreads(1)
    tried: Counter[str] = Counter()
    wrong: list[str] = []
    for number in range(arguments.patches):
        make = PICTURES[number % len(PICTURES)]
        picture, content = make(np.random.default_rng([arguments.seed, number]))
        tried[make.__name__.strip("_")] += 1
        wrong += [
            f"patch {number} ({make.__name__.strip('_')}): {name}" for name in wrong_texts(picture, content)
        ]
        if (number + 1) % _REPORT_EVERY == 0 or number + 1 == arguments.patches:
            print(f"{number + 1} patches, {len(wrong)} wrong: {dict(tried)}", flush=True)
    print("\n".join(wrong))
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
