"""The virtual cards there are, by name: what the console page and the benches put into a slot."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from random import Random
from types import MappingProxyType
from typing import Final

from cryptography import x509

from appliance.base.clock import Clock
from appliance.simulation.cards.card import VirtualCard
from appliance.simulation.cards.cps import VirtualCps3, VirtualCps4
from appliance.simulation.cards.igc import Professional, TestIgc
from appliance.simulation.cards.oddities import GarbageCard, MuteCard, SlowCard, WrongCard, YankedCard
from appliance.simulation.cards.vitale import Insured, VirtualVitale2

__all__ = ["CARD_TITLES", "CAROLE", "DOMINIQUE", "FAMILY", "OLIVIER", "CardBox"]

CAROLE: Final = Professional("899700075122", "PHARMACH0007512", "CAROLE", "Pharmacien", 21, "2800636226")
OLIVIER: Final = Professional("00B6087510", "INFIRMCS ADELI8751", "OLIVIER", "Infirmier", 60, "2800636234")
"""Published test identities of the ANS."""

DOMINIQUE: Final = Insured("ADRTROIS", "DOMINIQUE", "19970226", "297022A02077878")
FAMILY: Final = (
    Insured("CORSE", "ANTHONY", "19800302", "180032B02040123"),
    Insured("CORSE", "ZOÉ", "20120514", "180032B02040123"),
    Insured("CORSE", "NOÉ", "20150000", "180032B02040123"),
    Insured("CORSE", "INÈS-MAÏA", "20181130", "180032B02040123"),
)
"""A published INSi test person as the insured, with children of fiction; one has a lunar birth date."""

CARD_TITLES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "cps3": "CPS3 de test (pharmacienne)",
        "cps4": "CPS4 de test (infirmier)",
        "vitale": "Carte Vitale 2, une personne",
        "vitale-family": "Carte Vitale 2, famille de quatre",
        "mute": "Carte muette ou à l'envers",
        "wrong": "Carte d'un autre usage",
        "slow": "Carte Vitale 2 lente",
        "yanked": "Carte Vitale 2 retirée en pleine lecture",
        "garbage": "Carte Vitale 2 qui répond n'importe quoi",
    }
)
"""Name to what the console page calls it."""

_SLOW_S = 0.5
_YANKED_AT = 3
_GARBAGE_AT = 2


@dataclass(frozen=True, slots=True)
class _Recipes:
    igc: TestIgc
    clock: Clock
    random: Random

    def make(self, name: str) -> VirtualCard:
        single = (DOMINIQUE,)
        recipes: dict[str, Callable[[], VirtualCard]] = {
            "cps3": lambda: VirtualCps3(self.igc, CAROLE),
            "cps4": lambda: VirtualCps4(self.igc, OLIVIER),
            "vitale": lambda: VirtualVitale2(single, file_bytes=160),
            "vitale-family": lambda: VirtualVitale2(FAMILY),
            "mute": MuteCard,
            "wrong": WrongCard,
            "slow": lambda: SlowCard(VirtualVitale2(single), _SLOW_S, self.clock),
            "yanked": lambda: YankedCard(VirtualVitale2(single), _YANKED_AT),
            "garbage": lambda: GarbageCard(VirtualVitale2(single), "random", _GARBAGE_AT, self.random),
        }
        return recipes[name]()


class CardBox:
    """One of each card, made when first taken; a card keeps its tries when it is put back and taken again.

    Cards that break by being used (yanked, garbage) are new each time.
    """

    _DISPOSABLE: Final = frozenset({"yanked", "garbage"})

    def __init__(self, now: datetime, clock: Clock, random: Random, igc: TestIgc | None = None) -> None:
        """Nothing is made yet but the test IGC, where none is given."""
        self._igc = igc or TestIgc(now)
        self._recipes = _Recipes(self._igc, clock, random)
        self._cards: dict[str, VirtualCard] = {}

    @property
    def authorities(self) -> tuple[x509.Certificate, ...]:
        """The test IGC that signed the cards, to configure the appliance with."""
        return self._igc.authorities

    def take(self, name: str) -> VirtualCard:
        """The card of that name.

        Raises:
            KeyError: there is none.
        """
        if name in self._DISPOSABLE:
            return self._recipes.make(name)
        if name not in self._cards:
            self._cards[name] = self._recipes.make(name)
        return self._cards[name]
