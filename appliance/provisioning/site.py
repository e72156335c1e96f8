"""What a site wants of a device: one TOML document, typed and bounded, without any secret in it.

`network` and `time` are the machine's; everything under `settings` is as in comptoir.toml.
"""

from __future__ import annotations

import errno
import ipaddress
import tomllib
from pathlib import Path
from typing import Annotated, Any, Final, Literal, Self

from pydantic import AfterValidator, Field, ValidationError, model_validator

from appliance.settings import Settings, SettingsError, SettingsProblem
from appliance.settings.fields import HostName, Section
from appliance.settings.problems import not_toml, refused, refused_values
from appliance.texts import provision as texts
from appliance.texts import settings as settings_texts

__all__ = ["MAX_SITE_BYTES", "NetworkSite", "Site", "TimeSite"]

MAX_SITE_BYTES: Final = 16 * 1024
_MAX_SERVERS: Final = 4
_MAX_INTERFACE_CHARS: Final = 15
"""IFNAMSIZ of the kernel, less its NUL."""
_ZONE: Final = r"^[A-Za-z0-9_+-]{1,32}(/[A-Za-z0-9_+-]{1,32}){0,2}$"


def _interface(text: str) -> str:
    try:
        ipaddress.ip_interface(text)
    except ValueError:
        raise ValueError(texts.NOT_AN_INTERFACE) from None
    if "/" not in text:
        raise ValueError(texts.NOT_AN_INTERFACE)
    return text


def _address(text: str) -> str:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        raise ValueError(texts.NOT_AN_ADDRESS) from None
    return text


Address = Annotated[str, Field(max_length=45), AfterValidator(_address)]


class NetworkSite(Section):
    """The address of the device."""

    mode: Literal["keep", "dhcp", "static"] = "keep"
    interface: Annotated[str, Field(pattern=rf"^[a-zA-Z0-9._-]{{1,{_MAX_INTERFACE_CHARS}}}$")] = "eth0"
    address: Annotated[str, Field(max_length=49), AfterValidator(_interface)] | None = None
    gateway: Address | None = None
    dns: tuple[Address, ...] = Field(default=(), strict=False, max_length=_MAX_SERVERS)

    @model_validator(mode="after")
    def _static_is_whole(self) -> Self:
        if self.mode == "static" and self.address is None:
            raise ValueError(texts.ADDRESS_NEEDED)
        if self.mode != "static" and (self.address or self.gateway):
            raise ValueError(texts.ADDRESS_WITHOUT_STATIC)
        return self


class TimeSite(Section):
    """Where the time comes from; without servers, from where the system takes it."""

    servers: tuple[HostName, ...] = Field(default=(), strict=False, max_length=_MAX_SERVERS)
    zone: Annotated[str, Field(pattern=r"^[A-Za-z0-9_+-]{1,32}(/[A-Za-z0-9_+-]{1,32}){0,2}$")] = (
        "Europe/Paris"
    )


class Site(Section):
    """The whole document."""

    version: Literal[1] = 1
    network: NetworkSite = Field(default_factory=NetworkSite)
    time: TimeSite = Field(default_factory=TimeSite)
    settings: dict[str, Any] = Field(default_factory=dict)

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read a site's file.

        Raises:
            SettingsError: it cannot be read, or something in it is wrong; all is said at once.
        """
        try:
            with path.open("rb") as file:
                content = file.read(MAX_SITE_BYTES + 1)
        except OSError as error:
            name = errno.errorcode.get(error.errno or 0, type(error).__name__)
            reason = settings_texts.READ_REASONS.get(name, name)
            raise refused(path, settings_texts.CANNOT_READ.format(reason=reason)) from error
        return cls.parse(content, path)

    @classmethod
    def parse(cls, content: bytes, path: Path) -> Self:
        """Read a site's document; `path` is only what errors call it.

        Raises:
            SettingsError: something in it is wrong; all is said at once, that of the settings included.
        """
        if len(content) > MAX_SITE_BYTES:
            raise refused(path, settings_texts.TOO_LARGE.format(maximum=MAX_SITE_BYTES))
        try:
            values = tomllib.loads(content.decode())
        except UnicodeDecodeError as error:
            raise refused(path, settings_texts.NOT_UTF8) from error
        except (tomllib.TOMLDecodeError, RecursionError) as error:
            raise refused(path, not_toml(error)) from error
        problems: list[SettingsProblem] = []
        site = None
        try:
            site = cls.model_validate(values)
        except ValidationError as error:
            problems += refused_values(path, error, cls).problems
        wanted = values.get("settings")
        try:
            Settings.model_validate(wanted if isinstance(wanted, dict) else {})
        except ValidationError as error:
            found = refused_values(path, error, Settings).problems
            problems += [SettingsProblem(f"settings.{one.key}".rstrip("."), one.text) for one in found]
        if problems or site is None:
            raise SettingsError(path, tuple(problems))
        return site
