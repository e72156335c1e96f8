"""A site as a QR code that is shown to the camera once: versioned, bounded, by its schema without secrets."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import segno

from appliance.decode.symbol import Symbol, Symbology
from appliance.provisioning.site import Site

__all__ = ["MAX_PAYLOAD_BYTES", "QrTooLongError", "payload_of", "site_in", "write_qr"]

_MARK: Final = b"COMPTOIR-SITE/1\n"
"""What no ordonnance begins with; the number is that of the payload's form."""

MAX_PAYLOAD_BYTES: Final = 1024
"""A QR code of version 22: one that a camera over a counter reads from a telephone."""

_SCALE_PX: Final = 8
_NAME: Final = Path("QR code")


class QrTooLongError(ValueError):
    """The site is too long for a QR code: give it as a file."""

    def __init__(self, size: int) -> None:
        super().__init__(f"{size} bytes")
        self.size = size


def payload_of(content: bytes) -> bytes:
    """The payload of a site's document.

    Raises:
        QrTooLongError: with its mark it is longer than a payload may be.
        SettingsError: it is no site.
    """
    Site.parse(content, _NAME)
    payload = _MARK + content
    if len(payload) > MAX_PAYLOAD_BYTES:
        raise QrTooLongError(len(payload))
    return payload


def site_in(symbols: tuple[Symbol, ...]) -> Site | None:
    """The site among what is in view; None where there is none.

    Raises:
        SettingsError: a code says that it is one, and something in it is wrong.
    """
    for symbol in symbols:
        is_ours = symbol.symbology is Symbology.QR_CODE and symbol.content.startswith(_MARK)
        if is_ours and len(symbol.content) <= MAX_PAYLOAD_BYTES:
            return Site.parse(symbol.content.removeprefix(_MARK), _NAME)
    return None


def write_qr(payload: bytes, path: Path) -> None:
    """Write it as a picture.

    Raises:
        OSError: the file cannot be written.
    """
    segno.make_qr(payload, error="m").save(str(path), kind="png", scale=_SCALE_PX)
