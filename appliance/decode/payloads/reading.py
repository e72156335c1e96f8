"""A code as understood: what goes into events, over the bridge and to the screen."""

from __future__ import annotations

import base64
from dataclasses import dataclass

from appliance.decode.payloads.codes import Kind, WarningCode
from appliance.decode.payloads.ins import InsIdentity
from appliance.decode.payloads.link import Link
from appliance.decode.payloads.medicine import Medicine
from appliance.decode.payloads.ordonnance import Ordonnance
from appliance.decode.payloads.prescriber import PrescriberBarcode
from appliance.decode.payloads.twodoc import TwoDoc
from appliance.decode.symbol import Symbology
from appliance.identifiers.discreet import Discreet

__all__ = ["Payload", "Reading"]

Payload = Ordonnance | InsIdentity | PrescriberBarcode | Medicine | TwoDoc | Link
"""What a code says, by its kind. An opaque code has none."""


@dataclass(frozen=True, slots=True, repr=False)
class Reading(Discreet):
    """One code, read and classified.

    Attributes:
        symbology: the kind of symbol.
        content: the raw bytes.
        text: the content for people; control characters are still in it, whoever shows it escapes them.
        kind: what it is.
        payload: what it says; None for an opaque code, and where too little of it is valid.
        warnings: what is odd about it, gravest first, each once.
    """

    symbology: Symbology
    content: bytes
    text: str
    kind: Kind
    payload: Payload | None
    warnings: tuple[WarningCode, ...] = ()

    def to_json(self) -> dict[str, object]:
        """The object of the events and of `comptoir decode --json`; plain JSON values throughout."""
        return {
            "symbology": self.symbology.value,
            "text": self.text,
            "bytes": base64.b64encode(self.content).decode("ascii"),
            "kind": self.kind.value,
            "payload": self.payload.to_json() if self.payload is not None else None,
            "warnings": [warning.value for warning in self.warnings],
        }

    def __repr__(self) -> str:
        """Say what and how long, never the content: it may be a person's identity."""
        warnings = ", ".join(self.warnings) or "no warnings"
        return f"<Reading {self.symbology} {self.kind} {len(self.content)} bytes, {warnings}>"

    __str__ = __repr__
