"""French texts of the technician's page: what the bridge says itself, and what its scripts show."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from appliance.texts.clients import ENDS
from appliance.texts.console import CONSOLE_TEXTS, typeset
from appliance.texts.problems import ProblemText

__all__ = ["TECHNICIAN_PROBLEMS", "TECHNICIAN_TEXTS", "VISITOR"]

VISITOR: Final = "Technicien"
"""What the page's user is called."""

YES: Final = "oui"
NO: Final = "non"
EMPTY: Final = "—"
MASKED: Final = "••••••"

_PAGE = {
    "page.title": "Comptoir, page du technicien",
    "page.subtitle": "Page du technicien",
    "page.skip": "Aller au réglage de la caméra",
    "page.privacy": (
        "L'image montre ce qui est posé sous la caméra : retirez les ordonnances avant de régler. "
        "Les noms sont masqués sur l'écran recopié."
    ),
    "page.left": "Fermeture dans {minutes} min",
    "page.left_last": "Fermeture dans moins d'une minute",
    "page.leave": "Fermer la page",
    "gate.missing.title": "Le code est sur l'écran de l'appareil",
    "gate.missing.text": (
        "Sur l'appareil : Menu, Technicien, Page web. Tapez les six chiffres affichés ; "
        "ils servent une fois, et la page se ferme un quart d'heure après l'appui."
    ),
    "gate.over.title": "La page est fermée",
    "gate.over.text": (
        "Le quart d'heure est passé, ou la page a été fermée. "
        "Pour la rouvrir, sur l'appareil : Menu, Technicien, Page web, puis tapez le nouveau code."
    ),
    "gate.label": "Code",
    "gate.empty": "Tapez les six chiffres de l'écran.",
    "gate.submit": "Ouvrir la page",
    "gate.note": "Cinq codes faux ferment la porte. Rien n'est gardé quand l'onglet se ferme.",
    "closed.title": "Page fermée",
    "closed.text": "Cette page s'ouvre avec un bouton de l'appareil, pour un quart d'heure.",
    "closed.how": "Sur l'appareil : Menu, Technicien, Page web. Puis rechargez cette page.",
    "picture.heading": "Réglage de la caméra",
    "device.heading": "Écran de l'appareil",
    "device.note": "Copie de l'écran, noms masqués. Les boutons restent sur l'appareil.",
    "checks.heading": "État",
    "checks.none": "L'appareil ne dit rien de son état.",
    "checks.level.ok": "Bon",
    "checks.level.warning": "À voir",
    "checks.level.fault": "Défaut",
    "checks.level.unknown": "Inconnu",
    "checks.level.unused": "Non utilisé",
    "clients.heading": "Logiciels reliés",
    "clients.none": "Aucun logiciel n'est relié.",
    "clients.name": "Nom",
    "clients.scopes": "Droits",
    "clients.paired": "Relié le",
    "clients.seen": "Vu le",
    "clients.never": "jamais",
    "clients.actions": "Actions",
    "clients.rename": "Renommer",
    "clients.rename.of": "Renommer {name}",
    "clients.rename.label": "Nouveau nom de {name}",
    "clients.rename.done": "Renommé : {name}",
    "clients.save": "Enregistrer",
    "clients.cancel": "Annuler",
    "clients.revoke": "Retirer",
    "clients.revoke.of": "Retirer {name}",
    "clients.revoke.question": "Ne plus rien donner à {name} ?",
    "clients.revoke.yes": "Oui, retirer",
    "clients.revoke.done": "Retiré : {name}",
    "clients.pair": "Appairer un logiciel",
    "pairing.waits": "En attente du logiciel : {seconds} s",
    "pairing.asks": "{client} demande à être relié. Tapez les six chiffres de son écran.",
    "pairing.label": "Nombre affiché par le logiciel",
    "pairing.confirm": "Relier",
    "pairing.cancel": "Abandonner",
    "pairing.confirms": "Même nombre : le logiciel va l'apprendre…",
    "pairing.other": "Ce n'est pas le même nombre : refusé.",
    "keyboard.heading": "Clavier USB : aperçu de la frappe",
    "keyboard.note": "Rien n'est tapé. Pour essayer sur le PC : « sudo comptoir wedge test ».",
    "keyboard.code": "Contenu du code",
    "keyboard.symbology": "Symbole",
    "keyboard.layout": "Disposition du PC",
    "keyboard.system": "Système",
    "keyboard.caps_lock": "Verr. Maj actif",
    "keyboard.as_set": "comme réglé",
    "keyboard.layout.fr": "français",
    "keyboard.layout.fr-oss": "français (OSS)",
    "keyboard.layout.be": "belge",
    "keyboard.layout.ca-fr": "canadien",
    "keyboard.layout.us": "américain",
    "keyboard.submit": "Voir la frappe",
    "keyboard.typed": "{kind}, {layout} : {count} caractères, environ {seconds} s",
    "keyboard.text": "Texte tapé",
    "keyboard.keys": "Touches",
    "settings.heading": "Réglages (lecture seule)",
    "settings.note": (
        "Pour changer : /etc/comptoir/comptoir.toml, puis « systemctl restart comptoir.target »."
    ),
    "settings.key": "Clé",
    "settings.value": "Valeur",
    "settings.masked": "masqué",
    **{f"pairing.end.{end}": text for end, text in ENDS.items()},
}

TECHNICIAN_TEXTS: Final[Mapping[str, str]] = MappingProxyType(
    {**CONSOLE_TEXTS, **{key: typeset(text) for key, text in _PAGE.items()}}
)
"""Every text of the page, by key: those of the demonstration's page that it shares, and its own."""

TECHNICIAN_PROBLEMS: Final[Mapping[str, ProblemText]] = MappingProxyType(
    {
        "door_shut": ProblemText(
            title="La page est fermée.",
            detail="Aucun code n'est affiché par l'appareil, ou il a déjà servi.",
            remedy="Sur l'appareil : Menu, Technicien, Page web.",
        ),
        "code_wrong": ProblemText(
            title="Ce n'est pas le code.",
            detail="Le code tapé n'est pas celui de l'écran ; essais restants : {left}.",
            remedy="Relisez les six chiffres de l'écran de l'appareil.",
        ),
        "entry_lost": ProblemText(
            title="La page ne peut pas s'ouvrir.",
            detail="Le répertoire de travail de l'appareil ne peut pas être écrit.",
            remedy="Redémarrez l'appareil.",
        ),
        "client_unknown": ProblemText(
            title="Ce logiciel n'est plus relié.",
            detail="Il a été retiré entre-temps.",
            remedy="La liste vient d'être relue.",
        ),
    }
)
"""Problems of the page alone, by code."""
