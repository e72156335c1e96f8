"""The pages of a visit as one PDF: the JPEG files as they are, each on a page of the sheet's own size."""

from __future__ import annotations

from collections.abc import Sequence

__all__ = ["MAX_PAGES", "pages_pdf"]

MAX_PAGES = 8
"""Of one visit: four sheets, both sides."""


def pages_pdf(jpegs: Sequence[bytes]) -> bytes:
    """A PDF of these pages in this order, sized by the resolution that each JPEG names.

    Nothing in it says when or by what it was made: two calls give the same bytes.

    Raises:
        ValueError: no page, or more than MAX_PAGES.
    """
    if not 1 <= len(jpegs) <= MAX_PAGES:
        raise ValueError(f"a document has 1 to {MAX_PAGES} pages, not {len(jpegs)}")
    # Imported only here: a bridge that is asked for no PDF needs none of it.
    import img2pdf  # noqa: PLC0415

    # Its own writer, not pikepdf's: it makes the same bytes each time.
    return bytes(
        img2pdf.convert(list(jpegs), nodate=True, engine=img2pdf.Engine.internal, producer="", creator="")
    )
