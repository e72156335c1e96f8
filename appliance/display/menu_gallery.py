"""The screens that speak of the device itself, for documents and golden pictures."""

from __future__ import annotations

from typing import Final

from appliance.display.door_screen import DoorState, WebDoorShown
from appliance.display.exhibit import Exhibit
from appliance.display.menu_screens import (
    About,
    Adjust,
    Check,
    CheckList,
    ClientList,
    Confirm,
    ExposureMeter,
    FocusMeter,
    MenuList,
    PairingEnd,
    PairingEnded,
    PairingShown,
    Pattern,
    PatternShown,
    Resting,
    Seen,
    Updating,
    Veiled,
)
from appliance.display.screens import LgoLink, Ready
from appliance.texts.menu import (
    CLIENT,
    CLIENT_NAMES,
    END_QUESTION,
    END_TITLE,
    MENU_ENTRIES,
    REVOKE,
    REVOKE_TITLE,
)

__all__ = ["MENU_GALLERY"]

_ROOT: Final = tuple(
    MENU_ENTRIES[entry]
    for entry in ("veil", "checks", "e_cps", "settings", "technician", "end_of_service", "close")
)
_WELL: Final = (
    Check("Caméra", True, "présente"),
    Check("Lecteur", True, "présent"),
    Check("LGO", True, "à l'écoute"),
    Check("Journal", True, "écrit"),
)
_ILL: Final = (Check("Caméra", False, "absente"), Check("Journal", False, "disque plein"), *_WELL[1:3])

MENU_GALLERY: Final[tuple[Exhibit, ...]] = (
    Exhibit(
        "ready-lgo-since",
        "Prêt, LGO absent depuis",
        Ready("14:32", True, LgoLink.ABSENT, lgo_since="14:05"),
        tick=50,
    ),
    Exhibit(
        "ready-reader-since",
        "Prêt, lecteur absent depuis",
        Ready("14:32", True, LgoLink.PRESENT, reader_absent=True, reader_since="11:20"),
        tick=50,
    ),
    Exhibit("resting", "Personne : heure et état, à une place qui change", Resting("14:32", "Prêt")),
    Exhibit("resting-later", "La minute suivante", Resting("14:33", "Prêt")),
    Exhibit("resting-fault", "Personne, et quelque chose manque", Resting("03:10", "LGO absent", alert=True)),
    Exhibit("veiled", "Identités masquées", Veiled()),
    Exhibit("seen", "Code vu, pas encore lu", Seen()),
    Exhibit("menu", "Menu", MenuList("Menu", _ROOT, 0)),
    Exhibit("menu-middle", "Menu, au milieu", MenuList("Menu", _ROOT, 3)),
    Exhibit("menu-end", "Menu, à la fin", MenuList("Menu", _ROOT, 6)),
    Exhibit("checks-well", "État : tout va bien", CheckList(_WELL)),
    Exhibit("checks-ill", "État : deux défauts", CheckList(_ILL)),
    Exhibit("adjust-contrast", "Luminosité", Adjust("Luminosité", 3, 5, "3")),
    Exhibit("adjust-mute", "Volume à zéro", Adjust("Volume", 0, 5, "Muet")),
    Exhibit("pairing-waiting", "Appairage : aucun logiciel n'a demandé", PairingShown(None, "", 87)),
    Exhibit("pairing-number", "Appairage : nombre à comparer", PairingShown("042173", "LGO Exemple", 64)),
    Exhibit(
        "pairing-confirms",
        "Appairage : même nombre, le logiciel va l'apprendre",
        PairingShown("042173", "LGO Exemple", 61, answered=True),
    ),
    *(
        Exhibit(f"pairing-{ended.end.value}", f"Appairage : {caption}", ended)
        for ended, caption in (
            (PairingEnded(PairingEnd.PAIRED, "LGO Exemple"), "réussi"),
            (PairingEnded(PairingEnd.TIME), "personne dans le délai"),
            (PairingEnded(PairingEnd.TRIES, wait_s=30), "essais épuisés"),
            (PairingEnded(PairingEnd.PAUSE, wait_s=90), "pause après des échecs"),
            (PairingEnded(PairingEnd.BUSY), "déjà ouvert par la ligne de commande"),
            (PairingEnded(PairingEnd.FAILED), "ne peut pas s'ouvrir"),
        )
    ),
    Exhibit("clients", "Logiciels reliés", ClientList(("LGO Exemple", "Poste 2", "Borne"), 1)),
    Exhibit("client", "Un logiciel relié", MenuList(CLIENT, (REVOKE_TITLE, *CLIENT_NAMES), 2)),
    Exhibit("clients-none", "Aucun logiciel relié", ClientList((), 0)),
    Exhibit("revoke", "Retirer un logiciel", Confirm(REVOKE_TITLE, REVOKE.format(name="Poste 2"), yes=False)),
    Exhibit("end-of-service", "Fin de service, à confirmer", Confirm(END_TITLE, END_QUESTION, yes=True)),
    Exhibit("focus", "Mise au point", FocusMeter(64, 81)),
    Exhibit("focus-no-picture", "Mise au point, sans image", FocusMeter(None, 0)),
    Exhibit("exposure", "Exposition", ExposureMeter(850, 2.0, 46)),
    Exhibit("exposure-unsaid", "Exposition que la caméra ne dit pas", ExposureMeter(None, None, 46)),
    *(
        Exhibit(f"pattern-{pattern.value}", caption, PatternShown(pattern))
        for pattern, caption in (
            (Pattern.FULL, "Mire : tout allumé"),
            (Pattern.CHECKERS, "Mire : damier"),
            (Pattern.FRAME, "Mire : cadre"),
            (Pattern.LETTERS, "Mire : lettres"),
        )
    ),
    Exhibit("about", "À propos", About("0.1.0", "192.168.1.42", "7F3A21")),
    Exhibit("about-no-network", "À propos, sans réseau", About("0.1.0", None, "7F3A21")),
    Exhibit(
        "web-open",
        "Page web : adresse et code",
        WebDoorShown(DoorState.OPEN, "042173", "192.168.1.42:8443", 15),
    ),
    Exhibit("web-no-network", "Page web, sans réseau", WebDoorShown(DoorState.OPEN, "042173", None, 15)),
    Exhibit("web-entered", "Page web ouverte", WebDoorShown(DoorState.ENTERED, left_min=12)),
    Exhibit("web-time", "Page web : temps écoulé", WebDoorShown(DoorState.TIME)),
    Exhibit("web-codes", "Page web : codes faux", WebDoorShown(DoorState.CODES)),
    Exhibit("web-failed", "Page web : ne peut pas s'ouvrir", WebDoorShown(DoorState.FAILED)),
    Exhibit("updating", "Mise à jour", Updating(40)),
    Exhibit("updating-unknown", "Mise à jour, durée inconnue", Updating(None)),
)
