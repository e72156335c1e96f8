"""French texts of `comptoir settings`."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

HELP: Final = "Vérifier, montrer, expliquer les réglages."
HELP_CHECK: Final = "Vérifier le fichier : toutes les erreurs d'un coup, rien si tout est bon."
HELP_SHOW: Final = "Montrer les réglages en vigueur, ou ceux d'une section, et ce qui a été changé."
HELP_EXPLAIN: Final = "Expliquer une clé (« display.address »), ou toutes celles d'une section (« display »)."
HELP_REFERENCE: Final = "Écrire la référence des clés (Markdown)."

GOOD: Final = "Réglages corrects."
CHANGED: Final = "{name} = {value}   # changé"
EXPLAINED: Final = "{name}\n  {purpose}\n  Type : {kind}{bound}. Par défaut : {default}."
BOUND: Final = ", {bound}"
BOUND_WORDS: Final[Mapping[str, str]] = MappingProxyType(
    {" to ": " à ", "at most": "au plus", "characters": "caractères"}
)
"""English words of a bound, for people."""
NO_DEFAULT: Final = "rien"
UNKNOWN: Final = "Réglage inconnu : {name}."
NEAR: Final = " Vouliez-vous dire « {near} » ?"
MAX_SHOWN_CHARS: Final = 64
