"""Who this device is for Pro Santé Connect, and where its secret lies."""

from __future__ import annotations

import ssl
from dataclasses import dataclass, field
from pathlib import Path

from appliance.prescriptions.pro_sante_connect.errors import NotConfiguredError

__all__ = ["MAX_SECRET_BYTES", "SCOPE", "PscConfiguration", "accepted_acr"]

MAX_SECRET_BYTES = 512

SCOPE = "openid scope_all"
"""What Pro Santé Connect gives the professional's roles and places of work for."""

_ACR_LEVELS = ("eidas1", "eidas2", "eidas3")
"""Weakest first (levels of assurance of regulation (EU) 910/2014)."""


@dataclass(frozen=True, slots=True)
class PscConfiguration:
    """What the settings say.

    Attributes:
        issuer: `https://…`, without a slash at its end.
        client_id: as declared for this service.
        secret_file: holds the client's secret, nothing else; read for each login, never kept.
        authorities: PEM file of the authorities that the service's certificate may come from; the system's
            where None.
        acr: level of assurance asked for.
        nonce_required: whether an ID token without `nonce` is refused. CIBA Core defines none, Pro Santé
            Connect uses one; a `nonce` that is there must always be ours.
        session_s: how long a login is kept up by refreshing, at most.
    """

    issuer: str
    client_id: str
    secret_file: Path
    authorities: Path | None = None
    acr: str = "eidas1"
    nonce_required: bool = True
    session_s: float = field(default=4 * 3600.0)

    def secret(self) -> str:
        """The client's secret.

        Raises:
            NotConfiguredError: no file, nothing in it, more than MAX_SECRET_BYTES, or not one line of ASCII.
        """
        try:
            with self.secret_file.open("rb") as file:
                content = file.read(MAX_SECRET_BYTES + 1)
        except OSError as error:
            raise NotConfiguredError("the file of the secret cannot be read") from error
        secret = content.decode("ascii", "replace").strip()
        if not secret or len(content) > MAX_SECRET_BYTES or not (secret.isascii() and secret.isprintable()):
            raise NotConfiguredError("the file of the secret holds no secret")
        return secret

    def tls(self) -> ssl.SSLContext:
        """What a server must prove: TLS 1.2 or newer, its name, an authority that is trusted.

        Raises:
            NotConfiguredError: the file of authorities cannot be used.
        """
        try:
            context = ssl.create_default_context(cafile=self.authorities)
        except (OSError, ssl.SSLError) as error:
            raise NotConfiguredError("the file of authorities cannot be used") from error
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        return context


def accepted_acr(asked: str) -> list[str]:
    """The levels that satisfy the one asked for: itself and the stronger ones."""
    if asked not in _ACR_LEVELS:
        return [asked]
    return list(_ACR_LEVELS[_ACR_LEVELS.index(asked) :])
