"""French texts of `comptoir support-bundle`."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

HELP: Final = "Rassembler en un fichier, sans aucune identité, ce que le support de l'éditeur demande."
HELP_OUTPUT: Final = "Dossier ou fichier où l'écrire (par défaut ici)."
NOT_MADE: Final = "Le dossier de support ne peut pas être fait : vérifier support.recipient (clé age1…)."
NOT_WRITTEN: Final = "{path} ne peut pas être écrit."
WRITTEN: Final = "Écrit : {path} ({size} Kio)."
IS_ENCRYPTED: Final[Mapping[bool, str]] = MappingProxyType(
    {
        True: "Chiffré : seul l'éditeur l'ouvre.",
        False: "Non chiffré (support.recipient est vide) : à envoyer par une voie sûre.",
    }
)
"""By whether it is."""
NOTHING_SAID: Final = "{command} : rien (code {status})."
