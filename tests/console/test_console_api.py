"""What the page asks of the device beside the contract, through the real application."""

from __future__ import annotations

import json
import socket

import numpy as np
import pytest
from flask.testing import FlaskClient

from appliance.bridge.bounds import MAX_BODY_BYTES
from appliance.bridge.console import CONTENT_SECURITY_POLICY
from appliance.display.buttons import HOLD_NS
from appliance.texts.console import CONSOLE_TEXTS
from tests.console.stand import Stand

API = ["/console/api/state", "/console/api/preview.jpg", "/console/api/oled.png"]
CODE = {
    "sighting": "s1",
    "symbology": "QRCode",
    "kind": "ordonnance",
    "label": "Ordonnance numérique",
    "corners": [[0.1, 0.1], [0.2, 0.1], [0.2, 0.3], [0.1, 0.3]],
}


def test_the_page_needs_no_token_and_says_nothing_of_the_device(stand: Stand) -> None:
    client = stand.make_app().test_client()
    page = client.get("/console/")
    assert page.status_code == 200
    assert page.mimetype == "text/html"
    assert page.headers["Content-Security-Policy"] == CONTENT_SECURITY_POLICY
    assert "unsafe" not in CONTENT_SECURITY_POLICY
    assert page.headers["X-Frame-Options"] == "DENY"
    assert stand.token not in page.text
    assert "Set-Cookie" not in page.headers


@pytest.mark.parametrize(
    ("name", "mimetype"),
    [("main.js", "text/javascript"), ("base.css", "text/css"), ("mark.svg", "image/svg+xml")],
)
def test_its_files_have_their_type_and_may_be_kept_for_comparison(
    client: FlaskClient, name: str, mimetype: str
) -> None:
    with client.get(f"/console/static/{name}") as file:
        assert file.mimetype == mimetype
        assert file.headers["X-Content-Type-Options"] == "nosniff"
        assert file.headers["Cache-Control"] == "no-cache"
        tag = file.headers["ETag"]
    with client.get(f"/console/static/{name}", headers={"If-None-Match": tag}) as again:
        assert again.status_code == 304


@pytest.mark.parametrize("path", ["../blueprint.py", "%2e%2e/blueprint.py", "..%2f..%2fapp.py", "none.js"])
def test_nothing_else_is_served_as_a_file(client: FlaskClient, path: str) -> None:
    assert client.get(f"/console/static/{path}").status_code == 404


def test_texts_are_the_catalogue(client: FlaskClient) -> None:
    assert client.get("/console/texts.json").json == dict(CONSOLE_TEXTS)


@pytest.mark.parametrize("path", API)
def test_the_device_shows_itself_to_technicians_only(stand: Stand, path: str) -> None:
    client = stand.make_app().test_client()
    nobody = client.get(path)
    assert (nobody.status_code, nobody.json["code"]) == (401, "token_missing")
    lgo = client.get(path, headers={"Authorization": f"Bearer {stand.pair(('events', 'status'))}"})
    assert (lgo.status_code, lgo.json["code"]) == (403, "scope_missing")


def test_state_of_a_device_that_only_starts(client: FlaskClient) -> None:
    answer = client.get("/console/api/state")
    assert answer.json == {
        "capabilities": ["world"],
        "hold_ms": HOLD_NS // 1_000_000,
        "counter": None,
        "preview": None,
        "meters": None,
    }
    assert answer.headers["Cache-Control"] == "no-store"


def test_state_of_a_device_at_work(stand: Stand, client: FlaskClient) -> None:
    stand.show_counter(screen="OrdonnanceRead", tone="seen", tones=3)
    stand.show_frame(codes=[CODE])
    stand.clock.advance(0.04)
    assert client.get("/console/api/state").json == {
        "capabilities": ["world"],
        "hold_ms": HOLD_NS // 1_000_000,
        "counter": {
            "screen": "OrdonnanceRead",
            "camera": "ok",
            "lgo": "present",
            "storage_ok": True,
            "tone": "seen",
            "tones": 3,
            "loudness": 1.0,
            "light": 0.0,
        },
        "preview": {"sequence": 1, "age_ms": 40, "codes": [CODE], "unread": []},
        "meters": None,
    }


