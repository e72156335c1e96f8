"""What `comptoir decode` says."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Any, Final

__all__ = [
    "ERRORS",
    "FOLDER_EMPTY",
    "HELP",
    "HELP_JSON",
    "NOTHING_READ",
    "TOO_MANY_FILES",
    "UNEXPECTED",
    "describe",
]

HELP: Final = """Lire les codes d'images, de vidéos et de PDF.

Une ligne par code lu. Code de sortie : 0 si chaque fichier a donné au moins un code, 1 sinon, 2 si un fichier
n'a pas pu être ouvert (les autres sont lus)."""
HELP_JSON: Final = "Écrire une ligne JSON par fichier."

NOTHING_READ: Final = "{file} : aucun code lu"
FOLDER_EMPTY: Final = "{file} : le dossier ne contient aucun fichier."
TOO_MANY_FILES: Final = "Trop de fichiers : {count}, au plus {limit}. Relancez sur une partie du dossier."
UNEXPECTED: Final = "{file} : erreur inattendue ({kind}). Signalez-la avec ce fichier s'il peut être partagé."

ERRORS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "DocumentMissingError": "{file} : introuvable ou illisible. Vérifiez le chemin et les droits.",
        "DocumentUnknownError": "{file} : ni image, ni vidéo, ni PDF. Convertissez-le (PNG, JPEG, MP4, PDF).",
        "DocumentDamagedError": "{file} : fichier tronqué, endommagé ou protégé. Récupérez-le à nouveau.",
        "DocumentTooLargeError": "{file} : trop grand pour être lu sans risque. Réduisez-le ou découpez-le.",
    }
)


def describe(kind: str, payload: Mapping[str, Any] | None) -> str:
    """What a payload says, in a line; nothing where there is none to say."""
    if payload is None or kind not in _DESCRIBERS:
        return ""
    return ", ".join(part for part in _DESCRIBERS[kind](payload) if part)


def _labelled(label: str, value: object) -> str:
    return f"{label} {value}" if value else ""


def _day(iso: str | None) -> str | None:
    """`1966-02-23` as the French write it."""
    return "/".join(reversed(iso.split("-"))) if iso else None


def _ordonnance(payload: Mapping[str, Any]) -> Iterator[str]:
    yield _labelled("n°", payload["prescription_id"])
    if patient := payload["patient"]:
        yield " ".join(name for name in (patient["family_name"], patient["given_name"]) if name)
        yield _labelled("né(e) le", _day(patient["birth_date"]))
    if prescriber := payload["prescriber"]:
        yield _labelled("RPPS", prescriber["rpps"])
        yield _labelled("AM", prescriber["am"])
        yield _labelled("FINESS", prescriber["finess"])
        yield _labelled("remplaçant RPPS", prescriber["substitute_rpps"])


def _ins(payload: Mapping[str, Any]) -> Iterator[str]:
    yield " ".join(name for name in (payload["birth_name"], *payload["given_names"]) if name)
    yield _labelled("sexe", payload["sex"])
    yield _labelled("né(e) le", _day(payload["birth_date"]))
    yield _labelled("matricule", payload["matricule"])


def _prescriber(payload: Mapping[str, Any]) -> Iterator[str]:
    yield _labelled("RPPS", payload["rpps"])
    yield _labelled("AM ou FINESS", payload["am_or_finess"])


def _medicine(payload: Mapping[str, Any]) -> Iterator[str]:
    yield _labelled("CIP", payload["cip13"]) or _labelled("GTIN", payload["gtin"])
    yield _labelled("lot", payload["lot"])
    yield _labelled("péremption", _day(payload["expiry"]))
    yield _labelled("série", payload["serial"])


_DESCRIBERS: Final[Mapping[str, Callable[[Mapping[str, Any]], Iterator[str]]]] = MappingProxyType(
    {
        "ordonnance": _ordonnance,
        "ins": _ins,
        "prescriber": _prescriber,
        "medicine": _medicine,
    }
)
