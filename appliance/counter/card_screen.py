"""What the OLED says of readers and cards: pure, and None where it is to speak of something else."""

from __future__ import annotations

from datetime import datetime

from appliance.cards.atr import CardFamily
from appliance.cards.identities import Beneficiary, CardWarning, CpsHolder, VitaleIdentity
from appliance.counter.card_state import Card, CardsState
from appliance.display.card_screens import (
    CardMessage,
    CardNotice,
    CardTitle,
    CardWorking,
    CpsRead,
    PinEntry,
    PinRefused,
    VitaleChoice,
    VitaleRead,
)
from appliance.display.screens import Screen
from appliance.texts.screens import CARD_WARNINGS_SHORT

__all__ = ["card_screen", "pin_screen"]


def pin_screen(cards: CardsState) -> Screen | None:
    """The entry of a code, over everything else: the buttons are its."""
    pin = cards.pin
    if pin is None:
        return None
    if pin.checking:
        return CardWorking(CardTitle.CPS, checking_code=True)
    return PinEntry(pin.entered, pin.longest, pin.digit, pin.tries_left, pin.on_pinpad)


def card_screen(cards: CardsState) -> Screen | None:
    """What is shown of cards now."""
    if cards.refusal is not None:
        return PinRefused(cards.refusal.reason, cards.refusal.tries_left)
    if cards.notice is not None:
        return CardMessage(cards.notice)
    card = cards.shown_card
    return _card(card) if card is not None else None


def _card(card: Card) -> Screen:
    if card.fault is not None:
        return CardMessage(CardNotice(card.fault.value))
    match card.content:
        case CpsHolder() as holder:
            return _cps(card, holder)
        case VitaleIdentity() as identity:
            return _vitale(card, identity)
    return CardWorking(_title(card.family))


def _title(family: CardFamily | None) -> CardTitle:
    if family is None:
        return CardTitle.CARD
    return CardTitle.CPS if family.is_cps else CardTitle.VITALE


def _vitale(card: Card, identity: VitaleIdentity) -> Screen:
    count = len(identity.beneficiaries)
    if card.chosen is None and count > 1:
        person = identity.beneficiaries[card.offered]
        return VitaleChoice(
            person.family_name, person.given_name, _born(person), position=card.offered + 1, count=count
        )
    person = identity.beneficiaries[card.chosen or 0]
    return VitaleRead(
        family_name=person.family_name,
        given_name=person.given_name,
        birth_date=_born(person),
        others=count - 1,
        delivered=card.delivered,
        warnings=_short((*person.warnings, *identity.warnings)),
    )


def _born(person: Beneficiary) -> str | None:
    return str(person.birth_date) if person.birth_date is not None else None


def _cps(card: Card, holder: CpsHolder) -> Screen:
    ends: list[datetime] = [certificate.not_after for certificate in holder.certificates]
    return CpsRead(
        family_name=holder.family_name,
        given_name=holder.given_name,
        profession=holder.profession,
        rpps=holder.rpps,
        end=f"{min(ends):%d/%m/%Y}" if ends else None,
        test=holder.is_test,
        can_sign=holder.can_sign,
        code_given=card.code_given,
        delivered=card.delivered,
        warnings=_short(holder.warnings),
    )


def _short(warnings: tuple[CardWarning, ...]) -> tuple[str, ...]:
    """The short texts, each once; that of a test card is said by the screen itself."""
    texts = (CARD_WARNINGS_SHORT[warning] for warning in warnings if warning is not CardWarning.TEST_CARD)
    return tuple(dict.fromkeys(texts))
