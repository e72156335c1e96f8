"""Engines that die or hang on pictures that carry a mark, for workers of tests: real crashes, no switch."""

from __future__ import annotations

import ctypes
from dataclasses import dataclass

from appliance.capture.frame import GreyImage
from appliance.decode.engines import ZxingEngine
from appliance.decode.ladder import Attempting, Step
from appliance.decode.reader import Reader
from appliance.decode.symbol import Symbol, Symbology
from appliance.decode.treatments import AS_IS, SMOOTHED

MARK = 3
"""Grey level of a hostile picture's middle: nothing printed is so dark."""


@dataclass(frozen=True)
class HostileEngine:
    """Looks like a decoder; reads an address or never returns where a picture is all but black somewhere."""

    hangs: bool = False

    @property
    def name(self) -> str:
        return "hostile"

    @property
    def symbologies(self) -> frozenset[Symbology]:
        return frozenset(Symbology)

    def read(self, image: GreyImage, wanted: frozenset[Symbology]) -> list[Symbol]:
        if image.min() > MARK:
            return []
        if self.hangs:
            ctypes.CDLL(None).pause()
        ctypes.string_at(0)  # SIGSEGV, as from C++
        return []


def _reader(engine: HostileEngine, attempt: Attempting) -> Reader:
    ladder = (Step(AS_IS, engine), Step(AS_IS, ZxingEngine()), Step(SMOOTHED, ZxingEngine()))
    return Reader(ladder=ladder, budget_ms=500, attempt=attempt)


def crashing(*, attempt: Attempting) -> Reader:
    return _reader(HostileEngine(), attempt)


def hanging(*, attempt: Attempting) -> Reader:
    return _reader(HostileEngine(hangs=True), attempt)


class Broken:
    """A reader that raises."""

    unfinished = False
    unread_patches: tuple[()] = ()
    field_width_mm = 400.0

    def __init__(self, attempt: Attempting) -> None:
        pass

    def read(self, frame: object, *, is_new: bool = True) -> list[Symbol]:
        raise RuntimeError("the text of a code")


def raising(*, attempt: Attempting) -> Broken:
    return Broken(attempt)
