"""French texts of `comptoir lgo`, the pharmacy software of the terminal."""

from __future__ import annotations

from typing import Final

HELP: Final = "Un LGO de terminal, pour l'appareil à l'adresse URL (https://192.168.1.20:8443)."
HELP_NAME: Final = "Nom montré par l'appareil pendant l'appairage."
HELP_KEPT: Final = "Fichier de l'appairage (jeton et clé), lisible de vous seul."
HELP_IDENTITIES: Final = "Montrer noms et numéros ; sans cela, ils sont masqués."
HELP_HOLD: Final = "Ne rien acquitter : l'appareil garde les événements et les redonnera."

HOLD_OK: Final = "Sur l'appareil, gardez OK trois secondes, puis appuyez sur Entrée ici"
COMPARE: Final = "Comparez avec l'écran de l'appareil, et appuyez sur OK s'ils sont pareils :  {digits}"
PAIRED: Final = "Appairé ; gardé dans {file}."
NOT_PAIRED: Final = "L'appareil ne connaît plus ce logiciel : effacez {file} et recommencez."
WRONG_KEY: Final = "Ce n'est pas la clé de l'appairage : un autre appareil, ou quelqu'un entre les deux."
PAIRING_FAILED: Final = "Pas appairé : refusé sur l'appareil, ou trop tard."
UNREACHABLE: Final = "L'appareil ne répond pas à {url}."
FILE_UNUSABLE: Final = "Le fichier {file} n'est pas celui d'un appairage avec {url}."
FILE_UNWRITABLE: Final = "Le fichier {file} ne peut pas être écrit : l'appairage est perdu."

TITLE: Final = "LGO de terminal — {url}"
LISTENS: Final = "à l'écoute · {count} reçus"
AWAY: Final = "l'appareil ne répond pas, nouvel essai…"
WAITS: Final = "l'appareil demande d'attendre…"
COLUMNS: Final = ("N°", "Heure", "Événement", "Contenu", "Acquitté")
ACKED: Final = "oui"
HELD: Final = "retenu"
NOT_YET: Final = "…"
OTHER: Final = "Autre"
NUMBER: Final = "n° {number}"
FAILED: Final = "sans statut : {why}"
MASKED: Final = "••••"
"""What stands for a name or a number."""
