"""French texts of the TLSi adapter: what went wrong with a téléservice, and what to do about it."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from appliance.texts.prescriptions import LookUpErrorText

__all__ = [
    "BAD_ANSWER_TEXTS",
    "BASE_HELP",
    "BASE_LISTENS",
    "CLOCK_OFF",
    "CREDENTIALS_UNUSABLE",
    "DEMONSTRATION_CONTRACT",
    "FAULT_REMEDY",
    "FAULT_TEXTS",
    "NO_LOGIN_TEXTS",
    "SETTINGS_MISSING",
    "UNREACHABLE_TEXTS",
]

DEMONSTRATION_CONTRACT: Final = "contrat de démonstration, pas celui de la CNAM"

SETTINGS_MISSING: Final = "il manque des réglages pour interroger les téléservices : {keys}."
CREDENTIALS_UNUSABLE: Final = (
    "les certificats des téléservices sont inutilisables : vérifier tlsi.authorities, tlsi.client_certificate"
    " et tlsi.client_key."
)
BASE_HELP: Final = "Simuler la base nationale des ordonnances et INSi (démonstration)."
BASE_LISTENS: Final = "Base nationale simulée : {url}"

CLOCK_OFF: Final = LookUpErrorText(
    "L'appareil {direction} de {minutes} min sur la base, qui refuse ce qu'il signe.",
    "Faites régler l'heure de l'appareil, puis relancez la recherche.",
)

NO_LOGIN_TEXTS: Final[Mapping[str, LookUpErrorText]] = MappingProxyType(
    {
        "cps_absent": LookUpErrorText(
            "Aucune carte CPS n'est insérée.",
            "Insérez la carte CPS et saisissez son code, puis relancez la recherche.",
        ),
        "code_wanted": LookUpErrorText(
            "Le code de la carte CPS n'a pas été saisi.",
            "Saisissez le code de la carte CPS, puis relancez la recherche.",
        ),
        "cps_withdrawn": LookUpErrorText(
            "La carte CPS a été retirée pendant la recherche.",
            "Remettez la carte CPS, saisissez son code et relancez la recherche.",
        ),
        "signature": LookUpErrorText(
            "La carte CPS n'a pas signé la demande.",
            "Retirez la carte CPS, remettez-la, saisissez son code et relancez la recherche.",
        ),
    }
)
"""By what the card or its absence said."""

UNREACHABLE_TEXTS: Final[Mapping[str, LookUpErrorText]] = MappingProxyType(
    {
        "certificate": LookUpErrorText(
            "Le serveur joint n'est pas celui de l'Assurance Maladie : son certificat n'est pas reconnu.",
            "Faites vérifier la connexion internet et les autorités de certification de l'appareil.",
        ),
        "circuit": LookUpErrorText(
            "La base ne répond pas ; elle sera rappelée dans quelques secondes.",
            "Consultez le logiciel de la pharmacie, ou relancez la recherche dans un moment.",
        ),
    }
)
"""By the detail of an UnreachableError; the others say what the port says."""

BAD_ANSWER_TEXTS: Final[Mapping[str, LookUpErrorText]] = MappingProxyType(
    {
        "html": LookUpErrorText(
            "Une page web a répondu à la place de la base (portail de connexion à internet).",
            "Faites rétablir la connexion internet de la pharmacie, puis relancez la recherche.",
        ),
        "other_prescription": LookUpErrorText(
            "La base a répondu pour une autre ordonnance.",
            "Consultez l'ordonnance dans le logiciel de la pharmacie.",
        ),
        "other_patient": LookUpErrorText(
            "La base a répondu pour un autre patient.",
            "Vérifiez l'ordonnance et le patient dans le logiciel de la pharmacie.",
        ),
    }
)

FAULT_REMEDY: Final = "Si cela se répète, donnez le code {code} à l'éditeur du logiciel."

FAULT_TEXTS: Final[Mapping[str, LookUpErrorText]] = MappingProxyType(
    {
        # Seen in answers of the INSi service.
        "siram_40": LookUpErrorText(
            "Le téléservice est temporairement inaccessible.",
            "Relancez la recherche dans un moment, ou consultez le logiciel de la pharmacie.",
        ),
        "desir_550": LookUpErrorText(
            "Le numéro d'autorisation du logiciel est inconnu du téléservice.",
            "Faites corriger par l'éditeur le numéro d'autorisation (réglage tlsi.idam).",
        ),
        "insi_101": LookUpErrorText(
            "La recherche d'identité par carte Vitale a échoué dans le téléservice.",
            "Relancez la recherche dans un moment.",
        ),
        "insi_102": LookUpErrorText(
            "La recherche d'identité par les traits a échoué dans le téléservice.",
            "Relancez la recherche dans un moment.",
        ),
        # Of our simulated base: the real codes of these refusals are not public.
        "demo_signature": LookUpErrorText(
            "La base refuse la signature de la carte CPS.",
            "Retirez la carte CPS, remettez-la, saisissez son code et relancez la recherche.",
        ),
        "demo_autorite": LookUpErrorText(
            "La base ne reconnaît pas l'autorité qui a émis la carte CPS.",
            "Utilisez une carte CPS en cours de validité.",
        ),
        "demo_revocation": LookUpErrorText(
            "La carte CPS est révoquée.",
            "Utilisez une autre carte CPS, et signalez celle-ci à l'Agence du numérique en santé.",
        ),
        "demo_profession": LookUpErrorText(
            "Seul un pharmacien peut consulter cette base.",
            "Insérez la carte CPS d'un pharmacien.",
        ),
        "demo_horloge": LookUpErrorText(
            "L'heure de l'appareil est fausse : la base refuse ce qu'il signe.",
            "Faites régler l'heure de l'appareil, puis relancez la recherche.",
        ),
        "demo_assertion": LookUpErrorText(
            "La base demande une assertion signée par une carte CPS.",
            "Insérez la carte CPS et saisissez son code, puis relancez la recherche.",
        ),
        "demo_rejeu": LookUpErrorText(
            "La base a déjà reçu ce message.",
            "Relancez la recherche.",
        ),
        "demo_requete": LookUpErrorText(
            "La base ne comprend pas la demande.",
            "Signalez-le à l'éditeur du logiciel.",
        ),
    }
)
"""By the code of the Erreur, else by the subcode of the fault."""
