"""What `comptoir bridge` says when it cannot serve: cause, then remedy."""

from __future__ import annotations

__all__ = [
    "ADDRESS_UNUSABLE",
    "CERTIFICATE_UNWRITABLE",
    "HELP",
    "HELP_CONSOLE",
    "HELP_VIRTUAL_CARDS",
    "KEY_UNUSABLE",
]

HELP = "Servir les événements au logiciel de la pharmacie."
HELP_VIRTUAL_CARDS = "Avec la page, les commandes des lecteurs virtuels."
HELP_CONSOLE = "Servir aussi la page du comptoir."

ADDRESS_UNUSABLE = (
    "L'adresse {host}:{port} ne peut pas être ouverte : elle est déjà prise, ou n'est pas de cet appareil. "
    "Corriger « host » et « port » dans la section [bridge] des réglages."
)
KEY_UNUSABLE = (
    "La clé HTTPS {path} ne peut pas être utilisée. La restaurer ; à défaut la supprimer : une clé neuve "
    "sera créée et chaque logiciel devra être appairé de nouveau."
)
CERTIFICATE_UNWRITABLE = (
    "La clé HTTPS ou son certificat ne peuvent pas être lus ou créés dans {path}. "
    "Vérifier le dossier, ses droits et la place sur le disque."
)
