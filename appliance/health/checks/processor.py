"""The processor: how warm it is, and whether the Pi slowed it down or went short of power."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from appliance.health.model import Answer
from appliance.health.probes import Run, read_small

__all__ = ["TemperatureCheck", "ThrottlingCheck", "VoltageCheck"]

_HOT_C: Final = 75
_TOO_HOT_C: Final = 82
"""A Pi slows down from 80 °C (soft limit) and at 85 °C (documentation of the firmware, `temp_limit`)."""
_MILLI: Final = 1000

_UNDER_VOLTAGE_NOW: Final = 1 << 0
_CAPPED_NOW: Final = 1 << 1
_THROTTLED_NOW: Final = 1 << 2
_SOFT_LIMIT_NOW: Final = 1 << 3
_SINCE_BOOT_SHIFT: Final = 16
"""Of the firmware's GET_THROTTLED: the same bits, sixteen higher, since the device started."""
_SLOWED: Final = _CAPPED_NOW | _THROTTLED_NOW | _SOFT_LIMIT_NOW

_FIRMWARE_FILE: Final = Path("devices/platform/soc/soc:firmware/get_throttled")


@dataclass(frozen=True, slots=True)
class TemperatureCheck:
    """Of the processor."""

    sys: Path
    id: str = "temperature"

    def ask(self) -> Answer:
        """Read the first thermal zone."""
        text = (read_small(self.sys / "class/thermal/thermal_zone0/temp") or "").strip()
        if not text.lstrip("-").isdecimal():
            return Answer.unknown("not_told")
        degrees = round(int(text) / _MILLI)
        if degrees >= _TOO_HOT_C:
            return Answer.fault("hot", degrees=degrees)
        return Answer.warning("hot", degrees=degrees) if degrees >= _HOT_C else Answer.ok(degrees=degrees)


def _throttled(sys: Path, run: Run) -> int | None:
    """The firmware's bits: by sysfs, or by vcgencmd where the kernel does not offer them; None elsewhere."""
    text = (read_small(sys / _FIRMWARE_FILE) or "").strip()
    if not text:
        ran = run(["vcgencmd", "get_throttled"])
        text = ran.output.strip().removeprefix("throttled=") if ran.status == 0 else ""
    try:
        return int(text, 16)
    except ValueError:
        return None


@dataclass(frozen=True, slots=True)
class ThrottlingCheck:
    """Whether the Pi slows its processor down."""

    sys: Path
    run: Run
    id: str = "throttling"

    def ask(self) -> Answer:
        """Ask the firmware."""
        bits = _throttled(self.sys, self.run)
        if bits is None:
            return Answer.unknown("not_told")
        if bits & _SLOWED:
            return Answer.warning("now")
        return Answer.warning("earlier") if (bits >> _SINCE_BOOT_SHIFT) & _SLOWED else Answer.ok()


@dataclass(frozen=True, slots=True)
class VoltageCheck:
    """Whether the supply is too weak, by the firmware or by the kernel's own alarm."""

    sys: Path
    run: Run
    id: str = "voltage"

    def ask(self) -> Answer:
        """Ask both."""
        bits, alarm = _throttled(self.sys, self.run), self._alarm()
        if bits is None and alarm is None:
            return Answer.unknown("not_told")
        if alarm or (bits or 0) & _UNDER_VOLTAGE_NOW:
            return Answer.fault("now")
        earlier = ((bits or 0) >> _SINCE_BOOT_SHIFT) & _UNDER_VOLTAGE_NOW
        return Answer.warning("earlier") if earlier else Answer.ok()

    def _alarm(self) -> bool | None:
        """Of the driver raspberrypi-hwmon (`in0_lcrit_alarm`); None where it is not there."""
        for folder in self.sys.glob("class/hwmon/hwmon*"):
            if (read_small(folder / "name") or "").strip() == "rpi_volt":
                return (read_small(folder / "in0_lcrit_alarm") or "").strip() == "1"
        return None
