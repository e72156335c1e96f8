"""French texts of `comptoir wedge`: what would be typed, and why something cannot be."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

__all__ = [
    "DEAD_KEY",
    "HELP",
    "KEY_NAMES",
    "MODIFIER_NAMES",
    "NOTHING",
    "NO_SUCH_LAYOUT",
    "PREVIEW_CAPS",
    "PREVIEW_HELP",
    "PREVIEW_KEYS",
    "PREVIEW_KIND",
    "PREVIEW_LAYOUT",
    "PREVIEW_NONE",
    "PREVIEW_SECONDS",
    "PREVIEW_SYMBOLOGY",
    "PREVIEW_SYSTEM",
    "PREVIEW_TYPED",
    "TEST_DONE",
    "TEST_HELP",
    "TEST_LINE",
    "TEST_NOT",
    "TITLE",
    "TOO_LONG",
    "UNTYPEABLE",
]

TITLE: Final = "Clavier USB"
"""As which the keyboard stands in the list of paired software."""

HELP: Final = "Le clavier USB : ce que l'appareil tape dans le PC, et l'essai sur place."
PREVIEW_HELP: Final = """Montrer ce qui serait tapé pour CODE, touche par touche (« - » : entrée standard).

Rien n'est tapé. Les réglages [keyboard] disent la disposition et la forme."""
PREVIEW_CAPS: Final = "Comme si Verr. Maj était actif sur le PC."
PREVIEW_LAYOUT: Final = "Disposition du PC, à la place de celle des réglages."
PREVIEW_SYMBOLOGY: Final = "Symbole dans lequel le code est imprimé."
PREVIEW_SYSTEM: Final = "Système du PC, à la place de celui des réglages."
NO_SUCH_LAYOUT: Final = "La disposition « {layout} », ou la règle réglée, n'existe pas pour « {system} »."
PREVIEW_KIND: Final = "Nature : {kind}"
PREVIEW_NONE: Final = "Rien ne serait tapé : les réglages [keyboard.profile] écartent ce genre de code."
NOTHING: Final = "Rien ne serait tapé : ce code ne contient pas ce que demande la forme réglée."
PREVIEW_TYPED: Final = "Tapé ({layout}) : {text}"
PREVIEW_KEYS: Final = "Touches : {keys}"
PREVIEW_SECONDS: Final = "{characters} caractères, {reports} rapports, {seconds} s environ"
UNTYPEABLE: Final = (
    "Impossible à taper exactement : le caractère n° {position} (U+{code:04X}) n'existe pas sur "
    "la disposition "
    '« {layout} ». Choisir une autre forme, accents = "plain" ou une autre règle controls dans [keyboard].'
)
TOO_LONG: Final = "Trop long pour être tapé : {maximum} caractères au plus. Choisir une forme plus courte."
TEST_HELP: Final = """Taper une ligne d'essai dans le PC, curseur placé dans un éditeur de texte.

La ligne tapée doit être celle affichée ici ; sinon la disposition réglée n'est pas celle du PC."""
TEST_LINE: Final = (
    "comptoir 0123456789 azertyuiopqsdfghjklmwxcvbn AZERTYUIOPQSDFGHJKLMWXCVBN {\"':,;.-_/<>()[]} éèçàù"
)
TEST_DONE: Final = "Tapé. La ligne doit être exactement :\n{text}"
TEST_NOT: Final[Mapping[str, str]] = MappingProxyType(
    {
        "nobody": "Rien n'a été tapé : le PC est absent, ou dort, ou ne dit pas l'état de Verr. Maj.",
        "late": "Rien n'a été tapé : arrêt demandé.",
        "untypeable": "Rien n'a été tapé : la ligne d'essai n'existe pas sur cette disposition.",
        "cut_short": "Tapé en partie seulement : le PC s'est endormi, ou Verr. Maj a changé pendant l'essai.",
    }
)

MODIFIER_NAMES: Final[Mapping[int, str]] = MappingProxyType(
    {0x01: "Ctrl", 0x02: "Maj", 0x04: "Alt", 0x40: "AltGr"}
)
KEY_NAMES: Final[Mapping[int, str]] = MappingProxyType(
    {0x28: "Entrée", 0x2B: "Tab", 0x2C: "Espace", 0x39: "Verr. Maj", 0x53: "Verr. Num"}
    | {0x59 + index: f"Pavé {digit}" for index, digit in enumerate("1234567890")}
)
"""Keys whose name is not a letter of the layout."""
DEAD_KEY: Final = "{accent} (morte)"
