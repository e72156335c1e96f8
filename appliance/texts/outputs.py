"""What the outputs beside the bridge say: cause, then remedy."""

from __future__ import annotations

from typing import Final

HELP: Final = "Envoyer les événements par câble (clavier USB, ligne série)."
FULL: Final = (
    "L'appareil connaît déjà assez de logiciels pour y ajouter cette sortie : "
    "en retirer un d'abord (comptoir clients list, comptoir clients revoke)."
)
