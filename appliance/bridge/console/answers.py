"""What the pages of the bridge answer alike: their headers, the state of the device, its pictures."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Final

from flask import Response, request

from appliance.bridge.console.runtime_files import Picture, RuntimeFiles

__all__ = ["CONTENT_SECURITY_POLICY", "device_state", "dress", "picture_answer", "private"]

CONTENT_SECURITY_POLICY: Final = (
    "default-src 'none'; "
    "script-src 'self'; "
    "style-src 'self'; "
    "img-src 'self' blob:; "
    "connect-src 'self'; "
    "base-uri 'none'; "
    "form-action 'none'; "
    "frame-ancestors 'none'; "
    "require-trusted-types-for 'script'; "
    "trusted-types 'none'"
)
"""Nothing but the page's own files; pictures come by authorised requests and are shown as blobs."""

_PAGE_HEADERS: Final[Mapping[str, str]] = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), usb=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


def dress(response: Response) -> Response:
    """Give a page, or an answer to one, the headers that keep it to itself; for `after_request`."""
    response.headers.update(_PAGE_HEADERS)
    response.headers.setdefault("Cache-Control", "no-cache")
    return response


def device_state(files: RuntimeFiles) -> dict[str, object]:
    """Camera, picture and counter as far as a page may know them."""
    preview, counter, meters = files.preview(), files.counter(), files.meters()
    return {
        "meters": meters.model_dump() if meters else None,
        "counter": counter.model_dump() if counter else None,
        "preview": {
            "sequence": preview.sequence,
            "age_ms": files.age_ms(preview),
            "codes": [code.model_dump() for code in preview.codes],
            "unread": [code.model_dump() for code in preview.unread],
        }
        if preview
        else None,
    }


def picture_answer(picture: Picture | None, media_type: str) -> Response:
    """The picture, 304 when the page has it, 204 while there is none."""
    if picture is None:
        return private(Response(status=HTTPStatus.NO_CONTENT))
    response = Response(picture.content, mimetype=media_type)
    response.set_etag(picture.etag)
    response.make_conditional(request)
    return private(response)


def private(response: Response) -> Response:
    """Kept by nobody."""
    response.headers["Cache-Control"] = "no-store"
    return response
