"""What is said to people about cameras and picture files, in French."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

__all__ = ["NOT_A_CSI_CAMERA", "NOT_A_SOURCE", "UNREADABLE_TEXTS"]

UNREADABLE_TEXTS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "missing": "fichier ou dossier introuvable : vérifiez le chemin",
        "forbidden": "lecture refusée : vérifiez les droits du fichier",
        "nothing": "aucune image ni vidéo dans ce dossier",
        "unknown_type": "type inconnu : donnez une image (PNG, JPEG, WebP, BMP, TIFF) ou une vidéo",
        "damaged": "fichier endommagé ou qui n'est pas une image ou une vidéo",
        "truncated": "fichier incomplet : copiez-le ou téléchargez-le à nouveau",
        "too_large": "image trop grande : 8192 pixels de côté et 128 Mo au plus",
        "nothing_readable": "aucun de ces fichiers ne peut être lu",
    }
)
"""Sentence by `appliance.capture.pictures.Unreadable`."""

NOT_A_SOURCE: Final = (
    "« {source} » n'est ni une caméra (/dev/video0), ni une image, ni une vidéo, ni un dossier : {reason}"
)
"""Said of what was given as `--camera`."""

NOT_A_CSI_CAMERA: Final = (
    "« {source} » n'est pas le numéro d'une caméra à nappe : laissez camera.device vide, ou donnez 0 ou 1"
)
"""Said of a device given with the driver picamera2."""
