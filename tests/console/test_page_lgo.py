"""What the LGO receives, on the page that stands in its place."""

from __future__ import annotations

from typing import Any

import pytest
from selenium.webdriver.remote.webelement import WebElement

from appliance.decode.payloads import interpret
from appliance.decode.symbol import Symbology
from tests.console.page import Page

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("chromium-device")]

# Published test identities.
ORDONNANCE = (
    '{"S":{"V":2},"D":{"ID":"202106180921110042","P":{"N":"D\'ÂGE","P":"Andrée-Zoé","D":"1990-06-25"},'
    '"M":{"RPPS":"99912345677","AM":"0B9990017"}}}'
).encode()
WITHOUT_PATIENT = b'{"S":{"V":1},"D":{"ID":"202106180921110043","M":{"RPPS":"99900038442","AM":"991118019"}}}'
INS = (
    b"IS010000000000000000000000S1277010115400329S21.2.250.1.213.1.4.8\x1dS3SARAH-LOU ANNA"
    b"\x1dS4GARCIA-HAMMADI\x1dS5FS621-01-1977"
)


def read(symbology: Symbology, content: bytes) -> dict[str, Any]:
    return {**interpret(symbology, content).to_json(), "sighting": "s1"}


def fields(card: WebElement) -> dict[str, str]:
    rows = card.find_elements("css selector", ".field")
    return {
        row.find_element("css selector", "dt").text: row.find_element("css selector", "dd").text
        for row in rows
    }


def receive(page: Page, kind: str, payload: dict[str, Any]) -> WebElement:
    """Journal an event and wait for its card."""
    event_id = page.stand.add_event(kind, payload)
    card: WebElement = page.wait(lambda: next(iter(page.all(f'[data-event="{event_id}"]')), None))
    return card


def test_an_ordonnance_arrives_and_is_acknowledged(page: Page) -> None:
    page.open_ready()
    assert page.text("#events-empty p").startswith("Rien reçu")
    event_id = page.stand.add_event("code.read", read(Symbology.QR_CODE, ORDONNANCE))
    page.wait(lambda: page.stand.is_acknowledged(event_id))
    card = page.find(".event")
    page.wait(lambda: "is-acknowledged" in (card.get_attribute("class") or ""))
    assert card.find_element("css selector", ".event-title").text == "Ordonnance numérique QR Code"
    assert card.find_element("css selector", ".event-headline").text == "D'ÂGE Andrée-Zoé"
    assert fields(card) == {
        "N° d'ordonnance": "202106180921110042",
        "Né(e) le": "25/06/1990",
        "RPPS": "99912345677",
        "N° AM": "0B9990017",
    }
    assert not page.find("#events-empty").is_displayed()


def test_warnings_are_sentences(page: Page) -> None:
    page.open_ready()
    card = receive(page, "code.read", read(Symbology.QR_CODE, WITHOUT_PATIENT))
    warnings = [warning.text for warning in card.find_elements("css selector", ".warnings li")]
    assert any("clé du numéro RPPS est fausse" in warning for warning in warnings)
    assert fields(card)["Patient"] == "Non indiqué dans le code"


def test_a_warning_newer_than_the_page_is_shown_by_its_code(page: Page) -> None:
    page.open_ready()
    card = receive(
        page, "code.read", {**read(Symbology.QR_CODE, ORDONNANCE), "warnings": ["from_the_future"]}
    )
    assert [each.text for each in card.find_elements("css selector", ".warnings li")] == ["from_the_future"]


@pytest.mark.parametrize(
    ("symbology", "content", "title", "expected"),
    [
        (
            Symbology.DATA_MATRIX,
            INS,
            "Identité INS Data Matrix",
            {"Né(e) le": "21/01/1977", "Sexe": "Féminin", "Matricule INS": "277010115400329"},
        ),
        (Symbology.CODE_128, b"99900038441", "Prescripteur Code 128", {"RPPS": "99900038441"}),
        (
            Symbology.DATA_MATRIX,
            b"\x1d010340093000001410LOT42\x1d17240531",
            "Boîte de médicament Data Matrix",
            {"Péremption": "31/05/2024 (périmé)", "Lot": "LOT42"},
        ),
        (
            Symbology.QR_CODE,
            b"https://exemple.invalid/depliant",
            "Lien QR Code",
            {"Adresse": "https://exemple.invalid/depliant"},
        ),
        (Symbology.QR_CODE, b"ESSAI0.AAECAw", "Code transmis tel quel QR Code", {"Longueur": "13 octets"}),
    ],
    ids=["ins", "prescriber", "medicine", "link", "opaque"],
)
def test_each_kind_of_code_has_its_card(
    page: Page, symbology: Symbology, content: bytes, title: str, expected: dict[str, str]
) -> None:
    page.open_ready()
    card = receive(page, "code.read", read(symbology, content))
    assert card.find_element("css selector", ".event-title").text == title
    assert fields(card).items() >= expected.items()


