"""A screen that is a picture file: what the simulated counter and the console page show of the OLED."""

from __future__ import annotations

import io
import logging
from pathlib import Path

from PIL import Image

from appliance.base.files import replace_volatile
from appliance.display.canvas import HEIGHT, WIDTH
from appliance.display.oled import Display, DisplayLostError

__all__ = ["PngDisplay"]

_log = logging.getLogger(__name__)


class PngDisplay(Display):
    """Writes each new picture to `path` as a 128x64 PNG of one bit; a reader never sees half of one."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._path = path
        self._shown: bytes | None = None

    def _show(self, image: Image.Image, contrast: int) -> None:
        content = image.tobytes()
        if content == self._shown:
            return
        png = io.BytesIO()
        image.save(png, "PNG")
        try:
            replace_volatile(self._path, png.getvalue())
        except OSError as error:
            self._shown = None
            if self._fault is None:
                _log.warning("the picture of the screen cannot be written: %s", type(error).__name__)
            self._fault = DisplayLostError("the picture of the screen cannot be written")
            return
        self._shown = content
        self._fault = None

    def _close(self) -> None:
        self._show(Image.new("1", (WIDTH, HEIGHT)), 0)
