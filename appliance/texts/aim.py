"""What `comptoir aim` says and prints, in French."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

__all__ = [
    "CAMERA_LOST",
    "DONE",
    "GOOD",
    "HELP",
    "LINE",
    "NOT_DONE",
    "RULER",
    "SHEET_LINES",
    "SHEET_NOT_WRITTEN",
    "SHEET_TITLE",
    "SHEET_WRITTEN",
    "STATE_NOT_WRITTEN",
    "VERDICTS",
    "WHOLE",
]

HELP: Final = (
    "Régler la caméra : échelle, netteté, lumière, feuille entière ; ou imprimer la feuille de réglage."
)

SHEET_TITLE: Final = "Comptoir - feuille de réglage de la caméra"
SHEET_LINES: Final = (
    "À imprimer à 100 % (« taille réelle », sans ajustement à la page), sur papier blanc A4.",
    "Posez-la à plat au milieu du champ de la caméra, puis lancez : comptoir aim",
)
RULER: Final = (
    "Vérifiez : cette règle mesure 100 mm. Sinon : comptoir aim --ruler-mm suivi de la longueur mesurée."
)

SHEET_WRITTEN: Final = "Feuille de réglage écrite : {path}. Imprimez-la à 100 %."
SHEET_NOT_WRITTEN: Final = (
    "la feuille ne peut pas être écrite dans {path} : vérifiez le dossier et les droits"
)
CAMERA_LOST: Final = (
    "la caméra est absente, figée, ou prise par un autre programme : "
    "vérifiez la nappe ou le câble, et arrêtez d'abord comptoir-eye (systemctl stop comptoir-eye)"
)
STATE_NOT_WRITTEN: Final = (
    "la mesure n'a pas pu être enregistrée dans {path} : vérifiez le dossier et les droits"
)
LINE: Final = "échelle {scale} px/mm · flou {blur} px · lumière {level} · A4 {whole} → "
WHOLE: Final[Mapping[bool | None, str]] = MappingProxyType({None: "?", True: "entière", False: "coupée"})
GOOD: Final = "bon"
DONE: Final = "Caméra réglée : {scale} px/mm enregistrés."
NOT_DONE: Final = "Réglage à reprendre : {problems}."

VERDICTS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "no_sheet": "aucune feuille A4 : posez la feuille de réglage au milieu",
        "too_far": "caméra trop haute ou image trop petite : {modules} px par point de code, il en faut 2",
        "not_whole": "champ trop étroit : il faut voir une feuille A4 entière",
        "blurred": "image floue ({blur} px) : nettoyez l'objectif et faites la mise au point",
        "nothing_sharp": "netteté non mesurée : posez une feuille imprimée",
        "dark": "trop sombre ({level} sur 255) : ajoutez de la lumière",
        "clipped": "reflet ou lumière trop forte ({clipped} % brûlés) : déplacez la lampe ou la caméra",
        "flicker": "lumière qui clignote ({flicker} %) : changez de lampe",
        "bent": "image déformée ({bend} px) : mettez la feuille bien à plat",
    }
)
"""Sentence by `appliance.capture.aiming.Problem`."""
