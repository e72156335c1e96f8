"""One typed schema of the device's TOML settings.

Every key has a type, bounds, a default and a line that says what it is for. Whatever is wrong with a file is
said at once, in French, with the near name where a key is unknown.
"""

from __future__ import annotations

import difflib
import errno
import ipaddress
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    model_validator,
)
from pydantic_core import ErrorDetails

from appliance.texts import settings as texts

__all__ = [
    "MAX_RUNTIME_PATH_BYTES",
    "MAX_SETTINGS_BYTES",
    "BridgeSettings",
    "ButtonSettings",
    "CameraSettings",
    "DisplaySettings",
    "JournalSettings",
    "PathSettings",
    "Settings",
    "SettingsError",
    "SettingsProblem",
]

MAX_SETTINGS_BYTES = 64 * 1024
MAX_PATH_BYTES = 1024
MAX_RUNTIME_PATH_BYTES = 90
"""A Unix socket's path has at most 107 bytes (unix(7)), and `/sightings.sock` is added to it."""
MAX_DEVICE_CHARS = 1024
MAX_LISTED = 16
MAX_SHOWN_CHARS = 64
MAX_ORIGIN_CHARS = 300
MAX_HOST_CHARS = 253
"""RFC 1035 §2.3.4."""

_HOST_LABEL = r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
_HOST_NAME = re.compile(rf"{_HOST_LABEL}(\.{_HOST_LABEL})*")
_ORIGIN = re.compile(
    r"(?P<scheme>https?)://(?P<host>[a-z0-9.-]+|\[[0-9a-f:.]+\])(:(?P<port>[1-9][0-9]{0,4}))?"
)
_DEFAULT_PORTS = {"http": "80", "https": "443"}
_MAX_PORT = 65535


@dataclass(frozen=True, slots=True)
class SettingsProblem:
    """One thing that is wrong: the key (`section.name`, empty for the file itself) and a French sentence."""

    key: str
    text: str

    def __str__(self) -> str:
        return f"{self.key} : {self.text}" if self.key else self.text


class SettingsError(Exception):
    """The settings cannot be used; its text names every problem, in French: correct the file.

    Attributes:
        problems: all of them, in the order of the file's schema.
    """

    def __init__(self, path: Path, problems: tuple[SettingsProblem, ...]) -> None:
        self.path = path
        self.problems = problems
        lines = [texts.HEADING.format(path=path), *(f"  - {problem}" for problem in problems)]
        super().__init__("\n".join(lines))


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


def _authorities(path: Path | None) -> Path | None:
    return None if path is None else _absolute(MAX_PATH_BYTES)(path)


def _printable(text: str) -> str:
    if not text.isprintable():
        raise ValueError(texts.NOT_PRINTABLE)
    return text


def _no_boolean(value: object) -> object:
    # To Python, false is 0 and would pass for it in a Literal.
    return str(value) if isinstance(value, bool) else value


def _host(text: str) -> str:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        if not _HOST_NAME.fullmatch(text):
            raise ValueError(texts.NOT_A_HOST) from None
    return text


def _origin(text: str) -> str:
    match = _ORIGIN.fullmatch(text)
    if match is None or int(match["port"] or 1) > _MAX_PORT:
        raise ValueError(texts.NOT_AN_ORIGIN)
    if match["port"] == _DEFAULT_PORTS[match["scheme"]]:
        raise ValueError(texts.DEFAULT_PORT)
    return text


_HostName = Annotated[str, Field(min_length=1, max_length=MAX_HOST_CHARS), AfterValidator(_host)]
_Origin = Annotated[str, Field(max_length=MAX_ORIGIN_CHARS), AfterValidator(_origin)]
_GpioPin = Annotated[int, Field(ge=0, le=27)]
"""The pins of the 40-pin header, by their Broadcom numbers."""


