"""Every screen with the published test identities: what documents show and golden pictures hold."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from appliance.cards.inputs import PinRefusal
from appliance.display.card_screens import (
    CardMessage,
    CardNotice,
    CardTitle,
    CardWorking,
    CpsRead,
    PinEntry,
    PinRefused,
    VitaleChoice,
    VitaleRead,
)
from appliance.display.exhibit import Exhibit
from appliance.display.menu_gallery import MENU_GALLERY
from appliance.display.psc_screens import (
    PscClosed,
    PscFailed,
    PscLoggingIn,
    PscNumberShown,
    PscSessionOpen,
)
from appliance.display.screens import (
    CameraLost,
    DamagedOrdonnance,
    Discordance,
    Fault,
    InsRead,
    LgoLink,
    LinkRead,
    MedicineRead,
    OpaqueForwarded,
    OrdonnanceRead,
    Page,
    PageRead,
    PrescriberRead,
    Ready,
    Starting,
    TwoDocRead,
    UnknownCode,
    UnreadCode,
)
from appliance.display.status_gallery import STATUS_GALLERY
from appliance.prescriptions.pro_sante_connect.errors import PscRefusal

__all__ = ["GALLERY", "Exhibit"]


_GENE: Final = OrdonnanceRead(
    number="202106180921110040",
    patient="GENE",
    given_name="Alain",
    birth_date="23/02/1966",
    rpps="99900038441",
    am="991118019",
    warnings=(),
    delivered=True,
    others=0,
)
_AGE: Final = OrdonnanceRead(
    number="202106180921110042",
    patient="D'ÂGE",
    given_name="Andrée-Zoé",
    birth_date="25/06/1990",
    rpps="99912345677",
    am="0B9990017",
    warnings=(),
    delivered=False,
    others=2,
)
_DOMINIQUE: Final = InsRead("ADRTROIS", "DOMINIQUE", "26/02/1997", "F", False, True, ())
_LONG: Final = InsRead(
    "GARCIA-HAMMADI DE LA TOUR DU PIN", "SARAH-LOU ANNA MARIE CHARLOTTE", "21/01/1977", "F", False, True, ()
)
_BOX: Final = MedicineRead("3400935955838", "LOT42A", "30/11/2027", expired=False, delivered=True)

_VITALE: Final = VitaleRead("ADRTROIS", "DOMINIQUE", "26/02/1997", others=0, delivered=True)
_CPS: Final = CpsRead(
    family_name="PHARMACH0007512",
    given_name="CAROLE",
    profession="Pharmacien",
    rpps="99700075122",
    end="05/01/2029",
    test=True,
    can_sign=True,
    code_given=False,
    delivered=True,
)

_LARGE: Final = (
    Exhibit("large-ready", "Grands textes : prêt", Ready("14:32", True, LgoLink.PRESENT), large=True),
    Exhibit("large-patient", "Grands textes : le patient", _GENE, large=True),
    Exhibit("large-given-name", "Grands textes : son prénom", _GENE, tick=50, large=True),
    Exhibit("large-birth", "Grands textes : sa naissance", _GENE, tick=100, large=True),
    Exhibit("large-rpps", "Grands textes : RPPS à comparer", _GENE, tick=150, large=True),
    Exhibit(
        "large-warning",
        "Grands textes : à vérifier",
        replace(_GENE, warnings=("Clé RPPS fausse",), delivered=False),
        large=True,
    ),
    Exhibit("large-long", "Grands textes : nom long, défilant", _LONG, tick=60, large=True),
    Exhibit("large-medicine", "Grands textes : péremption", _BOX, tick=50, large=True),
    Exhibit(
        "large-discordance",
        "Grands textes : deux prénoms",
        Discordance("Prénom", "Ordonnance", "ALAIN", "INS", "TOUSSAINT"),
        large=True,
    ),
)

GALLERY: Final[tuple[Exhibit, ...]] = (
    Exhibit("starting", "Démarrage", Starting(), tick=25),
    Exhibit("ready", "Prêt, LGO relié", Ready("14:32", True, LgoLink.PRESENT)),
    Exhibit("ready-lgo-absent", "Prêt, LGO absent", Ready("14:32", True, LgoLink.ABSENT), tick=50),
    Exhibit("ready-lgo-never", "Prêt, aucun LGO relié", Ready("08:05", True, LgoLink.NEVER), tick=50),
    Exhibit("ready-camera-absent", "Prêt, caméra absente", Ready("14:32", False, LgoLink.PRESENT)),
    Exhibit("ordonnance-patient", "Ordonnance lue : le patient, reçue par le LGO", _GENE),
    Exhibit("ordonnance-check", "Ordonnance lue : les numéros à comparer au papier", _GENE, tick=50),
    Exhibit("ordonnance-waiting", "Ordonnance lue, en attente du LGO", _AGE),
    Exhibit(
        "ordonnance-check-am", "Les numéros d'un prescripteur hospitalier", replace(_AGE, page=Page.CHECK)
    ),
    Exhibit(
        "ordonnance-warning",
        "Ordonnance lue, numéro RPPS douteux",
        replace(_GENE, rpps="99900038442", warnings=("RPPS : clé fausse",), delivered=False),
    ),
    Exhibit(
        "ordonnance-check-warning",
        "Les numéros d'une ordonnance à vérifier",
        replace(_GENE, rpps="99900038442", warnings=("RPPS : clé fausse",), page=Page.CHECK),
    ),
    Exhibit(
        "ordonnance-no-patient",
        "Ordonnance dont le code ne nomme pas le patient",
        replace(_GENE, number="202106180921110041", patient=None, given_name=None, birth_date=None),
    ),
    *STATUS_GALLERY,
    Exhibit("ins", "Identité INS lue", _DOMINIQUE),
    Exhibit("ins-degraded", "Identité INS retrouvée dans un code abîmé", replace(_DOMINIQUE, degraded=True)),
    Exhibit("ins-long", "Noms longs, au repos", _LONG),
    Exhibit("ins-long-scrolling", "Noms longs, défilant", _LONG, tick=60),
    Exhibit(
        "discordance",
        "Deux codes ne nomment pas la même personne",
        Discordance("Prénom", "Ordonnance", "ALAIN", "INS", "TOUSSAINT"),
    ),
    Exhibit(
        "discordance-birth-date",
        "Deux dates de naissance",
        Discordance("Date de naissance", "Ordonnance", "23/02/1966", "INS", "01/01/1960"),
    ),
    Exhibit("prescriber", "Code-barres d'un prescripteur", PrescriberRead("99900038441", "991118019", 0)),
    Exhibit("prescriber-several", "Plusieurs prescripteurs", PrescriberRead("99900038441", None, 2)),
    Exhibit("medicine", "Boîte de médicament", _BOX),
    Exhibit(
        "medicine-name",
        "Boîte dont le nom est connu",
        replace(_BOX, label="Paracétamol 1000 mg", delivered=False),
    ),
    Exhibit("medicine-expired", "Boîte périmée", replace(_BOX, expiry="30/11/2024", expired=True)),
    Exhibit("medicine-soon", "Boîte bientôt périmée", replace(_BOX, expiry="12/12/2026", days_left=11)),
    Exhibit("medicine-several", "Deuxième boîte du même médicament", replace(_BOX, count=2)),
    Exhibit("page", "Page photographiée", PageRead(1, is_sharp=True)),
    Exhibit("page-not-sharp", "Page trop floue pour la numérisation", PageRead(2, is_sharp=False)),
    Exhibit("two-doc", "2D-Doc : pas une ordonnance", TwoDocRead("Attestation de vaccination")),
    Exhibit("link", "Lien internet", LinkRead("www.mesvaccins.example")),
    Exhibit("opaque-waiting", "Code confidentiel en attente du LGO", OpaqueForwarded(delivered=False)),
    Exhibit("opaque-sent", "Code confidentiel transmis au LGO", OpaqueForwarded(delivered=True)),
    Exhibit("unknown", "Code inconnu", UnknownCode("Code128")),
    Exhibit("unread-too-far", "Code vu, trop loin", UnreadCode("too_far")),
    Exhibit("unread-blurred", "Code vu, flou", UnreadCode("blurred")),
    Exhibit("unread-too-dark", "Code vu, trop sombre", UnreadCode("too_dark")),
    Exhibit("unread-glare", "Code vu, reflet", UnreadCode("glare")),
    Exhibit("unread-damaged", "Code vu, abîmé", UnreadCode("damaged")),
    Exhibit("damaged", "Ordonnance au code abîmé, numéro lisible", DamagedOrdonnance("202106180921110040")),
    Exhibit("damaged-no-number", "Ordonnance au code abîmé", DamagedOrdonnance(None)),
    Exhibit(
        "ready-reader-absent",
        "Prêt, lecteur de cartes absent",
        Ready("14:32", True, LgoLink.PRESENT, reader_absent=True),
        tick=50,
    ),
    Exhibit("card-reading", "Carte en cours de lecture", CardWorking(CardTitle.VITALE), tick=12),
    Exhibit("vitale", "Carte Vitale d'une personne", _VITALE),
    Exhibit(
        "vitale-choice",
        "Carte Vitale de quatre personnes : à choisir",
        VitaleChoice("CORSE", "ZOÉ", "14/05/2012", position=2, count=4),
    ),
    Exhibit(
        "vitale-chosen",
        "Carte Vitale de quatre personnes : choisie",
        VitaleRead("CORSE", "INÈS-MAÏA", "30/11/2018", others=3, delivered=False),
    ),
    Exhibit(
        "vitale-lunar",
        "Carte Vitale, date de naissance lunaire",
        VitaleRead("CORSE", "NOÉ", "00/00/2015", others=0, delivered=True, warnings=("Date lunaire",)),
    ),
    Exhibit("cps-holder", "Carte CPS de test : son porteur", _CPS),
    Exhibit("cps-validity", "Carte CPS de test : RPPS et fin de validité", _CPS, tick=50),
    Exhibit(
        "cps-expired",
        "Carte CPS expirée",
        replace(_CPS, end="31/12/2025", test=False, warnings=("Carte CPS expirée",)),
        tick=50,
    ),
    Exhibit("cps-code-given", "Carte CPS, code accepté", replace(_CPS, test=False, code_given=True)),
    *(
        Exhibit(f"card-{notice.value.replace('_', '-')}", caption, CardMessage(notice))
        for notice, caption in (
            (CardNotice.READER_ABSENT, "Lecteur de cartes débranché"),
            (CardNotice.READER_EMPTY, "Lecteur de cartes vide"),
            (CardNotice.SERVICE_ABSENT, "Service PC/SC arrêté"),
            (CardNotice.SERVICE_REFUSED, "Service PC/SC : accès refusé"),
            (CardNotice.UPSIDE_DOWN, "Carte à l'envers"),
            (CardNotice.MUTE, "Carte muette"),
            (CardNotice.UNKNOWN, "Carte inconnue"),
            (CardNotice.VITALE_1, "Carte Vitale 1"),
            (CardNotice.UNREADABLE, "Carte illisible"),
            (CardNotice.BUSY, "Carte occupée par un autre logiciel"),
            (CardNotice.REFUSED, "Accès à la carte refusé"),
        )
    ),
    Exhibit("pin-first", "Code : premier chiffre", PinEntry(0, 4, digit=7, tries_left=3)),
    Exhibit("pin-third", "Code : troisième chiffre", PinEntry(2, 4, digit=0, tries_left=2)),
    Exhibit("pin-send", "Code : à valider", PinEntry(4, 4, digit=None, tries_left=3)),
    Exhibit("pin-longest", "Code de huit chiffres", PinEntry(4, 8, digit=8, tries_left=3)),
    Exhibit("pin-pinpad", "Code sur les touches du lecteur", PinEntry(0, 4, None, 3, on_pinpad=True)),
    Exhibit("pin-checking", "Code : la carte le contrôle", CardWorking(CardTitle.CPS, checking_code=True)),
    *(
        Exhibit(f"pin-{refusal.value.replace('_', '-')}", caption, PinRefused(refusal, left))
        for refusal, left, caption in (
            (PinRefusal.WRONG, 2, "Code faux"),
            (PinRefusal.ONE_TRY_LEFT, 1, "Un seul essai reste, il n'est pas risqué"),
            (PinRefusal.BLOCKED, 0, "Carte bloquée"),
            (PinRefusal.NOT_DIGITS, None, "Ce n'est pas un code"),
            (PinRefusal.CANCELLED, None, "Saisie du code abandonnée"),
            (PinRefusal.NOT_POSSIBLE, None, "Pas de code pour cette carte"),
            (PinRefusal.INTERRUPTED, None, "Carte dérangée pendant le code"),
        )
    ),
    Exhibit("psc-logging-in", "e-CPS : connexion à Pro Santé Connect", PscLoggingIn()),
    Exhibit("psc-number", "e-CPS : le nombre à comparer avec le téléphone", PscNumberShown("42", 95)),
    Exhibit("psc-number-narrow", "e-CPS : nombre à un chiffre étroit", PscNumberShown("01", 7)),
    Exhibit("psc-session", "e-CPS : session ouverte", PscSessionOpen("PHARMACH0007512", "CAROLE", "18:30")),
    Exhibit("psc-closed", "e-CPS : session fermée", PscClosed()),
    *(
        Exhibit(f"psc-{reason.value.replace('_', '-')}", f"e-CPS : {caption}", PscFailed(reason))
        for reason, caption in (
            (PscRefusal.UNREACHABLE, "service injoignable"),
            (PscRefusal.UNTRUSTED_SERVER, "serveur non reconnu"),
            (PscRefusal.BAD_ANSWER, "réponse illisible (portail Wi-Fi)"),
            (PscRefusal.BUSY, "service indisponible"),
            (PscRefusal.NOT_CONFIGURED, "réglages incomplets"),
            (PscRefusal.CLIENT_REFUSED, "appareil non déclaré"),
            (PscRefusal.UNKNOWN_USER, "aucune e-CPS à ce numéro"),
            (PscRefusal.NO_IDENTITY, "personne à connecter"),
            (PscRefusal.DENIED, "refusée au téléphone"),
            (PscRefusal.EXPIRED, "pas de réponse à temps"),
            (PscRefusal.CANCELLED, "abandonnée"),
            (PscRefusal.BAD_TOKEN, "jeton invalide"),
            (PscRefusal.CLOCK, "heure de l'appareil fausse"),
            (PscRefusal.NOT_PHARMACIST, "pas un pharmacien"),
            (PscRefusal.OTHER_PERSON, "autre porteur"),
        )
    ),
    Exhibit("camera-lost", "Caméra perdue", CameraLost("14:30")),
    Exhibit("fault", "Panne", Fault(10, "Disque plein. Les codes lus attendent. Appelez le support.")),
    Exhibit(
        "unsafe-text",
        "Texte piégé dans un code",
        replace(
            _GENE,
            patient="GE\u202eNE\x00 \U0001f600",
            given_name="A\u0301lain\u200b ب e\u0332\u0333",
            birth_date="23/02\x1b1966",
        ),
    ),
    *_LARGE,
    *MENU_GALLERY,
)
"""In the order of a day at the counter; what speaks of the device itself comes last."""
