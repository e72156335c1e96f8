"""What the outputs beside the bridge say: cause, then remedy."""

from __future__ import annotations

from typing import Final

HELP: Final = "Envoyer les événements par câble (clavier USB, ligne série)."
FULL: Final = (
    "L'appareil connaît déjà assez de logiciels pour y ajouter cette sortie : "
    "en retirer un d'abord (comptoir clients list, comptoir clients revoke)."
)

HELP_MQTT: Final = "Dire l'état de l'appareil, et les événements si c'est réglé, à un serveur MQTT."
SERIAL_TITLE: Final = "Sortie série"
MQTT_TITLE: Final = "Sortie MQTT"
BROKER_UNUSABLE: Final = (
    "Le serveur MQTT ne peut pas être joint ainsi : corriger « {key} » dans la section [mqtt] des réglages."
)
