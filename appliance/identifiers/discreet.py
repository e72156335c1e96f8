"""Values that hold an identity and never show it by accident."""

from __future__ import annotations

__all__ = ["Discreet"]


class Discreet:
    """Base of values whose `repr` and `str` are their type's name alone.

    Reprs end up in logs, tracebacks and test reports, where no identity may be. Dataclasses that derive
    from it are declared with `repr=False`.
    """

    __slots__ = ()

    def __repr__(self) -> str:
        """Say what it is, never what it holds."""
        return f"<{type(self).__name__}>"

    __str__ = __repr__
