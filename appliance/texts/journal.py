"""French texts of the journal's and the device key's failures: cause, then remedy."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

__all__ = ["JOURNAL_ERROR_TEXTS"]

JOURNAL_ERROR_TEXTS: Mapping[str, str] = MappingProxyType(
    {
        "journal": "Le journal a échoué. Relancer le programme ; si cela se répète, contacter le support.",
        "journal_full": (
            "Plus de place pour le journal. Libérer de l'espace sur le disque : "
            "rien de ce qui était enregistré n'est perdu."
        ),
        "journal_busy": "Le journal est occupé par un autre programme. Recommencer dans un instant.",
        "journal_corrupt": "Le journal est abîmé et n'a pas pu être remplacé. Vérifier le disque.",
        "journal_unavailable": (
            "Le journal ne peut pas être ouvert ou écrit. Vérifier le dossier d'état et ses droits."
        ),
        "journal_closed": "Le journal est fermé. Relancer le programme.",
        "invalid_event": "Cet événement ne peut pas être enregistré : il sort des limites du journal.",
        "invalid_request": "Cette demande au journal sort de ses limites.",
        "unknown_client": "Ce logiciel n'est pas appairé, ou ne l'est plus. L'appairer de nouveau.",
        "too_many_clients": "Trop de logiciels appairés. En retirer un avant d'en ajouter un autre.",
        "device_key": "La clé de l'appareil ne peut pas être utilisée. Vérifier son fichier.",
        "device_key_length": (
            "La clé de l'appareil n'a pas la bonne longueur. Restaurer le fichier d'origine ; à défaut, "
            "le supprimer : une clé neuve sera créée et le contenu du journal sera perdu."
        ),
        "device_key_exposed": (
            "La clé de l'appareil peut être lue par d'autres que son propriétaire. "
            "Corriger ses droits (chmod 600)."
        ),
        "device_key_file": "La clé de l'appareil n'est pas un fichier ordinaire. Vérifier son chemin.",
        "device_key_access": (
            "La clé de l'appareil ne peut pas être lue ou créée. Vérifier le dossier et ses droits."
        ),
    }
)
"""What a technician reads, by the `code` of the exception."""
