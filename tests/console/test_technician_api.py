"""The technician's page without a browser: who gets in, and what it asks of the device."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from appliance.base.clock import NS_PER_S, ManualClock
from appliance.bridge.console import CONTENT_SECURITY_POLICY
from appliance.bridge.pairing.ceremony import Ceremonies, Confirmed, PairingGoneError
from appliance.bridge.rates import PAIRING_RATE
from appliance.bridge.rights import PUBLIC
from appliance.bridge.technician import technician_extension
from appliance.bridge.technician.keyboard import MAX_CODE_CHARS
from appliance.bridge.technician.pairings import PagePairing
from appliance.bridge.technician.settings_rows import SHOWN_TEXTS, settings_rows
from appliance.health.model import Answer, Verdict
from appliance.health.registry import REGISTRY
from appliance.journal.doorbell import Doorbell
from appliance.pairing.exchange import PairingFiles
from appliance.pairing.number import commitment_of, comparison_number
from appliance.settings import BridgeSettings, ProSanteConnectSettings, Settings, TlsiSettings
from appliance.texts.technician import MASKED, TECHNICIAN_TEXTS
from tests.console.stand import Stand
from tests.counter.test_pairing_desk import KEY, NONCE, Store

CODE = "042173"
PREFIX = "/technicien"


@pytest.fixture
def stranger(stand: Stand) -> FlaskClient:
    made = stand.make_app().test_client()
    made.environ_base.update(
        HTTP_ORIGIN="https://localhost", HTTP_HOST="localhost", **{"wsgi.url_scheme": "https"}
    )
    return made


@pytest.fixture
def visitor(stand: Stand, stranger: FlaskClient) -> FlaskClient:
    """Who typed the code."""
    stand.open_door(CODE)
    entered = stranger.post(f"{PREFIX}/api/session", json={"code": CODE})
    assert entered.status_code == 201
    stranger.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {entered.json['token']}"
    return stranger


def rows(stand: Stand) -> list[tuple[str, str, bool]]:
    extension = technician_extension(
        stand.settings, stand.journal, Doorbell(stand.runtime / "d"), stand.clock, tuple, lambda _question: {}
    )
    return [(row.method, row.rule, row.scopes == PUBLIC) for row in extension.rights]


def test_each_row_lets_in_the_visitor_alone(stand: Stand, visitor: FlaskClient) -> None:
    lgo = {"Authorization": f"Bearer {stand.pair(('events', 'status', 'technician'))}"}
    nobody = {"Authorization": ""}
    for method, rule, is_public in rows(stand):
        path = rule.replace("<client_id>", "none").replace("<path:filename>", "base.css")
        if is_public:
            continue
        assert visitor.open(path, method=method, headers=nobody).json["code"] == "token_invalid", rule
        assert visitor.open(path, method=method, headers=lgo).json["code"] == "scope_missing", rule
        if (method, rule) != ("DELETE", f"{PREFIX}/api/session"):
            assert visitor.open(path, method=method).status_code not in {401, 403}, rule


def test_the_visitor_reaches_nothing_but_the_page(stand: Stand, visitor: FlaskClient) -> None:
    for path in ("/v1/events", "/v1/status", "/v1/clients/me", "/metrics", "/console/api/state"):
        assert visitor.get(path).json["code"] == "scope_missing", path
    assert [client.name for client in stand.journal.clients()] == ["Page de démonstration"]


def test_the_page_itself_is_there_while_the_door_is(stand: Stand, stranger: FlaskClient) -> None:
    closed = stranger.get(f"{PREFIX}/")
    assert closed.status_code == 403
    assert "Menu, Technicien, Page web" in closed.text
    assert "<script" not in closed.text
    stand.open_door(CODE)
    page = stranger.get(f"{PREFIX}/")
    assert (page.status_code, page.mimetype) == (200, "text/html")
    for answer in (closed, page):
        assert answer.headers["Content-Security-Policy"] == CONTENT_SECURITY_POLICY
        assert CODE not in answer.text
        assert "style=" not in answer.text
    assert stranger.get(PREFIX).headers["Location"] == f"{PREFIX}/"
    assert stranger.get(f"{PREFIX}/texts.json").json == dict(TECHNICIAN_TEXTS)


def test_a_wrong_code_is_said_in_french_with_what_is_left(stand: Stand, stranger: FlaskClient) -> None:
    stand.open_door(CODE)
    refused = stranger.post(f"{PREFIX}/api/session", json={"code": "042174"})
    assert (refused.status_code, refused.json["code"], refused.json["left"]) == (403, "code_wrong", 4)
    assert "042" not in refused.text
    stand.shut_door()
    assert stranger.post(f"{PREFIX}/api/session", json={"code": CODE}).json["code"] == "door_shut"


@pytest.mark.parametrize(
    "body", [{}, {"code": 42173}, {"code": "42173"}, {"code": "0421730"}, {"code": "x" * 6}]
)
def test_what_is_no_code_costs_no_try(stand: Stand, stranger: FlaskClient, body: dict[str, object]) -> None:
    stand.open_door(CODE)
    assert stranger.post(f"{PREFIX}/api/session", json=body).json["code"] == "body_invalid"
    assert stranger.post(f"{PREFIX}/api/session", json={"code": CODE}).status_code == 201


def test_guessing_is_slowed(stand: Stand, stranger: FlaskClient) -> None:
    stand.open_door(CODE)
    for _ in range(PAIRING_RATE.burst):
        stranger.post(f"{PREFIX}/api/session", json={"code": "000000"})
    slowed = stranger.post(f"{PREFIX}/api/session", json={"code": "000000"})
    assert (slowed.status_code, slowed.json["code"]) == (429, "too_many_requests")
    assert int(slowed.headers["Retry-After"]) >= 1


def test_the_token_ends_with_the_door_or_by_leaving(stand: Stand, visitor: FlaskClient) -> None:
    assert visitor.get(f"{PREFIX}/api/state").json["left_s"] == 900
    stand.clock.elapsed_ns += 14 * 60 * NS_PER_S
    assert visitor.get(f"{PREFIX}/api/state").json["left_s"] == 60
    assert visitor.delete(f"{PREFIX}/api/session").status_code == 204
    assert visitor.get(f"{PREFIX}/api/state").json["code"] == "token_invalid"


def test_the_end_of_the_quarter_of_an_hour(stand: Stand, visitor: FlaskClient) -> None:
    stand.clock.elapsed_ns += 15 * 60 * NS_PER_S
    assert visitor.get(f"{PREFIX}/api/state").json["code"] == "token_invalid"


def test_what_a_keyboard_would_type(visitor: FlaskClient) -> None:
    asked = {"code": '{"D":{"ID":"7é"}}', "symbology": "QRCode", "caps_lock": True}
    said = visitor.post(f"{PREFIX}/api/keyboard", json=asked).json
    assert said["text"] == asked["code"]
    assert (said["kind"], said["layout"]) == ("Ordonnance numérique", "fr-windows")
    assert said["keys"][-5:] == ["Maj+É", 'Maj+"', "AltGr+=", "AltGr+=", "Entrée"]
    other = visitor.post(f"{PREFIX}/api/keyboard", json={**asked, "layout": "us", "system": "linux"}).json
    assert (other["text"], other["keys"]) == (None, [])
    assert "U+00E9" in other["reason"]
    nowhere = visitor.post(f"{PREFIX}/api/keyboard", json={**asked, "layout": "fr-oss"}).json
    assert (nowhere["text"], "« fr-oss »" in nowhere["reason"]) == (None, True)


def test_a_question_about_the_keyboard_at_its_bounds(visitor: FlaskClient) -> None:
    asked = {"code": "x" * MAX_CODE_CHARS, "symbology": "QRCode"}
    assert visitor.post(f"{PREFIX}/api/keyboard", json=asked).status_code == 200
    too_long = "x" * (MAX_CODE_CHARS + 1)
    for wrong in ({"code": ""}, {"code": too_long}, {"layout": "de"}, {"symbology": "Aztec"}):
        refused = visitor.post(f"{PREFIX}/api/keyboard", json={**asked, **wrong})
        assert refused.json["code"] == "body_invalid", wrong


def test_state_and_pictures(stand: Stand, visitor: FlaskClient) -> None:
    stand.show_frame()
    stand.show_counter(camera="ok")
    stand.show_meters()
    (stand.runtime / "oled.masked.png").write_bytes(b"\x89PNG\r\n\x1a\nrest")
    state = visitor.get(f"{PREFIX}/api/state").json
    assert state["counter"]["camera"] == "ok"
    assert state["meters"]["focus_good"] is True
    assert state["preview"]["codes"] == []
    assert visitor.get(f"{PREFIX}/api/preview.jpg").mimetype == "image/jpeg"
    assert visitor.get(f"{PREFIX}/api/oled.png").data == b"\x89PNG\r\n\x1a\nrest"
    assert (stand.runtime / "oled.wanted").exists()


def test_the_checks_are_those_of_the_device(stand: Stand, visitor: FlaskClient) -> None:
    assert visitor.get(f"{PREFIX}/api/checks").json == []
    said = stand.checks = (Verdict(next(iter(REGISTRY)), Answer.unknown("silent")),)
    (check,) = visitor.get(f"{PREFIX}/api/checks").json
    assert check == {
        "what": said[0].what,
        "level": "unknown",
        "cause": said[0].cause,
        "remedy": said[0].remedy,
    }


def test_clients_are_listed_renamed_and_revoked(stand: Stand, visitor: FlaskClient) -> None:
    stand.pair(("events",))
    path = f"{PREFIX}/api/clients/{stand.client.id}"
    assert visitor.put(path, json={"name": " LGO du comptoir 2 "}).status_code == 204
    listed = visitor.get(f"{PREFIX}/api/clients").json
    assert [client["name"] for client in listed] == ["Page de démonstration", "LGO du comptoir 2"]
    assert all("token" not in key for client in listed for key in client)
    assert visitor.delete(path).status_code == 204
    assert len(visitor.get(f"{PREFIX}/api/clients").json) == 1
    for again in (visitor.delete(path), visitor.put(path, json={"name": "x"})):
        assert (again.status_code, again.json["code"]) == (404, "client_unknown")


@pytest.mark.parametrize("name", ["", "  ", "x" * 41, "a\nb", "a\u202eb", 7])
def test_a_name_that_cannot_be_shown(stand: Stand, visitor: FlaskClient, name: object) -> None:
    path = f"{PREFIX}/api/clients/{stand.client.id}"
    assert visitor.put(path, json={"name": name}).json["code"] == "body_invalid"
    assert visitor.put(path, json={"name": "x" * 40}).status_code == 204


def test_a_software_is_paired_by_typing_its_digits(stand: Stand, visitor: FlaskClient) -> None:
    path = f"{PREFIX}/api/pairing"
    assert visitor.get(path).json is None
    opened = visitor.post(path).json
    assert (opened["end"], opened["awaits_number"]) == (None, False)
    assert PairingFiles(stand.runtime).window(stand.clock.monotonic_ns()) is not None
    visitor.delete(path)
    assert PairingFiles(stand.runtime).window(stand.clock.monotonic_ns()) is None
    assert visitor.get(path).json is None


@pytest.mark.parametrize("is_same", [True, False])
def test_only_the_digits_of_the_software_confirm(tmp_path: Path, is_same: bool) -> None:
    clock = ManualClock(elapsed_ns=NS_PER_S)
    page = PagePairing(PairingFiles(tmp_path), clock)
    bridge = Ceremonies(Store(), PairingFiles(tmp_path), KEY, clock)
    page.open()
    begun = bridge.begin("LGO", commitment_of(NONCE), ("events",))
    bridge.reveal(begun.secret, NONCE)
    number = comparison_number(KEY, begun.device_nonce, NONCE)
    shown = page.state()
    assert shown is not None
    assert (shown["client"], shown["awaits_number"]) == ("LGO", True)
    assert number not in json.dumps(shown)
    typed = number if is_same else f"{(int(number) + 1) % 10**6:06d}"
    assert page.answer(typed) is is_same
    if is_same:
        assert isinstance(bridge.progress(begun.secret), Confirmed)
        ended = page.state()
        assert ended is not None
        assert ended["end"] == "paired"
        assert page.answer(number) is False, "there is nothing to confirm any more"
    else:
        with pytest.raises(PairingGoneError):
            bridge.progress(begun.secret)


# The settings.


def test_secrets_and_identities_are_masked() -> None:
    settings = Settings(
        tlsi=TlsiSettings(idam="IDAM-SECRET", billing_id="202612345"),
        pro_sante_connect=ProSanteConnectSettings(
            enabled=True, client_id="CLIENT-SECRET", login_hint="number", national_id="810000000000"
        ),
        bridge=BridgeSettings(hosts=("comptoir.local",)),
    )
    shown = {f"{row.section}.{row.key}": row for row in settings_rows(settings)}
    for key in (
        "tlsi.idam",
        "tlsi.billing_id",
        "pro_sante_connect.client_id",
        "pro_sante_connect.national_id",
    ):
        assert (shown[key].value, shown[key].masked) == (MASKED, True)
    text = repr(shown)
    for secret in ("IDAM-SECRET", "202612345", "CLIENT-SECRET", "810000000000"):
        assert secret not in text
    assert shown["bridge.hosts"].value == "comptoir.local"
    assert shown["bridge.port"].value == "8443"
    assert shown["bridge.discovery"].value == "oui"


def test_every_text_that_is_shown_is_a_setting() -> None:
    assert {f"{row.section}.{row.key}" for row in settings_rows(Settings())} >= SHOWN_TEXTS
