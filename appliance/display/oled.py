"""The seam that every small screen stands behind: pictures of 128x64 pixels of one bit, and how bright."""

from __future__ import annotations

from abc import ABC, abstractmethod
from types import TracebackType
from typing import Final, Self

from PIL import Image

from appliance.display.canvas import HEIGHT, WIDTH

__all__ = ["FULL_CONTRAST", "Display", "DisplayClosedError", "DisplayError", "DisplayLostError", "NoDisplay"]

FULL_CONTRAST: Final = 0xFF
"""Of 256 steps that all our controllers know; 0 is dim, not dark."""


class DisplayError(Exception):
    """A screen cannot show a picture; the subclasses say what to do."""


class DisplayLostError(DisplayError):
    """The screen does not answer: check its cable; it is tried again by itself."""


class DisplayClosedError(DisplayError):
    """The screen was closed; make another one."""


class Display(ABC):
    """A screen is made, shows pictures, and is closed. One thread uses it; `fault` may be read by any."""

    def __init__(self) -> None:
        self._closed = False
        self._fault: DisplayLostError | None = None

    @property
    def fault(self) -> DisplayLostError | None:
        """Why the last picture is not on the screen; None while all is well."""
        return self._fault

    def show(self, image: Image.Image, contrast: int = FULL_CONTRAST) -> None:
        """Put a picture on the screen, so bright (0 to FULL_CONTRAST); what is there already costs nothing.

        A screen that does not answer is no reason for the counter to stop: it is told by `fault`, and tried
        again by a later call.

        Raises:
            ValueError: the picture is not 128x64 of mode 1, or the contrast is none.
            DisplayClosedError: after `close`.
        """
        if image.mode != "1" or image.size != (WIDTH, HEIGHT):
            raise ValueError(f"a picture is {WIDTH}x{HEIGHT} of mode 1, not {image.size} of {image.mode}")
        if not 0 <= contrast <= FULL_CONTRAST:
            raise ValueError(f"a contrast is 0 to {FULL_CONTRAST}, not {contrast}")
        if self._closed:
            raise DisplayClosedError("the screen was closed")
        self._show(image, contrast)

    def close(self) -> None:
        """Leave the screen dark and give the device back; closing twice does nothing."""
        if not self._closed:
            self._closed = True
            self._close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @abstractmethod
    def _show(self, image: Image.Image, contrast: int) -> None:
        """Show a picture of the right form; sets `_fault` instead of raising."""

    @abstractmethod
    def _close(self) -> None:
        """Go dark; called once."""


class NoDisplay(Display):
    """An appliance without a screen."""

    def _show(self, image: Image.Image, contrast: int) -> None:
        """Nothing to show it on."""

    def _close(self) -> None:
        """Nothing to give back."""