@pytest.mark.parametrize("path", ["/console/api/preview.jpg", "/console/api/oled.png"])
def test_pictures_come_once_and_again_when_they_changed(stand: Stand, client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 204
    stand.show_frame()
    stand.show_oled(np.zeros((64, 128), np.uint8))
    first = client.get(path)
    assert first.status_code == 200
    assert first.headers["Cache-Control"] == "no-store"
    tag = {"If-None-Match": first.headers["ETag"]}
    same = client.get(path, headers=tag)
    assert (same.status_code, same.data) == (304, b"")
    stand.show_frame(np.zeros((540, 960), np.uint8))
    stand.show_oled(np.full((64, 128), 255, np.uint8))
    assert client.get(path, headers=tag).status_code == 200


@pytest.mark.parametrize(
    ("press", "datagram"),
    [
        ({"button": "up"}, b"up"),
        ({"button": "ok", "held": False}, b"ok"),
        ({"button": "down", "held": True}, b"down:held"),
    ],
)
def test_a_press_reaches_the_simulated_buttons(
    stand: Stand, client: FlaskClient, press: dict[str, object], datagram: bytes
) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as buttons:
        buttons.bind(str(stand.runtime / "buttons.sock"))
        buttons.settimeout(30)
        assert client.post("/console/api/buttons", json=press).status_code == 204
        assert buttons.recv(64) == datagram


def test_a_press_that_nobody_hears_is_a_problem(client: FlaskClient) -> None:
    answer = client.post("/console/api/buttons", json={"button": "ok"})
    assert answer.status_code == 503
    assert answer.mimetype == "application/problem+json"
    assert answer.json["code"] == "buttons_unavailable"
    assert answer.json["remedy"]
    assert int(answer.headers["Retry-After"]) > 0


def test_a_full_queue_of_presses_is_a_problem_and_no_wait(stand: Stand, client: FlaskClient) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as buttons:
        buttons.bind(str(stand.runtime / "buttons.sock"))
        statuses = {
            client.post("/console/api/buttons", json={"button": "ok"}).status_code for _ in range(100)
        }
    assert 503 in statuses


@pytest.mark.parametrize(
    "press",
    [
        {},
        {"button": "left"},
        {"button": None},
        {"button": ["ok"]},
        {"button": "ok", "held": 1},
        {"button": "ok", "held": "true"},
        {"button": "ok", "times": 2},
        [],
        "ok",
    ],
)
def test_a_press_is_checked(client: FlaskClient, press: object) -> None:
    answer = client.post("/console/api/buttons", json=press)
    assert answer.status_code == 400
    assert answer.json["code"] in {"body_invalid", "parameter_invalid"}


@pytest.mark.parametrize("excess", [0, 1])
def test_a_body_is_bounded(client: FlaskClient, excess: int) -> None:
    body = json.dumps({"button": "ok"}).encode()
    body += b" " * (MAX_BODY_BYTES - len(body) + excess)
    answer = client.post("/console/api/buttons", data=body, content_type="application/json")
    assert answer.status_code == (413 if excess else 503)


def test_a_form_of_another_page_is_refused(client: FlaskClient) -> None:
    form = client.post("/console/api/buttons", data={"button": "ok"})
    assert form.status_code == 415
    foreign = client.post(
        "/console/api/buttons", json={"button": "ok"}, headers={"Origin": "https://ailleurs.invalid"}
    )
    assert (foreign.status_code, foreign.json["code"]) == (403, "origin_refused")


def test_without_a_simulated_world_its_controls_are_not_there(tmp_path: object) -> None:
    with Stand(tmp_path, world=False) as stand:  # type: ignore[arg-type]
        client = stand.make_app().test_client()
        headers = {"Authorization": f"Bearer {stand.token}"}
        assert client.get("/console/api/state", headers=headers).json["capabilities"] == []
        assert client.get("/console/api/catalogue", headers=headers).status_code == 404
