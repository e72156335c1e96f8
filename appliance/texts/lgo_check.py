"""What `comptoir lgo-check` says: what was checked, and what it means when it does not hold."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

HELP: Final = "Vérifier qu'un appareil tient le contrat, à l'adresse URL (https://192.168.1.20:8443)."
HELP_PAIRED: Final = "Fichier du jeton d'un logiciel appairé ; sans lui, seul l'accueil est vérifié."
HELP_PIN: Final = "Empreinte attendue de la clé : sha256/…"

GOOD: Final = "bon"
BAD: Final = "MAUVAIS"
VERDICT_GOOD: Final = "{count} vérifications, toutes bonnes."
VERDICT_BAD: Final = "{count} vérifications, {bad} mauvaises."
UNREACHABLE: Final = "pas de réponse ({error})"
FILE_UNREADABLE: Final = "Le fichier du jeton ne peut pas être lu."
URL_WRONG: Final = "L'adresse commence par https:// et n'a pas de chemin."

CHECKS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "ready": "L'appareil répond, et ne dit rien d'autre que « prêt »",
        "pin": "La clé est celle de l'appairage",
        "tls_old": "TLS 1.1 est refusé",
        "clear": "HTTP en clair est refusé",
        "no_version": "Les en-têtes ne disent ni programme ni version",
        "token_wanted": "Sans jeton, rien : 401",
        "token_wrong": "Un faux jeton n'ouvre rien : 401",
        "unknown_hidden": "Sans jeton, une adresse inconnue ne se distingue pas",
        "host": "Un autre nom d'hôte est refusé : 421",
        "origin": "Une page web d'ailleurs est refusée : 403",
        "problem": "Une erreur est un document problem+json, en français, avec code et remède",
        "me": "Le jeton est connu",
        "contract": "Le contrat OpenAPI est servi, en version 1",
        "capabilities": "L'appareil sait donner et faire acquitter des événements",
        "bounds": "Un paramètre hors bornes est nommé : 400",
        "body": "Un corps trop grand est refusé : 413",
        "ahead": "Un curseur trop grand est dit : 409",
        "wait": "Une attente d'une seconde dure une seconde",
        "superseded": "Une nouvelle attente met fin à l'ancienne",
        "ack_again": "Acquitter deux fois ne fait rien de plus",
    }
)
"""By the names of the checks."""
