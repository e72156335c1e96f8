"""Why there is no status, as a word of a closed catalogue: safe to show and to hand on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from appliance.texts.statuses import CAUSES

__all__ = ["MAX_MINUTES", "Cause"]

MAX_MINUTES: Final = 9999
"""A clock that is off by more, a week, is simply wrong."""


@dataclass(frozen=True, slots=True)
class Cause:
    """Why there is no status. What a service says in its own words may name somebody: it never is one.

    Attributes:
        name: in `texts.statuses.CAUSES`.
        minutes: by how much the clock is off, 0 to MAX_MINUTES; 0 where it is not about the clock.
    """

    name: str
    minutes: int = 0

    def __post_init__(self) -> None:
        """Refuse what is in no catalogue."""
        if self.name not in CAUSES:
            raise ValueError("a cause of the catalogue")
        if not 0 <= self.minutes <= MAX_MINUTES:
            raise ValueError(f"0 to {MAX_MINUTES} minutes")

    @property
    def title(self) -> str:
        """One French sentence."""
        return CAUSES[self.name].title.format(minutes=self.minutes)

    @property
    def remedy(self) -> str:
        """What to do, one French sentence."""
        return CAUSES[self.name].remedy

    def to_json(self) -> dict[str, str]:
        """As the bridge gives it."""
        return {"code": self.name, "title": self.title, "remedy": self.remedy}
