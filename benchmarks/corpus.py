"""Reads and misreads over a folder of real pictures, turned four ways: ours, and each engine alone.

    python -m benchmarks.corpus [FOLDER] [--rotations 0,90,180,270] [--only ours]

FOLDER (default: COMPTOIR_CORPUS, then ../shared/corpus) holds `manifest.json`, a list of
`{set, file, kind, text, size}` with kind QR, DM or NONE (a decoy, in which nothing may be read).

A picture is read when one of the texts is exactly its own. Any other text counts as wrong, even that of a
second code which the picture really shows: such pictures are named, to be looked at.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from appliance.capture.frame import GreyImage
from appliance.decode.charset import text_of
from appliance.decode.engines import ZxingEngine
from appliance.decode.engines.dmtx import DmtxEngine
from appliance.decode.engines.lattice import LatticeEngine
from appliance.decode.engines.zbar import ZbarEngine
from appliance.decode.still import StillReader
from appliance.decode.symbol import Symbol, Symbology
from benchmarks import plain_engines
from benchmarks.plain_engines import PlainEngine

ALL = frozenset(Symbology)
KINDS = {"QR": Symbology.QR_CODE, "DM": Symbology.DATA_MATRIX}

Read = Callable[[GreyImage], Sequence[tuple[Symbology, str]]]


def _texts(symbols: Sequence[Symbol]) -> list[tuple[Symbology, str]]:
    return [(symbol.symbology, text_of(symbol.content)) for symbol in symbols]


def _plain(engine: PlainEngine) -> Read:
    """A plain engine, its contents as text."""
    return lambda image: [(symbology, text_of(content)) for symbology, content in engine(image)]


READERS: dict[str, Read] = {
    "ours": lambda image: _texts(StillReader().read(image)),
    "zxing-cpp": lambda image: _texts(ZxingEngine().read(image, ALL)),
    "zbar, raw": _plain(plain_engines.zbar),
    "zbar, ASCII only": lambda image: _texts(ZbarEngine().read(image, ALL)),
    "libdmtx, raw": _plain(plain_engines.libdmtx),
    "libdmtx, proven": lambda image: _texts(DmtxEngine().read(image, ALL)),
    "WeChat, raw": _plain(plain_engines.wechat),
    "lattice": lambda image: _texts(LatticeEngine().read(image, ALL)),
}
_UNION_ROW = "union of the four raw"
UNION = ("zxing-cpp", "zbar, raw", "libdmtx, raw", "WeChat, raw")


@dataclass
class Tally:
    """One reader on one kind."""

    pictures: int = 0
    read: int = 0
    misread: int = 0
    ms: list[float] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)


def measure(
    folder: Path, quarter_turns: Sequence[int], readers: dict[str, Read]
) -> dict[tuple[str, str], Tally]:
    tallies: dict[tuple[str, str], Tally] = defaultdict(Tally)
    entries: list[dict[str, Any]] = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    for entry in entries:
        picture = cv2.imread(str(folder / entry["file"]), cv2.IMREAD_GRAYSCALE)
        if picture is None:
            print(f"cannot be opened: {entry['file']}", file=sys.stderr)
            continue
        for turns in quarter_turns:
            image = np.ascontiguousarray(np.rot90(picture, turns))
            union = False
            for name, read in readers.items():
                start = time.thread_time()
                found = read(image)
                spent = (time.thread_time() - start) * 1e3
                tally = tallies[name, entry["kind"]]
                hit = _count(tally, found, entry, turns, spent)
                union = union or (hit and name in UNION)
            if readers.keys() >= set(UNION):
                tally = tallies[_UNION_ROW, entry["kind"]]
                tally.pictures += 1
                tally.read += union
    return tallies


def _count(
    tally: Tally, found: Sequence[tuple[Symbology, str]], entry: dict[str, Any], turns: int, spent_ms: float
) -> bool:
    texts = [text for _, text in found]
    hit = entry["kind"] != "NONE" and entry["text"] in texts
    wrong = [text for text in texts if entry["kind"] == "NONE" or text != entry["text"]]
    tally.pictures += 1
    tally.read += hit
    tally.misread += bool(wrong)
    tally.ms.append(spent_ms)
    where = f"{entry['file']} turned {turns * 90}"
    if wrong:
        tally.wrong.append(where)
    if not hit and entry["kind"] != "NONE":
        tally.unread.append(where)
    return hit


def table(tallies: dict[tuple[str, str], Tally]) -> str:
    lines = [
        "| reader | QR read | QR wrong | DM read | DM wrong | decoys read | ms QR (p95) | ms DM (p95) |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for name in dict.fromkeys(reader for reader, _ in tallies):
        cells = [name]
        for kind in KINDS:
            tally = tallies[name, kind]
            cells += [f"{100 * tally.read / max(1, tally.pictures):.2f} %", str(tally.misread)]
        cells.append(str(tallies[name, "NONE"].misread))
        for kind in KINDS:
            ms = tallies[name, kind].ms
            cells.append(f"{np.median(ms):.1f} ({np.percentile(ms, 95):.1f})" if ms else "")
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    default = os.environ.get("COMPTOIR_CORPUS", Path(__file__).parents[2] / "shared" / "corpus")
    parser.add_argument("folder", nargs="?", type=Path, default=Path(default))
    parser.add_argument("--rotations", default="0,90,180,270")
    parser.add_argument("--only", choices=READERS, help="one reader alone, for a quick answer")
    arguments = parser.parse_args()
    if not (arguments.folder / "manifest.json").is_file():
        sys.exit(f"no manifest.json in {arguments.folder}")
    cv2.setNumThreads(1)
    readers = {arguments.only: READERS[arguments.only]} if arguments.only else READERS
    turns = [int(angle) // 90 for angle in arguments.rotations.split(",")]
    tallies = measure(arguments.folder, turns, readers)
    print(table(tallies))
    ours = [tally for (reader, _), tally in tallies.items() if reader == "ours"]
    print("\nwrong texts of ours:", ", ".join(name for tally in ours for name in tally.wrong) or "none")
    print("\nunread by ours:", ", ".join(name for tally in ours for name in tally.unread) or "none")


if __name__ == "__main__":
    main()
