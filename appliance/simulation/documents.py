"""What stands on the papers, boxes and screens of the simulated counter: values, not drawings.

Every person and number is one of the published test identities (test persons of INSi, samples of the
public specifications); nobody real is named.
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = [
    "Certificate",
    "Document",
    "Flyer",
    "IdentityLabel",
    "Letter",
    "MedicineBox",
    "Patient",
    "PhoneScreen",
    "Practice",
    "Prescriber",
    "Prescription",
    "PrescriptionLine",
]


@dataclass(frozen=True, slots=True)
class Patient:
    """The person a paper is about, as printed.

    Attributes:
        civility: `Madame` or `Monsieur`.
        birth_name: family name at birth.
        given_names: all of them, space separated, as in the INS.
        first_name: the one in use, as printed in the address line.
        birth_date: `JJ/MM/AAAA`.
        sex: `F` or `M`.
        matricule: the INS number with its key, printed in groups; empty where none is known.
    """

    civility: str
    birth_name: str
    given_names: str
    first_name: str
    birth_date: str
    sex: str
    matricule: str = ""


@dataclass(frozen=True, slots=True)
class Prescriber:
    """A prescriber's line in a header: name, RPPS (11 digits), AM number (9 characters) or nothing."""

    name: str
    rpps: str
    am: str = ""


@dataclass(frozen=True, slots=True)
class Practice:
    """The letterhead.

    Attributes:
        title: first line, the largest.
        lines: what follows: specialty, address, telephone.
        prescribers: those whose barcodes the sheet carries.
        finess: FINESS number of an institution; empty in a private practice.
    """

    title: str
    lines: tuple[str, ...]
    prescribers: tuple[Prescriber, ...]
    finess: str = ""


@dataclass(frozen=True, slots=True)
class PrescriptionLine:
    """A prescribed product and how it is taken."""

    product: str
    posology: str


@dataclass(frozen=True, slots=True)
class Prescription:
    """An ordonnance numérique on A4 paper.

    Attributes:
        practice: letterhead.
        patient: who it is for.
        place_and_date: printed above the lines.
        lines: the prescription itself.
        number: printed under the QR code.
        qr: content of the QR code.
        ins: content of the INS Data Matrix of the top right, or None.
        marked: index of the prescriber ticked by hand, or None.
    """

    practice: Practice
    patient: Patient
    place_and_date: str
    lines: tuple[PrescriptionLine, ...]
    number: str
    qr: bytes
    ins: bytes | None = None
    marked: int | None = None


@dataclass(frozen=True, slots=True)
class IdentityLabel:
    """A hospital's identity label with the INS Data Matrix."""

    patient: Patient
    place: str
    ins: bytes


@dataclass(frozen=True, slots=True)
class MedicineBox:
    """The side of a box that carries the GS1 Data Matrix.

    Attributes:
        name: trade name, invented.
        details: dosage and form.
        maker: invented laboratory.
        printed: the clear text beside the code (PC, SN, LOT, EXP).
        code: GS1 element string with GS between the elements, no leading FNC1.
        code_mm: side of the symbol without its quiet zone.
    """

    name: str
    details: str
    maker: str
    printed: tuple[str, ...]
    code: bytes
    code_mm: float


@dataclass(frozen=True, slots=True)
class PhoneScreen:
    """A telephone showing a QR code on a dark screen.

    Attributes:
        app: title of the application's bar.
        heading: what stands above the code.
        lines: what stands below it.
        qr: content of the code.
        code_mm: side of the symbol without its quiet zone.
    """

    app: str
    heading: str
    lines: tuple[str, ...]
    qr: bytes
    code_mm: float


@dataclass(frozen=True, slots=True)
class Certificate:
    """A certificate sealed by a 2D-Doc (Data Matrix)."""

    title: str
    rows: tuple[tuple[str, str], ...]
    code: bytes


@dataclass(frozen=True, slots=True)
class Flyer:
    """A leaflet with a QR code that is only a link."""

    title: str
    lines: tuple[str, ...]
    qr: bytes


@dataclass(frozen=True, slots=True)
class Letter:
    """A page of text without any code: what decoders must find nothing on, quickly."""

    sender: tuple[str, ...]
    subject: str
    paragraphs: tuple[str, ...]


Document = Prescription | IdentityLabel | MedicineBox | PhoneScreen | Certificate | Flyer | Letter
