"""French texts of the console page: rendered in its template and served to its scripts as JSON.

Keys are `place.meaning`; braces hold what the page fills in. A key ending in `_one` is the singular of the
key without it.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from appliance.texts.kinds import KIND_TEXTS, TRAIT_TEXTS, VERDICT_TEXTS
from appliance.texts.problems import ProblemText
from appliance.texts.statuses import FAILURES, PLACES, SOURCES, STANDINGS
from appliance.texts.warnings import WARNING_TEXTS

__all__ = ["BODY_MISMATCH", "CONSOLE_PROBLEMS", "CONSOLE_TEXTS", "typeset"]

_PAGE = {
    "page.title": "Comptoir, page de démonstration",
    "page.name": "Comptoir",
    "page.subtitle": "Page de démonstration",
    "page.skip": "Aller au comptoir",
    "page.noscript": "Cette page a besoin de JavaScript : autorisez-le pour l'adresse de l'appareil.",
    "page.loading": "Ouverture de la page…",
    "page.defect": "La page a rencontré un défaut. Rechargez-la.",
    "status.heading": "État des liaisons",
    "status.bridge": "Passerelle",
    "status.bridge.connected": "reliée",
    "status.bridge.gone": "injoignable",
    "status.bridge.waiting": "en attente",
    "status.camera": "Caméra",
    "status.camera.ok": "en marche",
    "status.camera.lost": "perdue",
    "status.camera.starting": "démarre",
    "status.camera.ended": "à la fin",
    "status.camera.unknown": "inconnue",
    "status.lgo": "LGO",
    "status.lgo.present": "à l'écoute",
    "status.lgo.absent": "absent",
    "status.lgo.never": "jamais vu",
    "status.lgo.unknown": "inconnu",
    "banner.gone": "La passerelle ne répond plus. La page se reconnecte toute seule dès qu'elle revient.",
    "banner.storage": (
        "L'appareil ne peut plus écrire son journal (disque plein ?). Ce qui est lu attend, rien n'est perdu."
    ),
    "banner.back": "La passerelle répond de nouveau.",
}

_GATE = {
    "gate.missing.title": "Cette page s'ouvre avec un jeton",
    "gate.missing.text": (
        "Ouvrez le lien complet affiché au démarrage par « comptoir demo » (il se termine par #jeton=…), "
        "ou collez le jeton ici."
    ),
    "gate.refused.title": "Jeton refusé",
    "gate.refused.text": (
        "L'appareil ne connaît pas ce jeton : il est d'un autre démarrage, ou il a été retiré. "
        "Ouvrez le lien affiché par « comptoir demo » en cours, ou collez son jeton ici."
    ),
    "gate.forbidden.title": "Jeton sans droit sur cette page",
    "gate.forbidden.text": (
        "L'appareil connaît ce jeton mais il n'ouvre pas la page de démonstration. "
        "Utilisez celui du lien affiché par « comptoir demo »."
    ),
    "gate.label": "Jeton",
    "gate.submit": "Ouvrir la page",
    "gate.empty": "Collez d'abord le jeton.",
    "gate.note": "Le jeton reste dans cet onglet ; il est oublié quand on le ferme.",
}

_PICTURE = {
    "picture.heading": "Le comptoir vu par la caméra",
    "picture.alt": "Image en direct du comptoir",
    "picture.live": "En direct",
    "picture.waiting": "En attente de la première image…",
    "picture.paused": "Image en pause",
    "meters.heading": "Réglage de la caméra",
    "meters.light.good": "Lumière bonne : {level} sur 255",
    "meters.light.bad": "Lumière à reprendre : {level} sur 255, {clipped} % brûlés",
    "meters.focus.good": "Image nette : flou {blur} px",
    "meters.focus.bad": "Image floue : {blur} px, nettoyez l'objectif",
    "meters.focus.none": "Netteté : posez une feuille imprimée",
    "picture.camera_lost": "Caméra perdue",
    "picture.camera_lost.text": "Vérifiez son câble. La lecture reprend d'elle-même.",
    "picture.stale": "L'image est arrêtée",
    "picture.stale.text": "La caméra ne donne plus d'image, ou le programme de lecture est relancé.",
    "picture.ended": "Les images du dossier sont toutes passées",
    "picture.codes": "{count} codes vus",
    "picture.codes_one": "1 code vu",
    "picture.codes.none": "Aucun code en vue",
    "picture.unread": "{count} non lus",
    "picture.unread_one": "1 non lu",
    "picture.codes.announce": "Codes vus : {labels}",
}

_WORLD = {
    "tray.heading": "À poser sur le comptoir",
    "tray.hint": "Faites glisser sur l'image, ou touchez pour poser. Au clavier : Entrée pose.",
    "tray.group.sheet": "Feuilles",
    "tray.group.box": "Boîtes",
    "tray.group.phone": "Téléphones",
    "tray.group.other": "Autres",
    "tray.loading": "Préparation des feuilles…",
    "tray.lay": "Poser : {title}",
    "tray.full": "Le comptoir porte au plus {count} objets : retirez-en un d'abord.",
    "tray.laid": "{title} : posé sur le comptoir.",
    "tray.drop_here": "Relâchez pour poser",
    "lying.heading": "Posé sur le comptoir",
    "lying.empty": "Rien sur le comptoir : posez une feuille, une boîte ou un téléphone.",
    "lying.object": "{title}, posé sur le comptoir",
    "lying.help": "Flèches : déplacer. R : tourner. Suppr : retirer.",
    "lying.turn": "Tourner",
    "lying.turn_left": "Tourner à gauche",
    "lying.turn_right": "Tourner à droite",
    "lying.remove": "Retirer",
    "lying.remove_all": "Tout retirer",
    "lying.removed": "{title} : retiré du comptoir.",
    "lying.drop_remove": "Relâchez pour retirer",
    "world.heading": "Conditions simulées",
    "world.camera": "Caméra",
    "world.camera.ok": "Branchée",
    "world.camera.unplugged": "Débranchée",
    "world.camera.frozen": "Figée",
    "world.light": "Lumière",
    "world.light.value": "{percent} %",
}

_DEVICE = {
    "device.heading": "L'appareil",
    "device.oled": "Écran de l'appareil",
    "device.oled.showing": "Écran de l'appareil : {screen}",
    "device.oled.waiting": "Écran éteint",
    "device.help": (
        "Au clavier, écran choisi : ▲ et ▼ par les flèches, OK par Entrée ; "
        "gardez la touche pour un appui long."
    ),
    "device.buttons": "Boutons de l'appareil",
    "device.up": "Haut",
    "device.ok": "OK",
    "device.down": "Bas",
    "device.held": "Appui long : {button}",
    "device.sound": "Son",
    "device.signal.none": "Aucun signal",
    "device.signal.mute": " (muet)",
    "device.signal.light": " · éclairage {percent} %",
    "tone.seen": "Lu : un éclat bleu",
    "tone.known": "Statut connu : deux éclats bleu clair",
    "tone.lgo_has_it": "Le LGO l'a : vert continu",
    "tone.check": "À vérifier : trois éclats orange lents",
    "tone.refused": "Refusé : six éclats violets rapides",
    "device.slots": "Lecteurs de cartes",
    "device.slot.cps": "Lecteur 1",
    "device.slot.cps.card": "Carte CPS",
    "device.slot.vitale": "Lecteur 2",
    "device.slot.vitale.card": "Carte Vitale",
    "device.slot.empty": "Vide",
    "cards.heading": "Cartes virtuelles",
    "cards.hint": "Glissez une carte sur un lecteur, ou touchez-la ; au clavier, Entrée.",
    "cards.insert": "Insérer : {title}",
    "cards.inserted": "Insérée : {title}",
    "cards.remove": "Retirer",
    "cards.remove.cps": "Retirer la carte du lecteur 1",
    "cards.remove.vitale": "Retirer la carte du lecteur 2",
    "cards.removed": "Carte retirée",
    "phone.heading": "Téléphone du pharmacien (e-CPS)",
    "phone.idle": "Rien à valider. Sur l'appareil : menu, e-CPS.",
    "phone.compare": "est bien le nombre de l'écran ?",
    "phone.asks": "Le téléphone demande de comparer le nombre {number}",
    "phone.approve": "Valider",
    "phone.refuse": "Refuser",
    "phone.approve.done": "Validé sur le téléphone",
    "phone.refuse.done": "Refusé sur le téléphone",
    "screen.Starting": "démarrage",
    "screen.Ready": "prêt",
    "screen.OrdonnanceRead": "ordonnance lue",
    "screen.InsRead": "identité INS lue",
    "screen.Discordance": "identités discordantes",
    "screen.PrescriberRead": "prescripteur lu",
    "screen.MedicineRead": "boîte lue",
    "screen.PageRead": "page photographiée",
    "screen.TwoDocRead": "document 2D-Doc lu",
    "screen.LinkRead": "lien lu",
    "screen.OpaqueForwarded": "code transmis tel quel",
    "screen.UnknownCode": "code inconnu",
    "screen.UnreadCode": "code vu, illisible",
    "screen.DamagedOrdonnance": "ordonnance abîmée",
    "screen.CameraLost": "caméra perdue",
    "screen.Fault": "défaut",
    "screen.Resting": "veille",
    "screen.Veiled": "identités masquées",
    "screen.MenuList": "menu",
    "screen.CheckList": "état",
    "screen.Adjust": "réglage",
    "screen.Confirm": "question",
    "screen.ClientList": "logiciels reliés",
    "screen.PairingShown": "appairage",
    "screen.PairingEnded": "fin d'appairage",
    "screen.FocusMeter": "mise au point",
    "screen.ExposureMeter": "exposition",
    "screen.WebDoorShown": "page web",
    "screen.PatternShown": "mire",
    "screen.About": "à propos",
    "screen.Updating": "mise à jour",
}

_LGO = {
    "lgo.heading": "Ce que reçoit le LGO",
    "lgo.switch": "LGO à l'écoute",
    "lgo.switch.help": (
        "Arrêté, plus rien n'est retiré : l'appareil garde les événements et les redonne à la reprise."
    ),
    "lgo.off": "Le LGO n'écoute pas. Ce qui est lu attend dans l'appareil.",
    "lgo.empty": "Rien reçu depuis l'ouverture de la page.",
    "lgo.empty.hint": "Posez une ordonnance sur le comptoir : elle arrive ici aussitôt.",
    "lgo.clear": "Effacer la liste",
    "lgo.acknowledged": "Accusé de réception envoyé",
    "lgo.pending": "Accusé de réception en attente",
    "lgo.raw": "Voir le JSON reçu",
    "lgo.warnings": "À vérifier",
    "lgo.announce": "Reçu par le LGO : {title}",
}

_EVENTS = {
    "event.visit.opened": "Nouvelle présentation au comptoir",
    "event.visit.closed": "Fin de la présentation",
    "event.identity.discordance": "Identités à vérifier",
    "event.identity.concordance": "Identités comparées",
    "event.prescriber.concordance": "Prescripteur et code-barres",
    "event.prescription.status": "Statut de l'ordonnance",
    "event.prescription.refresh": "Nouvelle recherche demandée",
    "event.prescription.seen_again": "Ordonnance déjà vue aujourd'hui",
    "prescriber.equal": "Le même",
    "prescriber.different": "Un autre : à vérifier",
    "prescriber.absent": "Rien à comparer",
    "event.device.camera.ok": "Caméra retrouvée",
    "event.device.camera.lost": "Caméra perdue",
    "event.reader.present": "Lecteur de cartes présent",
    "event.reader.absent": "Lecteur de cartes absent",
    "event.card.inserted": "Carte insérée",
    "event.card.read": "Carte lue",
    "event.card.chosen": "Bénéficiaire choisi",
    "event.card.unreadable": "Carte illisible",
    "event.card.code_needed": "Code CPS demandé",
    "event.card.code_given": "Code CPS accepté",
    "event.card.code_refused": "Code CPS non accepté",
    "event.card.code_ended": "Code CPS à redonner",
    "event.card.removed": "Carte retirée",
    "event.events.expired": "Événements expirés sans accusé de réception",
    "event.journal.lost": "Journal perdu, un nouveau est commencé",
    "event.unknown": "Événement « {kind} »",
    "event.unreadable": "Contenu effacé",
    "reason.different": "ne correspond pas",
    "reason.missing": "absent de l'ordonnance",
    "reason.unreadable": "illisible",
    "reason.usual_name": "peut-être un nom d'usage",
    "reason.other_given_name": "un autre prénom de naissance",
    "reason.more_given_names": "plus de prénoms qu'à la naissance",
    "reason.incomplete_date": "jour ou mois inconnu",
    "event.trait": "{trait} : {reason}",
    "field.prescription_id": "N° d'ordonnance",
    "field.patient": "Patient",
    "field.patient.none": "Non indiqué dans le code",
    "field.birth_date": "Né(e) le",
    "field.sex": "Sexe",
    "field.sex.M": "Masculin",
    "field.sex.F": "Féminin",
    "field.birth_place": "Lieu (code COG)",
    "field.matricule": "Matricule INS",
    "field.oid": "OID",
    "field.rpps": "RPPS",
    "field.am": "N° AM",
    "field.finess": "FINESS",
    "field.am_or_finess": "N° AM ou FINESS",
    "field.substitute_rpps": "RPPS du remplaçant",
    "field.source": "Selon",
    "field.line": "Ligne",
    "field.version": "Version",
    "field.gtin": "GTIN",
    "field.cip13": "CIP13",
    "field.lot": "Lot",
    "field.expiry": "Péremption",
    "field.expired": "{date} (périmé)",
    "field.serial": "N° de série",
    "field.document_type": "Type de document",
    "field.issued": "Émis le",
    "field.url": "Adresse",
    "field.content": "Contenu",
    "field.length": "Longueur",
    "field.bytes": "{count} octets",
    "field.bytes_one": "1 octet",
    "field.count": "Nombre",
    "field.cause": "Cause et remède",
    "field.reason": "Motif",
    "symbology.QRCode": "QR Code",
    "symbology.DataMatrix": "Data Matrix",
    "symbology.Code128": "Code 128",
    "symbology.Code39": "Code 39",
    "symbology.EAN13": "EAN-13",
}

_ERRORS = {
    "error.unexpected": "La passerelle a refusé la demande ({status}).",
}

_SHARED = {
    f"{place}.{key}": text
    for place, texts in (
        ("kind", KIND_TEXTS),
        ("trait", TRAIT_TEXTS),
        ("verdict", VERDICT_TEXTS),
        ("warning", WARNING_TEXTS),
        ("state", STANDINGS),
        ("failure", FAILURES),
        ("source", SOURCES),
        ("place", {"other_pharmacy": PLACES["other_pharmacy"]}),
    )
    for key, text in texts.items()
}
"""What the page says in the words of the whole device."""

_GROUPS = (_PAGE, _GATE, _PICTURE, _WORLD, _DEVICE, _LGO, _EVENTS, _ERRORS, _SHARED)

_NO_BREAK_SPACE = "\N{NO-BREAK SPACE}"


def typeset(text: str) -> str:
    """French typography: the space that keeps a sign with its word does not break at the end of a line."""
    for sign in ":;?!»%":
        text = text.replace(f" {sign}", f"{_NO_BREAK_SPACE}{sign}")
    return text.replace("« ", f"«{_NO_BREAK_SPACE}")


CONSOLE_TEXTS: Mapping[str, str] = MappingProxyType(
    {key: typeset(text) for group in _GROUPS for key, text in group.items()}
)
"""Every text of the page, by key."""

BODY_MISMATCH = "ne convient pas : {where}"
"""Reason of `body_invalid` for the page's own requests."""

CONSOLE_PROBLEMS: Mapping[str, ProblemText] = MappingProxyType(
    {
        "buttons_unavailable": ProblemText(
            title="Les boutons ne répondent pas.",
            detail="Le programme du comptoir n'écoute pas les boutons simulés.",
            remedy="Il est relancé automatiquement : réessayez dans un instant.",
        ),
        "scene_full": ProblemText(
            title="Le comptoir est plein.",
            detail="Le comptoir simulé porte au plus {maximum} objets.",
            remedy="Retirez d'abord un objet.",
        ),
        "scene_unavailable": ProblemText(
            title="Le comptoir simulé ne peut pas être changé.",
            detail="Le fichier de la scène ne peut pas être écrit.",
            remedy="Vérifiez la place libre sur la machine, puis réessayez.",
        ),
    }
)
"""Problems of the page, by code."""
