"""Whether a PC is at the USB keyboard, and how many texts it did not get."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from appliance.health.model import Answer
from appliance.outputs.report import Report

__all__ = ["KeyboardCheck"]


@dataclass(frozen=True, slots=True)
class KeyboardCheck:
    """The report of the keyboard's output: None where its program has not written one."""

    is_wished: bool
    report: Callable[[], Report | None]
    id: str = "keyboard"

    def ask(self) -> Answer:
        """Look."""
        if not self.is_wished:
            return Answer.unused()
        report = self.report()
        if report is None:
            return Answer.unknown("silent")
        taken, refused, late = report.taken, report.refused, report.expired
        if not report.present:
            return Answer.warning("absent", taken=taken, refused=refused, late=late)
        return Answer.ok(taken=taken, refused=refused, late=late)
