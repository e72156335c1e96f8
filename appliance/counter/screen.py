"""What the OLED says of a state: `screen(state) -> Screen`, pure."""

from __future__ import annotations

from datetime import date, datetime

from appliance.counter.boxes import box_of
from appliance.counter.card_screen import card_screen, pin_screen
from appliance.counter.face_screen import face_screen, hour
from appliance.counter.psc_screen import psc_screen
from appliance.counter.state import Item, State, Visit
from appliance.counter.status_screen import finding_screen, identity_remark, repeat_screen, status_head
from appliance.counter.visits import concordance, unsettled
from appliance.decode.payloads import (
    InsIdentity,
    Kind,
    Link,
    Medicine,
    Ordonnance,
    PrescriberBarcode,
    TwoDoc,
    WarningCode,
)
from appliance.decode.payloads.concordance import Trait
from appliance.decode.sightings import CameraState
from appliance.decode.symbol import Symbology
from appliance.display.menu_screens import Resting, Seen, Veiled
from appliance.display.screens import (
    CameraLost,
    DamagedOrdonnance,
    Discordance,
    Fault,
    InsRead,
    LgoLink,
    LinkRead,
    MedicineRead,
    OpaqueForwarded,
    OrdonnanceRead,
    PageRead,
    PrescriberRead,
    Ready,
    Screen,
    Starting,
    TwoDocRead,
    UnknownCode,
    UnreadCode,
)
from appliance.texts.counter import (
    BOTH_NAMES,
    DISK_FULL,
    DISK_FULL_FAULT,
    FROM_INS,
    FROM_ORDONNANCE,
    JOURNAL_LOST_FAULT,
    NOTHING,
)
from appliance.texts.kinds import TRAIT_TEXTS, TWODOC_TYPE_TEXTS
from appliance.texts.menu import LGO_WORD_ABSENT, READER_WORD_ABSENT, VEILED
from appliance.texts.screens import CAMERA_ABSENT, FAULT, PAGE_REMARK, PAGE_WARNING, READY
from appliance.texts.warnings import WARNING_SHORT_TEXTS

__all__ = ["bare_screen", "screen"]


def screen(state: State) -> Screen:
    """The one screen for this state: menu and update over all but a code, and nobody named for too long."""
    if state.cards.pin is None:
        over = face_screen(state)
        if over is not None:
            return over
    now = bare_screen(state)
    if state.face.veiled and now.tells_identity:
        now = Veiled()
    if state.face.resting and now.may_rest and state.local is not None:
        return _resting(now, state.local)
    return now


def _resting(now: Screen, local: datetime) -> Resting:
    """The hour, and in a word what the screen would have said."""
    headline, alert = READY, False
    match now:
        case Fault():
            headline, alert = FAULT.format(number=now.number), True
        case CameraLost():
            headline, alert = CAMERA_ABSENT, True
        case Ready() if now.lgo is LgoLink.ABSENT:
            headline, alert = LGO_WORD_ABSENT, True
        case Ready() if now.reader_absent:
            headline, alert = READER_WORD_ABSENT, True
        case Veiled():
            headline = VEILED
    return Resting(f"{local:%H:%M}", headline, alert)


def bare_screen(state: State) -> Screen:
    """What needs the person first, then what lies there, then readiness; no menu, nothing veiled."""
    urgent = _urgent(state)
    if urgent is not None:
        return urgent
    if state.unread is not None and not state.is_code_in_view:
        return UnreadCode(state.unread.value)
    if state.seen and not state.is_code_in_view:
        return Seen()
    item = _shown(state)
    page = _page(state)
    if page is not None and (item is None or not item.in_view):
        return page
    if item is not None and state.visit is not None:
        return _item(state, state.visit, item)
    return _idle(state)


def _page(state: State) -> PageRead | None:
    """The page that lies there, once the pharmacy software can have it."""
    lying = [page for visit in state.visits for page in visit.pages if page.kept and page.in_view]
    return PageRead(lying[-1].number, lying[-1].said.is_sharp) if lying else None


def _urgent(state: State) -> Screen | None:
    """What wants a hand or a look before anything else: a code, a difference, a card, a repeat."""
    visit = state.visit
    suspicion = visit.suspicion if visit is not None else None
    pair = unsettled(visit) if visit is not None and suspicion is not None and suspicion.is_shown else None
    return (
        pin_screen(state.cards)
        or psc_screen(state.psc, state.local)
        or (_discordance(*pair) if pair is not None else None)
        or (finding_screen(state, visit) if visit is not None else None)
        or card_screen(state.cards)
        or repeat_screen(state)
    )


def _idle(state: State) -> Screen:
    """Nothing lies there: what is wrong with the device, or that it waits."""
    if not state.storage_ok:
        return Fault(*DISK_FULL_FAULT)
    if state.journal_lost:
        return Fault(*JOURNAL_LOST_FAULT)
    if state.camera is CameraState.STARTING or state.local is None:
        return Starting()
    if state.camera is CameraState.LOST:
        since = state.camera_since or state.local
        return CameraLost(since=f"{since:%H:%M}")
    return Ready(
        clock=f"{state.local:%H:%M}",
        camera_ok=state.camera is CameraState.OK,
        lgo=state.link,
        reader_absent=state.cards.reader_absent,
        lgo_since=hour(state.face.lgo_since),
        reader_since=hour(state.face.reader_since),
    )


def _shown(state: State) -> Item | None:
    if state.shown is None:
        return None
    visit = state.visit_of(state.shown)
    return visit.item(state.shown) if visit is not None else None


