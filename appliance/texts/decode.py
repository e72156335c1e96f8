"""What `comptoir decode` says."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

__all__ = [
    "ERRORS",
    "EXPIRED_ON",
    "FOLDER_EMPTY",
    "HELP",
    "HELP_JSON",
    "KINDS",
    "NOTHING_READ",
    "TOO_MANY_FILES",
    "UNEXPECTED",
    "WARNINGS",
]

HELP: Final = """Lire les codes d'images, de vidéos et de PDF.

Une ligne par code lu. Code de sortie : 0 si chaque fichier a donné au moins un code, 1 sinon, 2 si un fichier
n'a pas pu être ouvert (les autres sont lus)."""
HELP_JSON: Final = "Écrire une ligne JSON par fichier."

NOTHING_READ: Final = "{file} : aucun code lu"
FOLDER_EMPTY: Final = "{file} : le dossier ne contient aucun fichier."
TOO_MANY_FILES: Final = "Trop de fichiers : {count}, au plus {limit}. Relancez sur une partie du dossier."
UNEXPECTED: Final = "{file} : erreur inattendue ({kind}). Signalez-la avec ce fichier s'il peut être partagé."

ERRORS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "DocumentMissingError": "{file} : introuvable ou illisible. Vérifiez le chemin et les droits.",
        "DocumentUnknownError": "{file} : ni image, ni vidéo, ni PDF. Convertissez-le (PNG, JPEG, MP4, PDF).",
        "DocumentDamagedError": "{file} : fichier tronqué, endommagé ou protégé. Récupérez-le à nouveau.",
        "DocumentTooLargeError": "{file} : trop grand pour être lu sans risque. Réduisez-le ou découpez-le.",
    }
)

KINDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "ordonnance": "Ordonnance numérique",
        "ins": "Identité INS",
        "prescriber": "Prescripteur",
        "medicine": "Boîte de médicament",
        "twodoc": "2D-Doc",
        "link": "Lien",
        "opaque": "Code sans type connu",
    }
)

WARNINGS: Final = "avertissements : {codes}"
EXPIRED_ON: Final = "péremption {date}"
