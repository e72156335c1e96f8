"""French texts of the device's menu and of the screens that speak of the device itself."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

MENU_TITLES: Final[Mapping[str, str]] = MappingProxyType(
    {"root": "Menu", "settings": "Réglages", "technician": "Technicien"}
)
"""By the words of `MenuPage`."""

MENU_ENTRIES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "veil": "Masquer",
        "checks": "État",
        "e_cps": "Carte e-CPS",
        "settings": "Réglages",
        "technician": "Technicien",
        "end_of_service": "Fin de service",
        "close": "Fermer",
        "contrast": "Luminosité",
        "volume": "Volume",
        "large_text": "Grands textes",
        "back": "Retour",
        "pairing": "Appairer",
        "clients": "Logiciels reliés",
        "focus": "Mise au point",
        "exposure": "Exposition",
        "pattern": "Mire",
        "about": "À propos",
        "web": "Page web",
    }
)
"""By the words of `Entry`: at most fifteen letters, a line of the menu."""

POSITION: Final = "{position}/{count}"

CONTRAST: Final = "Luminosité"
VOLUME: Final = "Volume"
LARGE_TEXT: Final = "Grands textes"
MUTE: Final = "Muet"
ON: Final = "Oui"
OFF: Final = "Non"
ADJUST_HELP: Final = "régler, puis OK"

YES: Final = "Oui"
NO: Final = "Non"
CLIENTS: Final = "Logiciels"
CLIENT: Final = "Logiciel"
CLIENT_NAMES: Final = tuple(f"Poste {number}" for number in range(1, 9))
"""What a software may be called with three buttons; any other name by the technician's page or over SSH."""
NO_CLIENT: Final = "Aucun"
NO_CLIENT_WHY: Final = "logiciel relié"
REVOKE_TITLE: Final = "Retirer"
REVOKE: Final = "Ne plus rien donner à {name} ?"
END_TITLE: Final = "Fin de service"
END_QUESTION: Final = "Oublier patients et code CPS ?"

CHECKS: Final = "État"
ALL_WELL: Final = "tout va bien"
ONE_FAULT: Final = "1 défaut"
FAULTS: Final = "{count} défauts"
NO_CHECKS: Final = "Rien à dire"

CHECK_CAMERA: Final = "Caméra"
CHECK_READER: Final = "Lecteur"
CHECK_LGO: Final = "LGO"
CHECK_JOURNAL: Final = "Journal"

CAMERA_WORDS: Final[Mapping[str, str]] = MappingProxyType(
    {"starting": "démarre", "ok": "présente", "lost": "absente", "ended": "finie"}
)
"""By the words of `CameraState`."""

READER_PRESENT: Final = "présent"
READER_MISSING: Final = "absent"
READER_STOPPED: Final = "arrêté"
READER_OFF: Final = "non utilisé"

LGO_WORDS: Final[Mapping[str, str]] = MappingProxyType(
    {"present": "à l'écoute", "absent": "absent", "never": "non relié"}
)
"""By the words of `LgoLink`."""

JOURNAL_OK: Final = "écrit"
JOURNAL_FULL: Final = "disque plein"
JOURNAL_LOST: Final = "refait"

ABOUT: Final = "Appareil"
VERSION: Final = "Version {version}"
NO_ADDRESS: Final = "Sans réseau"
SERIAL: Final = "N°"

FOCUS: Final = "Mise au point"
FOCUS_HELP: Final = "Meilleure : {best}"
NO_PICTURE: Final = "Pas d'image"
NO_PICTURE_REMEDY: Final = "Vérifiez la caméra"

EXPOSURE: Final = "Exposition"
EXPOSURE_TIME: Final = "Pose"
EXPOSURE_GAIN: Final = "Gain"
EXPOSURE_LIGHT: Final = "Clarté"
SECONDS: Final = "{value} s"
MINUTES: Final = "{value} min"
MICROSECONDS: Final = "{value} µs"
MILLISECONDS: Final = "{value} ms"
PERCENT: Final = "{value} %"
UNSAID: Final = "—"

PATTERN_LETTERS: Final = ("ÉÈÀÇŒ éèàçœ", "0O8B 1Il 5S 2Z", "0123456789")

PAIRING: Final = "Appairage"
PAIRING_WAITS: Final = "En attente"
PAIRING_WAITS_FOR: Final = "du logiciel"
PAIRING_STOP: Final = "OK : abandonner"
PAIRING_CONFIRMS: Final = "Patientez"
PAIRING_CONFIRMS_WHY: Final = "Le logiciel confirme"
PAIRED: Final = "LGO appairé"
PAIRING_CLOSE: Final = "OK : fermer"
PAIRING_ENDS: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "time": ("Temps écoulé", "aucun logiciel relié"),
        "tries": ("Trois échecs", "aucun logiciel relié"),
        "pause": ("Pas encore", "après trois échecs"),
        "busy": ("Déjà ouvert", "par un technicien"),
        "failed": ("Impossible", "voir le technicien"),
    }
)
"""By the words of `PairingEnd`."""

PAIRING_RETRY: Final = "Réessayez dans {wait}"
PAIRING_SAME: Final = "OK : même nombre"
PAIRING_OTHER: Final = "Flèche : refuser"

WEB: Final = "Page web"
WEB_PATH: Final = "https://…/technicien"
WEB_BACK: Final = "OK : retour"
WEB_SHUT: Final = "Flèche : fermer"
WEB_ENTERED: Final = "Page ouverte"
WEB_ENTERED_WHERE: Final = "chez le technicien"
WEB_ENDS: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "time": ("Fermée", "temps écoulé"),
        "codes": ("Fermée", "cinq codes faux"),
        "failed": ("Impossible", "voir le technicien"),
    }
)
"""By the words of `DoorState`."""

UPDATING: Final = "Mise à jour"
UPDATING_WAIT: Final = "Patientez"
UPDATING_REMEDY: Final = "Ne débranchez pas"

VEILED: Final = "Masqué"
VEILED_REMEDY: Final = "Une touche : revoir"

SEEN: Final = "Code vu"
SEEN_STATE: Final = "Lecture"
SEEN_REMEDY: Final = "Ne bougez plus"

LGO_ABSENT_SINCE: Final = "LGO absent depuis {hour}"
LGO_KEPT: Final = "Codes gardés"
READER_ABSENT_SINCE: Final = "Sans lecteur dep. {hour}"
LGO_WORD_ABSENT: Final = "LGO absent"
READER_WORD_ABSENT: Final = "Sans lecteur"

FAMILY_NAME: Final = "Nom"
GIVEN_NAME: Final = "Prénom"
EXPIRES: Final = "Péremption"
"""Of the large variant, which shows them a page each."""
