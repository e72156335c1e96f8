"""French texts of the TLSi adapter and its commands; why there is no status stands in `statuses.py`."""

from __future__ import annotations

from typing import Final

__all__ = [
    "BASE_HELP",
    "BASE_LISTENS",
    "CREDENTIALS_UNUSABLE",
    "DEMONSTRATION_CONTRACT",
    "FAULT_REMEDY",
    "SETTINGS_MISSING",
]

DEMONSTRATION_CONTRACT: Final = "contrat de démonstration, pas celui de la CNAM"

SETTINGS_MISSING: Final = "il manque des réglages pour interroger les téléservices : {keys}."
CREDENTIALS_UNUSABLE: Final = (
    "les certificats des téléservices sont inutilisables : vérifier tlsi.authorities, tlsi.client_certificate"
    " et tlsi.client_key."
)
BASE_HELP: Final = "Simuler la base nationale des ordonnances et INSi (démonstration)."
BASE_LISTENS: Final = "Base nationale simulée : {url}"

FAULT_REMEDY: Final = "Si cela se répète, donnez le code {code} à l'éditeur du logiciel."
