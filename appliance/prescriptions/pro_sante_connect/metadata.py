"""The provider's own description (OpenID Discovery 1.0, CIBA Core 1.0 §4), as far as it is believed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from appliance.prescriptions.pro_sante_connect.errors import BadAnswerError

__all__ = ["DISCOVERY_PATH", "ProviderMetadata"]

DISCOVERY_PATH = "/.well-known/wallet-openid-configuration"
"""Pro Santé Connect's own name of the document."""

_Url = Annotated[str, Field(max_length=500)]
_Words = Annotated[tuple[Annotated[str, Field(max_length=100)], ...], Field(max_length=100)]


class ProviderMetadata(BaseModel):
    """Where each request goes; the others of its members are not needed."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    issuer: _Url
    backchannel_authentication_endpoint: _Url
    backchannel_token_delivery_modes_supported: _Words = ("poll",)
    token_endpoint: _Url
    userinfo_endpoint: _Url
    jwks_uri: _Url
    revocation_endpoint: _Url | None = None
    end_session_endpoint: _Url | None = None

    @classmethod
    def checked(
        cls, content: Mapping[str, Any], issuer: str, is_here: Callable[[str], bool]
    ) -> ProviderMetadata:
        """The description, if it is of this issuer and leads nowhere else.

        A published copy of the production's description leads to the sandbox: a secret must not follow.

        Raises:
            BadAnswerError: something is missing, of another issuer, or of another host.
        """
        try:
            metadata = cls.model_validate(content)
        except ValidationError:
            raise BadAnswerError("no provider metadata") from None
        if metadata.issuer != issuer:
            raise BadAnswerError("metadata of another issuer")
        if "poll" not in metadata.backchannel_token_delivery_modes_supported:
            raise BadAnswerError("a provider without CIBA poll mode")
        endpoints = (
            metadata.backchannel_authentication_endpoint,
            metadata.token_endpoint,
            metadata.userinfo_endpoint,
            metadata.jwks_uri,
            metadata.revocation_endpoint,
            metadata.end_session_endpoint,
        )
        if not all(is_here(endpoint) for endpoint in endpoints if endpoint is not None):
            raise BadAnswerError("an endpoint on another host")
        return metadata
