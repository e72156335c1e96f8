"""Whether the prescriber of an ordonnance's code is among those whose barcodes lie beside it.

The numbers of the code come from the prescriber's CPS and must equal the printed header (Ségur V2 print
rules); the barcodes are those of the arrêté of 10/08/2010. A sheet may bear the barcodes of several
prescribers, the right one marked by hand: the code must agree with one of them, and nobody is picked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum, unique

from appliance.decode.payloads import Prescriber, PrescriberBarcode

__all__ = ["PrescriberCheck", "PrescriberVerdict", "check_prescriber"]


@unique
class PrescriberVerdict(StrEnum):
    """What the comparison of a number comes to."""

    EQUAL = "equal"
    DIFFERENT = "different"
    ABSENT = "absent"
    """The code or the sheet does not give it."""


@dataclass(frozen=True, slots=True)
class PrescriberCheck:
    """What the two numbers come to; holds none of them."""

    rpps: PrescriberVerdict
    am: PrescriberVerdict

    @property
    def verdict(self) -> PrescriberVerdict:
        """Different where either is; equal where nothing differs and something agrees."""
        found = {self.rpps, self.am}
        for verdict in (PrescriberVerdict.DIFFERENT, PrescriberVerdict.EQUAL):
            if verdict in found:
                return verdict
        return PrescriberVerdict.ABSENT

    def to_json(self) -> dict[str, object]:
        """The three verdicts."""
        return {"verdict": self.verdict.value, "rpps": self.rpps.value, "am": self.am.value}


def check_prescriber(prescriber: Prescriber, barcodes: Sequence[PrescriberBarcode]) -> PrescriberCheck:
    """Compare the code's numbers with the barcodes that lie with it.

    The doctor who stands in may have printed their own barcode: either RPPS of the code will do, and so will
    either of AM number and FINESS, which a barcode does not tell apart.
    """
    return PrescriberCheck(
        rpps=_verdict({prescriber.rpps, prescriber.substitute_rpps}, {barcode.rpps for barcode in barcodes}),
        am=_verdict({prescriber.am, prescriber.finess}, {barcode.am_or_finess for barcode in barcodes}),
    )


def _verdict(of_code: set[str | None], of_sheet: set[str | None]) -> PrescriberVerdict:
    of_code, of_sheet = of_code - {None}, of_sheet - {None}
    if not of_code or not of_sheet:
        return PrescriberVerdict.ABSENT
    return PrescriberVerdict.EQUAL if of_code & of_sheet else PrescriberVerdict.DIFFERENT
