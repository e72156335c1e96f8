"""One file with all parts of a support bundle: a gzipped tar, encrypted by age where there is a key."""

from __future__ import annotations

import io
import json
import tarfile
from collections.abc import Mapping
from typing import Final

import pyrage

from appliance.support.redaction import redact

__all__ = ["MAX_BUNDLE_BYTES", "MAX_PART_BYTES", "BundleError", "bundled", "encrypted"]

MAX_PART_BYTES: Final = 512 * 1024
MAX_BUNDLE_BYTES: Final = 16 * 1024 * 1024

_FOLDER: Final = "comptoir-support"
_MODE: Final = 0o600


class BundleError(ValueError):
    """A bundle cannot be made: the recipient in the settings is no age key, or the parts are too many."""


def bundled(parts: Mapping[str, object], at_s: int) -> bytes:
    """The parts, redacted, as one archive.

    Args:
        parts: by their file names: texts, or what becomes a JSON document.
        at_s: time of the files, seconds since 1970.

    Raises:
        BundleError: together they are more than a bundle may be.
    """
    packed = io.BytesIO()
    total = 0
    with tarfile.open(fileobj=packed, mode="w:gz") as archive:
        for name, part in parts.items():
            content = _text(part).encode()[:MAX_PART_BYTES].decode(errors="ignore").encode()
            total += len(content)
            if total > MAX_BUNDLE_BYTES:
                raise BundleError("too much for a bundle")
            member = tarfile.TarInfo(f"{_FOLDER}/{name}")
            member.size, member.mtime, member.mode = len(content), at_s, _MODE
            archive.addfile(member, io.BytesIO(content))
    return packed.getvalue()


def encrypted(bundle: bytes, recipient: str) -> bytes:
    """The bundle for whoever has the private key of that age recipient, and for nobody else.

    Raises:
        BundleError: it is no recipient.
    """
    try:
        sealed: bytes = pyrage.encrypt(bundle, [pyrage.x25519.Recipient.from_str(recipient)])
    except pyrage.RecipientError as error:
        raise BundleError("no age recipient") from error
    return sealed


def _text(part: object) -> str:
    if isinstance(part, str):
        return redact(part)
    return json.dumps(_redacted(part), ensure_ascii=False, indent=2)


def _redacted(value: object) -> object:
    """A document whose texts are redacted; its numbers are counts of ours, and its names too."""
    match value:
        case str():
            return redact(value)
        case Mapping():
            return {name: _redacted(inner) for name, inner in value.items()}
        case list():
            return [_redacted(inner) for inner in value]
    return value