class _Section(BaseModel):
    # Strict: TOML has types, and "8443" in quotes is a mistake, not a port.
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class PathSettings(_Section):
    """Where the device keeps what it keeps."""

    state_directory: Annotated[Path, AfterValidator(_absolute(MAX_PATH_BYTES))] = Field(
        default=Path("/var/lib/comptoir"),
        strict=False,
        description="Durable state: journal, device key, certificate. On the disk.",
    )
    runtime_directory: Annotated[Path, AfterValidator(_absolute(MAX_RUNTIME_PATH_BYTES))] = Field(
        default=Path("/run/comptoir"),
        strict=False,
        description="Sockets, preview, secrets. On a tmpfs, so that nothing of it touches the disk.",
    )


class CameraSettings(_Section):
    """The camera over the counter."""

    driver: Literal["simulated", "files", "v4l2", "picamera2"] = Field(
        default="picamera2", description="What gives the pictures."
    )
    device: Annotated[str, AfterValidator(_printable)] = Field(
        default="",
        max_length=MAX_DEVICE_CHARS,
        description="Video device, image, folder or video; empty takes the driver's first camera.",
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
    def _files_have_a_path(self) -> Self:
        if self.driver == "files" and not self.device:
            raise ValueError(texts.DEVICE_NEEDED)
        return self


class DisplaySettings(_Section):
    """The OLED."""

    driver: Literal["png", "ssd1306", "sh1106", "none"] = Field(
        default="ssd1306", description="The OLED's controller; `png` writes a picture file."
    )
    bus: Literal["i2c", "spi"] = Field(default="i2c", description="How the OLED is wired.")
    address: int = Field(default=0x3C, ge=0x08, le=0x77, description="I2C address, usually 0x3C or 0x3D.")
    port: int = Field(
        default=1, ge=0, le=255, description="Number of the bus: /dev/i2c-1 is 1; by default 0 for SPI."
    )
    rotate: Annotated[Literal[0, 2], BeforeValidator(_no_boolean)] = Field(
        default=0, description="Quarter turns: 2 for an OLED mounted upside down."
    )

    @model_validator(mode="before")
    @classmethod
    def _spi_counts_from_0(cls, values: object) -> object:
        if isinstance(values, dict) and values.get("bus") == "spi":
            return {"port": 0, **values}
        return values


class ButtonSettings(_Section):
    """The three buttons."""

    driver: Literal["gpio", "socket", "none"] = Field(
        default="gpio", description="`socket` takes the presses of the simulated counter."
    )
    up: _GpioPin = Field(default=5, description="GPIO of the button up, Broadcom number.")
    ok: _GpioPin = Field(default=6, description="GPIO of the button OK, Broadcom number.")
    down: _GpioPin = Field(default=13, description="GPIO of the button down, Broadcom number.")

    @model_validator(mode="after")
    def _pins_differ(self) -> Self:
        if len({self.up, self.ok, self.down}) != 3:
            raise ValueError(texts.NOT_DISTINCT)
        return self


class BridgeSettings(_Section):
    """The HTTPS interface that the pharmacy software speaks to."""

    host: _HostName = Field(default="127.0.0.1", description="Address to listen on; 0.0.0.0 is every one.")
    port: int = Field(default=8443, ge=0, le=_MAX_PORT, description="Port to listen on; 0 takes a free one.")
    origins: tuple[_Origin, ...] = Field(
        default=(), strict=False, max_length=MAX_LISTED, description="Web origins that may call the bridge."
    )
    hosts: tuple[_HostName, ...] = Field(
        default=(),
        strict=False,
        max_length=MAX_LISTED,
        description="Names that the device goes by, beside localhost and IP addresses.",
    )


class JournalSettings(_Section):
    """The event store."""

    event_lifetime_h: int = Field(
        default=24, ge=1, le=168, description="Hours that an event waits for its acknowledgements."
    )


class CounterSettings(_Section):
    """What happens at the counter."""

    test_identities: bool = Field(
        default=False,
        description="Expect published test identities; where false, each of them is warned about.",
    )


class CardSettings(_Section):
    """The card readers, through PC/SC."""

    enabled: bool = Field(
        default=True,
        description="Read CPS and Vitale cards; without a reader the counter works on and says so.",
    )
    authorities: Annotated[Path | None, AfterValidator(_authorities)] = Field(
        default=None,
        strict=False,
        description="Folder of IGC-Santé authorities (PEM or DER) that CPS certificates are held against.",
    )


class Settings(_Section):
    """Everything that can be set on a device; what a file leaves out has its default."""

    paths: PathSettings = Field(default_factory=PathSettings, description="Directories.")
    camera: CameraSettings = Field(default_factory=CameraSettings, description="Camera.")
    display: DisplaySettings = Field(default_factory=DisplaySettings, description="OLED.")
    buttons: ButtonSettings = Field(default_factory=ButtonSettings, description="Buttons.")
    bridge: BridgeSettings = Field(default_factory=BridgeSettings, description="HTTPS interface.")
    cards: CardSettings = Field(default_factory=CardSettings, description="Card readers.")
    counter: CounterSettings = Field(default_factory=CounterSettings, description="Counter.")
    journal: JournalSettings = Field(default_factory=JournalSettings, description="Event store.")

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
            raise _refused(
                path, texts.CANNOT_READ.format(reason=texts.READ_REASONS.get(name, name))
            ) from error
        if len(content) > MAX_SETTINGS_BYTES:
            raise _refused(path, texts.TOO_LARGE.format(maximum=MAX_SETTINGS_BYTES))
        try:
            values = tomllib.loads(content.decode())
        except UnicodeDecodeError as error:
            raise _refused(path, texts.NOT_UTF8) from error
        except (tomllib.TOMLDecodeError, RecursionError) as error:
            raise _refused(path, _not_toml(error)) from error
        try:
            return cls.model_validate(values)
        except ValidationError as error:
            problems = tuple(_problem(detail) for detail in error.errors(include_url=False))
            raise SettingsError(path, problems) from None


def _refused(path: Path, text: str) -> SettingsError:
    return SettingsError(path, (SettingsProblem("", text),))


def _not_toml(error: Exception) -> str:
    """Where the syntax breaks; tomllib says it in English at the end of its text."""
    place = re.search(r"line (\d+), column (\d+)", str(error))
    if place:
        return texts.NOT_TOML_AT.format(line=place[1], column=place[2])
    return texts.NOT_TOML_AT_END if str(error).endswith("(at end of document)") else texts.NOT_TOML


def _problem(detail: ErrorDetails) -> SettingsProblem:
    location = detail["loc"]
    key = ".".join(_shown(str(part)) for part in location)
    if detail["type"] == "extra_forbidden":
        return SettingsProblem(key, _unknown(location))
    template = texts.PROBLEM_TEXTS.get(detail["type"], texts.OTHER_PROBLEM)
    context: dict[str, Any] = {name: _plain(value) for name, value in detail.get("ctx", {}).items()}
    context["key"] = key
    if "expected" in context:
        context["expected"] = context["expected"].replace(" or ", " ou ").replace("'", '"')
    return SettingsProblem(key, template.format_map(context))


def _plain(value: object) -> object:
    """A bound as people write it: 120, not 120.0."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _shown(name: str) -> str:
    """A key as it may be printed: a file can hold any length and any control character as a quoted key."""
    short = name if len(name) <= MAX_SHOWN_CHARS else name[:MAX_SHOWN_CHARS] + "…"
    return short if short.isprintable() else ascii(short)


def _unknown(location: tuple[int | str, ...]) -> str:
    """Say that a key is unknown, and which known one it resembles, in its own section or in another."""
    *section, name = (str(part) for part in location)
    sections = {field: _keys_of(field) for field in Settings.model_fields}
    text = texts.UNKNOWN_KEY if section else texts.UNKNOWN_SECTION
    near = difflib.get_close_matches(name, sections[section[0]] if section else sections, n=1)
    if near:
        return text + texts.NEAR_NAME.format(near=".".join((*section, near[0])))
    elsewhere = [f"{field}.{key}" for field, keys in sections.items() for key in keys if key == name]
    return text + texts.NEAR_NAME.format(near=elsewhere[0]) if elsewhere else text


def _keys_of(section: str) -> Mapping[str, object]:
    model = Settings.model_fields[section].annotation
    return model.model_fields if isinstance(model, type) and issubclass(model, BaseModel) else {}
