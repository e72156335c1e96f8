"""The section of the settings about the broker of a group of pharmacies."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from appliance.settings.fields import MAX_PORT, HostName, Printable, Section, StatePath
from appliance.texts import settings as texts

__all__ = ["MqttSettings"]

_LEVEL = r"[A-Za-z0-9_-]{1,32}"


class MqttSettings(Section):
    """A broker of a group of pharmacies: device health always, events only where wished."""

    enabled: bool = Field(default=False, description="Tell a broker (MQTT 5 over TLS) how the device is.")
    host: HostName = Field(default="localhost", description="Name of the broker, as its certificate has it.")
    port: int = Field(default=8883, ge=1, le=MAX_PORT, description="Its port for MQTT over TLS.")
    authorities: StatePath | None = Field(
        default=None,
        strict=False,
        description="PEM file of the authorities its certificate may come from; the system's by default.",
    )
    username: Printable = Field(default="", max_length=128, description="User at the broker; empty is none.")
    password_file: StatePath = Field(
        default=Path("/run/credentials/comptoir-mqtt.service/mqtt.password"),
        strict=False,
        description="File of that user's password, a systemd credential; the password itself is never here.",
    )
    prefix: Annotated[str, Field(max_length=64, pattern=rf"^{_LEVEL}(/{_LEVEL}){{0,3}}$")] = Field(
        default="comptoir", description="First levels of the topics, for example `groupe/pharmacie`."
    )
    device: Annotated[str, Field(pattern=rf"^({_LEVEL})?$")] = Field(
        default="", description="Name of the device in the topics; empty takes one of its own."
    )
    health_s: int = Field(default=60, ge=10, le=3600, description="Seconds after which health is told anew.")
    events: Literal["none", "without_identities", "with_identities"] = Field(
        default="none",
        description=(
            "What of an event leaves the pharmacy: nothing; number, time and kind; or all of it, names, NIR "
            "and prescriptions included."
        ),
    )
    event_expiry_h: int = Field(
        default=24, ge=1, le=168, description="Hours that the broker keeps an event for who is away."
    )

    @model_validator(mode="after")
    def _the_broker_is_named(self) -> Self:
        if self.enabled and "host" not in self.model_fields_set:
            raise ValueError(texts.BROKER_NEEDED)
        return self
