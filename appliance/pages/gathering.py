"""The counter's end of a page: its pieces put together again, bounded, one page at a time."""

from __future__ import annotations

from appliance.decode.sightings import PageBegun, PagePiece

__all__ = ["PageGathering"]

_START, _END = b"\xff\xd8", b"\xff\xd9"
"""SOI and EOI of a JPEG file (ISO/IEC 10918-1, B.1.1.3)."""


class PageGathering:
    """Takes what the eye says of pages; gives each page once it is whole."""

    def __init__(self) -> None:
        self._begun: PageBegun | None = None
        self._held = bytearray()

    def begin(self, begun: PageBegun) -> None:
        """A page begins; one that was not finished is given up."""
        self._begun, self._held = begun, bytearray()

    def add(self, piece: PagePiece) -> tuple[PageBegun, bytes] | None:
        """The next piece: the page and its JPEG when that was the last one.

        What belongs to no page that was begun, is longer than was said or is no JPEG file, is thrown away.
        """
        begun = self._begun
        if begun is None or piece.page != begun.page:
            return None
        self._held += piece.content
        if len(self._held) < begun.size:
            return None
        jpeg = bytes(self._held)
        self.forget()
        whole = len(jpeg) == begun.size and jpeg.startswith(_START) and jpeg.endswith(_END)
        return (begun, jpeg) if whole else None

    def forget(self) -> None:
        """The eye is gone, and what it had begun."""
        self._begun, self._held = None, bytearray()
