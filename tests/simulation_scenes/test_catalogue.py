"""What can be laid under the camera, and that it says what its title promises."""

from __future__ import annotations

import re
from datetime import date

import pytest

from appliance.decode.payloads import Kind, Medicine, Reading, interpret
from appliance.decode.payloads.concordance import compare
from appliance.decode.symbol import Symbology
from appliance.simulation.catalogue import CATALOGUE, ITEMS, ItemKind
from appliance.texts.scenes import ITEM_TITLES

GS1_AIM = "]d2"


def readings(slug: str) -> list[Reading]:
    item = ITEMS[slug]
    aim = GS1_AIM if item.kind is ItemKind.BOX else ""
    return [interpret(symbology, content, aim) for symbology, content in item.symbols]


def reading(slug: str, symbology: Symbology) -> Reading:
    (one,) = [reading for reading in readings(slug) if reading.symbology is symbology]
    return one


def test_every_item_has_its_title_and_a_slug_of_its_own() -> None:
    assert [item.slug for item in CATALOGUE] == list(ITEM_TITLES)
    assert [item.title for item in CATALOGUE] == list(ITEM_TITLES.values())
    assert all(re.fullmatch(r"[a-z0-9-]{1,40}", item.slug) for item in CATALOGUE)


def test_everything_fits_under_the_camera_as_it_is_laid() -> None:
    for item in CATALOGUE:
        across, down = item.width_mm, item.height_mm
        if item.default_angle_deg == 90:
            across, down = down, across
        assert across < 400
        assert down < 225


@pytest.mark.parametrize(
    ("slug", "kinds"),
    [
        ("ordonnance", ["prescriber", "prescriber", "ins", "ordonnance"]),
        ("ordonnance-sans-patient", ["prescriber", "prescriber", "ordonnance"]),
        ("ordonnance-accents", ["prescriber", "prescriber", "ordonnance"]),
        ("ordonnance-discordante", ["prescriber", "prescriber", "ins", "ordonnance"]),
        ("ordonnance-endommagee", ["prescriber", "prescriber", "ordonnance"]),
        ("ordonnance-rpps-errone", ["prescriber", "prescriber", "ordonnance"]),
        ("ordonnance-prescripteurs", ["prescriber"] * 4 + ["ordonnance"]),
        ("etiquette-ins", ["ins"]),
        ("boite", ["medicine"]),
        ("boite-perimee", ["medicine"]),
        ("telephone-ordonnance", ["ordonnance"]),
        ("telephone-carte-vitale", ["opaque"]),
        ("attestation-vaccination", ["twodoc"]),
        ("depliant", ["link"]),
        ("courrier", []),
    ],
)
def test_each_code_is_of_the_kind_its_paper_promises(slug: str, kinds: list[str]) -> None:
    assert [reading.kind for reading in readings(slug)] == [Kind(kind) for kind in kinds]


def test_the_published_vectors_are_there_to_the_byte() -> None:
    assert reading("ordonnance-sans-patient", Symbology.QR_CODE).content == (
        b'{"S":{"V":1},"D":{"ID":"202106180921110041","M":{"RPPS":"99900038441","AM":"991118019"}}}'
    )
    assert (
        reading("ordonnance-accents", Symbology.QR_CODE).content
        == (
            '{"S":{"V":2},"D":{"ID":"202106180921110042","P":{"N":"D\'ÂGE","P":"Andrée-Zoé","D":"1990-06-25"},'
            '"M":{"RPPS":"99912345677","AM":"0B9990017"}}}'
        ).encode()
    )
    assert reading("ordonnance-endommagee", Symbology.QR_CODE).content == (
        b'{"S":{"V":2},"D":{"ID":"202106180921110040","P":{"N":"GENE","P":"Alain","D":"1966-02-23"},'
        b'"M":{"RPPS":"99900038441","AM":"991118019"}}'
    )


def test_only_the_odd_ones_warn() -> None:
    assert "damaged" in reading("ordonnance-endommagee", Symbology.QR_CODE).warnings
    assert "rpps_key" in reading("ordonnance-rpps-errone", Symbology.QR_CODE).warnings
    for slug in ("ordonnance", "ordonnance-sans-patient", "ordonnance-accents", "ordonnance-discordante"):
        assert reading(slug, Symbology.QR_CODE).warnings == ()


def test_the_two_persons_agree_on_one_sheet_and_differ_on_the_other() -> None:
    for slug, verdict in (("ordonnance", "concordant"), ("ordonnance-discordante", "discordant")):
        ordonnance = reading(slug, Symbology.QR_CODE).payload
        ins = reading(slug, Symbology.DATA_MATRIX).payload
        assert compare(ordonnance.patient, ins).verdict == verdict  # type: ignore[union-attr, arg-type]


def test_one_box_has_expired_and_the_other_has_not() -> None:
    valid = reading("boite", Symbology.DATA_MATRIX).payload
    expired = reading("boite-perimee", Symbology.DATA_MATRIX).payload
    assert isinstance(valid, Medicine)
    assert isinstance(expired, Medicine)
    assert valid.expiry == date(2031, 11, 30)
    assert expired.expiry == date(2024, 3, 31)
    assert valid.cip13 == "3400935955838"
    assert expired.cip13 == "3400900001232"
