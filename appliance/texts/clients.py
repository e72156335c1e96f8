"""What `comptoir clients` says."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

HELP: Final = "Les logiciels reliés à l'appareil."
HELP_LIST: Final = "Dire quels logiciels sont reliés."
HELP_RENAME: Final = "Donner un autre nom à un logiciel."
HELP_REVOKE: Final = "Ne plus rien donner à un logiciel ; il devra être appairé de nouveau."
HELP_YES: Final = "Sans demander de confirmation."
HELP_TECHNICIAN: Final = "Créer un jeton de technicien, par exemple pour relever /metrics."
HELP_CERTIFICATE: Final = "Écrire le certificat de l'appareil, pour les autorités du navigateur d'un LGO web."
HELP_PAIR: Final = "Appairer un logiciel sans toucher à l'appareil."

COLUMNS: Final = ("Identifiant", "Nom", "Droits", "Appairé le", "Vu le")
NEVER: Final = "jamais"
NO_CLIENT: Final = "Aucun logiciel n'est relié. Pour en relier un : comptoir clients pair."
UNKNOWN: Final = "Aucun logiciel relié ne s'appelle ainsi. Voir : comptoir clients list."
AMBIGUOUS: Final = "Plusieurs logiciels s'appellent ainsi : donner l'identifiant (comptoir clients list)."
NAME_INVALID: Final = "Un nom a de 1 à {maximum} caractères imprimables."
SHOWN_ONCE: Final = "Jeton de « {name} », montré cette seule fois (comptoir clients revoke l'annule) :"
FULL: Final = "L'appareil connaît déjà assez de logiciels : en retirer un d'abord."
RENAMED: Final = "Le logiciel s'appelle maintenant « {name} »."
REVOKE: Final = "Ne plus rien donner à « {name} » ?"
REVOKED: Final = "« {name} » n'est plus relié."
NOT_ALLOWED: Final = "Il faut être administrateur : relancer avec sudo."
NEVER_RAN: Final = "L'appareil n'a pas encore démarré : son journal ou sa clé manquent."
NO_CERTIFICATE: Final = "La passerelle n'a pas encore démarré : son certificat manque."
JOURNAL_UNUSABLE: Final = "Le journal ne répond pas. Voir : journalctl -u comptoir-counter."

WINDOW_OPEN: Final = (
    "Dans le logiciel, demander l'appairage. L'appareil écoute {seconds} s (Ctrl-C : abandon)."
)
ASKED: Final = "« {name} » demande à être relié. Nombre de l'appareil : {number}"
TYPE_NUMBER: Final = "Nombre affiché par le logiciel (Entrée seule refuse)"
REFUSED: Final = "Nombre différent : refusé. Si cela se répète, quelqu'un s'interpose sur le réseau."
ENDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "paired": "« {name} » est appairé.",
        "time": "Temps écoulé : aucun logiciel n'a été relié.",
        "tries": "Trois essais sans succès : aucun logiciel n'a été relié.",
        "pause": "Pas encore : réessayer dans {wait_s} s.",
        "busy": "Un appairage est déjà ouvert sur l'appareil.",
        "failed": "L'appairage ne peut pas s'ouvrir : vérifier l'appareil, relancer avec sudo.",
    }
)
"""By the words of `PairingEnd`."""
