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
EXPIRES_IN: Final = "PÉRIME {days} j"
MEDICINES: Final = "Médicament ×{count}"

PAGE: Final = "Page {number}"
PAGE_TAKEN: Final = "Photographiée"
PAGE_NEXT: Final = "Tournez ou retirez"
PAGE_NOT_SHARP: Final = "Trop floue"
PAGE_AGAIN: Final = "Reposez bien à plat"
PAGE_REMARK: Final = "Page {number} prise"
PAGE_WARNING: Final = "Page floue : à plat"

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

UNREAD: Final = "Code illisible"
UNREAD_REASONS: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "too_far": ("Trop loin", "Rapprochez la feuille"),
        "blurred": ("Flou", "Tenez-la immobile"),
        "too_dark": ("Trop sombre", "Allumez la lampe"),
        "glare": ("Reflet", "Inclinez la feuille"),
        "damaged": ("Abîmé", "Saisissez le numéro"),
    }
)
"""Why a code is not read, and what to do, in three words."""

UNREAD_ON_PICTURE: Final = "Non lu : {why}"
"""Beside its outline on the live picture; the why in small letters."""

DAMAGED: Final = "Code abîmé"
DAMAGED_TYPE_IT: Final = "Saisissez le n° imprimé"

CAMERA: Final = "Caméra"
CAMERA_LOST: Final = "Absente"
SINCE: Final = "depuis {hour}"
CAMERA_REMEDY: Final = "Vérifiez son câble"

READER_ABSENT: Final = "Lecteur cartes absent"

CARD_TITLES: Final[Mapping[str, str]] = MappingProxyType(
    {"cps": "Carte CPS", "vitale": "Carte Vitale", "card": "Carte"}
)
CARD_READING: Final = "Lecture"
CARD_CHECKING_CODE: Final = "Contrôle"
CARD_CHECKING_CODE_OF: Final = "du code"
CARD_KEEP_IN: Final = "Ne retirez pas la carte"
CARD_TEST: Final = "Carte de test"
CARD_CODE_GIVEN: Final = "Code accepté"
CARD_GIVE_CODE: Final = "OK : donner le code"
CARD_UNNAMED: Final = "Sans nom"
CARD_END: Final = "Fin"
CARD_OTHER_PERSON: Final = "+ 1 autre personne"
CARD_OTHER_PERSONS: Final = "+ {count} autres personnes"
CARD_WHICH: Final = "Qui ? {position} sur {count}"
CARD_CHOOSE: Final = "choisir, puis OK"

CARD_NOTICES: Final[Mapping[str, tuple[str, str, str]]] = MappingProxyType(
    {
        "reader_absent": ("Lecteur cartes", "Débranché", "Vérifiez son câble"),
        "reader_empty": ("Lecteur cartes", "Vide", "Insérez une carte"),
        "service_absent": ("Lecteur cartes", "Arrêté", "Service : réessai en cours"),
        "service_refused": ("Lecteur cartes", "Accès refusé", "Appelez le technicien"),
        "upside_down": ("Carte", "À l'envers ?", "Retournez-la, puce devant"),
        "mute": ("Carte", "Muette", "Essuyez la puce"),
        "unknown": ("Carte", "Inconnue", "Ni CPS, ni carte Vitale"),
        "vitale_1": ("Carte", "Vitale 1", "Trop ancienne, non lue"),
        "unreadable": ("Carte", "Illisible", "Retirez-la, remettez-la"),
        "busy": ("Carte", "Occupée", "Fermez l'autre logiciel"),
        "refused": ("Carte", "Accès refusé", "Appelez le technicien"),
    }
)
"""Title, headline and remedy, by the words of `CardNotice`."""

CARD_WARNINGS_SHORT: Final[Mapping[str, str]] = MappingProxyType(
    {
        "nir_key": "NIR : clé fausse",
        "nir_missing": "NIR absent de la carte",
        "nirs_not_joined": "NIR non attribués",
        "birth_date_unreadable": "Naissance illisible",
        "birth_date_lunar": "Date lunaire",
        "certificate_expired": "Carte CPS expirée",
        "certificate_not_yet_valid": "CPS pas encore valide",
        "certificate_untrusted": "CPS non reconnue",
        "certificate_unverified": "CPS non vérifiée",
        "card_number_differs": "N° de carte incohérent",
        "contactless": "Sans contact, sans code",
    }
)
"""By the words of `CardWarning`; that of a test card is said by CARD_TEST."""

PIN_TITLE: Final = "Code CPS"
PIN_TRIES: Final = "{count} essais"
PIN_TRY: Final = "{count} essai"
PIN_DIGIT: Final = "chiffre, puis OK"
PIN_SEND: Final = "OK : valider"
PIN_ERASE: Final = "Flèche : effacer"
PIN_ON_PINPAD: Final = "Tapez-le"
PIN_ON_PINPAD_WHERE: Final = "sur le lecteur"
PIN_ON_PINPAD_REMEDY: Final = "Touche verte pour valider"

PIN_REFUSALS: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "wrong": ("Code faux", "OK : recommencer"),
        "one_try_left": ("Un seul essai", "Vérifiez avec l'outil ANS"),
        "blocked": ("Carte bloquée", "Débloquez : outil ANS"),
        "not_digits": ("Code refusé", "Le code a 4 chiffres"),
        "cancelled": ("Abandonné", "Code non envoyé"),
        "not_possible": ("Impossible", "Pas de code sur cette carte"),
        "interrupted": ("Interrompu", "OK : recommencer"),
    }
)
"""Headline and what to do, by the words of `PinRefusal`."""

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
