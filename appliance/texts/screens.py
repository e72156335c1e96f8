"""French texts of the OLED: short, because a line holds some twenty letters."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

PRODUCT: Final = "Comptoir"
STARTING: Final = "Démarrage"

READY: Final = "Prêt"
LAY_DOWN: Final = "Posez un document"
CAMERA_ABSENT: Final = "Caméra absente"
LGO_ABSENT: Final = "LGO absent, codes gardés"
LGO_NEVER: Final = "Aucun LGO relié"
LGO: Final = "LGO"

ORDONNANCE: Final = "Ordonnance"
NO_PATIENT: Final = "Sans patient"
NO_PATIENT_WHY: Final = "dans le code"
BORN: Final = "Né(e) le"
BORN_FEMALE: Final = "Née le"
BORN_MALE: Final = "Né le"
RPPS: Final = "RPPS"
AM: Final = "AM"
NUMBER: Final = "N°"
ABSENT: Final = "absent"
NOTHING: Final = "—"
OTHER_CODE: Final = "+ 1 autre code"
OTHER_CODES: Final = "+ {count} autres codes"

INS: Final = "Identité INS"
INS_DEGRADED: Final = "Code abîmé : vérifier"

PRESCRIBER: Final = "Prescripteur"
OTHER_PRESCRIBER: Final = "+ 1 autre : à choisir"
OTHER_PRESCRIBERS: Final = "+ {count} autres : à choisir"

MEDICINE: Final = "Médicament"
LOT: Final = "Lot"
EXPIRY: Final = "Exp."
EXPIRED: Final = "PÉRIMÉ"

TWO_DOC: Final = "2D-Doc"
TWO_DOC_UNKNOWN: Final = "Document officiel"
NOT_A_PRESCRIPTION: Final = "Pas une ordonnance"

LINK: Final = "Lien internet"
LINK_NOT_OPENED: Final = "Lien non ouvert"

OPAQUE: Final = "Autre QR code"
OPAQUE_WAITS: Final = "En attente"
OPAQUE_WAITS_FOR: Final = "du LGO"
OPAQUE_SENT: Final = "Transmis"
OPAQUE_SENT_TO: Final = "au LGO"
OPAQUE_NOT_READ: Final = "Ni lu, ni conservé"

UNKNOWN: Final = "Code inconnu"
UNKNOWN_STATE: Final = "Non reconnu"
UNKNOWN_REMEDY: Final = "Vérifiez le document"

DAMAGED: Final = "Code abîmé"
DAMAGED_TYPE_IT: Final = "Saisissez le n° imprimé"

CAMERA: Final = "Caméra"
CAMERA_LOST: Final = "Absente"
SINCE: Final = "depuis {hour}"
CAMERA_REMEDY: Final = "Vérifiez son câble"

FAULT: Final = "Panne n° {number}"

SYMBOLOGIES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "QRCode": "QR code",
        "DataMatrix": "Data Matrix",
        "Code128": "Code 128",
        "Code39": "Code 39",
        "EAN13": "EAN 13",
    }
)
"""By the names of the bridge's events."""

WRITTEN: Final = "{count} écrans dessinés dans {directory}"
CANNOT_WRITE: Final = "les images ne peuvent pas être écrites : {reason}"
"""Of the command that draws all screens."""
