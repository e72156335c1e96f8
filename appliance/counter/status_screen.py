"""What the OLED says of a prescription's status, and of what does not fit together: pure."""

from __future__ import annotations

from appliance.counter.findings import barcodes_beside
from appliance.counter.state import State, Visit
from appliance.counter.status_asks import shown_prescription
from appliance.counter.statuses import prescription_of
from appliance.decode.payloads.concordance import Trait, Verdict
from appliance.display.screens import Discordance
from appliance.display.status_screens import LineShown, SeenAgain, Standing, StatusHead
from appliance.identifiers import BirthDate, MalformedError
from appliance.prescriptions.concordance import IdentitySource, Pair, Person
from appliance.prescriptions.prescribers import PrescriberVerdict
from appliance.prescriptions.status import Place, StatusLine
from appliance.texts.counter import BOTH_NAMES, FROM_INS, FROM_ORDONNANCE, NOTHING
from appliance.texts.kinds import TRAIT_TEXTS
from appliance.texts.statuses import (
    CONCORDANT,
    OF_BARCODE,
    OF_CODE,
    OF_VITALE,
    PRESCRIBER_DIFFERS,
    TO_CHECK,
    TRAITS_TO_CHECK,
)

__all__ = ["finding_screen", "identity_remark", "repeat_screen", "status_head", "status_line_shown"]

_LABELS = {
    IdentitySource.ORDONNANCE: FROM_ORDONNANCE,
    IdentitySource.VITALE: OF_VITALE,
    IdentitySource.INS: FROM_INS,
}


def finding_screen(state: State, visit: Visit) -> Discordance | None:
    """What does not fit together in a visit, until somebody takes note of it."""
    pair = visit.findings.strange_card
    if pair is not None:
        return _people(pair)
    sighting = visit.findings.strange_prescriber
    return _prescriber(state, visit, sighting) if sighting is not None else None


def identity_remark(visit: Visit, sighting: str) -> tuple[str, bool]:
    """How the patient of an ordonnance compares, in three words, and whether that is to be checked."""
    pairs = [pair for pair in visit.findings.pairs if sighting in {pair.left.reference, pair.right.reference}]
    if not pairs:
        return "", False
    for pair in pairs:
        for finding in pair.concordance.findings:
            if finding.verdict is not Verdict.CONCORDANT:
                reason = finding.reason.value if finding.reason is not None else ""
                return TO_CHECK.get(reason, TRAITS_TO_CHECK), True
    return CONCORDANT, False


def repeat_screen(state: State) -> SeenAgain | None:
    """That the prescription on the screen was here before, until somebody takes note of it."""
    tracked = shown_prescription(state)
    if tracked is None or tracked.repeat is None or tracked.repeat.seen:
        return None
    return SeenAgain(f"{tracked.repeat.at:%H:%M}", tracked.repeat.other_patient)


def status_head(state: State, prescription_id: str) -> StatusHead | None:
    """What is known of a prescription; None where its status is not spoken of here."""
    tracked = state.statuses.of(prescription_id)
    if tracked is None or tracked.is_quiet or (not state.shows_status and tracked.status is None):
        return None
    status, failure = tracked.status, tracked.failure
    if status is None:
        if failure is None:
            return StatusHead(Standing.LOOKING)
        since = f"{failure.since:%H:%M}" if failure.since is not None else None
        cause = failure.cause
        return StatusHead(Standing.FAILED, hour=since, failure=cause.name, minutes=cause.minutes)
    lines = tuple(status_line_shown(line) for line in status.lines)
    at = status.at.astimezone(state.local.tzinfo) if state.local is not None else status.at
    return StatusHead(
        standing=Standing(status.state.value),
        source=status.source,
        hour=f"{at:%H:%M}",
        lines=lines,
        line=state.line if state.line < len(lines) else 0,
        secured=bool(status.secured),
        renewals_left=status.renewals_left,
        no_consent=status.consent is False,
    )


def status_line_shown(line: StatusLine) -> LineShown:
    """With its last dispensation; of those elsewhere, where there are any, for these are news here."""
    elsewhere = [one for one in line.dispensations if one.place is Place.OTHER_PHARMACY]
    told = elsewhere or list(line.dispensations)
    last = told[-1] if told else None
    return LineShown(
        label=line.label,
        prescribed=line.prescribed,
        dispensed=line.dispensed,
        place=last.place if last is not None else None,
        day=f"{last.on:%d/%m/%Y}" if last is not None and last.on is not None else None,
    )


def _people(pair: Pair) -> Discordance:
    traits = pair.concordance.traits
    trait = traits[0] if traits else Trait.FAMILY_NAME
    both_names = {Trait.FAMILY_NAME, Trait.GIVEN_NAME} <= set(traits)
    left, right = (_value(person, trait, both_names=both_names) for person in (pair.left, pair.right))
    headline = BOTH_NAMES if both_names else TRAIT_TEXTS[trait.value]
    return Discordance(headline, _LABELS[pair.left.source], left, _LABELS[pair.right.source], right)


def _value(person: Person, trait: Trait, *, both_names: bool) -> str:
    traits = person.traits
    given = traits.given_names[0] if traits.given_names else ""
    if both_names:
        return f"{traits.family_name or ''} {given}".strip() or NOTHING
    if trait is Trait.BIRTH_DATE:
        return _french(traits.birth_date) or NOTHING
    return (traits.family_name if trait is Trait.FAMILY_NAME else given) or NOTHING


def _french(day: str | None) -> str | None:
    """A birth date as people read it; as it stands where it is incomplete or none."""
    try:
        exact = BirthDate.parse(day).exact if day is not None else None
    except MalformedError:
        return day
    return f"{exact:%d/%m/%Y}" if exact is not None else day


def _prescriber(state: State, visit: Visit, sighting: str) -> Discordance | None:
    """The number of the code over that of the barcode: the RPPS where it differs, else the AM."""
    item = visit.item(sighting)
    ordonnance = prescription_of(item) if item is not None else None
    check = visit.findings.of(sighting)
    if ordonnance is None or check is None:
        return None
    barcodes = barcodes_beside(state, visit)
    if check.rpps is PrescriberVerdict.DIFFERENT:
        of_code = ordonnance.prescriber.rpps
        of_sheet = [code.rpps for code in barcodes if code.rpps is not None]
    else:
        of_code = ordonnance.prescriber.am or ordonnance.prescriber.finess
        of_sheet = [code.am_or_finess for code in barcodes if code.am_or_finess is not None]
    shown = of_sheet[0] if of_sheet else NOTHING
    return Discordance(PRESCRIBER_DIFFERS, OF_CODE, of_code or NOTHING, OF_BARCODE, shown)
