"""Who has an e-CPS at the simulated provider: published test identities, and their userinfo."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

__all__ = ["PEOPLE", "Person"]

_PROFESSION_OID: Final = "1.2.250.1.213.1.1.5.5"
_SECTOR: Final = {"21": "SA33", "10": "SA07"}


@dataclass(frozen=True, slots=True, repr=False)
class Person:
    """One of them; `profession` is 21 for a pharmacist, 10 for a doctor."""

    national_id: str
    family_name: str
    given_name: str
    profession: str

    @property
    def subject(self) -> str:
        """`sub`, as a Keycloak with an external directory writes it."""
        return f"f:00000000-0000-4000-8000-000000000000:{self.national_id}"

    def userinfo(self) -> dict[str, object]:
        """The claims of Pro Santé Connect's userinfo that matter here, in its own structure."""
        return {
            "sub": self.subject,
            "preferred_username": self.national_id,
            "family_name": self.family_name,
            "given_name": self.given_name,
            "SubjectNameID": self.national_id,
            "SubjectRole": [f"{self.profession}^{_PROFESSION_OID}"],
            "otherIds": [{"identifiant": self.national_id, "origine": "RPPS", "qualite": 1}],
            "SubjectRefPro": {
                "codeCivilite": "M",
                "exercices": [
                    {
                        "codeProfession": self.profession,
                        "codeCategorieProfessionnelle": "C",
                        "activities": [
                            {
                                "codeSecteurDactivite": _SECTOR[self.profession],
                                "codeSectionPharmacien": "A" if self.profession == "21" else "",
                            }
                        ],
                    }
                ],
            },
            "Palier_Authentification": "APPPRIP3^1.2.250.1.213.1.5.1.1.1",
            "PSI_Locale": "1.2.250.1.213.1.3.1.1",
            "UITVersion": "1.0",
        }


PEOPLE: Final = {
    person.national_id: person
    for person in (
        Person("899700075122", "PHARMACH0007512", "CAROLE", "21"),
        Person("899900038441", "MEDECIN", "TEST", "10"),
    )
}
"""By their national id."""
