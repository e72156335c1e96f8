"""What `comptoir update` says: cause, then remedy."""

from __future__ import annotations

from typing import Final

HELP: Final = "Mettre une autre version en place ; l'ancienne revient si elle ne va pas."
HELP_FROM: Final = "Dossier d'un dépôt signé (clé USB), au lieu de l'adresse réglée."
HELP_VERSION: Final = "Version voulue ; la plus récente sans cette option."
HELP_OLDER: Final = "Accepter une version plus ancienne que celle en place."
HELP_WAIT: Final = "Minutes à attendre que personne ne soit au comptoir."
HELP_CHECK: Final = "Dire seulement s'il y a une version plus récente."

CURRENT: Final = "Version {version} : à jour."
OFFERED: Final = "Version {new} disponible ; {old} en place."
WAITING: Final = "Quelqu'un est au comptoir : la mise à jour attend."
INSTALLING: Final = "Version {new} : mise en place. Ne pas débrancher."
DONE: Final = "Version {new} en place ; tout fonctionne."

NOT_ROOT: Final = "Il faut être root : sudo comptoir update"
BUSY: Final = "Une autre mise à jour est en cours ; recommencer quand elle sera finie."
NOT_A_PACKAGE: Final = (
    "L'appareil n'est pas installé par paquet Debian : le mettre à jour comme il a été installé."
)
NO_SOURCE: Final = "Aucune source de mises à jour : écrire {path} (docs/packaging.md)."
NO_KEY: Final = "La source ne dit pas la clé de l'éditeur : ajouter « Signed-By: » dans {path}."
UNREACHABLE: Final = "La source est hors d'atteinte : vérifier réseau, adresse ou clé USB. Rien n'a changé."
BAD_SIGNATURE: Final = (
    "La source n'est pas signée par l'éditeur : ne rien installer, le prévenir. Rien n'a changé."
)
NOTHING_OFFERED: Final = "La source n'offre aucune version de Comptoir. Rien n'a changé."
NO_SUCH_VERSION: Final = (
    "La version {version} n'est pas dans la source, ou pas telle que signée. Rien n'a changé."
)
NO_WAY_BACK: Final = (
    "La source n'a plus le paquet de la version en place ({version}) : sans retour possible, "
    "rien n'a changé. Prendre une source qui l'a encore."
)
OLDER: Final = "La version {new} est plus ancienne que {old} : ajouter --allow-older si c'est voulu."
SOMEBODY: Final = "Il y a toujours quelqu'un au comptoir : recommencer plus tard. Rien n'a changé."
RETURNED: Final = "La version {new} ne va pas ({why}) : {old} est de nouveau en place. Prévenir l'éditeur."
STUCK: Final = "Ni {new} ni {old} ne fonctionne ({why}). Lancer comptoir doctor et appeler l'éditeur."
NOT_INSTALLED: Final = "elle ne s'installe pas"
UNITS_DOWN: Final = "arrêté : {units}"
NEW_FAULTS: Final = "en panne : {checks}"
