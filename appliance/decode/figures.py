"""What the eye counts of its work, for `/metrics`: frames, looks, reads, and how long a look takes.

Numbers only, written to the runtime directory now and then; a restart begins at zero, as Prometheus expects.
"""

from __future__ import annotations

import bisect
import logging
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from appliance.base.clock import NS_PER_S, Clock
from appliance.base.files import replace_volatile

if TYPE_CHECKING:
    from appliance.capture.frame import Frame
    from appliance.decode.symbol import Symbol

__all__ = ["BUCKETS_S", "FIGURES_NAME", "EyeFigures", "MeasuredLook"]

FIGURES_NAME: Final = "eye.figures.json"
"""In the runtime directory."""

BUCKETS_S: Final = (0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.12, 0.25, 0.5, 1.0)
"""Upper bounds of a look's time; 0.04 s is the aim of a frame."""

_EVERY_NS: Final = 5 * NS_PER_S
_MAX_FILE_BYTES: Final = 4096
_MODE: Final = 0o640

_log = logging.getLogger(__name__)

_Count = Annotated[int, Field(ge=0, le=2**63 - 1)]


class EyeFigures(BaseModel):
    """Since the eye started.

    Attributes:
        frames: pictures that the camera gave.
        looks: those of them that were searched for codes.
        reads: codes read in them; one that lies still is read in every look.
        look_s: seconds that the looks took.
        within: how many looks took at most so long, by BUCKETS_S, and last those that took longer.
    """

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    frames: _Count = 0
    looks: _Count = 0
    reads: _Count = 0
    look_s: Annotated[float, Field(ge=0, allow_inf_nan=False)] = 0.0
    within: Annotated[
        tuple[_Count, ...], Field(min_length=len(BUCKETS_S) + 1, max_length=len(BUCKETS_S) + 1)
    ] = (0,) * (len(BUCKETS_S) + 1)

    @classmethod
    def read(cls, file: Path) -> EyeFigures | None:
        """What the eye said last; None where it never did, or the file is not what it should be."""
        try:
            with file.open("rb") as opened:
                content = opened.read(_MAX_FILE_BYTES + 1)
            return cls.model_validate_json(content) if len(content) <= _MAX_FILE_BYTES else None
        except (OSError, ValidationError):
            return None


class MeasuredLook:
    """A look at frames that counts itself. One thread uses it.

    Args:
        look: what reads a frame; None where it did not look.
        file: where the figures are written.
        clock: times the looks.
    """

    def __init__(self, look: Callable[[Frame], Sequence[Symbol] | None], file: Path, clock: Clock) -> None:
        self._look = look
        self._file = file
        self._clock = clock
        self._frames = self._looks = self._reads = 0
        self._look_ns = 0
        self._within = [0] * (len(BUCKETS_S) + 1)
        self._written_ns = clock.monotonic_ns() - _EVERY_NS

    def __call__(self, frame: Frame) -> Sequence[Symbol] | None:
        """Look, and count."""
        began_ns = self._clock.monotonic_ns()
        symbols = self._look(frame)
        ended_ns = self._clock.monotonic_ns()
        self._frames += 1
        if symbols is not None:
            self._looks += 1
            self._reads += len(symbols)
            self._look_ns += ended_ns - began_ns
            self._within[bisect.bisect_left(BUCKETS_S, (ended_ns - began_ns) / NS_PER_S)] += 1
        if ended_ns - self._written_ns >= _EVERY_NS:
            self._written_ns = ended_ns
            self._write()
        return symbols

    def _write(self) -> None:
        said = EyeFigures(
            frames=self._frames,
            looks=self._looks,
            reads=self._reads,
            look_s=self._look_ns / NS_PER_S,
            within=tuple(self._within),
        )
        try:
            replace_volatile(self._file, said.model_dump_json().encode(), _MODE)
        except OSError as error:
            _log.warning("the figures of the eye cannot be written: %s", type(error).__name__)
