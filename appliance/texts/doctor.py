"""French texts of `comptoir doctor`."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

HELP: Final = (
    "Examiner tout l'appareil et dire quoi faire. Code de sortie : 0 tout va bien, 10 à voir, 20 défaut."
)
HELP_JSON: Final = "Écrire les verdicts en JSON."
HELP_FIX: Final = "Réparer ce qui peut l'être sans rien perdre, puis examiner de nouveau."
HELP_DEVICES: Final = "Essayer un à un boutons, lampe et son, avec quelqu'un devant le comptoir."
HELP_PUBLISH: Final = "Donner les verdicts aux programmes (écran, /v1/status, /metrics), sans rien afficher."

COLUMNS: Final = ("Quoi", "Verdict", "État", "Pourquoi, et que faire")
CAUSE_AND_REMEDY: Final = "{cause} {remedy}"
SUMMARY: Final = "{ok} bons, {warnings} à voir, {faults} défauts, {unknown} inconnus."
FIXABLE: Final = "« comptoir doctor --fix » peut réparer : {names}."
FIXED: Final[Mapping[bool, str]] = MappingProxyType({True: "fait : {command}", False: "ÉCHEC : {command}"})
"""By whether the command ended well."""
NOT_PUBLISHED: Final = "Les verdicts ne peuvent pas être écrits dans {path}."

BUSY: Final = (
    "Les broches sont prises ou absentes. Arrêter d'abord le comptoir : « systemctl stop comptoir-counter »."
)
PRESS: Final = "Appuyer sur {button} ({seconds} s)…"
BUTTONS: Final[Mapping[str, str]] = MappingProxyType({"up": "▲", "ok": "OK", "down": "▼"})
PRESSED: Final[Mapping[bool, str]] = MappingProxyType({True: "  reçu", False: "  rien reçu"})
OTHER_PRESSED: Final = "  reçu {button} à la place : broches inversées ?"
ASK_RING: Final = "L'anneau blanc brille-t-il ?"
ASK_COLOURS: Final = "Le signal a-t-il clignoté ?"
ASK_SOUND: Final = "Le son a-t-il été entendu ?"
DEVICES_DONE: Final = "Tout répond."
DEVICES_FAILED: Final = "Ne répondent pas : {names}. Vérifier le câblage (docs/provisioning.md)."
RING: Final = "anneau"
SIGNAL: Final = "signal"
SOUND: Final = "son"
NOTHING_ATTACHED: Final = "Ni boutons, ni lampe, ni son dans les réglages."
