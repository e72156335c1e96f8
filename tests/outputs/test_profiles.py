"""From an event to the text that an output carries: every form of every kind."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from appliance.decode.payloads import interpret
from appliance.decode.symbol import Symbology
from appliance.journal.model import Event, EventState
from appliance.outputs.profiles import Profile, aim_identifier
from appliance.settings.keyboard_sections import TEMPLATE_FIELDS, ProfileSettings
from tests.outputs.payloads import GS, PAYLOADS

ORDONNANCE, INS, BOX = PAYLOADS[0], PAYLOADS[5], PAYLOADS[12]
KINDS = {
    "ordonnance": (Symbology.QR_CODE, ORDONNANCE, ""),
    "ins": (Symbology.DATA_MATRIX, INS, "]d1"),
    "medicine": (Symbology.DATA_MATRIX, BOX, "]d2"),
    "prescriber": (Symbology.CODE_128, "99900038441", ""),
    "opaque": (Symbology.QR_CODE, "anything else", ""),
}
VITALE = {
    "family": "vitale_2",
    "beneficiaries": [
        {
            "family_name": "ADRTROIS",
            "given_name": "DOMINIQUE",
            "birth_date": "19970226",
            "nir": "297022A02077878",
        },
        {
            "family_name": "ADRTROIS",
            "given_name": "TOUSSAINT",
            "birth_date": "19600101",
            "nir": "160012B02077713",
        },
    ],
}
CPS = {"family": "cps3", "rpps": "99900038441", "national_id": "899900038441", "family_name": "ADEMIS"}


def event_of(payload: dict[str, object], kind: str = "code.read") -> Event:
    return Event(1, datetime(2026, 1, 5, tzinfo=UTC), kind, "v", payload, EventState.PENDING)


def read(kind: str) -> Event:
    symbology, text, aim = KINDS[kind]
    return event_of(interpret(symbology, text.encode(), aim).to_json())


def said(event: Event, **settings: object) -> str | None:
    return Profile(ProfileSettings.model_validate(settings)).text(event)


@pytest.mark.parametrize(
    ("kind", "form", "text"),
    [
        ("ordonnance", "raw", ORDONNANCE),
        ("ordonnance", "number", "202106180921110040"),
        ("ordonnance", "{prescription_id};{rpps};{family_name}", "202106180921110040;99900038441;GENE"),
        ("ordonnance", "{{{finess}}}", "{}"),
        ("ins", "raw", INS),
        ("ins", "ins", INS),
        ("ins", "number", "160012B02077713"),
        ("ins", "{birth_name}/{given_names}/{birth_date}/{sex}", "ADRTROIS/TOUSSAINT/1960-01-01/M"),
        ("medicine", "raw", BOX),
        ("medicine", "cip13", "3400935955838"),
        ("medicine", "gtin", "03400935955838"),
        ("medicine", "{cip13} {lot} {expiry} {serial}", "3400935955838 LOT42A 2027-11-30 SN0001234567"),
        ("prescriber", "raw", "99900038441"),
        ("prescriber", "number", "99900038441"),
        ("opaque", "raw", "anything else"),
    ],
)  # fmt: skip
def test_each_form_of_each_kind(kind: str, form: str, text: str) -> None:
    assert said(read(kind), **{kind: form}) == text


@pytest.mark.parametrize("kind", KINDS)
def test_none_is_not_wanted(kind: str) -> None:
    profile = Profile(ProfileSettings.model_validate({kind: "none"}))
    assert not profile.wants(read(kind))
    assert profile.text(read(kind)) is None
    assert not profile.wants(event_of({}, "visit.opened"))


@pytest.mark.parametrize("kind", KINDS)
def test_every_field_that_a_template_may_name_is_there(kind: str) -> None:
    template = "".join(f"<{{{name}}}>" for name in TEMPLATE_FIELDS[kind])
    assert said(read(kind), **{kind: template}) is not None


@pytest.mark.parametrize("number", range(4, 10))
def test_an_ins_code_that_is_built_anew_is_the_published_one(number: int) -> None:
    published = PAYLOADS[number]
    if number == 8:  # the vector in another order
        published = (
            "IS010000000000000000000000S1255117511608932S21.2.250.1.213.1.4.10"
            f"S3MARIE CLAIRE{GS}S4DUPONT-MARTIN{GS}S5FS603-11-1955S775116"
        )
    event = event_of(interpret(Symbology.DATA_MATRIX, PAYLOADS[number].encode()).to_json())
    assert said(event, ins="ins") == published


def test_a_degraded_ins_code_is_whole_again_where_it_is_built_anew() -> None:
    event = event_of(interpret(Symbology.DATA_MATRIX, INS.replace(GS, "").encode()).to_json())
    assert said(event, ins="raw") == INS.replace(GS, "")
    assert said(event, ins="ins") == INS


@pytest.mark.parametrize("form", ["number", "ins"])
def test_a_form_that_finds_nothing_gives_nothing(form: str) -> None:
    damaged = event_of(interpret(Symbology.DATA_MATRIX, b"IS010000000000000000000000S1123").to_json())
    assert damaged.payload is not None
    assert damaged.payload["payload"] is None
    assert said(damaged, ins=form) is None


def test_what_stands_around_it() -> None:
    settings = {"prefix": "<", "suffix": ">", "aim": True}
    assert said(read("ordonnance"), ordonnance="number", **settings) == "<]Q1202106180921110040>"


@pytest.mark.parametrize(
    ("symbology", "text", "aim", "identifier"),
    [
        (Symbology.QR_CODE, ORDONNANCE, "]Q1", "]Q1"),
        (Symbology.DATA_MATRIX, INS, "]d1", "]d1"),
        (Symbology.DATA_MATRIX, BOX, "]d2", "]d2"),
        (Symbology.DATA_MATRIX, BOX, "]d1", "]d1"),
        (Symbology.CODE_128, "3400935955838", "]C0", "]C0"),
        (Symbology.EAN_13, "3400935955838", "]E0", "]E0"),
        (Symbology.CODE_39, "3400935955838", "]A0", "]A0"),
    ],
)
def test_the_aim_identifier_is_that_of_the_symbol(
    symbology: Symbology, text: str, aim: str, identifier: str
) -> None:
    assert aim_identifier(interpret(symbology, text.encode(), aim).to_json()) == identifier


def test_of_a_vitale_only_the_beneficiary_who_was_chosen() -> None:
    profile = Profile(ProfileSettings(card="number"))
    waiting = event_of({"card": "c", "chosen": None, "content": VITALE}, "card.read")
    assert not profile.wants(waiting)
    chosen = event_of({"card": "c", "chosen": 1, "beneficiary": VITALE["beneficiaries"][1]}, "card.chosen")
    assert profile.text(chosen) == "160012B02077713"
    only = event_of({"card": "c", "chosen": 0, "content": VITALE}, "card.read")
    assert profile.text(only) == "297022A02077878"


def test_of_a_cps_its_rpps() -> None:
    event = event_of({"card": "c", "chosen": None, "content": CPS}, "card.read")
    assert said(event, card="number") == "99900038441"
    assert said(event, card="{family_name} {card_number}") == "ADEMIS "
    assert said(event) is None
