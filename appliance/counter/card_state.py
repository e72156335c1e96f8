"""What the counter knows of readers and cards. Frozen values; a card's identity is here while it is in."""

from __future__ import annotations

from dataclasses import dataclass, replace

from appliance.base.clock import NS_PER_S
from appliance.cards.atr import CardFamily
from appliance.cards.identities import Beneficiary, CpsHolder, VitaleIdentity
from appliance.cards.inputs import (
    CardFaultKind,
    CardSession,
    PinRefused,
    ReaderState,
    ServiceCondition,
)
from appliance.display.card_screens import CardNotice

__all__ = ["CPS_SHOWN_NS", "NOTICE_NS", "PIN_IDLE_NS", "Card", "CardsState", "PinDialogue"]

CPS_SHOWN_NS = 10 * NS_PER_S
"""A CPS stays in all day: it is shown so long when it was read, and when it is asked for."""

NOTICE_NS = 6 * NS_PER_S
"""How long the screen says that a reader came or went, or why a code is not in force."""

PIN_IDLE_NS = 30 * NS_PER_S
"""Without a button for so long, what was entered of a code is thrown away."""


@dataclass(frozen=True, slots=True)
class Card:
    """A card that is in.

    Attributes:
        id: what the events call it; of this insertion, not of the card.
        session: what the desk of readers calls it.
        family: what its ATR announces, then what it was read as.
        visit: of a Vitale that was read, the visit it belongs to.
        content: who, once read.
        fault: why it is not read.
        offered: of several beneficiaries, the one on the screen.
        chosen: of a Vitale, whose visit this is; None while that is to be said.
        code_given: its code is in force.
        event_id: the last event that said who, once it is on disk.
        delivered: a client has acknowledged that event.
    """

    id: str
    session: CardSession
    family: CardFamily | None
    visit: str | None = None
    content: VitaleIdentity | CpsHolder | None = None
    fault: CardFaultKind | None = None
    offered: int = 0
    chosen: int | None = None
    code_given: bool = False
    event_id: int | None = None
    delivered: bool = False

    @property
    def beneficiaries(self) -> tuple[Beneficiary, ...]:
        """The persons of a Vitale that was read."""
        return self.content.beneficiaries if isinstance(self.content, VitaleIdentity) else ()

    @property
    def is_choice(self) -> bool:
        """Whether the pharmacist is to say whose visit this is."""
        return len(self.beneficiaries) > 1 and self.chosen is None


@dataclass(frozen=True, slots=True)
class PinDialogue:
    """A code is being entered. The digits given are not here: whoever carries out the effects holds them.

    Attributes:
        session: the card that wants it.
        tries_left: as the card says.
        shortest, longest: how many digits it has.
        starts: the digit that each place begins with, so that presses counted from afar tell nothing.
        on_pinpad: it is typed on the reader.
        entered: digits given so far.
        digit: the one offered; None where sending is offered.
        checking: the card is looking at it.
        touched_ns: when something was last done.
    """

    session: CardSession
    tries_left: int
    shortest: int
    longest: int
    starts: tuple[int, ...]
    on_pinpad: bool
    touched_ns: int
    entered: int = 0
    digit: int | None = None
    checking: bool = False


@dataclass(frozen=True, slots=True)
class CardsState:
    """Readers and cards.

    Attributes:
        service: the PC/SC daemon; None until the desk first says something, and for good without one.
        readers: those there are.
        cards: those that are in, the last that came in last.
        shown: the card on the screen.
        notice: what the screen says of the readers.
        refusal: why a code is not in force, while the screen says so.
        until_ns: when what is shown leaves the screen by itself.
        pin: the code being entered.
    """

    service: ServiceCondition | None = None
    readers: tuple[ReaderState, ...] = ()
    cards: tuple[Card, ...] = ()
    shown: CardSession | None = None
    notice: CardNotice | None = None
    refusal: PinRefused | None = None
    until_ns: int | None = None
    pin: PinDialogue | None = None

    def card(self, session: CardSession | None) -> Card | None:
        """The card of that session, while it is in."""
        return next((card for card in self.cards if card.session == session), None)

    @property
    def shown_card(self) -> Card | None:
        """The card on the screen."""
        return self.card(self.shown)

    @property
    def reader_absent(self) -> bool:
        """Whether cards are wanted here and no reader is."""
        return self.service is not None and not self.readers

    def with_card(self, changed: Card) -> CardsState:
        """With that card in place of the one of the same session, or added."""
        if self.card(changed.session) is None:
            return replace(self, cards=(*self.cards, changed))
        cards = tuple(changed if card.session == changed.session else card for card in self.cards)
        return replace(self, cards=cards)

    def without_card(self, session: CardSession) -> CardsState:
        """Without that card and without anything that depends on it."""
        cards = tuple(card for card in self.cards if card.session != session)
        rest = replace(self, cards=cards)
        if self.pin is not None and self.pin.session == session:
            rest = replace(rest, pin=None)
        if self.refusal is not None and self.refusal.session == session:
            rest = replace(rest, refusal=None, until_ns=None)
        if self.shown == session:
            rest = replace(rest, shown=None, until_ns=None)
        return rest

    def show(self, session: CardSession, until_ns: int | None = None) -> CardsState:
        """With that card on the screen, for good or until then."""
        return replace(self, shown=session, notice=None, refusal=None, until_ns=until_ns)

    def say(self, notice: CardNotice, now_ns: int) -> CardsState:
        """With that message on the screen for NOTICE_NS."""
        return replace(self, shown=None, refusal=None, notice=notice, until_ns=now_ns + NOTICE_NS)

    def hide(self) -> CardsState:
        """With nothing of cards on the screen, but for a code being entered."""
        return replace(self, shown=None, notice=None, refusal=None, until_ns=None)
