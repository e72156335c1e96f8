"""What a code says: pure parsers from raw bytes to typed payloads."""

from __future__ import annotations

from appliance.decode.payloads.codes import Kind, WarningCode
from appliance.decode.payloads.ins import InsIdentity
from appliance.decode.payloads.interpreter import interpret
from appliance.decode.payloads.link import Link
from appliance.decode.payloads.medicine import Medicine
from appliance.decode.payloads.ordonnance import Ordonnance, Patient, Prescriber
from appliance.decode.payloads.prescriber import PrescriberBarcode
from appliance.decode.payloads.reading import Payload, Reading
from appliance.decode.payloads.twodoc import TwoDoc

__all__ = [
    "InsIdentity",
    "Kind",
    "Link",
    "Medicine",
    "Ordonnance",
    "Patient",
    "Payload",
    "Prescriber",
    "PrescriberBarcode",
    "Reading",
    "TwoDoc",
    "WarningCode",
    "interpret",
]
