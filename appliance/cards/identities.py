"""What a read card says: the persons of a Vitale, the holder of a CPS. Nothing of it ever shows in a repr."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum, StrEnum, unique

from appliance.cards.atr import CardFamily

__all__ = [
    "Beneficiary",
    "CardBirthDate",
    "CardCertificate",
    "CardKind",
    "CardWarning",
    "CertificatePurpose",
    "ChainVerdict",
    "CpsHolder",
    "VitaleIdentity",
]

_BIRTH_DATE_DIGITS = 8


@unique
class CardWarning(StrEnum):
    """What is odd about a card that was read all the same; each has its French sentence in the texts."""

    NIR_KEY = "nir_key"
    NIR_MISSING = "nir_missing"
    NIRS_NOT_JOINED = "nirs_not_joined"
    BIRTH_DATE_UNREADABLE = "birth_date_unreadable"
    BIRTH_DATE_LUNAR = "birth_date_lunar"
    TEST_CARD = "test_card"
    CERTIFICATE_EXPIRED = "certificate_expired"
    CERTIFICATE_NOT_YET_VALID = "certificate_not_yet_valid"
    CERTIFICATE_UNTRUSTED = "certificate_untrusted"
    CERTIFICATE_UNVERIFIED = "certificate_unverified"
    CARD_NUMBER_DIFFERS = "card_number_differs"
    CONTACTLESS = "contactless"


@dataclass(frozen=True, slots=True, repr=False)
class CardBirthDate:
    """A birth date as a card holds it: eight digits, year month day.

    Dates that no calendar has are legal on a Vitale ("lunar" dates: month or day 00, month above 12), so this
    is a text and never goes through a date parser.
    """

    digits: str

    def __post_init__(self) -> None:
        """Refuse what is not eight digits."""
        if len(self.digits) != _BIRTH_DATE_DIGITS or not (self.digits.isascii() and self.digits.isdigit()):
            raise ValueError("a birth date on a card is eight digits")

    @property
    def year(self) -> str:
        """Four digits."""
        return self.digits[:4]

    @property
    def month(self) -> str:
        """Two digits, possibly of no calendar."""
        return self.digits[4:6]

    @property
    def day(self) -> str:
        """Two digits, possibly of no calendar."""
        return self.digits[6:]

    @property
    def is_lunar(self) -> bool:
        """Whether no calendar has this day."""
        try:
            datetime.strptime(self.digits, "%Y%m%d")  # noqa: DTZ007 - a civil day has no zone
        except ValueError:
            return True
        return False

    def __str__(self) -> str:
        """As the French read it, `23/02/1966`, lunar or not."""
        return f"{self.day}/{self.month}/{self.year}"

    def __repr__(self) -> str:
        """No identity."""
        return "<CardBirthDate>"


@dataclass(frozen=True, slots=True, repr=False)
class Beneficiary:
    """One person covered by a Vitale.

    Attributes:
        family_name, given_name: as on the card, trailing spaces removed.
        birth_date: None where the card's field is no eight digits.
        nir: 15 characters, 13 and the key, as on the card; of the insured person, who may be a parent.
        warnings: what is odd about this person's data.
    """

    family_name: str
    given_name: str
    birth_date: CardBirthDate | None
    nir: str | None
    warnings: tuple[CardWarning, ...] = ()

    def to_json(self) -> dict[str, object]:
        """As it goes to the LGO."""
        return {
            "family_name": self.family_name,
            "given_name": self.given_name,
            "birth_date": self.birth_date.digits if self.birth_date else None,
            "nir": self.nir,
            "warnings": [str(warning) for warning in self.warnings],
        }

    def __repr__(self) -> str:
        """No identity."""
        return "<Beneficiary>"


@dataclass(frozen=True, slots=True, repr=False)
class VitaleIdentity:
    """What a Vitale 2 says without any secret: its beneficiaries, in the card's order."""

    beneficiaries: tuple[Beneficiary, ...]
    warnings: tuple[CardWarning, ...] = ()

    def __post_init__(self) -> None:
        """A card names somebody."""
        if not self.beneficiaries:
            raise ValueError("a Vitale has at least one beneficiary")

    def to_json(self) -> dict[str, object]:
        """As it goes to the LGO."""
        return {
            "family": str(CardFamily.VITALE_2),
            "beneficiaries": [person.to_json() for person in self.beneficiaries],
            "warnings": [str(warning) for warning in self.warnings],
        }

    def __repr__(self) -> str:
        """How many, never who."""
        return f"<VitaleIdentity of {len(self.beneficiaries)}>"


