"""From a frame to the symbols that lie in it: engines in turn, judged against each other."""

from __future__ import annotations

from collections.abc import Sequence

from appliance.capture.frame import Frame, GreyImage
from appliance.decode.engines import Engine, ZxingEngine
from appliance.decode.engines.dmtx import DmtxEngine
from appliance.decode.engines.zbar import ZbarEngine
from appliance.decode.judge import judge
from appliance.decode.symbol import Symbol, Symbology

__all__ = ["ALL", "Reader"]

ALL = frozenset(Symbology)


class Reader:
    """Reads frames with a first engine, and with others where it reads nothing."""

    def __init__(self, first: Engine | None = None, further: Sequence[Engine] | None = None) -> None:
        self._first = first or ZxingEngine()
        self._further = tuple(further) if further is not None else (ZbarEngine(), DmtxEngine())

    @property
    def unfinished(self) -> bool:
        """Whether something lies there that has not been tried with all means yet."""
        return False

    def read(self, frame: Frame) -> list[Symbol]:
        """Read what lies in a frame; corners in its pixels."""
        return self.read_still(frame.grey)

    def read_still(self, image: GreyImage) -> list[Symbol]:
        """Read a picture with all engines that are needed."""
        readings = self._first.read(image, ALL)
        for engine in self._further if not readings else ():
            readings.extend(engine.read(image, ALL))
        return judge(readings)
