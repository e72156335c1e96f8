"""From the counter's parts to the checks that only it can answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from appliance.display.buttons import Buttons, NoButtons
from appliance.display.lamp import Lamp, NoLamp
from appliance.display.oled import Display
from appliance.display.sound import NoSpeaker, Speaker
from appliance.health.checks.attached import AttachedCheck
from appliance.health.checks.journal import JournalDepthCheck, JournalWritesCheck
from appliance.health.checks.keyboard import KeyboardCheck
from appliance.health.checks.lgo import ContractCheck, LgoCheck
from appliance.health.checks.readers import ReadersCheck
from appliance.health.model import Check
from appliance.outputs.report import read_reports
from appliance.settings import Settings

__all__ = ["Attached", "counter_checks"]


@dataclass(frozen=True, slots=True)
class Attached:
    """What hangs on the device's pins; where a driver failed, its stand-in."""

    display: Display
    buttons: Buttons
    lamp: Lamp
    speaker: Speaker


def counter_checks(
    settings: Settings,
    attached: Attached,
    *,
    storage_ok: Callable[[], bool],
    waiting: Callable[[], int],
    link: Callable[[], str],
) -> tuple[Check, ...]:
    """The counter's checks; what is given is asked anew each time, by another thread than the counter's."""
    return (
        ReadersCheck(settings.paths.runtime_directory / "cards.json", settings.cards.enabled),
        AttachedCheck("display", settings.display.driver, lambda: attached.display.fault is None),
        AttachedCheck(
            "buttons", settings.buttons.driver, lambda: not isinstance(attached.buttons, NoButtons)
        ),
        AttachedCheck("lamp", settings.lamp.driver, lambda: not isinstance(attached.lamp, NoLamp)),
        AttachedCheck("sound", settings.sound.driver, lambda: not isinstance(attached.speaker, NoSpeaker)),
        JournalWritesCheck(storage_ok),
        JournalDepthCheck(waiting),
        ContractCheck(settings.prescriptions.source, _is_demonstration(settings)),
        LgoCheck(link),
        KeyboardCheck(
            settings.keyboard.driver != "none",
            lambda: read_reports(settings.paths.runtime_directory).get("keyboard"),
        ),
    )


def _is_demonstration(settings: Settings) -> bool:
    if settings.prescriptions.source != "tlsi":
        return False
    # Imported only here: a counter that asks no téléservice needs no SOAP.
    from appliance.prescriptions.tlsi.ordonnance_operations import IS_DEMONSTRATION  # noqa: PLC0415

    return IS_DEMONSTRATION
