"""What the eye counts of itself."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from appliance.base.clock import NS_PER_S, ManualClock
from appliance.decode.figures import BUCKETS_S, EyeFigures, MeasuredLook


class Looking:
    """Takes so long for each frame, and finds so many symbols; None where it does not look."""

    def __init__(self, clock: ManualClock, *looks: tuple[float, int | None]) -> None:
        self.clock = clock
        self.looks = iter(looks)

    def __call__(self, frame: Any) -> Any:
        del frame
        seconds, found = next(self.looks)
        self.clock.advance(seconds)
        return None if found is None else [object()] * found


def test_frames_looks_reads_and_their_time(tmp_path: Path) -> None:
    clock, file = ManualClock(), tmp_path / "figures"
    look = MeasuredLook(Looking(clock, (0.005, 2), (0.0, None), (0.006, 0), (9.0, 1)), file, clock)
    for found in (2, None, 0, 1):
        symbols = look(None)  # type: ignore[arg-type]
        assert (None if symbols is None else len(symbols)) == found
    figures = EyeFigures.read(file)
    assert figures is not None
    assert (figures.frames, figures.looks, figures.reads) == (4, 3, 3)
    assert figures.look_s == pytest.approx(9.011)
    assert figures.within == (1, 1, *[0] * (len(BUCKETS_S) - 2), 1)


def test_they_are_written_every_few_seconds_not_every_frame(tmp_path: Path) -> None:
    clock, file = ManualClock(), tmp_path / "figures"
    look = MeasuredLook(Looking(clock, *[(0.0, None)] * 3), file, clock)
    look(None)  # type: ignore[arg-type]
    file.unlink()
    look(None)  # type: ignore[arg-type]
    assert not file.exists()
    clock.elapsed_ns += 5 * NS_PER_S
    look(None)  # type: ignore[arg-type]
    assert EyeFigures.read(file) == EyeFigures(frames=3)


def test_a_directory_that_cannot_be_written_costs_the_figures_only(tmp_path: Path) -> None:
    clock = ManualClock()
    look = MeasuredLook(Looking(clock, (0.0, 1)), tmp_path / "none" / "figures", clock)
    assert len(look(None) or ()) == 1  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "content",
    ["", "[]", json.dumps({"frames": -1}), json.dumps({"within": [1]}), " " * 4097, '{"look_s": NaN}'],
)
def test_what_is_not_theirs_is_nothing(tmp_path: Path, content: str) -> None:
    (tmp_path / "figures").write_text(content)
    assert EyeFigures.read(tmp_path / "figures") is None
    assert EyeFigures.read(tmp_path / "absent") is None
