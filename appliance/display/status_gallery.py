"""The screens of a prescription's status with the published test identities."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from appliance.display.exhibit import Exhibit
from appliance.display.screens import Discordance, OrdonnanceRead, Page
from appliance.display.status_screens import LineShown, SeenAgain, Standing, StatusHead
from appliance.prescriptions.status import Place, Source

__all__ = ["STATUS_GALLERY"]

_BEGUN: Final = (
    LineShown("AMOXICILLINE 1 g, comprimé dispersible", 1, 1, Place.OTHER_PHARMACY, "03/01/2026"),
    LineShown("PREDNISOLONE 20 mg", 2, 1, Place.HERE, "04/01/2026"),
    LineShown("PARACÉTAMOL 1 g", 2, 0),
)
_ONE: Final = OrdonnanceRead(
    number="202106180921110040",
    patient="GENE",
    given_name="Alain",
    birth_date="23/02/1966",
    rpps="99900038441",
    am="991118019",
    warnings=(),
    delivered=True,
    others=0,
    page=Page.STATUS,
)


def _with(status: StatusHead, page: Page = Page.STATUS) -> OrdonnanceRead:
    return replace(_ONE, status=status, page=page)


def _said(standing: Standing, source: Source = Source.TLSI) -> StatusHead:
    return StatusHead(standing, source, "14:32")


_PARTLY: Final = replace(_said(Standing.PARTLY_DISPENSED), lines=_BEGUN)

STATUS_GALLERY: Final[tuple[Exhibit, ...]] = (
    Exhibit("status-looking", "Statut demandé", _with(StatusHead(Standing.LOOKING)), tick=20),
    Exhibit("status-to-dispense", "À dispenser, selon la base", _with(_said(Standing.TO_DISPENSE))),
    Exhibit(
        "status-to-dispense-lgo", "À dispenser, selon le LGO", _with(_said(Standing.TO_DISPENSE, Source.LGO))
    ),
    Exhibit(
        "status-secured",
        "Ordonnance sécurisée, à renouveler deux fois",
        _with(replace(_said(Standing.TO_DISPENSE), secured=True, renewals_left=2)),
        tick=50,
    ),
    Exhibit("status-partly", "Dispensée en partie, ailleurs", _with(_PARTLY)),
    Exhibit("status-line-elsewhere", "Une ligne dispensée ailleurs", _with(_PARTLY, Page.LINES)),
    Exhibit(
        "status-line-here", "Une ligne dispensée ici en partie", _with(replace(_PARTLY, line=1), Page.LINES)
    ),
    Exhibit("status-line-left", "Une ligne à dispenser", _with(replace(_PARTLY, line=2), Page.LINES)),
    Exhibit("status-dispensed", "Déjà dispensée", _with(_said(Standing.DISPENSED))),
    Exhibit("status-cancelled", "Annulée par le prescripteur", _with(_said(Standing.CANCELLED))),
    Exhibit("status-expired", "Expirée", _with(_said(Standing.EXPIRED))),
    Exhibit("status-not-found", "Introuvable dans la base", _with(_said(Standing.NOT_FOUND))),
    Exhibit("status-unknown", "Mot de la base inconnu de l'appareil", _with(_said(Standing.UNKNOWN))),
    Exhibit(
        "status-unreachable",
        "Base injoignable",
        _with(StatusHead(Standing.FAILED, hour="14:30", failure="unreachable")),
    ),
    Exhibit(
        "status-unreachable-since",
        "Base injoignable : depuis quand",
        _with(StatusHead(Standing.FAILED, hour="14:30", failure="unreachable")),
        tick=50,
    ),
    Exhibit(
        "status-no-cps",
        "Statut inconnu faute de carte CPS",
        _with(StatusHead(Standing.FAILED, hour="14:30", failure="not_authorised")),
    ),
    Exhibit(
        "status-lgo-silent",
        "Le LGO ne dit pas le statut",
        _with(StatusHead(Standing.FAILED, hour="14:30", failure="lgo_silent")),
    ),
    Exhibit("status-seen-again", "Ordonnance déjà vue aujourd'hui", SeenAgain("09:42", other_patient=False)),
    Exhibit("status-other-patient", "Même numéro, autre patient", SeenAgain("09:42", other_patient=True)),
    Exhibit(
        "prescriber-differs",
        "Le code-barres n'est pas celui du prescripteur du QR code",
        Discordance("Prescripteur", "QR code", "99900038441", "Code-barres", "99912345677"),
    ),
    Exhibit(
        "vitale-differs",
        "La carte Vitale n'est pas celle du patient",
        Discordance("Nom et prénom", "Ordonnance", "GENE Alain", "Carte Vitale", "CORSE ANTHONY"),
    ),
)
"""In the order of a prescription's life."""
