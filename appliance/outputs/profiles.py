"""Which events go to an output, and as which text: the profile of the settings, applied. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from appliance.decode.payloads import Kind, WarningCode
from appliance.decode.symbol import Symbology
from appliance.journal.model import Event
from appliance.settings.keyboard_sections import ProfileSettings, is_template

__all__ = ["Profile", "aim_identifier", "fields_of", "ins_string", "kind_of"]

_GS: Final = "\x1d"
_INS_HEADER: Final = "IS01" + "0" * 22
_OID_FULL: Final = 20
_NAME_FULL: Final = 100

_NUMBER_FIELDS: Final[Mapping[str, tuple[str, ...]]] = {
    "ordonnance": ("prescription_id",),
    "ins": ("matricule",),
    "prescriber": ("number",),
    "card": ("nir", "rpps", "national_id"),
}
"""What « number » is of each kind: the first that is there."""

_AIM: Final[Mapping[str, str]] = {
    Symbology.QR_CODE: "]Q1",
    Symbology.DATA_MATRIX: "]d1",
    Symbology.CODE_128: "]C0",
    Symbology.CODE_39: "]A0",
    Symbology.EAN_13: "]E0",
}
"""AIM symbology identifiers (ISO/IEC 15424) of plain symbols; events do not keep the engine's own."""
_AIM_GS1: Final[Mapping[str, str]] = {Symbology.DATA_MATRIX: "]d2", Symbology.CODE_128: "]C1"}


class Profile:
    """One output's choice of events and forms."""

    def __init__(self, settings: ProfileSettings) -> None:
        self._settings = settings
        self._forms: Mapping[str, str] = {
            kind: getattr(settings, kind)
            for kind in ("ordonnance", "ins", "medicine", "prescriber", "opaque", "card")
        }

    def wants(self, event: Event) -> bool:
        """Whether this output is to have the event."""
        return self._form_of(event) != "none"

    def text(self, event: Event) -> str | None:
        """The event in its form, with what is put around it; None where the form finds nothing in it."""
        kind, form = kind_of(event), self._form_of(event)
        if kind is None or form == "none" or event.payload is None:
            return None
        fields = fields_of(kind, event.payload)
        body = form.format_map(fields) if is_template(form) else _formed(kind, form, fields, event.payload)
        if not body:
            return None
        aim = aim_identifier(event.payload) if self._settings.aim and kind != "card" else ""
        return f"{self._settings.prefix}{aim}{body}{self._settings.suffix}"

    def _form_of(self, event: Event) -> str:
        return self._forms.get(kind_of(event) or "", "none")


def kind_of(event: Event) -> str | None:
    """The profile's name of what the event tells; None where it is nothing that outputs carry.

    A Vitale with several beneficiaries counts once it is said whose visit it is.
    """
    payload = event.payload
    if payload is None:
        return None
    match event.kind:
        case "code.read":
            return str(payload.get("kind"))
        case "card.read" if _holder(payload) is not None:
            return "card"
        case "card.chosen":
            return "card"
        case _:
            return None


def fields_of(kind: str, payload: Mapping[str, Any]) -> dict[str, str]:
    """What a template may name, of one event; empty where the code does not hold it."""
    if kind == "card":
        return _texts(_holder(payload) or {}, "nir", "rpps", "card_number", "national_id", *_PERSON)
    said: Mapping[str, Any] = payload.get("payload") or {}
    fields = {"text": str(payload.get("text", ""))}
    match kind:
        case Kind.ORDONNANCE:
            fields |= _texts(said, "prescription_id")
            fields |= _texts(said.get("prescriber") or {}, "rpps", "am", "finess", "substitute_rpps")
            fields |= _texts(said.get("patient") or {}, *_PERSON)
        case Kind.INS:
            fields |= _texts(said, "matricule", "oid", "birth_name", "sex", "birth_date", "birth_place")
            fields["given_names"] = " ".join(said.get("given_names") or ())
        case Kind.MEDICINE:
            fields |= _texts(said, "gtin", "cip13", "lot", "expiry", "serial")
        case Kind.PRESCRIBER:
            fields["number"] = str(said.get("rpps") or said.get("am_or_finess") or "")
    return fields


_PERSON: Final = ("family_name", "given_name", "birth_date")


def ins_string(fields: Mapping[str, str]) -> str:
    """The message of an INS code, built anew from its fields: order, separators and date as specified.

    ANS, « INS, format datamatrix »: what has no fixed length, and is neither full nor last, ends with GS.
    """
    if not fields.get("matricule"):
        return ""
    born = date.fromisoformat(fields["birth_date"]).strftime("%d-%m-%Y")
    parts = [
        f"S1{fields['matricule']}",
        _separated(f"S2{fields['oid']}", _OID_FULL),
        _separated(f"S3{fields['given_names']}", _NAME_FULL),
        _separated(f"S4{fields['birth_name']}", _NAME_FULL),
        f"S5{fields['sex']}S6{born}",
    ]
    place = f"S7{fields['birth_place']}" if fields["birth_place"] else ""
    return _INS_HEADER + "".join(parts) + place


def aim_identifier(payload: Mapping[str, Any]) -> str:
    """The AIM identifier of a code that was read; of GS1 where it is a medicine's and says so."""
    symbology = str(payload.get("symbology"))
    is_gs1 = (
        payload.get("kind") == Kind.MEDICINE
        and WarningCode.GS1_MARK_MISSING not in payload.get("warnings", ())
        and str(payload.get("text", "")).startswith("01")
    )
    return (_AIM_GS1.get(symbology) if is_gs1 else None) or _AIM.get(symbology, "")


def _formed(kind: str, form: str, fields: Mapping[str, str], payload: Mapping[str, Any]) -> str:
    match form:
        case "raw":
            return str(payload.get("text", ""))
        case "ins":
            return ins_string(fields)
        case "number":
            return next(filter(None, (fields[name] for name in _NUMBER_FIELDS[kind])), "")
        case _:
            return fields[form]


def _separated(field: str, full: int) -> str:
    return field if len(field) - len("S0") >= full else field + _GS


def _texts(values: Mapping[str, Any], *names: str) -> dict[str, str]:
    return {name: "" if values.get(name) is None else str(values[name]) for name in names}


def _holder(payload: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Whose card it is; of a Vitale the beneficiary of this visit, None while nobody said which."""
    if "beneficiary" in payload:
        chosen_one: Mapping[str, Any] = payload["beneficiary"]
        return chosen_one
    content: Mapping[str, Any] = payload.get("content") or {}
    beneficiaries = content.get("beneficiaries")
    if beneficiaries is None:
        return content or None
    chosen = payload.get("chosen")
    if not isinstance(chosen, int) or not 0 <= chosen < len(beneficiaries):
        return None
    holder: Mapping[str, Any] = beneficiaries[chosen]
    return holder
