"""The stable names that go over the bridge: kinds of codes, and what is to be said of a reading."""

from __future__ import annotations

from enum import StrEnum, unique

__all__ = ["Kind", "WarningCode"]


@unique
class Kind(StrEnum):
    """What a code is."""

    ORDONNANCE = "ordonnance"
    INS = "ins"
    PRESCRIBER = "prescriber"
    MEDICINE = "medicine"
    TWODOC = "twodoc"
    LINK = "link"
    OPAQUE = "opaque"
    """Anything else, the appli carte Vitale code included: forwarded as it is, never looked into."""


@unique
class WarningCode(StrEnum):
    """What is odd about a reading, gravest first: the order in which they are told."""

    DAMAGED = "damaged"
    """Cut short or malformed: the payload holds what could be read, or is absent."""
    TOO_LONG = "too_long"
    """Longer than such a code ever is; only its beginning was looked at."""
    TOO_DEEP = "too_deep"
    """JSON nested deeper than any prescription."""
    TRAILING_DATA = "trailing_data"
    """Something follows the end of the document."""
    DUPLICATE_KEY = "duplicate_key"
    """A field stands there twice; the last one is given, as most readers do."""
    CHARSET_UNCERTAIN = "charset_uncertain"
    """The bytes are not text in a charset that could be told; accents may be wrong."""
    CONTROL_CHARACTERS = "control_characters"
    """A field holds characters that print nothing or turn the text around."""
    NUMBER_AS_TEXT = "number_as_text"
    """A number that not every program holds exactly is given as its text."""
    UNKNOWN_VERSION = "unknown_version"
    """A version of the format that did not exist when this was written."""
    UNEXPECTED_SYMBOLOGY = "unexpected_symbology"
    """Printed as another kind of symbol than its specification says."""

    PRESCRIPTION_ID_MISSING = "prescription_id_missing"
    FIELD_UNREADABLE = "field_unreadable"
    """A known field of another type or length than it should be; its value is in `extra`."""
    BIRTH_DATE_FORMAT = "birth_date_format"
    BIRTH_DATE_INCOMPLETE = "birth_date_incomplete"
    RPPS_FORMAT = "rpps_format"
    RPPS_KEY = "rpps_key"
    AM_FORMAT = "am_format"
    AM_KEY = "am_key"
    FINESS_KEY = "finess_key"
    SUBSTITUTE_RPPS_KEY = "substitute_rpps_key"

    INS_HEADER = "ins_header"
    INS_FIELD_MISSING = "ins_field_missing"
    INS_MATRICULE = "ins_matricule"
    INS_OID = "ins_oid"
    INS_GIVEN_NAMES = "ins_given_names"
    INS_BIRTH_NAME = "ins_birth_name"
    INS_SEX = "ins_sex"
    INS_BIRTH_DATE = "ins_birth_date"
    INS_BIRTH_PLACE = "ins_birth_place"
    NIR_FORMAT = "nir_format"
    NIR_KEY = "nir_key"
    NAME_CHARSET = "name_charset"
    """A name that INSi would not write so; given as it stands."""
    OID_UNKNOWN = "oid_unknown"
    UNKNOWN_FIELD = "unknown_field"
    GS_MISSING = "gs_missing"
    """Separators were lost on the way and put back by rule, or what they separated is not given."""
    LOWER_CASE = "lower_case"
    """Capitals were lost on the way and put back."""
    TEST_IDENTITY = "test_identity"
    DEMO_IDENTITY = "demo_identity"

    GTIN_KEY = "gtin_key"
    EXPIRY_INVALID = "expiry_invalid"
    GS1_MARK_MISSING = "gs1_mark_missing"
    """A GS1 message in a symbol that does not declare itself GS1."""
