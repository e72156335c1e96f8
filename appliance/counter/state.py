"""The counter's state: what lies there, which visits are open, what is looked at. Frozen values only."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime

from appliance.base.clock import NS_PER_S
from appliance.counter.card_state import CardsState
from appliance.counter.face import Face
from appliance.counter.finding_state import Findings
from appliance.counter.page_state import VisitPage
from appliance.counter.psc_state import PscState
from appliance.counter.status_state import Asking, StatusesState
from appliance.decode.payloads import InsIdentity, Kind, Ordonnance, Patient, Reading
from appliance.decode.reason_words import Reason
from appliance.decode.sightings import CameraState
from appliance.display.screens import LgoLink, Page

__all__ = ["IDLE_NS", "MAX_ITEMS", "MAX_VISITS", "SETTLE_NS", "Item", "State", "Suspicion", "Visit"]

IDLE_NS = 20 * NS_PER_S
"""With nothing of it under the camera for so long, a visit is over and its names leave the screen."""

SETTLE_NS = 400_000_000
"""Two sheets laid together are read within this; only then is a stranger's code called discordant."""

MAX_ITEMS = 64
"""Codes of one visit: a prescription of ten boxes has about twenty."""

MAX_VISITS = 4
"""Patients whose sheets lie there at once."""


@dataclass(frozen=True, slots=True)
class Item:
    """One code laid at the counter."""

    sighting: str
    reading: Reading
    at_ns: int
    event_id: int | None = None
    delivered: bool = False
    in_view: bool = True

    @property
    def patient(self) -> Patient | None:
        """The patient an ordonnance names."""
        payload = self.reading.payload
        return payload.patient if isinstance(payload, Ordonnance) else None

    @property
    def ins(self) -> InsIdentity | None:
        """The identity an INS code carries."""
        payload = self.reading.payload
        return payload if isinstance(payload, InsIdentity) else None

    @property
    def secret(self) -> bool:
        """Whether its content may be an appli carte Vitale code, which nobody but the LGO may keep."""
        return self.reading.kind is Kind.OPAQUE


@dataclass(frozen=True, slots=True)
class Suspicion:
    """An ordonnance and an INS code that name different people, not said yet or said."""

    ordonnance: str
    ins: str
    due_ns: int
    said: bool = False
    seen: bool = False

    @property
    def is_shown(self) -> bool:
        """Whether it stands on the screen: said, and not yet taken note of with OK."""
        return self.said and not self.seen


@dataclass(frozen=True, slots=True)
class Visit:
    """What belongs to the same patient at the counter.

    Attributes:
        id: opaque.
        items: its codes.
        active_ns: when something of it last came or went.
        suspicion: that an ordonnance and an INS code do not go together.
        cards: ids of its Vitale cards still in.
        had_card: a Vitale of it was in, and is out.
        findings: how its people and its prescribers compare, as far as told.
        pages: the captured ones, in the order of their laying.
    """

    id: str
    items: tuple[Item, ...]
    active_ns: int
    suspicion: Suspicion | None = None
    cards: tuple[str, ...] = ()
    had_card: bool = False
    findings: Findings = field(default_factory=Findings)
    pages: tuple[VisitPage, ...] = ()

    def item(self, sighting: str) -> Item | None:
        """The item of that sighting."""
        return next((item for item in self.items if item.sighting == sighting), None)

    def with_item(self, changed: Item) -> Visit:
        """The visit with that item in place of the one of the same sighting, or added."""
        if self.item(changed.sighting) is None:
            return replace(self, items=(*self.items, changed))
        items = tuple(changed if item.sighting == changed.sighting else item for item in self.items)
        return replace(self, items=items)

    @property
    def has_codes_in_view(self) -> bool:
        """Whether a code of it lies there."""
        return any(item.in_view for item in self.items)

    @property
    def in_view(self) -> bool:
        """Whether anything of it lies there, or is in a reader."""
        return bool(self.cards) or self.has_codes_in_view or any(page.in_view for page in self.pages)


@dataclass(frozen=True, slots=True)
class State:
    """All that the counter knows.

    Attributes:
        visits: the open ones, the current one last.
        shown: sighting of the item on the screen.
        page: which of its two pages was asked for; None lets them take turns.
        unread: why a code that lies there cannot be read; None where there is none such.
        seen: a code lies there that is not read yet.
        camera: what the eye says of its camera; LOST while the eye is away.
        camera_since: local time since which it is so, for the screen.
        link: whether the LGO asks for events.
        local: local wall time of the last tick.
        storage_ok: whether the journal writes.
        journal_lost: a journal was lost, and nobody took note of it yet.
        cards: readers and cards.
        face: menu, veil, rest, and what the device says of itself.
        statuses: what is known of the status of prescriptions.
        line: of the lines of a prescription, the one to show.
        psc: the login at Pro Santé Connect.
        asks_insi: whether qualified identities are searched here.
        expiry_days: boxes that expire within so many days are loud.
    """

    visits: tuple[Visit, ...] = ()
    shown: str | None = None
    page: Page | None = None
    unread: Reason | None = None
    seen: bool = False
    camera: CameraState = CameraState.STARTING
    camera_since: datetime | None = None
    link: LgoLink = LgoLink.NEVER
    local: datetime | None = None
    storage_ok: bool = True
    journal_lost: bool = False
    cards: CardsState = field(default_factory=CardsState)
    face: Face = field(default_factory=Face)
    psc: PscState = field(default_factory=PscState)
    statuses: StatusesState = field(default_factory=StatusesState)
    line: int = 0
    asks_insi: bool = False
    expiry_days: int = 0

    @property
    def shows_status(self) -> bool:
        """Whether the status of prescriptions is spoken of here at all."""
        return self.statuses.policy.asking is not Asking.NEVER

    @property
    def is_code_in_view(self) -> bool:
        """Whether a code that was read lies there."""
        return any(visit.cards or visit.has_codes_in_view for visit in self.visits)

    @property
    def visit(self) -> Visit | None:
        """The current visit."""
        return self.visits[-1] if self.visits else None

    def visit_of(self, sighting: str) -> Visit | None:
        """The open visit that holds that sighting."""
        return next((visit for visit in self.visits if visit.item(sighting) is not None), None)

    def with_visit(self, changed: Visit, *, current: bool = False) -> State:
        """The state with that visit in place of the one of the same id, or added; made current if asked."""
        known = any(visit.id == changed.id for visit in self.visits)
        if known and not current:
            visits = tuple(changed if visit.id == changed.id else visit for visit in self.visits)
        else:
            visits = (*(visit for visit in self.visits if visit.id != changed.id), changed)
        return replace(self, visits=visits)

    def without_visit(self, visit_id: str) -> State:
        """The state without that visit."""
        return replace(self, visits=tuple(visit for visit in self.visits if visit.id != visit_id))
