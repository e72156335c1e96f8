"""The part of `reduce` that cards are: what a card or a reader that comes, speaks or goes means. Pure."""

from __future__ import annotations

from dataclasses import replace
from typing import assert_never

from appliance.cards.identities import CardWarning, CpsHolder, VitaleIdentity
from appliance.cards.inputs import (
    CardFault,
    CardFaultKind,
    CardIn,
    CardOut,
    CardRead,
    PinDone,
    PinEnded,
    PinRefused,
    ReaderCondition,
    ReadersChanged,
    ServiceCondition,
)
from appliance.counter.card_state import CPS_SHOWN_NS, Card, CardsState
from appliance.counter.card_visits import join_visit, leave_visit
from appliance.counter.inputs import CardHappening, CardsLeft, EventsStored, PinAsked
from appliance.counter.outcome import Outcome
from appliance.counter.outputs import DiscardPin, EventKind, NewEvent, Sound, Tone
from appliance.counter.pin import pin_asked, pin_refused
from appliance.counter.state import State
from appliance.display.card_screens import CardNotice

__all__ = ["card_acknowledged", "card_happened", "card_stored", "card_tick"]

_GRAVE = frozenset(
    {
        CardWarning.CERTIFICATE_EXPIRED,
        CardWarning.CERTIFICATE_NOT_YET_VALID,
        CardWarning.CERTIFICATE_UNTRUSTED,
        CardWarning.CARD_NUMBER_DIFFERS,
        CardWarning.NIR_KEY,
        CardWarning.NIRS_NOT_JOINED,
    }
)
"""What the tone says of a card that was read: look at the screen."""


def card_happened(state: State, what: CardHappening) -> Outcome:  # noqa: C901 - one case an input
    """The next state after something of the readers."""
    match what:
        case CardsLeft():
            return _left(state, what)
        case ReadersChanged():
            return _readers(state, what)
        case CardIn():
            return _in(state, what)
        case CardRead():
            return _read(state, what)
        case CardFault():
            return _fault(state, what)
        case CardOut():
            return _out(state, what)
        case PinAsked():
            return pin_asked(state, what)
        case PinDone():
            return _pin_done(state, what)
        case PinRefused():
            return pin_refused(state, what)
        case PinEnded():
            return _pin_ended(state, what)
        case _:
            assert_never(what)


def card_tick(state: State, at_ns: int) -> State:
    """What only time ends: what is shown for a while."""
    cards = state.cards
    if cards.until_ns is not None and at_ns >= cards.until_ns:
        return replace(state, cards=cards.hide())
    return state


def card_stored(state: State, what: EventsStored) -> State:
    """Note the events that say who a card is of, so that their acknowledgement is known."""
    for event, event_id in zip(what.events, what.event_ids, strict=True):
        if event.kind in {EventKind.CARD_READ, EventKind.CARD_CHOSEN}:
            for card in state.cards.cards:
                if card.id == event.payload["card"]:
                    state = _with(state, replace(card, event_id=event_id, delivered=False))
    return state


def card_acknowledged(state: State, event_ids: frozenset[int]) -> tuple[State, bool]:
    """The state, and whether a card is delivered by these acknowledgements."""
    heard = False
    for card in state.cards.cards:
        if card.event_id in event_ids and not card.delivered:
            state = _with(state, replace(card, delivered=True))
            heard = True
    return state, heard


def _with(state: State, card: Card) -> State:
    return replace(state, cards=state.cards.with_card(card))


def _left(state: State, what: CardsLeft) -> Outcome:
    """A counter that starts knows of no card: those told of before are out, and told anew if they are in."""
    payloads = ({"card": card.id, "reader": card.reader, "family": card.family} for card in what.cards)
    return Outcome(state, tuple(NewEvent(EventKind.CARD_REMOVED, payload) for payload in payloads))


def _readers(state: State, what: ReadersChanged) -> Outcome:
    """Readers that came and went; those found at the start are no news, as with the camera."""
    before = state.cards
    cards = replace(before, service=what.service, readers=what.readers)
    old, new = ({reader.name for reader in readers} for readers in (before.readers, what.readers))
    events = []
    if before.service is not None:
        gone = "unplugged" if what.service is ServiceCondition.RUNNING else f"service_{what.service}"
        events = [
            *(NewEvent(EventKind.READER_ABSENT, {"reader": n, "reason": gone}) for n in sorted(old - new)),
            *(NewEvent(EventKind.READER_PRESENT, {"reader": name}) for name in sorted(new - old)),
        ]
    notice = _notice(before, cards)
    if notice is not None and cards.pin is None:
        cards = cards.say(notice, what.at_ns)
    tones = (Sound(Tone.REFUSED),) if old and not new else ()
    return Outcome(replace(state, cards=cards), tuple(events), tones)


def _notice(before: CardsState, now: CardsState) -> CardNotice | None:
    """What to say of a change of the readers."""
    if now.service is not before.service:
        if now.service is ServiceCondition.ABSENT:
            return CardNotice.SERVICE_ABSENT
        if now.service is ServiceCondition.REFUSED:
            return CardNotice.SERVICE_REFUSED
    if before.service is None:
        return None
    if before.readers and not now.readers:
        return CardNotice.READER_ABSENT
    empty = all(reader.condition is ReaderCondition.EMPTY for reader in now.readers)
    return CardNotice.READER_EMPTY if now.readers and not before.readers and empty else None


