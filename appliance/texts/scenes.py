"""French names of what can be laid under the simulated camera."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

__all__ = ["ITEM_TITLES"]

ITEM_TITLES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "ordonnance": "Ordonnance numérique avec code INS",
        "ordonnance-sans-patient": "Ordonnance numérique V1, sans patient",
        "ordonnance-accents": "Ordonnance numérique, noms accentués",
        "ordonnance-discordante": "Ordonnance et code INS de deux personnes",
        "ordonnance-endommagee": "Ordonnance au QR code endommagé",
        "ordonnance-rpps-errone": "Ordonnance au numéro RPPS erroné",
        "ordonnance-prescripteurs": "Ordonnance d'un centre, trois prescripteurs",
        "etiquette-ins": "Étiquette d'identité avec code INS",
        "boite": "Boîte de médicament",
        "boite-perimee": "Boîte de médicament périmée",
        "telephone-ordonnance": "Téléphone : ordonnance numérique",
        "telephone-carte-vitale": "Téléphone : appli carte Vitale",
        "attestation-vaccination": "Attestation de vaccination (2D-Doc)",
        "depliant": "Dépliant avec un lien",
        "courrier": "Courrier sans code",
    }
)
"""Title by slug of the catalogue."""
