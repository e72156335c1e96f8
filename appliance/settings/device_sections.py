"""The sections of the settings that say which device this is, and who helps with it."""

from __future__ import annotations

from typing import Annotated, Final

from pydantic import Field

from appliance.settings.fields import Section

__all__ = ["MAX_COUNTERS", "DeviceSettings", "SupportSettings"]

MAX_COUNTERS: Final = 99

DeviceName = Annotated[str, Field(pattern=r"^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)?$")]
"""A label of a host name (RFC 1123 §2.1)."""

AgeRecipient = Annotated[str, Field(pattern=r"^(age1[02-9ac-hj-np-z]{58})?$")]
"""An X25519 recipient of age (age-encryption.org/v1): Bech32, `age1` and 58 characters."""


class DeviceSettings(Section):
    """Which device this is."""

    name: DeviceName = Field(default="", description="Its name in the network; empty leaves the system's.")
    counter: int = Field(
        default=1, ge=1, le=MAX_COUNTERS, description="Number of the counter, as the pharmacy counts them."
    )


class SupportSettings(Section):
    """Who gets support bundles."""

    recipient: AgeRecipient = Field(
        default="", description="The editor's public age key; empty leaves a bundle redacted but unencrypted."
    )
