"""What a parser of one kind of code hands back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from appliance.decode.payloads.codes import Kind, WarningCode
from appliance.identifiers.discreet import Discreet

if TYPE_CHECKING:
    from appliance.decode.payloads.reading import Payload

__all__ = ["Parsed"]


@dataclass(frozen=True, slots=True, repr=False)
class Parsed(Discreet):
    """A code recognised as one kind.

    Attributes:
        kind: which.
        payload: what it says; None where too little of it is valid.
        warnings: what is to be said of it.
    """

    kind: Kind
    payload: Payload | None
    warnings: frozenset[WarningCode] = frozenset()
