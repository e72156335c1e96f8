"""What all screens share: they are values, and their repr tells nobody's identity."""

from __future__ import annotations

from typing import ClassVar

__all__ = ["ScreenValue", "check_count"]


class ScreenValue:
    """One screen.

    Attributes:
        tells_identity: whether it may show who somebody is; it is veiled after a while then. A screen that
            does not say otherwise does.
        may_rest: whether it gives way to the resting screen when nobody has been there for a while.
    """

    __slots__ = ()
    tells_identity: ClassVar[bool] = True
    may_rest: ClassVar[bool] = False

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
