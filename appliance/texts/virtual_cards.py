"""French texts of `comptoir virtual-cards`."""

from __future__ import annotations

__all__ = ["HELP", "UNAVAILABLE"]

HELP = "Tenir les lecteurs et les cartes virtuels de la démonstration."
UNAVAILABLE = "  Cartes    lecteurs virtuels indisponibles, les deux lecteurs restent vides : {reason}"
