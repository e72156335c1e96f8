"""The questions of `comptoir provision`: what was found, and what is set, is offered as the answer."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import click
from pydantic import ValidationError

from appliance.cli.site_survey import Survey
from appliance.provisioning.site import NetworkSite
from appliance.provisioning.steps import checked_secret
from appliance.settings import Settings
from appliance.settings.problems import refused_values
from appliance.texts import provision as texts

__all__ = ["ask_site", "confirm"]

_PSC_SECRET: Final = "psc.secret"  # noqa: S105 - the name of a credential
_PANELS: Final = ("ssd1306", "ssd1309", "sh1106", "none")
_CAMERAS: Final = ("picamera2", "v4l2")
_SOURCES: Final = ("lgo", "tlsi", "none")


def ask_site(found: Survey, present: Settings, host_name: str) -> tuple[dict[str, Any], dict[str, str]]:
    """A site's document and its secrets, by asking; each answer is checked as it is given."""
    click.echo(texts.FOUND.format(found=", ".join(_found(found)) or texts.FOUND_NOTHING))
    values: dict[str, Any] = {
        "device": {
            "name": _text("device.name", texts.ASK_NAME, present.device.name or host_name),
            "counter": _number("device.counter", texts.ASK_COUNTER, present.device.counter),
        },
        "camera": {"driver": _choice(texts.ASK_CAMERA, _CAMERAS, found.camera or present.camera.driver)},
        "display": _display(found, present),
        "buttons": {"driver": _wired(texts.ASK_BUTTONS, found)},
        "lamp": {"driver": _wired(texts.ASK_LAMP, found)},
        "sound": {"driver": _wired(texts.ASK_SOUND, found)},
        "cards": {"enabled": confirm(texts.ASK_CARDS, default=bool(found.readers) or present.cards.enabled)},
        "bridge": {"host": _text("bridge.host", texts.ASK_HOST, "0.0.0.0")},  # noqa: S104 - behind its own firewall
        "prescriptions": {"source": _choice(texts.ASK_SOURCE, _SOURCES, present.prescriptions.source)},
    }
    if values["sound"]["driver"] == "gpio":
        values["sound"]["volume"] = _number("sound.volume", texts.ASK_VOLUME, present.sound.volume)
    secrets = _psc(values, present)
    site = {"network": _network(), "time": _time(), "settings": values}
    return site, secrets


def _found(found: Survey) -> list[str]:
    parts = [] if found.camera is None else [texts.FOUND_CAMERA.format(driver=found.camera)]
    parts += [] if found.panel is None else [texts.FOUND_PANEL.format(address=found.panel)]
    parts += [texts.FOUND_SPI] if found.has_spi else []
    return parts + ([texts.FOUND_READERS.format(count=found.readers)] if found.readers else [])


def _display(found: Survey, present: Settings) -> dict[str, Any]:
    driver = _choice(texts.ASK_DISPLAY, _PANELS, present.display.driver)
    if driver == "none":
        return {"driver": driver}
    is_spi = found.panel is None and found.has_spi
    bus = _choice(texts.ASK_BUS, ("i2c", "spi"), "spi" if is_spi else "i2c")
    if bus == "spi":
        return {"driver": driver, "bus": bus, "port": 0}
    default = f"0x{found.panel or present.display.address:02X}"
    address = _asked(texts.ASK_I2C_ADDRESS, default, lambda text: _checked("display.address", int(text, 0)))
    return {"driver": driver, "bus": bus, "port": 1, "address": address}


def _psc(values: dict[str, Any], present: Settings) -> dict[str, str]:
    if not confirm(texts.ASK_PSC, default=present.pro_sante_connect.enabled):
        return {}
    client_id = click.prompt(texts.ASK_PSC_CLIENT, default=present.pro_sante_connect.client_id or None)
    values["pro_sante_connect"] = {"enabled": True, "client_id": client_id}
    secret = click.prompt(texts.ASK_PSC_HIDDEN, hide_input=True, default="", show_default=False)
    return {_PSC_SECRET: checked_secret(_PSC_SECRET, secret.encode())} if secret else {}


def _network() -> dict[str, Any]:
    mode = _choice(texts.ASK_NETWORK, ("keep", "dhcp", "static"), "keep")
    if mode != "static":
        return {"mode": mode}

    def field(name: str, question: str) -> Any:
        def check(text: str) -> Any:
            value = [text] if name == "dns" else text
            NetworkSite.model_validate({"mode": "static", "address": "192.0.2.1/24", name: value})
            return value

        return _asked(question, None, check)

    return {
        "mode": mode,
        "address": field("address", texts.ASK_ADDRESS),
        "gateway": field("gateway", texts.ASK_GATEWAY),
        "dns": field("dns", texts.ASK_DNS),
    }


def _time() -> dict[str, Any]:
    server = click.prompt(texts.ASK_TIME, default="", show_default=False)
    return {"servers": [server]} if server else {}


def _wired(question: str, found: Survey) -> str:
    return "gpio" if confirm(question, default=found.has_gpio) else "none"


def confirm(question: str, *, default: bool) -> bool:
    """Yes or no in French; click's own speaks English."""
    asked = f"{question} ({texts.YES_OR_NO})"
    return bool(_asked(asked, texts.YES if default else texts.NO, lambda text: texts.ANSWERS[text.lower()]))


def _choice(question: str, choices: tuple[str, ...], default: str) -> str:
    chosen: str = click.prompt(
        question, type=click.Choice(choices), default=default if default in choices else choices[0]
    )
    return chosen


def _text(key: str, question: str, default: str) -> str:
    return str(_asked(question, default, lambda text: _checked(key, text)))


def _number(key: str, question: str, default: int) -> int:
    return int(_asked(question, str(default), lambda text: _checked(key, int(text))))


def _asked(question: str, default: str | None, check: Callable[[str], Any]) -> Any:
    def value(text: str) -> Any:
        try:
            return check(text)
        except ValidationError as error:
            first = refused_values(Path(), error, Settings).problems[0]
            raise click.BadParameter(first.text) from None
        except (ValueError, KeyError):
            raise click.BadParameter(text) from None

    return click.prompt(question, default=default, value_proc=value)


def _checked(key: str, value: object) -> object:
    section, _, name = key.partition(".")
    Settings.model_validate({section: {name: value}})
    return value
