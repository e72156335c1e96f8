"""French texts of the settings: what is wrong with a key, and what would be right."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

__all__ = [
    "BROKER_NEEDED",
    "CANNOT_READ",
    "CLIENT_ID_NEEDED",
    "CONTROLS_WINDOWS",
    "DEFAULT_PORT",
    "DEVICE_NEEDED",
    "HEADING",
    "LAYOUT_LINUX",
    "NATIONAL_ID_NEEDED",
    "NEAR_NAME",
    "NOT_ABSOLUTE",
    "NOT_AN_HOUR",
    "NOT_AN_ISSUER",
    "NOT_AN_ORIGIN",
    "NOT_A_CSI_CAMERA",
    "NOT_A_HOST",
    "NOT_A_SERVICE",
    "NOT_DISTINCT",
    "NOT_DISTINCT_LAMP",
    "NOT_PRINTABLE",
    "NOT_TOML",
    "NOT_TOML_AT",
    "NOT_TOML_AT_END",
    "NOT_UTF8",
    "OTHER_PROBLEM",
    "PATH_TOO_LONG",
    "PROBLEM_TEXTS",
    "READ_REASONS",
    "SHARED_PIN",
    "TEMPLATE_BRACES",
    "TEMPLATE_PLAIN",
    "TEMPLATE_TOO_MANY",
    "TEMPLATE_UNKNOWN",
    "TOO_LARGE",
    "UNKNOWN_FORM",
    "UNKNOWN_KEY",
    "UNKNOWN_SECTION",
]

HEADING = "Réglages refusés ({path}) :"
CANNOT_READ = "le fichier ne peut pas être lu ({reason})"
READ_REASONS: Mapping[str, str] = MappingProxyType(
    {
        "EACCES": "accès refusé",
        "EISDIR": "c'est un dossier",
        "ENOENT": "il n'existe pas ; « comptoir provision » l'écrit",
    }
)
"""By the symbolic name of the error number; the name itself where it is not here."""
TOO_LARGE = "le fichier dépasse {maximum} octets"
NOT_UTF8 = "le fichier n'est pas en UTF-8"
NOT_TOML = "ce n'est pas du TOML"
NOT_TOML_AT_END = "ce n'est pas du TOML (à la fin du fichier)"
NOT_TOML_AT = "ce n'est pas du TOML (ligne {line}, colonne {column})"

UNKNOWN_KEY = "réglage inconnu"
UNKNOWN_SECTION = "section inconnue"
NEAR_NAME = " ; vouliez-vous dire « {near} » ?"

NOT_ABSOLUTE = "un chemin absolu est attendu (commençant par /)"
PATH_TOO_LONG = "chemin trop long : {maximum} octets au plus"
NOT_PRINTABLE = "caractères interdits (caractères de contrôle)"
NOT_A_HOST = "un nom d'hôte en minuscules ou une adresse IP est attendu"
NOT_AN_ORIGIN = (
    "une origine web est attendue, par exemple « https://lgo.example » ou « http://localhost:3000 »"
)
NOT_AN_ISSUER = "une adresse https:// complète, sans « / » final ni paramètre, est attendue"
BROKER_NEEDED = "avec enabled = true, host doit nommer le serveur MQTT"
CLIENT_ID_NEEDED = "avec enabled = true, client_id est nécessaire"
NATIONAL_ID_NEEDED = 'avec login_hint = "number", national_id est nécessaire'
NOT_A_SERVICE = "une adresse « https://hôte/chemin » est attendue"
DEFAULT_PORT = "le port par défaut doit être omis : les navigateurs ne l'envoient pas"
DEVICE_NEEDED = 'avec driver = "files", device doit nommer une image, un dossier ou une vidéo'
NOT_A_CSI_CAMERA = 'avec driver = "picamera2", device est vide ou le numéro de la caméra ("0", "1")'
NOT_AN_HOUR = "une heure est attendue, par exemple « 20:00 »"
NOT_DISTINCT_LAMP = "ring, red, green et blue doivent être quatre broches différentes"
SHARED_PIN = "la broche GPIO {pin} est demandée plusieurs fois : {keys}"
CONTROLS_WINDOWS = 'controls = "ctrl" et "alt" n\'existent que pour system = "windows"'
LAYOUT_LINUX = 'la disposition « fr-oss » n\'existe que pour system = "linux"'
UNKNOWN_FORM = "forme inconnue : {names}, ou un modèle avec des champs entre accolades"
TEMPLATE_BRACES = "accolades mal fermées ; « {{ » et « }} » donnent des accolades dans le texte"
TEMPLATE_PLAIN = "entre accolades, seulement le nom d'un champ, sans « : » ni « ! »"
TEMPLATE_TOO_MANY = "trop de champs : {maximum} au plus"
TEMPLATE_UNKNOWN = "champ inconnu « {name} » ; possibles : {names}"
NOT_DISTINCT = "up, ok et down doivent être trois broches différentes"

PROBLEM_TEXTS: Mapping[str, str] = MappingProxyType(
    {
        "bool_type": "true ou false est attendu",
        "finite_number": "un nombre fini est attendu",
        "float_type": "un nombre est attendu",
        "greater_than_equal": "trop petit : {ge} au moins",
        "int_type": "un nombre entier est attendu",
        "less_than_equal": "trop grand : {le} au plus",
        "literal_error": "valeur inconnue : {expected} attendu",
        "model_type": "une section [{key}] est attendue",
        "path_type": "un chemin entre guillemets est attendu",
        "string_pattern_mismatch": "caractères interdits, ou trop long",
        "string_too_long": "trop long : {max_length} caractères au plus",
        "string_too_short": "trop court : {min_length} caractère au moins",
        "string_type": "un texte entre guillemets est attendu",
        "too_long": "trop d'éléments : {max_length} au plus",
        "tuple_type": "une liste entre crochets est attendue",
        "value_error": "{error}",
    }
)
"""By the type of pydantic's error; the braces are filled from its context."""

OTHER_PROBLEM = "valeur refusée"