def _item(state: State, visit: Visit, item: Item) -> Screen:
    payload = item.reading.payload
    match payload:
        case Ordonnance():
            return _ordonnance(state, visit, item, payload)
        case InsIdentity():
            return InsRead(
                birth_name=payload.birth_name,
                given_names=" ".join(payload.given_names),
                birth_date=_french(payload.birth_date),
                sex=payload.sex,
                degraded=payload.degraded,
                delivered=item.delivered,
                warnings=_warnings(state, item),
            )
        case PrescriberBarcode():
            return _prescriber(visit, payload)
        case Medicine():
            return _medicine(state, visit, item, payload)
        case TwoDoc():
            return TwoDocRead(document_type=TWODOC_TYPE_TEXTS.get(payload.document_type, ""))
        case Link():
            return LinkRead(host=payload.host)
    if item.reading.kind is Kind.ORDONNANCE:
        return DamagedOrdonnance(number=None)
    if item.reading.kind is Kind.OPAQUE and item.reading.symbology is Symbology.QR_CODE:
        return OpaqueForwarded(delivered=item.delivered)
    return UnknownCode(symbology=item.reading.symbology.value)


def _ordonnance(state: State, visit: Visit, item: Item, payload: Ordonnance) -> Screen:
    if WarningCode.DAMAGED in item.reading.warnings or payload.prescription_id is None:
        return DamagedOrdonnance(number=payload.prescription_id)
    patient = payload.patient
    remark, is_to_check = identity_remark(visit, item.sighting)
    page = next((page for page in reversed(visit.pages) if page.kept and page.in_view), None)
    blurred = [PAGE_WARNING] if page is not None and not page.said.is_sharp else []
    taken = [PAGE_REMARK.format(number=page.number)] if page is not None and page.said.is_sharp else []
    return OrdonnanceRead(
        number=payload.prescription_id,
        patient=patient.family_name if patient is not None else None,
        given_name=patient.given_name if patient is not None else None,
        birth_date=_french_text(patient.birth_date) if patient is not None else None,
        rpps=payload.prescriber.rpps,
        am=payload.prescriber.am or payload.prescriber.finess,
        warnings=(*_warnings(state, item), *([remark] if is_to_check else []), *blurred),
        delivered=item.delivered,
        others=len(visit.items) - 1,
        page=state.page,
        status=status_head(state, payload.prescription_id),
        remarks=(*([remark] if remark and not is_to_check else []), *taken),
    )


def _prescriber(visit: Visit, payload: PrescriberBarcode) -> Screen:
    """The numbers of the sheet together, for RPPS and AM are printed as two symbols.

    Where the sheet names several prescribers, who is marked by hand is not ours to guess: `others` says so.
    """
    codes = [item.reading.payload for item in visit.items]
    barcodes = [code for code in codes if isinstance(code, PrescriberBarcode)]
    ams = [code.am_or_finess for code in barcodes if code.am_or_finess is not None]
    rpps = [code.rpps for code in barcodes if code.rpps is not None]
    return PrescriberRead(
        rpps=payload.rpps or (rpps[-1] if rpps else None),
        am=payload.am_or_finess or (ams[-1] if ams else None),
        others=max(0, len(set(rpps)) - 1),
    )


def _medicine(state: State, visit: Visit, item: Item, payload: Medicine) -> Screen:
    box = box_of(state, visit, payload)
    return MedicineRead(
        label=payload.cip13 or payload.gtin,
        lot=payload.lot,
        expiry=_french(payload.expiry) if payload.expiry is not None else None,
        expired=box.is_expired,
        delivered=item.delivered,
        days_left=box.days_left if box.is_soon else None,
        count=box.count,
    )


def _discordance(ordonnance: Item, ins: Item) -> Screen:
    verdict = concordance(ordonnance, ins)
    patient, identity = ordonnance.patient, ins.ins
    trait = verdict.traits[0] if verdict is not None and verdict.traits else Trait.FAMILY_NAME
    if patient is None or identity is None:  # unsettled() gives pairs that name people
        return UnknownCode(symbology=ordonnance.reading.symbology.value)
    values = {
        Trait.FAMILY_NAME: (patient.family_name, identity.birth_name),
        Trait.GIVEN_NAME: (patient.given_name, " ".join(identity.given_names)),
        Trait.BIRTH_DATE: (_french_text(patient.birth_date), _french(identity.birth_date)),
    }
    left, right = values[trait]
    if verdict is not None and {Trait.FAMILY_NAME, Trait.GIVEN_NAME} <= set(verdict.traits):
        left, right = (
            f"{patient.family_name or ''} {patient.given_name or ''}".strip(),
            f"{identity.birth_name} {identity.given_names[0] if identity.given_names else ''}".strip(),
        )
        return Discordance(BOTH_NAMES, FROM_ORDONNANCE, left, FROM_INS, right)
    return Discordance(TRAIT_TEXTS[trait.value], FROM_ORDONNANCE, left or NOTHING, FROM_INS, right or NOTHING)


def _warnings(state: State, item: Item) -> tuple[str, ...]:
    said = [WARNING_SHORT_TEXTS[code.value] for code in item.reading.warnings]
    if not state.storage_ok and item.event_id is None:
        said.insert(0, DISK_FULL)
    return tuple(said)


def _french(day: date) -> str:
    return f"{day:%d/%m/%Y}"


def _french_text(day: str | None) -> str | None:
    """A date of the QR code, as the code has it where it is none."""
    if day is None:
        return None
    try:
        return _french(date.fromisoformat(day))
    except ValueError:
        return day
