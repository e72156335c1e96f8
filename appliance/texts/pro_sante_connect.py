"""French texts of Pro Santé Connect: on the OLED, on the page, in the demonstration."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

TITLE: Final = "e-CPS"
TITLE_OPEN: Final = "Session e-CPS"
CONNECTING: Final = "Connexion"
CONNECTING_TO: Final = "Pro Santé Connect"
SECONDS_LEFT: Final = "{seconds} s"
COMPARE: Final = "Même nombre ? Validez"
UNNAMED: Final = "Sans nom"
UNTIL: Final = "Jusqu'à"
OK_ENDS: Final = "OK : fin de service"
CLOSED: Final = "Fermée"
CLOSED_WHAT: Final = "Session e-CPS"
CLOSED_AGAIN: Final = "Menu e-CPS : rouvrir"

REFUSALS: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "unreachable": ("Injoignable", "Réseau ? OK : réessayer"),
        "untrusted_server": ("Non reconnu", "Appelez le technicien"),
        "bad_answer": ("Illisible", "Réseau : pas d'accès direct"),
        "busy": ("Indisponible", "OK : réessayer plus tard"),
        "not_configured": ("Non réglé", "Appelez le technicien"),
        "client_refused": ("Non déclaré", "Appelez le technicien"),
        "unknown_user": ("e-CPS absente", "Activez votre e-CPS"),
        "no_identity": ("Qui ?", "Insérez la CPS, puis OK"),
        "denied": ("Refusée", "Au téléphone. OK : refaire"),
        "expired": ("Trop tard", "OK : recommencer"),
        "cancelled": ("Abandonnée", "OK : recommencer"),
        "bad_token": ("Invalide", "Appelez le technicien"),
        "clock": ("Heure fausse", "Appelez le technicien"),
        "not_pharmacist": ("Non admise", "Réservé au pharmacien"),
        "other_person": ("Autre porteur", "OK : recommencer"),
    }
)
"""Headline and what to do, by the words of `PscRefusal`."""

HELP: Final = "Tenir le Pro Santé Connect simulé de la démonstration."
HELP_PORT: Final = "Port HTTPS."
HELP_BRIDGE: Final = "Avec la page, le téléphone du Pro Santé Connect simulé."
