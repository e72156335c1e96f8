"""What `comptoir keys` says."""

from __future__ import annotations

__all__ = ["HELP", "HELP_DIRECTORY", "KEY_IS_THERE"]

HELP = "Créer la clé de l'appareil, si elle manque."
HELP_DIRECTORY = "Dossier que root seul peut lire."
KEY_IS_THERE = "La clé de l'appareil est dans {path}."
