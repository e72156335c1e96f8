"""The pages of a visit as the counter knows them, and what can happen to them."""

from __future__ import annotations

from dataclasses import dataclass

from appliance.decode.sightings import PageBegun

__all__ = ["PageCaptured", "PageGone", "PageHappening", "PageKept", "PageLost", "VisitPage"]


@dataclass(frozen=True, slots=True)
class VisitPage:
    """One side of one sheet.

    Attributes:
        id: the eye's, opaque.
        number: 1 for the first of the visit.
        said: what the eye said of it.
        kept: the pharmacy software can fetch it.
        in_view: it lies there.
    """

    id: str
    number: int
    said: PageBegun
    kept: bool = False
    in_view: bool = True


@dataclass(frozen=True, slots=True)
class PageCaptured:
    """The eye made a page of a sheet that lies still."""

    said: PageBegun
    at_ns: int


@dataclass(frozen=True, slots=True)
class PageKept:
    """The picture of a page lies ready for the pharmacy software."""

    page: str
    at_ns: int


@dataclass(frozen=True, slots=True)
class PageLost:
    """The picture of a page could not be kept: `storage`, or `full`."""

    page: str
    reason: str
    at_ns: int


@dataclass(frozen=True, slots=True)
class PageGone:
    """The sheet of a page was taken away or turned; None of all pages, where the eye is gone."""

    page: str | None
    at_ns: int


PageHappening = PageCaptured | PageKept | PageLost | PageGone
