"""French texts of the OLED for the status of prescriptions: short, a footer holds some twenty letters."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, NamedTuple

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


class CauseText(NamedTuple):
    """Why a status is not known.

    Attributes:
        short: for the footer of the OLED.
        title: one sentence.
        remedy: what to do, one sentence.
    """

    short: str
    title: str
    remedy: str


_IN_LGO = "Consultez l'ordonnance dans le logiciel de la pharmacie."
_LATER = "Relancez la recherche dans un moment, ou consultez le logiciel de la pharmacie."
_CPS_AND_CODE = "Insérez la carte CPS et saisissez son code, puis relancez la recherche."
_CPS_AGAIN = "Retirez la carte CPS, remettez-la, saisissez son code et relancez la recherche."
_SET_CLOCK = "Faites régler l'heure de l'appareil, puis relancez la recherche."

CAUSES: Final[Mapping[str, CauseText]] = MappingProxyType(
    {
        # By the code of a `LookUpError`, and those of the counter itself.
        "unreachable": CauseText("Base injoignable", "La base des ordonnances ne répond pas.", _LATER),
        "refused": CauseText(
            "Refus de la base, v. LGO", "La base des ordonnances refuse de répondre.", _IN_LGO
        ),
        "not_authorised": CauseText(
            "Insérez la CPS et son code",
            "Aucune authentification de professionnel n'est en cours.",
            _CPS_AND_CODE,
        ),
        "bad_answer": CauseText("Réponse non valable", "La réponse reçue n'est pas utilisable.", _IN_LGO),
        "other_patient": CauseText(
            "Réponse d'un autre patient",
            "Le statut reçu est celui d'un autre patient.",
            "Vérifiez l'ordonnance et le patient dans le logiciel de la pharmacie.",
        ),
        "clock_wrong": CauseText(
            "Heure de l'appareil fausse",
            "L'heure de l'appareil est fausse : la base refuse ce qu'il signe.",
            _SET_CLOCK,
        ),
        "lgo_silent": CauseText(
            "Le LGO ne répond pas",
            "Le logiciel de la pharmacie n'a pas dit le statut.",
            "Consultez l'ordonnance dans le logiciel, ou relancez la recherche.",
        ),
        "abandoned": CauseText(
            "Recherche abandonnée",
            "La recherche a été abandonnée.",
            "Reposez l'ordonnance, ou relancez la recherche.",
        ),
        # Finer ones.
        "cps_absent": CauseText("Insérez la CPS", "Aucune carte CPS n'est insérée.", _CPS_AND_CODE),
        "code_wanted": CauseText(
            "Saisissez le code CPS",
            "Le code de la carte CPS n'a pas été saisi.",
            "Saisissez le code de la carte CPS, puis relancez la recherche.",
        ),
        "cps_withdrawn": CauseText(
            "CPS retirée : remettez-la",
            "La carte CPS a été retirée pendant la recherche.",
            "Remettez la carte CPS, saisissez son code et relancez la recherche.",
        ),
        "not_signed": CauseText("La CPS n'a pas signé", "La carte CPS n'a pas signé la demande.", _CPS_AGAIN),
        "cps_wanted": CauseText(
            "Insérez la CPS et son code",
            "La base demande une assertion signée par une carte CPS.",
            _CPS_AND_CODE,
        ),
        "signature_refused": CauseText(
            "Signature CPS refusée", "La base refuse la signature de la carte CPS.", _CPS_AGAIN
        ),
        "card_issuer_unknown": CauseText(
            "Carte CPS non reconnue",
            "La base ne reconnaît pas l'autorité qui a émis la carte CPS.",
            "Utilisez une carte CPS en cours de validité.",
        ),
        "card_revoked": CauseText(
            "Carte CPS révoquée",
            "La carte CPS est révoquée.",
            "Utilisez une autre carte CPS, et signalez celle-ci à l'Agence du numérique en santé.",
        ),
        "not_pharmacist": CauseText(
            "Insérez CPS pharmacien",
            "Seul un pharmacien peut consulter cette base.",
            "Insérez la carte CPS d'un pharmacien.",
        ),
        "clock_late": CauseText(
            "Horloge : retard {minutes} min",
            "L'appareil retarde de {minutes} min sur la base, qui refuse ce qu'il signe.",
            _SET_CLOCK,
        ),
        "clock_early": CauseText(
            "Horloge : avance {minutes} min",
            "L'appareil avance de {minutes} min sur la base, qui refuse ce qu'il signe.",
            _SET_CLOCK,
        ),
        "server_unrecognised": CauseText(
            "Serveur non reconnu",
            "Le serveur joint n'est pas celui de l'Assurance Maladie : son certificat n'est pas reconnu.",
            "Faites vérifier la connexion internet et les autorités de certification de l'appareil.",
        ),
        "resting": CauseText(
            "Base injoignable",
            "La base ne répond pas ; elle sera rappelée dans quelques secondes.",
            "Consultez le logiciel de la pharmacie, ou relancez la recherche dans un moment.",
        ),
        "captive_portal": CauseText(
            "Portail internet à ouvrir",
            "Une page web a répondu à la place de la base (portail de connexion à internet).",
            "Faites rétablir la connexion internet de la pharmacie, puis relancez la recherche.",
        ),
        "other_prescription": CauseText(
            "Autre ordonnance reçue", "La base a répondu pour une autre ordonnance.", _IN_LGO
        ),
        "service_unavailable": CauseText(
            "Base arrêtée un moment", "Le téléservice est temporairement inaccessible.", _LATER
        ),
        "software_unknown": CauseText(
            "Logiciel non autorisé",
            "Le numéro d'autorisation du logiciel est inconnu du téléservice.",
            "Faites corriger par l'éditeur le numéro d'autorisation (réglage tlsi.idam).",
        ),
        "insi_by_vitale": CauseText(
            "INSi en panne",
            "La recherche d'identité par carte Vitale a échoué dans le téléservice.",
            "Relancez la recherche dans un moment.",
        ),
        "insi_by_traits": CauseText(
            "INSi en panne",
            "La recherche d'identité par les traits a échoué dans le téléservice.",
            "Relancez la recherche dans un moment.",
        ),
        "replayed": CauseText(
            "Message déjà reçu", "La base a déjà reçu ce message.", "Relancez la recherche."
        ),
        "request_refused": CauseText(
            "Demande incomprise",
            "La base ne comprend pas la demande.",
            "Signalez-le à l'éditeur du logiciel.",
        ),
    }
)
"""Why a status is not known, by the name of its `Cause`: the one catalogue. None of them names anybody."""

FAILURES: Final[Mapping[str, str]] = MappingProxyType(
    {
        code: CAUSES[code].short
        for code in (
            "unreachable", "refused", "not_authorised", "bad_answer", "other_patient", "clock_wrong",
            "lgo_silent", "abandoned",
        )
    }
)  # fmt: skip
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