def test_a_discordance_names_the_traits(page: Page) -> None:
    page.open_ready()
    traits = [
        "given_name",
        {"trait": "birth_date", "verdict": "discordant", "reason": "different"},
        {"trait": "family_name", "verdict": "concordant", "reason": None},
    ]
    card = receive(
        page, "identity.discordance", {"verdict": "discordant", "traits": traits, "events": [1, 2]}
    )
    assert card.find_element("css selector", ".event-text").text == "Personnes différentes"
    shown = [
        each.text.replace("\N{NO-BREAK SPACE}", " ")
        for each in card.find_elements("css selector", ".warnings li")
    ]
    assert shown == ["Prénom", "Date de naissance : ne correspond pas"]


@pytest.mark.parametrize(
    ("kind", "payload", "title"),
    [
        ("visit.opened", {}, "Nouvelle présentation au comptoir"),
        ("device.camera", {"state": "lost", "reason": "unplugged"}, "Caméra perdue"),
        ("device.camera", {"state": "ok", "reason": ""}, "Caméra retrouvée"),
        (
            "events.expired",
            {"ids": [1, 2], "kinds": ["code.read"]},
            "Événements expirés sans accusé de réception",
        ),
        ("journal.lost", {"reason": "corrupt"}, "Journal perdu, un nouveau est commencé"),
        ("some.future", {"x": 1}, "Événement « some.future »"),
        ("code.read", {}, "Événement « undefined »"),
    ],
)
def test_any_event_has_its_line_or_card(page: Page, kind: str, payload: dict[str, Any], title: str) -> None:
    page.open_ready()
    card = receive(page, kind, payload)
    assert card.text.replace("\N{NO-BREAK SPACE}", " ").startswith(title)


def test_the_raw_json_is_behind_a_disclosure(page: Page) -> None:
    page.open_ready()
    card = receive(page, "code.read", read(Symbology.QR_CODE, ORDONNANCE))
    raw = card.find_element("css selector", ".raw")
    assert not raw.is_displayed()
    card.find_element("css selector", "summary").click()
    page.wait(lambda: '"kind": "code.read"' in raw.text)
    assert '"prescription_id": "202106180921110042"' in raw.text


def test_what_a_code_holds_stays_text_and_is_seen(page: Page) -> None:
    page.open_ready()
    hostile = "<script>alert(1)</script>\x00\x1d\u202eabc"
    payload = read(Symbology.QR_CODE, ORDONNANCE)
    payload["payload"]["patient"]["family_name"] = hostile
    card = receive(page, "code.read", payload)
    headline = card.find_element("css selector", ".event-headline").text
    assert headline == "<script>alert(1)</script>\u2400\u241d⟨U+202E⟩abc Andrée-Zoé"
    assert card.find_elements("css selector", "script") == []


def test_a_long_content_does_not_break_the_page(page: Page) -> None:
    page.open_ready(width=360)
    receive(page, "code.read", read(Symbology.QR_CODE, b"A" * 2900))
    page.find(".event summary").click()
    page.wait(lambda: page.find(".raw").is_displayed())
    assert page.run("return document.documentElement.scrollWidth") == 360


def test_an_absent_lgo_leaves_events_in_the_device(page: Page) -> None:
    page.open_ready()
    switch = page.find("#lgo-switch")
    switch.click()
    assert switch.get_attribute("aria-checked") == "false"
    assert "n'écoute pas" in page.text("#lgo-note")
    event_id = page.stand.add_event("code.read", read(Symbology.QR_CODE, ORDONNANCE))
    # The page goes on living meanwhile.
    page.stand.show_counter(camera="lost")
    page.wait(lambda: page.text("#status-camera") == "Caméra perdue")
    assert page.all(".event") == []
    assert not page.stand.is_acknowledged(event_id)
    switch.click()
    page.wait(lambda: page.stand.is_acknowledged(event_id))
    assert len(page.all(".event")) == 1
    assert not page.find("#lgo-note").is_displayed()


def test_events_that_waited_before_the_page_opened_arrive_in_their_order(page: Page) -> None:
    ids = [page.stand.add_event("code.read", read(Symbology.CODE_128, b"99900038441")) for _ in range(60)]
    page.open_ready()
    page.wait(lambda: all(page.stand.is_acknowledged(each) for each in ids))
    shown = [int(card.get_attribute("data-event") or 0) for card in page.all("#events > li")]
    assert shown == ids[::-1]


def test_the_list_can_be_cleared(page: Page) -> None:
    page.open_ready()
    receive(page, "visit.opened", {})
    page.find("#lgo-clear").click()
    assert page.all("#events > li") == []
    assert page.find("#events-empty").is_displayed()
