"""QR codes that are a web address: shown, never followed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from appliance.decode.payloads.codes import Kind
from appliance.decode.payloads.parsed import Parsed
from appliance.decode.payloads.text import PADDING
from appliance.identifiers.discreet import Discreet

__all__ = ["MAX_URL_LENGTH", "Link", "parse_link"]

MAX_URL_LENGTH: Final = 2048
"""Characters; browsers and servers refuse longer ones here and there."""

_URL: Final = re.compile(r"https?://[^\s\\]+", re.IGNORECASE)
"""No backslash: browsers take it for a slash, so that the host would not be the one read here."""

_HOST: Final = re.compile(r"[a-z0-9._:-]+")
"""Names, IPv4 and IPv6."""


@dataclass(frozen=True, slots=True, repr=False)
class Link(Discreet):
    """An http or https address.

    Attributes:
        url: as it stands in the code.

    Raises:
        ValueError: not an address of that kind, longer than MAX_URL_LENGTH, or without a host.
    """

    url: str

    def __post_init__(self) -> None:
        """Refuse what has no host or could hide it."""
        if len(self.url) > MAX_URL_LENGTH or not _URL.fullmatch(self.url) or not self.url.isprintable():
            raise ValueError("not a web address")
        if not _HOST.fullmatch(self.host):
            raise ValueError("a web address names a host")

    @property
    def host(self) -> str:
        """The host it leads to, without user name or port; letters of other scripts as `xn--...`.

        So written, a letter that looks like another one does not pass for it.
        """
        try:
            host = urlsplit(self.url).hostname or ""
            return host.encode("idna").decode("ascii") if not host.isascii() else host
        except ValueError:
            # Not chained: the error's text holds the address. UnicodeError is a ValueError.
            raise ValueError("the host of the address is malformed") from None

    def to_json(self) -> dict[str, object]:
        """The address."""
        return {"url": self.url}


def parse_link(text: str) -> Parsed | None:
    """Read a web address; None where it is something else."""
    try:
        link = Link(text.strip(PADDING))
    except ValueError:
        return None
    return Parsed(Kind.LINK, link)