@unique
class CardKind(IntEnum):
    """Category of a card of the CPx family (private extension 1.2.250.1.71.1.2.2; ANS)."""

    CPS = 0
    CPE = 2
    CPA = 3


@unique
class CertificatePurpose(StrEnum):
    """What a certificate's key may do."""

    SIGNATURE = "signature"
    AUTHENTICATION = "authentication"
    OTHER = "other"


@unique
class ChainVerdict(StrEnum):
    """What we can say of a certificate at a given time, without a network (so not whether it was revoked)."""

    TRUSTED = "trusted"
    TEST = "test"
    EXPIRED = "expired"
    NOT_YET_VALID = "not_yet_valid"
    UNTRUSTED = "untrusted"
    NO_ROOTS = "no_roots"


@dataclass(frozen=True, slots=True, repr=False)
class CardCertificate:
    """One certificate of a CPS.

    Attributes:
        label: as the card's directory names it.
        identifier: PKCS#15 iD, which joins it with its key.
        purpose: from the certificate's own key usage.
        not_before, not_after: UTC, aware.
        verdict: chain and validity at the time of reading.
        der: the certificate, for who signs with its key.
    """

    label: str
    identifier: bytes
    purpose: CertificatePurpose
    not_before: datetime
    not_after: datetime
    verdict: ChainVerdict
    der: bytes

    def to_json(self) -> dict[str, object]:
        """What a technician wants to know; the certificate itself stays out."""
        return {
            "label": self.label,
            "purpose": str(self.purpose),
            "not_before": self.not_before.isoformat(),
            "not_after": self.not_after.isoformat(),
            "verdict": str(self.verdict),
        }

    def __repr__(self) -> str:
        """Purpose and verdict, never the subject."""
        return f"<CardCertificate {self.purpose} {self.verdict}>"


@dataclass(frozen=True, slots=True, repr=False)
class CpsHolder:
    """Who holds a CPS, read without the code.

    Attributes:
        family: CPS3 or CPS4.
        kind: CPS, CPE or CPA; None where the certificate does not say.
        card_number: digits of EF.SN.ICC after the issuer number.
        national_id: the holder's identifier as in the certificate: `8` + RPPS for a professional,
            `structure/number` for staff.
        rpps: 11 digits where `national_id` holds them.
        profession: as the certificate titles it, for example `Pharmacien`.
        profession_code: nomenclature G15 (21 pharmacist), None where the certificate does not say.
        organizations: O and OU of the subject, for the staff of a structure.
        can_sign: whether the card offers its signature key here (never without contact).
        is_test: a card of the test IGC or of a test identity.
    """

    family: CardFamily
    kind: CardKind | None
    card_number: str
    national_id: str
    rpps: str | None
    family_name: str
    given_name: str
    profession: str
    profession_code: int | None
    organizations: tuple[str, ...]
    certificates: tuple[CardCertificate, ...]
    can_sign: bool
    is_test: bool
    warnings: tuple[CardWarning, ...] = ()

    def certificate(self, purpose: CertificatePurpose) -> CardCertificate | None:
        """The first certificate of that purpose."""
        return next((item for item in self.certificates if item.purpose is purpose), None)

    def to_json(self) -> dict[str, object]:
        """As it goes to the LGO."""
        return {
            "family": str(self.family),
            "kind": self.kind.name if self.kind is not None else None,
            "card_number": self.card_number,
            "national_id": self.national_id,
            "rpps": self.rpps,
            "family_name": self.family_name,
            "given_name": self.given_name,
            "profession": self.profession,
            "profession_code": self.profession_code,
            "organizations": list(self.organizations),
            "certificates": [certificate.to_json() for certificate in self.certificates],
            "can_sign": self.can_sign,
            "is_test": self.is_test,
            "warnings": [str(warning) for warning in self.warnings],
        }

    def __repr__(self) -> str:
        """Family only, never who."""
        return f"<CpsHolder of a {self.family}>"
