"""The sections of the settings: every key with its type, bounds, default and what it is for."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from appliance.settings.fields import (
    MAX_PORT,
    GpioPin,
    HostName,
    HourOfDay,
    HttpsIssuer,
    Origin,
    Printable,
    RuntimePath,
    Section,
    StatePath,
    no_boolean,
)
from appliance.texts import settings as texts

__all__ = [
    "MAX_DEVICE_CHARS",
    "MAX_LISTED",
    "BridgeSettings",
    "ButtonSettings",
    "CameraSettings",
    "CardSettings",
    "CounterSettings",
    "DisplaySettings",
    "JournalSettings",
    "LampSettings",
    "PageSettings",
    "PathSettings",
    "ProSanteConnectSettings",
    "SoundSettings",
]

MAX_DEVICE_CHARS = 1024
MAX_LISTED = 16


class PathSettings(Section):
    """Where the device keeps what it keeps."""

    state_directory: StatePath = Field(
        default=Path("/var/lib/comptoir"),
        strict=False,
        description="Durable state: journal, device key, certificate. On the disk.",
    )
    runtime_directory: RuntimePath = Field(
        default=Path("/run/comptoir"),
        strict=False,
        description="Sockets, preview, secrets. On a tmpfs, so that nothing of it touches the disk.",
    )


class CameraSettings(Section):
    """The camera over the counter."""

    driver: Literal["simulated", "files", "v4l2", "picamera2"] = Field(
        default="picamera2", description="What gives the pictures."
    )
    device: Printable = Field(
        default="",
        max_length=MAX_DEVICE_CHARS,
        description=(
            "Video device, number of the camera (`picamera2`), image, folder or video; empty takes the "
            "driver's first camera."
        ),
    )
    width: int = Field(default=2304, ge=64, le=8192, description="Width of the pictures, in pixels.")
    height: int = Field(default=1296, ge=64, le=8192, description="Height of the pictures, in pixels.")
    frames_per_s: float = Field(
        default=15.0, ge=1, le=120, allow_inf_nan=False, description="Pictures per second."
    )
    loop: bool = Field(default=False, description="With `files`: begin again at the end.")
    hold_s: float = Field(
        default=0.0,
        ge=0,
        le=60,
        allow_inf_nan=False,
        description="With `files`: how long a picture lies.",
    )

    @model_validator(mode="after")
    def _the_device_is_one_of_the_driver_s(self) -> Self:
        if self.driver == "files" and not self.device:
            raise ValueError(texts.DEVICE_NEEDED)
        if self.driver == "picamera2" and self.device and not self.device.isdecimal():
            raise ValueError(texts.NOT_A_CSI_CAMERA)
        return self


class DisplaySettings(Section):
    """The OLED."""

    driver: Literal["png", "ssd1306", "ssd1309", "sh1106", "none"] = Field(
        default="ssd1306", description="The OLED's controller; `png` writes a picture file."
    )
    bus: Literal["i2c", "spi"] = Field(default="i2c", description="How the OLED is wired.")
    address: int = Field(default=0x3C, ge=0x08, le=0x77, description="I2C address, usually 0x3C or 0x3D.")
    port: int = Field(
        default=1, ge=0, le=255, description="Number of the bus: /dev/i2c-1 is 1; by default 0 for SPI."
    )
    rotate: Annotated[Literal[0, 2], BeforeValidator(no_boolean)] = Field(
        default=0, description="Quarter turns: 2 for an OLED mounted upside down."
    )
    contrast: int = Field(
        default=4, ge=1, le=5, description="Brightness at work, until it is set with the buttons."
    )
    large_text: bool = Field(
        default=False, description="Main screens in large letters, until it is set with the buttons."
    )
    privacy_s: int = Field(
        default=120, ge=0, le=3600, description="Seconds after which identities leave the OLED; 0 is never."
    )
    rest_s: int = Field(
        default=60, ge=0, le=3600, description="Seconds without anybody after which it is dimmed; 0 is never."
    )

    @model_validator(mode="before")
    @classmethod
    def _spi_counts_from_0(cls, values: object) -> object:
        if isinstance(values, dict) and values.get("bus") == "spi":
            return {"port": 0, **values}
        return values


class ButtonSettings(Section):
    """The three buttons."""

    driver: Literal["gpio", "socket", "none"] = Field(
        default="gpio", description="`socket` takes the presses of the simulated counter."
    )
    up: GpioPin = Field(default=5, description="GPIO of the button up, Broadcom number.")
    ok: GpioPin = Field(default=6, description="GPIO of the button OK, Broadcom number.")
    down: GpioPin = Field(default=13, description="GPIO of the button down, Broadcom number.")

    @model_validator(mode="after")
    def _pins_differ(self) -> Self:
        if len({self.up, self.ok, self.down}) != 3:
            raise ValueError(texts.NOT_DISTINCT)
        return self


class SoundSettings(Section):
    """The buzzer."""

    driver: Literal["gpio", "recorded", "none"] = Field(
        default="gpio", description="`recorded` only notes the tones, which the page plays."
    )
    pin: GpioPin = Field(default=19, description="GPIO of a passive buzzer, Broadcom number.")
    volume: int = Field(
        default=3, ge=0, le=5, description="How loud, until it is set with the buttons; 0 is mute."
    )
    night_from: HourOfDay = Field(default="20:00", description="From then on it is night, local time.")
    night_to: HourOfDay = Field(
        default="08:00", description="Until then it is night; the same as `night_from` is no night."
    )
    night_volume: int = Field(default=1, ge=0, le=5, description="How loud at most at night.")


class LampSettings(Section):
    """The light for the camera, and the coloured signal."""

    driver: Literal["gpio", "recorded", "none"] = Field(
        default="gpio", description="`recorded` only notes how it would shine."
    )
    ring: GpioPin = Field(default=12, description="GPIO of the white ring's MOSFET, Broadcom number.")
    red: GpioPin = Field(default=16, description="GPIO of the signal's red, Broadcom number.")
    green: GpioPin = Field(default=20, description="GPIO of the signal's green, Broadcom number.")
    blue: GpioPin = Field(default=21, description="GPIO of the signal's blue, Broadcom number.")
    brightness_percent: int = Field(default=100, ge=1, le=100, description="What the ring gives at most.")

    @model_validator(mode="after")
    def _pins_differ(self) -> Self:
        if len({self.ring, self.red, self.green, self.blue}) != 4:
            raise ValueError(texts.NOT_DISTINCT_LAMP)
        return self


class BridgeSettings(Section):
    """The HTTPS interface that the pharmacy software speaks to."""

    host: HostName = Field(default="127.0.0.1", description="Address to listen on; 0.0.0.0 is every one.")
    port: int = Field(default=8443, ge=0, le=MAX_PORT, description="Port to listen on; 0 takes a free one.")
    origins: tuple[Origin, ...] = Field(
        default=(), strict=False, max_length=MAX_LISTED, description="Web origins that may call the bridge."
    )
    hosts: tuple[HostName, ...] = Field(
        default=(),
        strict=False,
        max_length=MAX_LISTED,
        description="Names that the device goes by, beside localhost and IP addresses.",
    )
    discovery: bool = Field(
        default=True, description="Whether multicast DNS says on the local network that the device is there."
    )
    unused_token_days: int = Field(
        default=90,
        ge=0,
        le=3650,
        description="Days without a request for events after which a token is refused; 0 is never.",
    )


class JournalSettings(Section):
    """The event store."""

    event_lifetime_h: int = Field(
        default=24, ge=1, le=168, description="Hours that an event waits for its acknowledgements."
    )


class PageSettings(Section):
    """Capture of the paper that lies still: one switch a purpose, each off; without any, no page is made."""

    scor: bool = Field(
        default=False, description="For the health insurance: the scan of the paper that SCOR asks for."
    )
    dossier: bool = Field(
        default=False, description="For the pharmacy's own file: a copy in the patient's dossier of the LGO."
    )

    @property
    def purposes(self) -> tuple[str, ...]:
        """What pages are made for, by the names of the switches."""
        return tuple(name for name in ("scor", "dossier") if getattr(self, name))


class CounterSettings(Section):
    """What happens at the counter."""

    test_identities: bool = Field(
        default=False,
        description="Expect published test identities; where false, each of them is warned about.",
    )
    expiry_warning_days: int = Field(
        default=30, ge=0, le=365, description="A medicine box that expires within so many days is loud."
    )


class CardSettings(Section):
    """The card readers, through PC/SC."""

    enabled: bool = Field(
        default=True,
        description="Read CPS and Vitale cards; without a reader the counter works on and says so.",
    )
    authorities: StatePath | None = Field(
        default=None,
        strict=False,
        description="Folder of IGC-Santé authorities (PEM or DER) that CPS certificates are held against.",
    )


class ProSanteConnectSettings(Section):
    """Login with the e-CPS, at Pro Santé Connect."""

    enabled: bool = Field(
        default=False, description="Offer the login; needs a client declared for CIBA and its secret."
    )
    issuer: HttpsIssuer = Field(
        default="https://auth.esw.esante.gouv.fr/auth/realms/esante-wallet",
        description="The provider's own name, without a slash at its end; here the production's.",
    )
    client_id: Printable = Field(default="", max_length=200, description="As declared for this service.")
    client_secret_file: StatePath = Field(
        default=Path("/run/credentials/comptoir-counter.service/psc.secret"),
        strict=False,
        description="File of the client's secret, a systemd credential; the secret itself is never here.",
    )
    authorities: StatePath | None = Field(
        default=None,
        strict=False,
        description="PEM file of the authorities its certificate may come from; the system's by default.",
    )
    login_hint: Literal["card", "number"] = Field(
        default="card", description="Who logs in: the CPS in the reader, or where none is in, `national_id`."
    )
    national_id: Annotated[str, Field(pattern=r"^[0-9A-Z/]{0,64}$")] = Field(
        default="", description="With `number`: 8 and the RPPS of the pharmacist."
    )
    nonce_required: bool = Field(
        default=True, description="Refuse an ID token without nonce; false only where CIBA gives none."
    )
    session_h: int = Field(default=4, ge=1, le=12, description="Hours that a login lasts at most.")

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if self.enabled and not self.client_id:
            raise ValueError(texts.CLIENT_ID_NEEDED)
        if self.login_hint == "number" and not self.national_id:
            raise ValueError(texts.NATIONAL_ID_NEEDED)
        return self
