"""Secrets that systemd hands over (systemd.exec(5), LoadCredential=): files of one service alone."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path

__all__ = ["credential"]

_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")


def credential(name: str, environment: Mapping[str, str] = os.environ) -> Path | None:
    """The file of that credential, None where the service was given none of that name.

    Raises:
        ValueError: no name that a unit could give.
    """
    if not _NAME.fullmatch(name):
        raise ValueError("a credential's name is a plain file name")
    directory = environment.get("CREDENTIALS_DIRECTORY")
    if not directory:
        return None
    file = Path(directory) / name
    return file if file.is_file() else None
