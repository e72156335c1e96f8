"""`/v1/visits/<visit>/pages`: the captured paper of an open visit, page by page or as one PDF.

Read from the shelf on the tmpfs at each request; nothing is kept here, and no cache may keep it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from flask import Blueprint, Response

from appliance.bridge.parameters import invalid, query_integers
from appliance.bridge.problems import Problem, ProblemCode
from appliance.journal.model import MAX_VISIT_CHARS
from appliance.pages.document import pages_pdf
from appliance.pages.shelf import PageEntry, PageShelf

__all__ = ["pages_blueprint"]


def pages_blueprint(shelf: PageShelf | None, purposes: Sequence[str]) -> Blueprint:
    """The routes; without a shelf no visit has pages."""
    blueprint = Blueprint("pages", __name__, url_prefix="/v1/visits/<visit>/pages")

    @blueprint.get("")
    def pages(visit: str) -> dict[str, Any]:
        return {
            "visit": visit,
            "purposes": list(purposes),
            "pages": [{**asdict(entry), "size": len(jpeg)} for entry, jpeg in _found(shelf, visit)],
        }

    @blueprint.get("/<page>/jpeg")
    def jpeg(visit: str, page: str) -> Response:
        for entry, content in _found(shelf, visit):
            if entry.page == page:
                return Response(content, mimetype="image/jpeg")
        raise Problem(ProblemCode.PAGES_NONE)

    @blueprint.get("/pdf")
    def pdf(visit: str) -> Response:
        jpegs = [content for _, content in _found(shelf, visit)]
        return Response(pages_pdf(jpegs), mimetype="application/pdf")

    @blueprint.delete("")
    def erase(visit: str) -> Response:
        _found(shelf, visit)
        if shelf is not None:
            shelf.drop(visit)
        return Response(status=204)

    return blueprint


def _found(shelf: PageShelf | None, visit: str) -> list[tuple[PageEntry, bytes]]:
    query_integers(())
    if not 1 <= len(visit) <= MAX_VISIT_CHARS:
        raise invalid("visit", "text", minimum=1, maximum=MAX_VISIT_CHARS)
    pages = [] if shelf is None else shelf.pages(visit)
    if not pages:
        raise Problem(ProblemCode.PAGES_NONE)
    return pages
