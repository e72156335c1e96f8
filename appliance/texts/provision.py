"""French texts of `comptoir provision`."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

HELP: Final = "Mettre l'appareil en service : questions, ou fichier de site, ou QR code montré à la caméra."
HELP_FILE: Final = "Fichier de site (TOML) : sans question."
HELP_DRY_RUN: Final = "Dire ce qui serait fait, sans rien faire."
HELP_QR: Final = "Lire le site dans un QR code montré à la caméra (60 s)."
HELP_MAKE_QR: Final = "Écrire le site de --file en QR code (PNG) à ce chemin, et finir."
HELP_SECRETS: Final = "Dossier où lire psc.secret et mqtt.password ; ils ne sont jamais affichés."
HELP_ROOT: Final = "Racine du système à régler."

NOT_AN_INTERFACE: Final = "une adresse avec son masque est attendue, par exemple « 192.168.1.20/24 »"
NOT_AN_ADDRESS: Final = "une adresse IP est attendue"
ADDRESS_NEEDED: Final = 'avec mode = "static", address est nécessaire'
ADDRESS_WITHOUT_STATIC: Final = 'address et gateway ne vont qu\'avec mode = "static"'

NOT_TOML: Final = "{path} n'est pas du TOML : le corriger ou l'effacer."
LEFT: Final = "{count} étape(s) en échec. Corriger, puis relancer : ce qui est fait le reste."
COMMAND_FAILED: Final = "« {command} » a échoué"
REASONS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "EACCES": "accès refusé, lancer avec sudo",
        "EPERM": "accès refusé, lancer avec sudo",
        "ENOSPC": "disque plein",
        "EROFS": "système en lecture seule : « sudo comptoir-writable comptoir provision … »",
    }
)
"""By the symbolic name of the error number."""

SETTINGS: Final = "Réglages"
HOST_NAME: Final = "Nom de l'appareil ({name})"
NETWORK: Final[Mapping[str, str]] = MappingProxyType(
    {
        "dhcp": "Réseau ({interface}, adresse automatique ; au prochain démarrage)",
        "static": "Réseau ({interface}, {address} ; au prochain démarrage)",
    }
)
"""By the mode."""
TIME_SERVERS: Final = "Serveurs de temps"
ZONE: Final = "Fuseau horaire ({zone})"
CREDENTIAL: Final = "Secret {name}"
CREDENTIAL_UNUSABLE: Final = "Secret {name} inutilisable : une ligne, {maximum} octets au plus."
BUS: Final = "Bus {bus}"
SERVICES: Final = "Services"

OUTCOMES: Final[Mapping[str, str]] = MappingProxyType(
    {"done": "fait", "was_done": "déjà fait", "failed": "ÉCHEC"}
)
"""By the words of `Outcome`."""
DRY_OUTCOMES: Final[Mapping[str, str]] = MappingProxyType(
    {"done": "à faire", "was_done": "déjà fait", "failed": "ÉCHEC"}
)
"""The same in a dry run."""
LINE: Final = "{outcome:>9}  {what}"
DETAIL: Final = "             {line}"
DONE: Final = "Mise en service terminée."
DRY_DONE: Final = "Rien n'a été changé."

QR_TOO_LONG: Final = "Le site fait {size} octets ; un QR code en porte {maximum}."
QR_WRITTEN: Final = "QR code écrit : {path}. Il ne porte aucun secret ; l'effacer après usage tout de même."
QR_WANTS_FILE: Final = "--make-qr veut --file."
QR_WAITING: Final = "Montrer le QR code de mise en service à la caméra…"
QR_NOT_SEEN: Final = "Aucun QR code de mise en service n'a été lu."
QR_SEEN: Final = "QR code lu."
CAMERA_BUSY: Final = "La caméra ne répond pas : « systemctl stop comptoir-eye » d'abord."
EXCLUSIVE: Final = "--file et --qr ne vont pas ensemble."

ASK_NAME: Final = "Nom de l'appareil sur le réseau"
ASK_COUNTER: Final = "Numéro du comptoir"
ASK_NETWORK: Final = "Adresse (keep : inchangée, dhcp : automatique, static : fixe)"
ASK_ADDRESS: Final = "Adresse et masque"
ASK_GATEWAY: Final = "Passerelle du réseau"
ASK_DNS: Final = "Serveur DNS"
ASK_TIME: Final = "Serveur de temps (vide : celui du système)"
ASK_CAMERA: Final = "Caméra"
ASK_DISPLAY: Final = "Écran"
ASK_BUS: Final = "Bus de l'écran"
ASK_I2C_ADDRESS: Final = "Adresse I2C de l'écran"
ASK_BUTTONS: Final = "Trois boutons câblés (GPIO 5, 6, 13) ?"
ASK_LAMP: Final = "Lampe câblée (GPIO 12, 16, 20, 21) ?"
ASK_SOUND: Final = "Buzzer câblé (GPIO 19) ?"
ASK_VOLUME: Final = "Volume (0 à 5)"
ASK_CARDS: Final = "Lecteurs de cartes ?"
ASK_HOST: Final = "Adresse d'écoute pour le LGO (0.0.0.0 : toutes)"
ASK_SOURCE: Final = "Qui dit le statut des ordonnances"
ASK_PSC: Final = "Connexion par e-CPS (Pro Santé Connect) ?"
ASK_PSC_CLIENT: Final = "client_id déclaré"
ASK_PSC_HIDDEN: Final = "Secret du client (non affiché)"
YES: Final = "o"
NO: Final = "n"
YES_OR_NO: Final = "o/n"
ANSWERS: Final[Mapping[str, bool]] = MappingProxyType({"o": True, "oui": True, "n": False, "non": False})
ASK_GO: Final = "Régler l'appareil ainsi ?"
FOUND: Final = "Trouvé ici : {found}."
FOUND_NOTHING: Final = "rien"
FOUND_CAMERA: Final = "caméra {driver}"
FOUND_PANEL: Final = "écran I2C en 0x{address:02X}"
FOUND_SPI: Final = "bus SPI"
FOUND_READERS: Final = "{count} lecteur(s) de cartes"
