"""The OLED mirrored for the technician's page, with whatever names somebody left out.

Only while somebody looks: the bridge touches a file, and the picture goes when that grows old.
"""

from __future__ import annotations

import io
import logging
import os
from pathlib import Path
from typing import TYPE_CHECKING, Final

from appliance.base.clock import Clock
from appliance.base.files import replace_volatile

if TYPE_CHECKING:
    from PIL import Image

__all__ = ["MIRROR_NAME", "WANTED_S", "OledMirror", "ask_for_mirror"]

MIRROR_NAME: Final = "oled.masked.png"
"""In the runtime directory."""

WANTED_S: Final = 5.0
"""How long one look keeps the mirror going."""

_WANTED_NAME: Final = "oled.wanted"

_log = logging.getLogger(__name__)


def ask_for_mirror(runtime_directory: Path) -> None:
    """The bridge's: somebody looks. Where it cannot be said, the mirror just stays dark."""
    wanted = runtime_directory / _WANTED_NAME
    try:
        wanted.touch(mode=0o660)
        os.utime(wanted)
    except OSError as error:
        _log.debug("the mirror of the screen cannot be asked for: %s", type(error).__name__)


class OledMirror:
    """The counter's: writes what is shown, as long as somebody looks. One thread uses it.

    Args:
        runtime_directory: where both files are.
        veil: stands for every screen that names somebody.
        clock: that of the files' times.
    """

    def __init__(self, runtime_directory: Path, veil: Image.Image, clock: Clock) -> None:
        self._path = runtime_directory / MIRROR_NAME
        self._wanted = runtime_directory / _WANTED_NAME
        self._veil = veil
        self._clock = clock
        self._image: Image.Image | None = None
        self._written: bytes | None = None

    def keep(self, image: Image.Image, *, tells_identity: bool) -> None:
        """This is on the screen now."""
        self._image = self._veil if tells_identity else image
        self.look()

    def look(self) -> None:
        """Write what is not written yet, or take it away where nobody looks any more."""
        if not self._is_wanted():
            self.close()
            return
        if self._image is None or self._image.tobytes() == self._written:
            return
        png = io.BytesIO()
        self._image.save(png, "PNG")
        try:
            replace_volatile(self._path, png.getvalue())
        except OSError as error:
            _log.warning("the mirror of the screen cannot be written: %s", type(error).__name__)
            return
        self._written = self._image.tobytes()

    def close(self) -> None:
        """Leave no picture; closing twice does nothing."""
        if self._written is not None:
            self._written = None
            self._path.unlink(missing_ok=True)

    def _is_wanted(self) -> bool:
        try:
            # abs(): a clock that was set back must not keep a picture lying there.
            return abs(self._clock.now().timestamp() - self._wanted.stat().st_mtime) < WANTED_S
        except OSError:
            return False
