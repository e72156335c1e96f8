"""Who the simulated INSi knows: the published INSi test persons, with their former numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from appliance.identifiers.discreet import Discreet

__all__ = ["PEOPLE", "Person"]


@dataclass(frozen=True, slots=True, repr=False)
class Person(Discreet):
    """A test person.

    Attributes:
        number: matricule, 13 characters and the key.
        insured_number: of whoever's Vitale covers this person; their own where empty.
        given_names: the list, as one text.
        birth_date: ISO.
        former: earlier matricules.
    """

    number: str
    birth_name: str
    given_names: str
    sex: str
    birth_date: str
    birth_place: str
    former: tuple[str, ...] = ()
    insured_number: str = ""
    oid: str = "1.2.250.1.213.1.4.8"

    @property
    def insured(self) -> str:
        """The number on the Vitale that covers this person."""
        return self.insured_number or self.number


_CORSE: Final = "180032B02040123"

PEOPLE: Final = (
    Person("297022A02077878", "ADRTROIS", "DOMINIQUE", "F", "1997-02-26", "2A020"),
    Person("160012B02077713", "ADRTROIS", "TOUSSAINT", "M", "1960-01-01", "2B020"),
    Person(_CORSE, "CORSE", "ANTHONY", "M", "1980-03-02", "2B020", former=(_CORSE,)),
    Person(
        "109076322083489", "ECETINSI", "PIERRE-ALAIN MURIEL FLORIANT", "M", "2009-07-14", "63220",
        former=("209076322083439", "209066322012355"),
    ),
    Person("236066322083656", "TCHITCHI", "CATARINA BELLA", "F", "1936-06-21", "63220"),
    # Two of one name and day: the search by traits finds several.
    Person("118058599124156", "HOMONYME", "CLAUDE", "M", "1985-05-08", "85191"),
    Person("118058599124253", "HOMONYME", "CLAUDE", "M", "1985-05-08", "85191"),
    # A child of fiction, on the Vitale of the published person.
    Person("212052B02040118", "CORSE", "ZOE", "F", "2012-05-14", "2B020", insured_number=_CORSE),
)  # fmt: skip
