"""Whether the pharmacy software asks for events, and whether the national base's contract is the real one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from appliance.health.model import Answer

__all__ = ["ContractCheck", "LgoCheck"]


@dataclass(frozen=True, slots=True)
class LgoCheck:
    """Whether a paired software was heard lately: `link` is `present`, `absent` or `never`."""

    link: Callable[[], str]
    id: str = "lgo"

    def ask(self) -> Answer:
        """Look."""
        link = self.link()
        if link == "present":
            return Answer.ok()
        return Answer.warning("absent" if link == "absent" else "never")


@dataclass(frozen=True, slots=True)
class ContractCheck:
    """Says loudly that statuses come by a contract of our own, or from a simulation."""

    source: str
    is_demonstration: bool
    id: str = "base.contract"

    def ask(self) -> Answer:
        """Judge by the settings."""
        if self.source == "simulated":
            return Answer.warning("simulated")
        if self.source != "tlsi":
            return Answer.unused()
        return Answer.warning("demonstration") if self.is_demonstration else Answer.ok()
