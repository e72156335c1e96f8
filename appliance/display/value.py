"""What all screens share: they are values, and their repr tells nobody's identity."""

from __future__ import annotations

__all__ = ["ScreenValue", "check_count"]


class ScreenValue:
    """One screen."""

    __slots__ = ()

    def __repr__(self) -> str:
        """Say which screen, never what is on it: it may be a person's identity."""
        return f"<{type(self).__name__}>"


def check_count(name: str, value: int) -> None:
    """Refuse a negative count.

    Raises:
        ValueError: naming it.
    """
    if value < 0:
        raise ValueError(f"{name} is a count, not {value}")
