"""Captured pages in the contract."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from appliance.bridge.contract.schema import Schema, array, integer, nullable, obj, string, words
from appliance.bridge.problems import ProblemCode
from appliance.decode.sightings import MAX_PAGE_BYTES
from appliance.journal.model import MAX_VISIT_CHARS
from appliance.pages.document import MAX_PAGES

__all__ = ["PAGE_OPERATIONS", "PAGE_PAYLOADS", "PAGE_SCHEMAS"]

_NUMBER = {"type": "number"}
_FLAG = {"type": "boolean"}
_PAGE = string("Opaque; names the page.", minLength=1, maxLength=64)

_ABOUT: Mapping[str, Schema] = {
    "page": _PAGE,
    "number": integer("1 for the first of its visit; a page laid again keeps its own.", minimum=1),
    "width_px": integer(minimum=1),
    "height_px": integer(minimum=1),
    "dpi": integer("Pixels an inch of the picture.", minimum=1),
    "width_mm": {**_NUMBER, "description": "Of the sheet."},
    "height_mm": _NUMBER,
    "real_dpi": nullable(
        {**_NUMBER, "description": "Dots an inch that the camera resolved."}, "Null on a sheet without print."
    ),
    "is_sharp": {**_FLAG, "description": "Whether that is the 200 that a scan needs. If not, lay it again."},
    "is_upright": {**_FLAG, "description": "Whether codes or text said which way is up."},
}

PAGE_PAYLOADS: Mapping[str, Schema] = {
    "PageCaptured": obj(
        "A page of the paper lies ready at `/v1/visits/{visit}/pages`, until its visit ends, ten minutes at "
        "most. The same page comes again where a sharper picture took the place of the first.",
        {**_ABOUT, "sightings": array(string(), "`sighting` of the codes on it.")},
    ),
    "PageRefused": obj(
        "A page was made and cannot be kept.",
        {
            "page": _PAGE,
            "reason": words("Why.", ["too_many", "full", "storage"]),
        },
    ),
}

PAGE_SCHEMAS: Mapping[str, Schema] = {
    "Pages": obj(
        "The captured pages of a visit.",
        {
            "visit": string(minLength=1, maxLength=MAX_VISIT_CHARS),
            "purposes": array(
                string(examples=["scor", "dossier"]),
                "What the settings let pages be made for, and nothing else.",
            ),
            "pages": array(
                obj("", {**_ABOUT, "size": integer("Of the JPEG.", minimum=1, maximum=MAX_PAGE_BYTES)}),
                "In the order in which they were laid.",
                maxItems=MAX_PAGES,
            ),
        },
    ),
}

_RULE = "/v1/visits/<visit>/pages"
_NONE = (ProblemCode.PAGES_NONE,)

PAGE_OPERATIONS: Mapping[tuple[str, str], dict[str, Any]] = {
    ("GET", _RULE): {"summary": "The captured pages of a visit", "answer": "Pages", "problems": _NONE},
    ("GET", f"{_RULE}/<page>/jpeg"): {
        "summary": "A page as grey JPEG",
        "media": "image/jpeg",
        "binary": True,
        "problems": _NONE,
    },
    ("GET", f"{_RULE}/pdf"): {
        "summary": "All pages of a visit as one PDF",
        "media": "application/pdf",
        "binary": True,
        "problems": _NONE,
    },
    ("DELETE", _RULE): {
        "summary": "Erase the pages of a visit",
        "description": "For a client that has them. They go by themselves with their visit.",
        "answer": None,
        "status": "204",
        "problems": _NONE,
    },
}
