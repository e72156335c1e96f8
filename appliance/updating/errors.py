"""Why there was no update, in French; nothing was changed unless the class says so."""

from __future__ import annotations

__all__ = ["UpdateError", "UpdateRefusedError", "UpdateReturnedError", "UpdateStuckError"]


class UpdateError(Exception):
    """There was no update; the text says why and what to do."""


class UpdateRefusedError(UpdateError):
    """What was offered may not be put in place; nothing was changed."""


class UpdateReturnedError(UpdateError):
    """The new version did not do, and the one before is back; report it to the editor."""


class UpdateStuckError(UpdateError):
    """Neither version does; a technician is needed at once."""
