"""The QR code of an ordonnance numérique: an identifier, a patient and a prescriber, in JSON.

Structure as published by GIE SESAM-Vitale (webinar of 12/09/2025 on the Ségur V2 specifications). It is
neither signed nor encrypted: only the national base can say that a prescription exists.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from appliance.decode.payloads.codes import Kind, WarningCode
from appliance.decode.payloads.json_document import (
    MAX_DOCUMENT_LENGTH,
    JsonDocument,
    JsonValue,
    LongNumber,
    MalformedDocumentError,
    TooDeepError,
    parse,
)
from appliance.decode.payloads.parsed import Parsed
from appliance.decode.payloads.salvage import salvage
from appliance.decode.payloads.text import PADDING, has_control_characters
from appliance.identifiers import (
    AmNumber,
    BirthDate,
    CheckDigitError,
    Finess,
    IdentifierError,
    MalformedError,
    Rpps,
)
from appliance.identifiers.discreet import Discreet

__all__ = [
    "MAX_FIELD_LENGTH",
    "MAX_PRESCRIPTION_ID_LENGTH",
    "Ordonnance",
    "Patient",
    "Prescriber",
    "parse_ordonnance",
]

MAX_FIELD_LENGTH: Final = 256
"""Characters of a name or a number; INS names have at most 100."""

MAX_PRESCRIPTION_ID_LENGTH: Final = 64
"""Characters; the published samples have 18 digits, the form is not public."""

_BEGINNING: Final = re.compile(r'\{|"[SD]"\s*:')
"""An object, or one whose first brace is lost."""

_KNOWN_VERSIONS: Final = (1, 2)
_VERSION: Final = re.compile(r"[0-9]{1,4}")


@dataclass(frozen=True, slots=True, repr=False)
class Patient(Discreet):
    """The patient as the prescriber's software named them: INS traits where the INS is qualified.

    Attributes:
        family_name, given_name: as printed, accents untouched.
        birth_date: ISO where day and month are known, else as it stands.
    """

    family_name: str | None
    given_name: str | None
    birth_date: str | None

    def to_json(self) -> dict[str, object]:
        """The three fields."""
        return {
            "family_name": self.family_name,
            "given_name": self.given_name,
            "birth_date": self.birth_date,
        }


@dataclass(frozen=True, slots=True, repr=False)
class Prescriber(Discreet):
    """The numbers of the prescriber, as they stand: a wrong key is a warning of the reading.

    Attributes:
        rpps: RPPS of the prescriber.
        am: "numéro AM", or the geographic FINESS written in its place.
        finess: geographic FINESS, where it has a key of its own.
        substitute_rpps: RPPS of the doctor who stands in.
    """

    rpps: str | None
    am: str | None
    finess: str | None
    substitute_rpps: str | None

    def to_json(self) -> dict[str, object]:
        """The four numbers."""
        return {
            "rpps": self.rpps,
            "am": self.am,
            "finess": self.finess,
            "substitute_rpps": self.substitute_rpps,
        }


@dataclass(frozen=True, slots=True, repr=False)
class Ordonnance(Discreet):
    """What the code of an ordonnance numérique says.

    Attributes:
        version: of the structure, `S.V`.
        prescription_id: `D.ID`; None only where the code is damaged.
        patient: `D.P`; absent from codes of the first version.
        prescriber: `D.M`.
        extra: whatever else stands there, in the structure of the code; read only.
    """

    version: int | None
    prescription_id: str | None
    patient: Patient | None
    prescriber: Prescriber
    extra: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}), hash=False)

    def to_json(self) -> dict[str, object]:
        """The fields, plain JSON values throughout."""
        return {
            "version": self.version,
            "prescription_id": self.prescription_id,
            "patient": self.patient.to_json() if self.patient is not None else None,
            "prescriber": self.prescriber.to_json(),
            "extra": _thawed(self.extra),
        }


def parse_ordonnance(text: str, *, test_data_expected: bool) -> Parsed | None:
    """Read the JSON of an ordonnance, whole or broken.

    Args:
        text: the content of the code.
        test_data_expected: False in production, where a test number is worth a warning.

    Returns:
        None where it is something else.
    """
    body = text.strip(PADDING)
    if not _BEGINNING.match(body):
        return None
    warnings: set[WarningCode] = set()
    if len(body) > MAX_DOCUMENT_LENGTH:
        body = body[:MAX_DOCUMENT_LENGTH]
        warnings.add(WarningCode.TOO_LONG)
    document = _whole(body, warnings)
    if document is None:
        document = salvage(body)
        warnings.add(WarningCode.DAMAGED)
    if document is None:
        return None
    builder = _Builder(document.root, warnings | document.warnings, test_data_expected)
    ordonnance = builder.build()
    return Parsed(Kind.ORDONNANCE, ordonnance, frozenset(builder.warnings))


def _whole(body: str, warnings: set[WarningCode]) -> JsonDocument | None:
    """The document if it is JSON to its end brace and has the structure of an ordonnance."""
    try:
        document = parse(body)
    except TooDeepError:
        warnings.add(WarningCode.TOO_DEEP)
        return None
    except MalformedDocumentError:
        return None
    data = document.root.get("D")
    if not isinstance(data, dict):
        return None
    structure = document.root.get("S")
    if "ID" in data or (isinstance(structure, dict) and "V" in structure and "M" in data):
        return document
    return None


class _Builder:
    """Takes known fields out of the document; what is left of it is the extra."""

    def __init__(
        self, root: dict[str, JsonValue], warnings: set[WarningCode], test_data_expected: bool
    ) -> None:
        self.warnings = warnings
        self._root = root
        self._test_data_expected = test_data_expected

    def build(self) -> Ordonnance:
        structure = self._section(self._root, "S")
        data = self._section(self._root, "D")
        version = self._version(structure)
        prescription_id = self._field(data, "ID", MAX_PRESCRIPTION_ID_LENGTH)
        if prescription_id is None:
            self.warnings |= {WarningCode.PRESCRIPTION_ID_MISSING, WarningCode.DAMAGED}
        patient = self._patient(self._section(data, "P"))
        prescriber = self._prescriber(self._section(data, "M"))
        for section, name in ((data, "P"), (data, "M"), (self._root, "S"), (self._root, "D")):
            if section.get(name) == {}:
                del section[name]
        extra = self._frozen(self._root)
        return Ordonnance(version, prescription_id, patient, prescriber, extra)

    def _version(self, structure: dict[str, JsonValue]) -> int | None:
        written = self._field(structure, "V", MAX_FIELD_LENGTH)
        if written is None:
            return None
        if not _VERSION.fullmatch(written):
            structure["V"] = written
            self.warnings.add(WarningCode.FIELD_UNREADABLE)
            return None
        version = int(written)
        if version not in _KNOWN_VERSIONS:
            self.warnings.add(WarningCode.UNKNOWN_VERSION)
        return version

    def _patient(self, section: dict[str, JsonValue]) -> Patient | None:
        patient = Patient(self._field(section, "N"), self._field(section, "P"), self._birth_date(section))
        return None if patient == Patient(None, None, None) else patient

    def _birth_date(self, section: dict[str, JsonValue]) -> str | None:
        written = self._field(section, "D")
        if written is None:
            return None
        try:
            exact = BirthDate.parse(written).exact
        except IdentifierError:
            self.warnings.add(WarningCode.BIRTH_DATE_FORMAT)
            return written
        if exact is None:
            self.warnings.add(WarningCode.BIRTH_DATE_INCOMPLETE)
            return written
        if exact.isoformat() != written:
            self.warnings.add(WarningCode.BIRTH_DATE_FORMAT)
        return exact.isoformat()

    def _prescriber(self, section: dict[str, JsonValue]) -> Prescriber:
        rpps = self._field(section, "RPPS")
        am = self._field(section, "AM")
        self._check(Rpps, rpps, WarningCode.RPPS_FORMAT, WarningCode.RPPS_KEY)
        self._check(AmNumber, am, WarningCode.AM_FORMAT, WarningCode.AM_KEY)
        # The names of these two keys are not public: a key that says FINESS or RPPS and a value that has
        # the form are taken at their word, and stay in the extra as they were.
        finess = _like(section, "FINESS", Finess)
        substitute = _like(section, "RPPS", Rpps)
        self._check(Finess, finess, WarningCode.FINESS_KEY, WarningCode.FINESS_KEY)
        self._check(Rpps, substitute, WarningCode.SUBSTITUTE_RPPS_KEY, WarningCode.SUBSTITUTE_RPPS_KEY)
        return Prescriber(rpps, am, finess, substitute)

    def _check(
        self,
        identifier: type[Rpps | AmNumber | Finess],
        text: str | None,
        malformed: WarningCode,
        wrong_key: WarningCode,
    ) -> None:
        if text is None:
            return
        try:
            is_test = identifier(text).is_test
        except CheckDigitError:
            self.warnings.add(wrong_key)
        except MalformedError:
            self.warnings.add(malformed)
        else:
            if is_test and not self._test_data_expected:
                self.warnings.add(WarningCode.TEST_IDENTITY)

    def _section(self, parent: dict[str, JsonValue], name: str) -> dict[str, JsonValue]:
        section = parent.get(name)
        if isinstance(section, dict):
            return section
        if section is not None:
            self.warnings.add(WarningCode.FIELD_UNREADABLE)
        return {}

    def _field(self, section: dict[str, JsonValue], name: str, longest: int = MAX_FIELD_LENGTH) -> str | None:
        """Take a text or an integer out; what is neither, or too long, stays and is warned of."""
        value = section.get(name)
        if isinstance(value, int) and not isinstance(value, bool):
            value = str(value)
        if isinstance(value, str) and len(value) <= longest:
            del section[name]
            if has_control_characters(value):
                self.warnings.add(WarningCode.CONTROL_CHARACTERS)
            return str(value) if value.strip() else None
        if value is None:
            section.pop(name, None)
        else:
            self.warnings.add(WarningCode.FIELD_UNREADABLE)
        return None

    def _frozen(self, members: dict[str, JsonValue]) -> Mapping[str, object]:
        return MappingProxyType({key: self._frozen_value(value) for key, value in members.items()})

    def _frozen_value(self, value: JsonValue) -> object:
        if isinstance(value, dict):
            return self._frozen(value)
        if isinstance(value, list):
            return tuple(self._frozen_value(item) for item in value)
        if isinstance(value, LongNumber):
            self.warnings.add(WarningCode.NUMBER_AS_TEXT)
            return str(value)
        return value


def _like(section: dict[str, JsonValue], word: str, identifier: type[Rpps | Finess]) -> str | None:
    """The first value under a key that contains `word` and has the form of `identifier`, key right or not."""
    for key, value in section.items():
        if word not in key.upper():
            continue
        text = str(value)
        try:
            identifier(text)
        except MalformedError:
            continue
        except CheckDigitError:
            pass
        return text
    return None


def _thawed(value: object) -> object:
    if isinstance(value, Mapping):
        return {key: _thawed(item) for key, item in value.items()}
    if isinstance(value, tuple):
        return [_thawed(item) for item in value]
    return value
