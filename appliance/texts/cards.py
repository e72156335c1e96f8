"""French texts about card readers and cards: on the OLED, on the page, in `comptoir cards`."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

__all__ = [
    "BENEFICIARIES",
    "BENEFICIARY",
    "CARD_FAMILIES",
    "CARD_IN",
    "CARD_OUT",
    "CARD_WARNINGS",
    "CERTIFICATE",
    "FAMILY_UNKNOWN",
    "FAULT",
    "FAULTS",
    "FAULT_REMEDIES",
    "HELP",
    "HELP_JSON",
    "HELP_SHOW",
    "HELP_TRUST",
    "HELP_WATCH",
    "HOLDER",
    "PIN_REFUSALS",
    "READERS",
    "SERVICE",
    "VERDICTS",
    "VITALE",
]

HELP: Final = "Dire quels lecteurs et quelles cartes sont là, et ce qui s'y lit."
HELP_WATCH: Final = "Continuer, et dire chaque insertion et chaque retrait."
HELP_JSON: Final = "Une ligne JSON par fait."
HELP_SHOW: Final = "Montrer les identités (masquées sinon)."
HELP_TRUST: Final = "Dossier des autorités de l'IGC-Santé (PEM ou DER), sinon celui des réglages."

SERVICE: Final[Mapping[str, str]] = MappingProxyType(
    {
        "absent": "Le service PC/SC ne répond pas : vérifier que pcscd est installé et démarré.",
        "refused": "Le système refuse l'accès aux lecteurs : installer la règle polkit de Comptoir.",
        "no_reader": "Lecteur de cartes débranché : vérifier son câble USB.",
    }
)

BENEFICIARY: Final = "une personne"
BENEFICIARIES: Final = "{count} personnes"
CARD_IN: Final = "{reader} : {family} insérée"
CARD_OUT: Final = "{reader} : carte retirée"
CERTIFICATE: Final = "  {label} : jusqu'au {end}, {verdict}"
FAMILY_UNKNOWN: Final = "carte de type inconnu"
FAULT: Final = "{reader} : {fault} {remedy}"
HOLDER: Final = "{reader} : {family}, {profession}, {name}"
VITALE: Final = "{reader} : carte Vitale, {people}"

READERS: Final[Mapping[str, str]] = MappingProxyType(
    {"empty": "lecteur vide, insérer une carte", "card": "carte présente", "mute": "carte sans réponse"}
)

FAULTS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "upside_down": "carte à l'envers ?",
        "mute": "carte muette.",
        "unknown": "carte inconnue.",
        "vitale_1": "carte Vitale 1.",
        "unreadable": "carte illisible.",
        "busy": "lecteur occupé.",
        "refused": "accès refusé.",
    }
)

FAULT_REMEDIES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "upside_down": "La carte ne répond pas : la retourner, puce vers le lecteur.",
        "mute": "La carte ne répond pas : essuyer la puce, réessayer, sinon carte hors d'usage.",
        "unknown": "Ni CPS, ni carte Vitale : retirer cette carte.",
        "vitale_1": "Carte Vitale de première génération : elle n'est plus lisible, utiliser l'ordonnance.",
        "unreadable": "La carte répond mal : la retirer et la remettre.",
        "busy": "Un autre logiciel garde la carte : le fermer, ou attendre.",
        "refused": "Le système refuse l'accès au lecteur : appeler le technicien.",
    }
)

CARD_FAMILIES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "CPS3": "carte CPS (CPS3)",
        "CPS4": "carte CPS (CPS4)",
        "Vitale 1": "carte Vitale 1",
        "Vitale 2": "carte Vitale",
    }
)

CARD_WARNINGS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "nir_key": "La clé du NIR ne correspond pas.",
        "nir_missing": "Pas de NIR lisible pour cette personne.",
        "nirs_not_joined": "Les NIR ne peuvent pas être attribués aux personnes de la carte.",
        "birth_date_unreadable": "Date de naissance illisible.",
        "birth_date_lunar": "Date de naissance incomplète (date lunaire).",
        "test_card": "Carte de test.",
        "certificate_expired": "Certificat de la carte expiré.",
        "certificate_not_yet_valid": "Certificat pas encore valide : vérifier l'heure de l'appareil.",
        "certificate_untrusted": "Certificat de la carte non reconnu par l'IGC-Santé configurée.",
        "certificate_unverified": "Certificat non vérifié : aucune autorité de l'IGC-Santé n'est configurée.",
        "card_number_differs": "Le numéro de la carte et celui de son certificat diffèrent.",
        "contactless": "Carte lue sans contact : pas de code, pas de signature.",
    }
)

PIN_REFUSALS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "wrong": "Code faux.",
        "one_try_left": "Un seul essai reste, il n'est pas risqué : vérifier le code avec l'outil de l'ANS.",
        "blocked": "Carte bloquée : la débloquer avec le code de déblocage et l'outil de l'ANS.",
        "not_digits": "Le code a quatre chiffres.",
        "cancelled": "Saisie du code abandonnée.",
        "not_possible": "Cette carte ne prend pas de code ici.",
        "interrupted": "Carte dérangée pendant le code : recommencer.",
    }
)

VERDICTS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "trusted": "IGC-Santé",
        "test": "IGC-Santé de test",
        "expired": "expiré",
        "not_yet_valid": "pas encore valide",
        "untrusted": "autorité inconnue",
        "no_roots": "non vérifié, aucune autorité configurée",
    }
)
