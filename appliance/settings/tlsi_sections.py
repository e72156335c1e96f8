"""The section of the settings for the téléservices: where they are, and who asks."""

from __future__ import annotations

from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field

from appliance.settings.fields import Printable, Section, StatePath
from appliance.texts import settings as texts

__all__ = ["MAX_URL_CHARS", "TlsiSettings"]

MAX_URL_CHARS = 300
_MAX_NAME_CHARS = 64


def _service_url(text: str) -> str:
    if not text:
        return text
    try:
        parts = urlsplit(text)
        _ = parts.port
    except ValueError:
        raise ValueError(texts.NOT_A_SERVICE) from None
    if parts.scheme != "https" or not parts.hostname or parts.username is not None or not text.isascii():
        raise ValueError(texts.NOT_A_SERVICE)
    return text


ServiceUrl = Annotated[Printable, Field(max_length=MAX_URL_CHARS), AfterValidator(_service_url)]
"""An https address; empty where the service is not used."""


class TlsiSettings(Section):
    """The téléservices of the AMO, for the software of an approved editor."""

    url: ServiceUrl = Field(
        default="", description="Service of the ordonnances numériques, wanted by `prescriptions.source`."
    )
    insi_url: ServiceUrl = Field(default="", description="INSi; empty asks it nothing.")
    authorities: StatePath | None = Field(
        default=None,
        strict=False,
        description="PEM of the authorities that the services' servers are trusted by; else the system's.",
    )
    login: Literal["cps", "certificate"] = Field(
        default="cps",
        description="Who logs in: the CPS that is in, or the software by mutual TLS (INSi only).",
    )
    client_certificate: StatePath | None = Field(
        default=None, strict=False, description="PEM of the software's certificate, for mutual TLS."
    )
    client_key: StatePath | None = Field(
        default=None, strict=False, description="PEM of its key, readable by the counter only."
    )
    idam: Printable = Field(
        default="", max_length=_MAX_NAME_CHARS, description="Number of the software's authorisation (CNDA)."
    )
    software: Printable = Field(
        default="urn:lps:comptoir:0.1",
        min_length=1,
        max_length=_MAX_NAME_CHARS,
        description="Name of the software, `urn:lps:<name>:<version>`.",
    )
    billing_id: Printable = Field(
        default="",
        max_length=_MAX_NAME_CHARS,
        description="identifiantFacturation of the pharmacy, nine characters with the key.",
    )
    sector: Printable = Field(
        default="SA33",
        pattern=r"SA[0-9]{2}",
        description="secteurActivite; SA33 is a pharmacy as far as is known here: verify it.",
    )

    def missing(self, *, prescriptions: bool) -> tuple[str, ...]:
        """The keys that are wanted and empty; `prescriptions`: the base is asked, and not INSi alone."""
        names = ["idam", "billing_id"]
        if prescriptions:
            names.insert(0, "url")
        if self.login == "certificate":
            names.append("client_certificate")
        return tuple(name for name in names if not getattr(self, name))
