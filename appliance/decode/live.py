"""What the eye does with a frame: nothing where nothing is new and nothing is left to try."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from appliance.base.clock import NS_PER_S
from appliance.capture.frame import Frame
from appliance.capture.gate import ChangeGate
from appliance.decode.reader import Reader
from appliance.decode.symbol import Symbol

__all__ = ["RELOOK_NS", "FrameReader", "LiveReader"]

RELOOK_NS = NS_PER_S
"""An unchanged view is looked at again this often: a lens that found its focus changes no cell's mean."""


class FrameReader(Protocol):
    """What reads the frames that are worth it: a `Reader`, or one in a process of its own."""

    @property
    def unfinished(self) -> bool:
        """Whether something lies there that has not been tried with all means yet."""
        ...

    def read(self, frame: Frame, *, is_new: bool = True) -> Sequence[Symbol]:
        """The symbols that lie in the frame; not `is_new` where it shows what the last one showed."""
        ...


class LiveReader:
    """Reads the frames that show something new, or in which something is still being tried."""

    def __init__(self, reader: FrameReader | None = None, gate: ChangeGate | None = None) -> None:
        self._reader: FrameReader = reader or Reader()
        self._gate = gate or ChangeGate()
        self._looked_at_ns: int | None = None

    def __call__(self, frame: Frame) -> Sequence[Symbol] | None:
        """The symbols in view, or None where nothing is new and nothing is left to try."""
        is_new = self._gate.changed(frame)
        if not (is_new or self._reader.unfinished or self._is_due(frame.captured_at_ns)):
            return None
        self._looked_at_ns = frame.captured_at_ns
        return self._reader.read(frame, is_new=is_new)

    def _is_due(self, now_ns: int) -> bool:
        return self._looked_at_ns is None or now_ns - self._looked_at_ns >= RELOOK_NS
