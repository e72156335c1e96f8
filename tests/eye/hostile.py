"""Engines that die or hang on pictures that carry a mark, for workers of tests: real crashes, no switch."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from dataclasses import dataclass

from appliance.capture.frame import GreyImage
from appliance.decode.engines import Engine, ZxingEngine
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


class HostileSampler(HostileEngine):
    """The same in parts, of which the last is the deadly one."""

    def slices(self, image: GreyImage, wanted: frozenset[Symbology]) -> Iterator[list[Symbol]]:
        yield []
        yield self.read(image, wanted)


def _reader(engine: Engine, attempt: Attempting, field_width_mm: float) -> Reader:
    ladder = (Step(AS_IS, engine), Step(AS_IS, ZxingEngine()), Step(SMOOTHED, ZxingEngine()))
    return Reader(ladder=ladder, budget_ms=500, attempt=attempt, field_width_mm=field_width_mm)


def crashing(*, attempt: Attempting, field_width_mm: float) -> Reader:
    return _reader(HostileEngine(), attempt, field_width_mm)


def crashing_in_a_part(*, attempt: Attempting, field_width_mm: float) -> Reader:
    return _reader(HostileSampler(), attempt, field_width_mm)


def hanging(*, attempt: Attempting, field_width_mm: float) -> Reader:
    return _reader(HostileEngine(hangs=True), attempt, field_width_mm)


class Broken:
    """A reader that raises."""

    unfinished = False
    unread_patches: tuple[()] = ()
    field_width_mm = 400.0

    def __init__(self, attempt: Attempting, field_width_mm: float) -> None:
        pass

    def read(self, frame: object, *, is_new: bool = True) -> list[Symbol]:
        raise RuntimeError("the text of a code")


def raising(*, attempt: Attempting, field_width_mm: float) -> Broken:
    return Broken(attempt, field_width_mm)
