"""French texts of the checks: what is checked, how it is, why, and what to do.

`SAID` goes by the id of the check and the code of its answer; `SAID_OF_ALL` holds what any check may answer.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, NamedTuple

__all__ = ["LEVELS", "SAID", "SAID_OF_ALL", "WHAT", "Said"]


class Said(NamedTuple):
    """The words of an answer: one or two for the OLED, a sentence for the cause, one for the remedy."""

    word: str
    cause: str = ""
    remedy: str = ""


LEVELS: Final[Mapping[str, str]] = MappingProxyType(
    {"ok": "bon", "warning": "à voir", "fault": "DÉFAUT", "unknown": "inconnu", "unused": "non utilisé"}
)

WHAT: Final[Mapping[str, str]] = MappingProxyType(
    {
        "units": "Services",
        "watchdog": "Surveillance",
        "camera": "Caméra",
        "camera.rate": "Cadence",
        "camera.light": "Lumière",
        "camera.focus": "Netteté",
        "pcscd": "Serv. cartes",
        "polkit": "Accès cartes",
        "readers": "Lecteur",
        "display": "Écran",
        "display.bus": "Bus écran",
        "buttons": "Boutons",
        "lamp": "Lampe",
        "sound": "Son",
        "journal": "Journal",
        "journal.depth": "En attente",
        "journal.integrity": "Fichier",
        "disk": "Disque",
        "disk.wear": "Usure",
        "temperature": "Température",
        "throttling": "Vitesse",
        "voltage": "Tension",
        "clock": "Heure",
        "dns": "DNS",
        "base": "Base AMO",
        "base.contract": "Statuts",
        "psc": "e-CPS",
        "certificates": "Certificats",
        "bridge": "Passerelle",
        "lgo": "LGO",
        "keyboard": "Clavier USB",
    }
)
"""By the id of the check: a name that the OLED has room for."""

SAID_OF_ALL: Final[Mapping[str, Said]] = MappingProxyType(
    {
        "unused": Said("non utilisé"),
        "silent": Said(
            "muet",
            "Le programme qui le sait ne dit plus rien.",
            "« systemctl status comptoir.target » dit lequel est arrêté.",
        ),
        "no_answer": Said(
            "sans réponse",
            "La vérification n'a pas fini à temps : un pilote ou un service ne répond pas.",
            "Recommencer ; si cela dure, redémarrer l'appareil.",
        ),
        "broken": Said(
            "non vérifié",
            "La vérification elle-même a échoué ({error}).",
            "Envoyer le fichier de « comptoir support-bundle » à l'éditeur.",
        ),
        "no_systemd": Said(
            "inconnu", "systemd ne répond pas ici.", "Sur un appareil installé, le lancer avec sudo."
        ),
    }
)

_WIRING = "Couper l'alimentation, vérifier le câblage, puis « comptoir settings show {key} »."


def _attached(cause: str, key: str) -> Mapping[str, Said]:
    return MappingProxyType(
        {"ok": Said("présent"), "missing": Said("absent", cause, _WIRING.format(key=key))}
    )


def _table(**said: Said) -> Mapping[str, Said]:
    return MappingProxyType(said)


_NO_PICTURE = Said("inconnu", "Il n'y a pas d'image à mesurer.")
_NOT_TOLD = Said("inconnu", "Cette machine ne le dit pas.")

SAID: Final[Mapping[str, Mapping[str, Said]]] = MappingProxyType(
    {
        "units": _table(
            ok=Said("en marche"),
            down=Said(
                "arrêté",
                "Arrêté : {units}.",
                "« journalctl -u comptoir-… -n 50 » dit pourquoi ; « comptoir doctor --fix » relance.",
            ),
            restarts=Said(
                "relancés",
                "Les programmes ont été relancés {count} fois depuis le démarrage.",
                "« journalctl -b -u 'comptoir-*' -p err » dit pourquoi.",
            ),
            not_installed=Said("absents", "Les services de systemd ne sont pas installés ici."),
        ),
        "watchdog": _table(
            ok=Said("active"),
            units_unwatched=Said(
                "sans",
                "systemd ne surveille pas les programmes (WatchdogSec).",
                "Réinstaller le paquet comptoir.",
            ),
            machine_unwatched=Said(
                "partielle",
                "Rien ne redémarre l'appareil si le noyau se fige.",
                "RuntimeWatchdogSec=14s dans /etc/systemd/system.conf.d/, puis redémarrer.",
            ),
        ),
        "camera": _table(
            ok=Said("présente"),
            missing=Said(
                "absente",
                "Aucune caméra n'a donné d'image depuis le démarrage.",
                "Couper l'alimentation, remettre la nappe ou la prise ; « rpicam-hello --list-cameras ».",
            ),
            lost=Said(
                "perdue",
                "La caméra ne donne plus d'image.",
                "Vérifier sa nappe ou sa prise ; elle est réessayée sans cesse.",
            ),
        ),
        "camera.rate": _table(
            ok=Said("{rate} im/s"),
            slow=Said(
                "{rate} im/s",
                "La caméra donne {rate} images par seconde au lieu de {wanted}.",
                "Éclairer davantage ; camera.width et camera.height plus petits sur un Pi lent.",
            ),
            no_picture=_NO_PICTURE,
        ),
        "camera.light": _table(
            ok=Said("bonne"),
            dark=Said(
                "sombre",
                "Les parties claires de l'image n'ont que {level} niveaux sur 255.",
                "Éclairer le plan de lecture ; câbler ou allumer la lampe.",
            ),
            glare=Said(
                "reflet",
                "{clipped} % de l'image sont brûlés par un reflet.",
                "Déplacer la lampe qui s'y reflète, ou incliner la caméra.",
            ),
            no_picture=_NO_PICTURE,
        ),
        "camera.focus": _table(
            ok=Said("nette"),
            blurred=Said(
                "floue",
                "Le bord le plus net est flou de {blur} pixels.",
                "Nettoyer l'objectif ; « comptoir aim » aide à régler.",
            ),
            nothing_seen=Said("à voir", "Rien de net ni de flou ne s'est trouvé sous la caméra."),
        ),
        "pcscd": _table(
            ok=Said("présent"),
            stopped=Said("arrêté", "pcscd.socket est arrêté.", "« comptoir doctor --fix » le démarre."),
            not_installed=Said("absent", "pcscd n'est pas installé.", "« apt install pcscd libccid »."),
        ),
        "polkit": _table(
            ok=Said("permis"),
            not_asked=Said("permis", "Ce pcscd ne demande rien à polkit."),
            no_rule=Said(
                "refusé",
                "La règle qui permet les lecteurs au comptoir n'est pas installée.",
                "Copier 50-comptoir-pcscd.rules dans /etc/polkit-1/rules.d/, ou réinstaller le paquet.",
            ),
        ),
        "readers": _table(
            ok=Said("présent", "Lecteurs vus : {count}."),
            missing=Said(
                "absent",
                "Aucun lecteur de cartes n'est branché.",
                "Vérifier son câble ; « lsusb » le montre-t-il ?",
            ),
            mute=Said("muette", "Une carte ne répond pas.", "La retourner, essuyer sa puce."),
            no_service=Said(
                "arrêté", "Le service PC/SC ne répond pas.", "« systemctl status pcscd.socket »."
            ),
            refused=Said(
                "refusé",
                "Le système refuse les lecteurs au comptoir.",
                "Installer la règle polkit, puis « systemctl restart polkit pcscd ».",
            ),
            starting=Said("démarre", "Les lecteurs n'ont pas encore été vus."),
        ),
        "display": _attached("L'écran ne répond pas sur son bus.", "display"),
        "display.bus": _table(
            ok=Said("présent"),
            missing=Said(
                "absent",
                "Le noyau n'offre pas {device}.",
                "« raspi-config nonint do_{bus} 0 », puis redémarrer.",
            ),
        ),
        "buttons": _attached("Les broches des boutons ne peuvent pas être lues.", "buttons"),
        "lamp": _attached("Les broches de la lampe ne peuvent pas être commandées.", "lamp"),
        "sound": _attached("La broche du buzzer ne peut pas être commandée.", "sound"),
        "journal": _table(
            ok=Said("écrit"),
            full=Said(
                "disque plein",
                "Les événements ne peuvent pas être écrits ; ils attendent en mémoire.",
                "Libérer de la place : « journalctl --vacuum-size=50M », « apt clean ».",
            ),
        ),
        "journal.depth": _table(
            ok=Said("{count}"),
            many=Said(
                "{count}",
                "{count} événements attendent d'être pris par le logiciel.",
                "Vérifier que le LGO tourne ; « comptoir clients list » dit quand il est venu.",
            ),
        ),
        "journal.integrity": _table(
            ok=Said("entier"),
            damaged=Said(
                "abîmé",
                "Le fichier du journal est abîmé.",
                "Il est remplacé et sauvé au prochain démarrage : « systemctl restart comptoir.target ».",
            ),
            never_ran=Said("neuf", "L'appareil n'a encore jamais tenu de journal."),
            not_readable=Said(
                "non lu", "Le journal n'est pas lisible d'ici.", "Lancer le docteur avec sudo."
            ),
        ),
        "disk": _table(
            ok=Said("{mebibytes} Mio"),
            low=Said(
                "{mebibytes} Mio",
                "Il ne reste que {mebibytes} Mio libres.",
                "« journalctl --vacuum-size=50M », « apt clean ».",
            ),
            full=Said(
                "plein",
                "Il ne reste que {mebibytes} Mio libres.",
                "Libérer de la place sans attendre : « journalctl --vacuum-size=50M », « apt clean ».",
            ),
            read_only=Said(
                "figé",
                "{path} est en lecture seule : le noyau l'a figé après des erreurs, ou le montage le veut.",
                "« dmesg | grep -i ext4 » ; une carte SD qui fait cela est à changer.",
            ),
        ),
        "disk.wear": _table(
            ok=Said("{percent} %"),
            not_told=Said(
                "non dite", "Cette carte ne dit pas son usure ; le noyau n'a compté aucune erreur."
            ),
            worn=Said(
                "{percent} %", "La mémoire dit avoir vécu {percent} % de sa vie.", "La changer bientôt."
            ),
            errors=Said(
                "erreurs",
                "Le noyau a compté {count} erreurs sur un système de fichiers.",
                "Changer la carte SD ; l'état se restaure en réappairant.",
            ),
        ),
        "temperature": _table(
            ok=Said("{degrees} °C"),
            hot=Said(
                "{degrees} °C",
                "Le processeur est à {degrees} °C ; il ralentit à 80.",
                "Dégager les fentes du boîtier, l'éloigner d'une source de chaleur, poser un dissipateur.",
            ),
            not_told=_NOT_TOLD,
        ),
        "throttling": _table(
            ok=Said("pleine"),
            now=Said(
                "réduite",
                "Le Pi ralentit en ce moment, par chaleur ou faute de tension.",
                "Voir la température et la tension.",
            ),
            earlier=Said(
                "fut réduite",
                "Le Pi a ralenti depuis son démarrage.",
                "Voir la température et la tension ; l'avis s'efface au redémarrage.",
            ),
            not_told=_NOT_TOLD,
        ),
        "voltage": _table(
            ok=Said("bonne"),
            now=Said(
                "trop basse",
                "L'alimentation est trop faible.",
                "Alimentation officielle 5 V / 3 A (5 A pour un Pi 5), câble court.",
            ),
            earlier=Said(
                "fut basse",
                "La tension est tombée depuis le démarrage.",
                "Alimentation officielle 5 V / 3 A (5 A pour un Pi 5), câble court.",
            ),
            not_told=_NOT_TOLD,
        ),
        "clock": _table(
            ok=Said("juste"),
            not_yet=Said(
                "non réglée",
                "L'heure n'a pas encore été réglée par le réseau.",
                "« timedatectl timesync-status » ; ouvrir UDP 123 vers le serveur de temps.",
            ),
            switched_off=Said(
                "non réglée",
                "Le réglage de l'heure par le réseau est coupé.",
                "« comptoir doctor --fix » le rallume (timedatectl set-ntp true).",
            ),
            wrong=Said(
                "fausse",
                "L'horloge dit {year}.",
                "Brancher le réseau ; « timedatectl set-ntp true » ; une pile pour l'horloge du Pi 5.",
            ),
        ),
        "dns": _table(
            ok=Said("trouvés"),
            unknown_host=Said(
                "introuvable",
                "L'adresse de {host} n'est pas trouvée.",
                "« resolvectl status » ; le câble réseau ; le serveur DNS de la box.",
            ),
        ),
        "base": _table(
            ok=Said("joignable"),
            unreachable=Said(
                "muet",
                "{host}:{port} ne répond pas.",
                "Vérifier le réseau et le pare-feu de l'officine.",
            ),
            untrusted=Said(
                "refusé",
                "Le certificat de {host} n'est pas reconnu.",
                "tlsi.authorities ; l'heure ; un portail ou un antivirus sur le réseau.",
            ),
        ),
        "base.contract": _table(
            ok=Said("officiels"),
            demonstration=Said(
                "DÉMO",
                "Le téléservice parle un contrat de démonstration, pas celui de la CNAM.",
                'Un éditeur autorisé remplace ordonnance_operations.py ; sinon prescriptions.source = "lgo".',
            ),
            simulated=Said(
                "SIMULÉS",
                "Les statuts sont simulés : aucun n'est vrai.",
                'Sur un comptoir : prescriptions.source = "lgo".',
            ),
        ),
        "psc": _table(
            ok=Said("joignable"),
            unreachable=Said(
                "muet",
                "{host}:{port} ne répond pas.",
                "Vérifier le réseau et le pare-feu de l'officine.",
            ),
            untrusted=Said(
                "refusé",
                "Le certificat de {host} n'est pas reconnu.",
                "pro_sante_connect.authorities ; l'heure ; un portail ou un antivirus sur le réseau.",
            ),
        ),
        "certificates": _table(
            ok=Said("valables", "Le premier ({name}) finit le {day}."),
            soon=Said("bientôt", "{name} finit le {day}.", "Le renouveler avant."),
            expired=Said(
                "expirés",
                "{name} a fini le {day}.",
                "Le remplacer, puis « systemctl restart comptoir.target ».",
            ),
            unreadable=Said(
                "illisibles", "{name} n'est pas lisible.", "Un fichier PEM, lisible par root, est attendu."
            ),
        ),
        "bridge": _table(
            ok=Said("sert", "https://{host}:{port}"),
            loopback=Said(
                "locale",
                "La passerelle n'écoute que sur {host} : aucun autre poste ne l'atteint.",
                "bridge.host = \"0.0.0.0\" ou l'adresse de l'appareil.",
            ),
        ),
        "lgo": _table(
            ok=Said("à l'écoute"),
            absent=Said(
                "absent",
                "Le logiciel appairé ne demande plus rien.",
                "Vérifier que le poste et le LGO tournent ; « comptoir clients list ».",
            ),
            never=Said(
                "non relié",
                "Aucun logiciel n'est appairé.",
                "OK pendant 3 s au comptoir, ou « comptoir clients pair ».",
            ),
        ),
        "keyboard": _table(
            ok=Said("relié", "Tapés : {taken} ; refusés ou coupés : {refused} ; trop tard : {late}."),
            absent=Said(
                "absent",
                "Aucun PC au bout du câble USB (tapés : {taken} ; refusés : {refused} ; trop tard : {late}).",
                "Brancher le câble, allumer le PC ; « comptoir wedge test » essaie.",
            ),
        ),
    }
)
