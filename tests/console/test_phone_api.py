"""The telephone's controls: what it shows, what is answered, and to which number."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from appliance.bridge.problems import Problem
from appliance.simulation.pro_sante_connect.console import phone_extension
from appliance.simulation.pro_sante_connect.phone import Decision, Phone, PhoneFolder

URL = "/console/api/phone"


@pytest.fixture
def phone(tmp_path: Path) -> Phone:
    return Phone(PhoneFolder(tmp_path))


@pytest.fixture
def client(tmp_path: Path) -> FlaskClient:
    app = Flask(__name__)
    app.register_blueprint(phone_extension(PhoneFolder(tmp_path)).blueprint)
    app.register_error_handler(Problem, lambda problem: ("", problem.status))
    return app.test_client()


def test_a_telephone_that_asks_nothing_shows_nothing(client: FlaskClient) -> None:
    assert client.get(URL).json == {"request": "", "number": "", "answered": False}


@pytest.mark.parametrize("decision", ["approve", "refuse"])
def test_the_answer_reaches_the_provider(client: FlaskClient, phone: Phone, decision: str) -> None:
    phone.show("r1", "42")
    assert client.get(URL).json == {"request": "r1", "number": "42", "answered": False}
    assert phone.decision("r1") is None
    assert client.put(URL, json={"request": "r1", "decision": decision}).json["answered"] is True
    assert phone.decision("r1") is Decision(decision)
    assert phone.decision("r2") is None


def test_an_answer_to_a_number_that_is_gone_is_refused(client: FlaskClient, phone: Phone) -> None:
    phone.show("r1", "42")
    phone.show("r2", "43")
    assert client.put(URL, json={"request": "r1", "decision": "approve"}).status_code == 404
    assert phone.decision("r1") is None
    assert phone.decision("r2") is None


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"request": "r1"},
        {"request": "", "decision": "approve"},
        {"request": "r" * 65, "decision": "approve"},
        {"request": "r1", "decision": "maybe"},
        {"request": 1, "decision": "approve"},
        {"request": "r1", "decision": "approve", "more": 1},
    ],
)
def test_nonsense_is_refused(client: FlaskClient, phone: Phone, body: dict[str, object]) -> None:
    phone.show("r1", "42")
    assert client.put(URL, json=body).status_code == 400
    assert phone.decision("r1") is None
