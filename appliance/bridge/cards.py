"""`GET /v1/cards`: the readers and what is in them now, without anybody's identity.

Who a card is of stands in the events alone, which are sealed, given to clients with that scope, and erased
once acknowledged; this is for a software that starts while a card is in, and for a technician.
"""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Annotated, Any, Literal

from flask import Blueprint
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from appliance.bridge.parameters import query_integers

__all__ = ["MAX_AGE_S", "MAX_CARDS_FILE_BYTES", "CardReaders", "cards_blueprint"]

MAX_CARDS_FILE_BYTES = 16 * 1024
MAX_AGE_S = 5.0
"""The counter touches its file every second: an older one is what a counter left that has ended."""
MAX_READERS = 16
"""As many as PC/SC has."""

_Word = Annotated[str, Field(max_length=32)]
_Name = Annotated[str, Field(max_length=256)]


class _Mirrored(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)


class _Card(_Mirrored):
    """A card that is in; what the counter may add to its file, an identity too, is not passed on."""

    id: _Name
    family: _Word | None
    state: _Word
    reason: _Word | None
    code_given: bool = False


class _Reader(_Mirrored):
    name: _Name
    condition: _Word
    card: _Card | None


class CardReaders(_Mirrored):
    """What the counter mirrors of the readers in `cards.json`.

    Attributes:
        service: of PC/SC; `unknown` where the counter says nothing, or reads no cards.
        readers: those there are.
    """

    service: Literal["running", "absent", "refused", "unknown"] = "unknown"
    readers: Annotated[tuple[_Reader, ...], Field(max_length=MAX_READERS)] = ()

    @classmethod
    def read(cls, file: Path) -> CardReaders:
        """What the file says; nothing known where it is absent, old, too long or not what it should be."""
        try:
            with file.open("rb") as opened:
                if time.time() - os.fstat(opened.fileno()).st_mtime > MAX_AGE_S:
                    return cls()
                content = opened.read(MAX_CARDS_FILE_BYTES + 1)
            if len(content) > MAX_CARDS_FILE_BYTES:
                return cls()
            return cls.model_validate_json(content)
        except (OSError, ValidationError):
            return cls()


def cards_blueprint(cards_file: Path) -> Blueprint:
    """The route `/v1/cards`."""
    blueprint = Blueprint("cards", __name__, url_prefix="/v1")

    @blueprint.get("/cards")
    def cards() -> dict[str, Any]:
        query_integers(())
        return CardReaders.read(cards_file).model_dump()

    return blueprint
