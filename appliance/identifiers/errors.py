"""What is wrong with a text that should be an identifier; no message quotes the text."""

from __future__ import annotations

__all__ = ["CheckDigitError", "IdentifierError", "MalformedError"]


class IdentifierError(ValueError):
    """A text is not the identifier it was taken for; the subclasses say what to do."""


class MalformedError(IdentifierError):
    """Its length or its characters are wrong: it is something else, look where it came from."""


class CheckDigitError(IdentifierError):
    """Its key does not fit: mistyped, misread or misprinted, so read it again or compare by eye."""
