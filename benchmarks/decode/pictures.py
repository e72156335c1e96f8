"""Draws docs/performance/faults.jpg: every named fault, framed in white where it was read within five frames.

Command: python -m benchmarks.decode.pictures
"""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np

from appliance.capture.frame import GreyImage
from appliance.simulation.distress import DIFFICULTIES
from appliance.simulation.named_faults import NAMED_FAULTS, faulty
from benchmarks.decode.scenes import field_width_of
from benchmarks.decode.watching import watch

TARGET = Path("docs/performance/faults.jpg")
SIDE_PX, FRAME_PX, COLUMNS = 120, 5, 3
SEED, LOOKS = 1000, 5
READ, UNREAD = 255, 60
TITLE_PX = 16
QUALITY = 72


def thumb(name: str, severity: int) -> tuple[GreyImage, bool]:
    """One case, framed, and whether it was read."""
    scene = faulty(name, DIFFICULTIES[severity], SEED)
    ((box, _),) = scene.symbols
    (ours,) = watch(
        scene.look, LOOKS, {("c",): (box.symbology, box.content)}, field_width_of(scene), engines=()
    )
    is_read = ours.read_at is not None
    small = cv2.resize(scene.look(), (SIDE_PX, SIDE_PX), interpolation=cv2.INTER_AREA)
    grey = (READ if is_read else UNREAD,)
    return np.asarray(
        cv2.copyMakeBorder(small, *(FRAME_PX,) * 4, cv2.BORDER_CONSTANT, value=grey), np.uint8
    ), is_read


def row(name: str) -> GreyImage:
    """A fault: its name over its three severities."""
    cells = [thumb(name, severity) for severity in range(len(DIFFICULTIES))]
    pictures = np.hstack([picture for picture, _ in cells])
    title = np.full((TITLE_PX, pictures.shape[1]), 128, np.uint8)
    said = f"{name}: {', '.join('read' if is_read else 'not read' for _, is_read in cells)}"
    cv2.putText(title, said, (3, 12), cv2.FONT_HERSHEY_SIMPLEX, 0.4, (255,), 1, cv2.LINE_AA)
    return np.vstack([title, pictures])


def main() -> None:
    """Draw all."""
    rows = [row(name) for name in NAMED_FAULTS]
    rows += [np.full_like(rows[0], 128)] * (-len(rows) % COLUMNS)
    sheet = np.hstack([np.vstack(rows[column::COLUMNS]) for column in range(COLUMNS)])
    TARGET.parent.mkdir(exist_ok=True)
    cv2.imwrite(str(TARGET), sheet, [cv2.IMWRITE_JPEG_QUALITY, QUALITY])


if __name__ == "__main__":
    main()
