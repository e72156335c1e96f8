"""From an ATR to the application that is really there: the ATR proposes, a SELECT confirms.

A card of an unknown ATR is asked for the applications we know: new cards of a family keep their
applications when their ATR changes. SELECT changes nothing on a card.
"""

from __future__ import annotations

from datetime import datetime

from appliance.cards.apdu import TransmissionProtocol, Transmit
from appliance.cards.atr import CardFamily, family_of
from appliance.cards.cps import Cps
from appliance.cards.cps3 import Cps3
from appliance.cards.cps4 import Cps4
from appliance.cards.errors import UnknownCardError
from appliance.cards.identities import CpsHolder, VitaleIdentity
from appliance.cards.processors import standard_chain
from appliance.cards.trust import TrustStore
from appliance.cards.vitale import read_vitale, select_vitale

__all__ = ["VitaleOneError", "read_card"]


class VitaleOneError(UnknownCardError):
    """A Vitale of the first generation: recognised, and no public document says how to read it."""


def read_card(
    transmit: Transmit, protocol: TransmissionProtocol, atr: bytes, trust: TrustStore, at: datetime
) -> tuple[CpsHolder | VitaleIdentity, Cps | None]:
    """Read whatever card this is; for a CPS also give the object that takes its code and signs.

    Raises:
        VitaleOneError: a Vitale 1.
        UnknownCardError: none of the applications we know.
        AnswerError: the card answers what no card of its family does.
        TransportError: the exchange itself failed.
    """
    announced = family_of(atr)
    if announced is CardFamily.VITALE_1:
        raise VitaleOneError("a Vitale of the first generation cannot be read")
    if announced is not CardFamily.VITALE_2:
        cps = _find_cps(transmit, protocol, announced)
        if cps is not None:
            return cps.read_holder(trust, at), cps
    card = standard_chain(transmit, protocol)
    if announced is not None and announced.is_cps:
        raise UnknownCardError("the card has the ATR of a CPS and not its application")
    if announced is None and not select_vitale(card):
        raise UnknownCardError("none of the applications we know is on the card")
    return read_vitale(card), None


def _find_cps(transmit: Transmit, protocol: TransmissionProtocol, announced: CardFamily | None) -> Cps | None:
    """The CPS this is, by its application; the announced family first.

    A CPS4 behaves like a CPS3 for software that knows no better, so among unknown ATRs it is asked first.
    """
    order: tuple[type[Cps3 | Cps4], ...] = (Cps3, Cps4) if announced is CardFamily.CPS3 else (Cps4, Cps3)
    for family in order:
        cps = family(transmit, protocol)
        if cps.select():
            return cps
    return None
