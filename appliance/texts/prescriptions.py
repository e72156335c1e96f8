"""Why the status of a prescription is not known, and what to do about it."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

__all__ = ["LOOK_UP_ERROR_TEXTS", "LookUpErrorText"]


class LookUpErrorText(NamedTuple):
    """Why, and what to do; a sentence each."""

    reason: str
    remedy: str


LOOK_UP_ERROR_TEXTS: Mapping[str, LookUpErrorText] = MappingProxyType(
    {
        "unreachable": LookUpErrorText(
            "La base des ordonnances ne répond pas.",
            "Consultez le logiciel de la pharmacie, ou relancez la recherche dans un moment.",
        ),
        "refused": LookUpErrorText(
            "La base des ordonnances refuse de répondre.",
            "Consultez l'ordonnance dans le logiciel de la pharmacie.",
        ),
        "not_authorised": LookUpErrorText(
            "Aucune authentification de professionnel n'est en cours.",
            "Insérez la carte CPS et saisissez son code, puis relancez la recherche.",
        ),
        "bad_answer": LookUpErrorText(
            "La réponse reçue n'est pas utilisable.",
            "Consultez l'ordonnance dans le logiciel de la pharmacie.",
        ),
        "clock_wrong": LookUpErrorText(
            "L'heure de l'appareil est fausse : la base refuse ce qu'il signe.",
            "Faites régler l'heure de l'appareil, puis relancez la recherche.",
        ),
        "abandoned": LookUpErrorText(
            "La recherche a été abandonnée.",
            "Reposez l'ordonnance, ou relancez la recherche.",
        ),
    }
)
