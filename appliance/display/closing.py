"""What lamp and buzzer have in common: they are closed once, and closed by leaving their context."""

from __future__ import annotations

from abc import ABC, abstractmethod
from types import TracebackType
from typing import Self

__all__ = ["ClosedOnce"]


class ClosedOnce(ABC):
    """Something that gives back what it took; closing twice does nothing."""

    def __init__(self) -> None:
        self._is_closed = False

    def close(self) -> None:
        """End what it does and give its pins back."""
        if not self._is_closed:
            self._is_closed = True
            self._close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @abstractmethod
    def _close(self) -> None:
        """Give back; called once."""
