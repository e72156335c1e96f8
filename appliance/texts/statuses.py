"""French texts of the OLED for the status of prescriptions: short, a footer holds some twenty letters."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

STANDINGS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "looking": "Recherche",
        "failed": "Inconnu",
        "unknown": "Inconnu",
        "not_found": "Introuvable",
        "to_dispense": "À dispenser",
        "partly_dispensed": "Partielle",
        "dispensed": "Dispensée",
        "cancelled": "Annulée",
        "expired": "Expirée",
    }
)
"""By the words of `Standing`."""

REMEDIES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "unknown": "Voir dans le LGO",
        "not_found": "Absente de la base",
        "cancelled": "Par le prescripteur",
        "expired": "Délai dépassé",
    }
)

FAILURES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "unreachable": "Base injoignable",
        "refused": "Refus de la base, v. LGO",
        "not_authorised": "Insérez la CPS et son code",
        "bad_answer": "Réponse non valable",
        "other_patient": "Réponse d'un autre patient",
        "clock_wrong": "Heure de l'appareil fausse",
        "lgo_silent": "Le LGO ne répond pas",
        "abandoned": "Recherche abandonnée",
    }
)
"""By the code of a `LookUpError`, and those of the counter itself."""

SAID_BY: Final[Mapping[str, str]] = MappingProxyType(
    {"lgo": "Selon le LGO à {hour}", "tlsi": "Selon la base à {hour}", "simulated": "Simulé, {hour}"}
)
SOURCES: Final[Mapping[str, str]] = MappingProxyType(
    {"lgo": "Le LGO", "tlsi": "La base nationale", "simulated": "Une base simulée"}
)
"""Who says so, by the words of `Source`."""

LOOKING_REMARK: Final = "Statut demandé"

LINE: Final = "Ligne {position} sur {count}"
LINE_UNNAMED: Final = "Produit sans nom"
LINE_LEFT: Final = "Reste 1 ligne"
LINES_LEFT: Final = "Reste {count} lignes"
DISPENSED_OF: Final = "{dispensed} sur {prescribed} dispensé"
TO_DISPENSE_OF: Final = "{prescribed} à dispenser"
DISPENSED_COUNT: Final = "{dispensed} dispensé"
NONE_DISPENSED: Final = "À dispenser"

PLACES: Final[Mapping[str, str]] = MappingProxyType({"here": "Ici", "other_pharmacy": "Ailleurs"})
PLACE_UNKNOWN: Final = "Lieu inconnu"
PLACE_AND_DAY: Final = "{place} le {day}"

SECURED: Final = "Ordonnance sécurisée"
NO_CONSENT: Final = "Consentement refusé"
RENEWAL_LEFT: Final = "1 renouvellement restant"
RENEWALS_LEFT: Final = "{count} renouvellements restants"

SEEN_AGAIN: Final = "Déjà vue"
SEEN_AGAIN_AT: Final = "aujourd'hui à {hour}"
SEEN_AGAIN_REMEDY: Final = "Copie ou retour ?"
OTHER_PATIENT: Final = "Autre patient"
OTHER_PATIENT_REMEDY: Final = "Même n°, autre nom"
NOTED: Final = "OK : c'est noté"

CONCORDANT: Final = "Identités concordantes"
TO_CHECK: Final[Mapping[str, str]] = MappingProxyType(
    {
        "usual_name": "Nom d'usage ? Vérifiez",
        "incomplete_date": "Naissance incomplète",
        "other_given_name": "Autre prénom : vérifiez",
        "more_given_names": "Prénoms à vérifier",
    }
)
"""Three words, by the `Reason` of a trait that is to be checked; TRAITS_TO_CHECK for any other."""
TRAITS_TO_CHECK: Final = "Identité à vérifier"

PRESCRIBER_DIFFERS: Final = "Prescripteur"
OF_CODE: Final = "QR code"
OF_BARCODE: Final = "Code-barres"
OF_VITALE: Final = "Carte Vitale"
