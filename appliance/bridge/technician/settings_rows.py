"""The settings as the technician's page shows them: read-only, with names and free texts masked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pydantic import BaseModel

from appliance.settings import Settings
from appliance.texts import technician as texts

__all__ = ["SHOWN_TEXTS", "SettingRow", "settings_rows"]

SHOWN_TEXTS: Final = frozenset(
    {
        "camera.driver",
        "camera.device",
        "display.driver",
        "display.bus",
        "sound.driver",
        "sound.night_from",
        "sound.night_to",
        "lamp.driver",
        "buttons.driver",
        "bridge.host",
        "bridge.hosts",
        "bridge.origins",
        "keyboard.driver",
        "keyboard.layout",
        "keyboard.system",
        "keyboard.accents",
        "keyboard.controls",
        "keyboard.caps_lock",
        "keyboard.lamps",
        "keyboard.profile.ordonnance",
        "keyboard.profile.ins",
        "keyboard.profile.medicine",
        "keyboard.profile.prescriber",
        "keyboard.profile.opaque",
        "keyboard.profile.card",
        "keyboard.profile.terminator",
        "prescriptions.source",
        "tlsi.url",
        "tlsi.insi_url",
        "tlsi.login",
        "tlsi.software",
        "tlsi.sector",
        "pro_sante_connect.issuer",
        "pro_sante_connect.login_hint",
    }
)
"""Texts that name no person, pharmacy or key. Any other text is masked, one that is new included."""


@dataclass(frozen=True, slots=True)
class SettingRow:
    """A key of a section, its value as text, and whether that is hidden."""

    section: str
    key: str
    value: str
    masked: bool = False


def settings_rows(settings: Settings) -> Sequence[SettingRow]:
    """Every key, in the order of the schema."""
    return tuple(_rows(settings))


def _rows(settings: Settings) -> Iterator[SettingRow]:
    for section, content in settings:
        if not isinstance(content, BaseModel):
            raise TypeError("a section of the settings is a model")
        yield from _section_rows(section, "", content)


def _section_rows(section: str, above: str, content: BaseModel) -> Iterator[SettingRow]:
    for key, value in content:
        if isinstance(value, BaseModel):
            yield from _section_rows(section, f"{above}{key}.", value)
        else:
            yield _row(section, f"{above}{key}", value)


def _row(section: str, key: str, value: object) -> SettingRow:
    if value is None or value in ("", ()):
        return SettingRow(section, key, texts.EMPTY)
    match value:
        case bool():
            return SettingRow(section, key, texts.YES if value else texts.NO)
        case int() | float():
            return SettingRow(section, key, str(value).replace(".", ","))
        case Path():  # where a key lies is no secret; what is in it never comes here
            return SettingRow(section, key, str(value))
    if f"{section}.{key}" not in SHOWN_TEXTS:
        return SettingRow(section, key, texts.MASKED, masked=True)
    shown = ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)
    return SettingRow(section, key, shown)
