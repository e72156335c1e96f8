"""One typed schema of the device's TOML settings.

Every key has a type, bounds, a default and a line that says what it is for. Whatever is wrong with a file is
said at once, in French, with the near name where a key is unknown.
"""

from __future__ import annotations

import errno
import tomllib
from pathlib import Path
from typing import Self

from pydantic import Field, ValidationError, model_validator

from appliance.settings.cable_sections import SerialSettings, UsbSettings
from appliance.settings.device_sections import DeviceSettings, SupportSettings
from appliance.settings.fields import MAX_RUNTIME_PATH_BYTES, Section
from appliance.settings.keyboard_sections import KeyboardSettings
from appliance.settings.mqtt_sections import MqttSettings
from appliance.settings.pins import shared_pins
from appliance.settings.problems import SettingsError, SettingsProblem, not_toml, refused, refused_values
from appliance.settings.sections import (
    BridgeSettings,
    ButtonSettings,
    CameraSettings,
    CardSettings,
    CounterSettings,
    DisplaySettings,
    JournalSettings,
    LampSettings,
    PageSettings,
    PathSettings,
    ProSanteConnectSettings,
    SoundSettings,
)
from appliance.settings.status_sections import PrescriptionSettings
from appliance.settings.tlsi_sections import TlsiSettings
from appliance.texts import settings as texts

__all__ = [
    "MAX_RUNTIME_PATH_BYTES",
    "MAX_SETTINGS_BYTES",
    "BridgeSettings",
    "ButtonSettings",
    "CameraSettings",
    "CardSettings",
    "CounterSettings",
    "DeviceSettings",
    "DisplaySettings",
    "JournalSettings",
    "KeyboardSettings",
    "LampSettings",
    "MqttSettings",
    "PageSettings",
    "PathSettings",
    "PrescriptionSettings",
    "ProSanteConnectSettings",
    "SerialSettings",
    "Settings",
    "SettingsError",
    "SettingsProblem",
    "SoundSettings",
    "SupportSettings",
    "UsbSettings",
]

MAX_SETTINGS_BYTES = 64 * 1024


class Settings(Section):
    """Everything that can be set on a device; what a file leaves out has its default."""

    device: DeviceSettings = Field(default_factory=DeviceSettings, description="Which device this is.")
    paths: PathSettings = Field(default_factory=PathSettings, description="Directories.")
    camera: CameraSettings = Field(default_factory=CameraSettings, description="Camera.")
    display: DisplaySettings = Field(default_factory=DisplaySettings, description="OLED.")
    sound: SoundSettings = Field(default_factory=SoundSettings, description="Buzzer.")
    lamp: LampSettings = Field(default_factory=LampSettings, description="Lamp.")
    buttons: ButtonSettings = Field(default_factory=ButtonSettings, description="Buttons.")
    bridge: BridgeSettings = Field(default_factory=BridgeSettings, description="HTTPS interface.")
    cards: CardSettings = Field(default_factory=CardSettings, description="Card readers.")
    counter: CounterSettings = Field(default_factory=CounterSettings, description="Counter.")
    prescriptions: PrescriptionSettings = Field(
        default_factory=PrescriptionSettings, description="Status of prescriptions."
    )
    tlsi: TlsiSettings = Field(default_factory=TlsiSettings, description="Téléservices of the AMO.")
    keyboard: KeyboardSettings = Field(
        default_factory=KeyboardSettings, description="Keyboard that types events into the PC."
    )
    pages: PageSettings = Field(default_factory=PageSettings, description="Capture of the paper.")
    journal: JournalSettings = Field(default_factory=JournalSettings, description="Event store.")
    mqtt: MqttSettings = Field(default_factory=MqttSettings, description="Broker of a group of pharmacies.")
    serial: SerialSettings = Field(default_factory=SerialSettings, description="Serial line to the PC.")
    usb: UsbSettings = Field(default_factory=UsbSettings, description="USB device port.")
    pro_sante_connect: ProSanteConnectSettings = Field(
        default_factory=ProSanteConnectSettings, description="Login with the e-CPS."
    )
    support: SupportSettings = Field(default_factory=SupportSettings, description="Who helps with it.")

    @model_validator(mode="after")
    def _no_pin_is_used_twice(self) -> Self:
        shared = shared_pins(self.display, self.buttons, self.sound, self.lamp)
        if shared:
            clashes = (texts.SHARED_PIN.format(pin=pin, keys=", ".join(keys)) for pin, keys in shared.items())
            raise ValueError(" ; ".join(clashes))
        return self

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read a settings file.

        Raises:
            SettingsError: it cannot be read, is not TOML, or something in it is wrong; all is said at once.
        """
        try:
            with path.open("rb") as file:
                content = file.read(MAX_SETTINGS_BYTES + 1)
        except OSError as error:
            name = errno.errorcode.get(error.errno or 0, type(error).__name__)
            raise refused(
                path, texts.CANNOT_READ.format(reason=texts.READ_REASONS.get(name, name))
            ) from error
        return cls.parse(content, path)

    @classmethod
    def parse(cls, content: bytes, path: Path) -> Self:
        """Take the content of a settings file; `path` is only what errors call it.

        Raises:
            SettingsError: it is not TOML, or something in it is wrong; all is said at once.
        """
        if len(content) > MAX_SETTINGS_BYTES:
            raise refused(path, texts.TOO_LARGE.format(maximum=MAX_SETTINGS_BYTES))
        try:
            values = tomllib.loads(content.decode())
        except UnicodeDecodeError as error:
            raise refused(path, texts.NOT_UTF8) from error
        except (tomllib.TOMLDecodeError, RecursionError) as error:
            raise refused(path, not_toml(error)) from error
        try:
            return cls.model_validate(values)
        except ValidationError as error:
            raise refused_values(path, error, cls) from None
