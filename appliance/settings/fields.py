"""What a value of the settings may be: paths, host names, origins, pins, with their bounds."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from appliance.texts import settings as texts

__all__ = [
    "MAX_HOST_CHARS",
    "MAX_ISSUER_CHARS",
    "MAX_ORIGIN_CHARS",
    "MAX_PATH_BYTES",
    "MAX_PORT",
    "MAX_RUNTIME_PATH_BYTES",
    "GpioPin",
    "HostName",
    "HourOfDay",
    "HttpsIssuer",
    "Origin",
    "Printable",
    "RuntimePath",
    "Section",
    "StatePath",
    "no_boolean",
    "printable",
]

MAX_PATH_BYTES = 1024
MAX_RUNTIME_PATH_BYTES = 90
"""A Unix socket's path has at most 107 bytes (unix(7)), and `/sightings.sock` is added to it."""
MAX_ORIGIN_CHARS = 300
MAX_HOST_CHARS = 253
"""RFC 1035 §2.3.4."""
MAX_ISSUER_CHARS = 300
MAX_PORT = 65535

_HOST_LABEL = r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
_HOST_NAME = re.compile(rf"{_HOST_LABEL}(\.{_HOST_LABEL})*")
_ORIGIN = re.compile(
    r"(?P<scheme>https?)://(?P<host>[a-z0-9.-]+|\[[0-9a-f:.]+\])(:(?P<port>[1-9][0-9]{0,4}))?"
)
_HOUR_OF_DAY = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")
_DEFAULT_PORTS = {"http": "80", "https": "443"}


def _absolute(maximum: int) -> Callable[[Path], Path]:
    def check(path: Path) -> Path:
        text = str(path)
        if not text.isprintable():
            raise ValueError(texts.NOT_PRINTABLE)
        if not path.is_absolute():
            raise ValueError(texts.NOT_ABSOLUTE)
        if len(text.encode()) > maximum:
            raise ValueError(texts.PATH_TOO_LONG.format(maximum=maximum))
        return path

    return check


def printable(text: str) -> str:
    """Refuse a text with control characters."""
    if not text.isprintable():
        raise ValueError(texts.NOT_PRINTABLE)
    return text


def no_boolean(value: object) -> object:
    """Keep false out of a Literal: to Python it is 0 and would pass for it."""
    return str(value) if isinstance(value, bool) else value


def _hour(text: str) -> str:
    if not _HOUR_OF_DAY.fullmatch(text):
        raise ValueError(texts.NOT_AN_HOUR)
    return text


def _host(text: str) -> str:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        if not _HOST_NAME.fullmatch(text):
            raise ValueError(texts.NOT_A_HOST) from None
    return text


def _origin(text: str) -> str:
    match = _ORIGIN.fullmatch(text)
    if match is None or int(match["port"] or 1) > MAX_PORT:
        raise ValueError(texts.NOT_AN_ORIGIN)
    if match["port"] == _DEFAULT_PORTS[match["scheme"]]:
        raise ValueError(texts.DEFAULT_PORT)
    return text


def _https(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme != "https" or not parts.hostname or parts.query or parts.fragment or text.endswith("/"):
        raise ValueError(texts.NOT_AN_ISSUER)
    return text


HostName = Annotated[str, Field(min_length=1, max_length=MAX_HOST_CHARS), AfterValidator(_host)]
HourOfDay = Annotated[str, Field(max_length=5), AfterValidator(_hour)]
Origin = Annotated[str, Field(max_length=MAX_ORIGIN_CHARS), AfterValidator(_origin)]
HttpsIssuer = Annotated[
    str, Field(max_length=MAX_ISSUER_CHARS), AfterValidator(printable), AfterValidator(_https)
]
Printable = Annotated[str, AfterValidator(printable)]
StatePath = Annotated[Path, AfterValidator(_absolute(MAX_PATH_BYTES))]
RuntimePath = Annotated[Path, AfterValidator(_absolute(MAX_RUNTIME_PATH_BYTES))]
GpioPin = Annotated[int, Field(ge=0, le=27)]
"""The pins of the 40-pin header, by their Broadcom numbers."""


class Section(BaseModel):
    """A table of the file. Strict: TOML has types, and "8443" in quotes is a mistake, not a port."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)