def _in(state: State, what: CardIn) -> Outcome:
    card = Card(f"c-{what.session.generation}-{what.session.counter}-{what.at_ns}", what.session, what.family)
    cards = state.cards.with_card(card)
    if cards.pin is None:
        cards = cards.show(card.session)
    payload = {"card": card.id, "reader": what.session.reader, "family": _family(card)}
    return Outcome(replace(state, cards=cards), (NewEvent(EventKind.CARD_INSERTED, payload),))


def _family(card: Card) -> str | None:
    return card.family.value if card.family is not None else None


def _read(state: State, what: CardRead) -> Outcome:
    known = state.cards.card(what.session)
    if known is None:
        return Outcome(state)
    if isinstance(what.content, CpsHolder):
        card = replace(known, content=what.content, family=what.content.family, fault=None)
        events: list[NewEvent] = []
        until_ns: int | None = what.at_ns + CPS_SHOWN_NS
    else:
        chosen = 0 if len(what.content.beneficiaries) == 1 else None
        card = replace(known, content=what.content, fault=None, offered=0, chosen=chosen)
        state, visit, events = join_visit(state, card, what.content, what.at_ns)
        card = replace(card, visit=visit)
        until_ns = None
    cards = state.cards.with_card(card)
    if cards.pin is None:
        cards = cards.show(card.session, until_ns)
    events.append(NewEvent(EventKind.CARD_READ, _read_payload(card, what.content), card.visit))
    tone = Tone.CHECK if _GRAVE & set(_warnings(what.content)) else Tone.SEEN
    return Outcome(replace(state, cards=cards), tuple(events), (Sound(tone),))


def _read_payload(card: Card, content: VitaleIdentity | CpsHolder) -> dict[str, object]:
    return {
        "card": card.id,
        "reader": card.session.reader,
        "chosen": card.chosen,
        "content": content.to_json(),
    }


def _warnings(content: VitaleIdentity | CpsHolder) -> list[CardWarning]:
    if isinstance(content, CpsHolder):
        return list(content.warnings)
    return [*content.warnings, *(w for person in content.beneficiaries for w in person.warnings)]


def _fault(state: State, what: CardFault) -> Outcome:
    """The card cannot be read, or not any more: what it said before is not taken for what it says now."""
    card = state.cards.card(what.session)
    if card is None or card.fault is what.kind:
        return Outcome(state)
    if what.kind is CardFaultKind.BUSY and card.content is not None:
        # Another program keeps a card that was read: who it is of stands, what is wanted of it waits.
        cards = state.cards if state.cards.pin is not None else state.cards.say(CardNotice.BUSY, what.at_ns)
        return Outcome(replace(state, cards=cards), effects=(Sound(Tone.CHECK),))
    effects = (DiscardPin(what.session),) if _has_pin(state.cards, card) else ()
    state = leave_visit(state, card, what.at_ns)
    faulty = replace(
        card, fault=what.kind, content=None, chosen=None, code_given=False, visit=None, event_id=None
    )
    cards = state.cards.without_card(what.session).with_card(faulty)
    if cards.pin is None:
        cards = cards.show(what.session)
    payload = {"card": card.id, "reader": what.session.reader, "reason": what.kind.value}
    event = NewEvent(EventKind.CARD_UNREADABLE, payload, card.visit)
    tone = Tone.CHECK if what.kind is CardFaultKind.BUSY else Tone.REFUSED
    return Outcome(replace(state, cards=cards), (event,), (*effects, Sound(tone)))


def _out(state: State, what: CardOut) -> Outcome:
    """Nothing of the card is left: its screen, its code, its identity."""
    card = state.cards.card(what.session)
    if card is None:
        return Outcome(state)
    effects = (DiscardPin(what.session),) if _has_pin(state.cards, card) else ()
    state = leave_visit(state, card, what.at_ns)
    state = replace(state, cards=state.cards.without_card(what.session))
    payload = {"card": card.id, "reader": what.session.reader, "family": _family(card)}
    return Outcome(state, (NewEvent(EventKind.CARD_REMOVED, payload, card.visit),), effects)


def _has_pin(cards: CardsState, card: Card) -> bool:
    return cards.pin is not None and cards.pin.session == card.session


def _pin_done(state: State, what: PinDone) -> Outcome:
    card = state.cards.card(what.session)
    if card is None:
        return Outcome(state)
    cards = replace(state.cards.with_card(replace(card, code_given=True)), pin=None)
    cards = cards.show(what.session, what.at_ns + CPS_SHOWN_NS)
    event = NewEvent(EventKind.CARD_CODE_GIVEN, _named(card))
    return Outcome(replace(state, cards=cards), (event,), (Sound(Tone.SEEN),))


def _pin_ended(state: State, what: PinEnded) -> Outcome:
    card = state.cards.card(what.session)
    if card is None or not card.code_given:
        return Outcome(state)
    event = NewEvent(EventKind.CARD_CODE_ENDED, _named(card))
    return Outcome(_with(state, replace(card, code_given=False)), (event,))


def _named(card: Card) -> dict[str, object]:
    return {"card": card.id, "reader": card.session.reader}
