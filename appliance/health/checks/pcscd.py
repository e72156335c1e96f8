"""The PC/SC daemon, and the rule by which polkit lets the counter use it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from appliance.health.model import Answer
from appliance.health.probes import Run

__all__ = ["PcscdCheck", "PolkitCheck"]


@dataclass(frozen=True, slots=True)
class PcscdCheck:
    """Whether the daemon is there; systemd starts it when the first program asks it something."""

    run: Run
    socket: Path
    is_wanted: bool
    id: str = "pcscd"

    def ask(self) -> Answer:
        """Look for its socket; where there is none, why."""
        if not self.is_wanted:
            return Answer.unused()
        if self.socket.is_socket():
            return Answer.ok()
        ran = self.run(["systemctl", "is-enabled", "pcscd.socket"])
        if ran.is_missing:
            return Answer.unknown("no_systemd")
        return Answer.fault("stopped" if ran.status == 0 or "disabled" in ran.output else "not_installed")


@dataclass(frozen=True, slots=True)
class PolkitCheck:
    """Whether the rule is in place where the daemon asks polkit (Debian 13's does, Debian 12's does not)."""

    policies: Path
    rules: tuple[Path, ...]
    is_wanted: bool
    id: str = "polkit"

    def ask(self) -> Answer:
        """Look for the daemon's actions and for a rule that names the counter's user."""
        if not self.is_wanted:
            return Answer.unused()
        if not (self.policies / "org.debian.pcsc-lite.policy").exists():
            return Answer.ok("not_asked")
        return Answer.ok() if any(rule.exists() for rule in self.rules) else Answer.fault("no_rule")
