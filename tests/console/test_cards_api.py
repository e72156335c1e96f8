"""The virtual readers' controls: what is offered, put in, taken out, refused."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from appliance.bridge.problems import Problem
from appliance.simulation.cards.console import OFFERED, cards_extension
from appliance.simulation.cards.slots import Slots, SlotsFile


@pytest.fixture
def file(tmp_path: Path) -> SlotsFile:
    return SlotsFile(tmp_path / "slots.json")


@pytest.fixture
def client(file: SlotsFile) -> FlaskClient:
    app = Flask(__name__)
    app.register_blueprint(cards_extension(file).blueprint)
    app.register_error_handler(Problem, lambda problem: ("", problem.status))
    return app.test_client()


def test_cards_are_offered_and_the_slots_are_empty(client: FlaskClient) -> None:
    answer = client.get("/console/api/cards").json
    assert [card["name"] for card in answer["cards"]] == list(OFFERED)
    assert answer["slots"] == [None, None]


def test_a_card_is_put_in_moved_and_taken_out(client: FlaskClient, file: SlotsFile) -> None:
    assert client.put("/console/api/cards/0", json={"card": "cps3"}).json["slots"] == ["cps3", None]
    assert client.put("/console/api/cards/1", json={"card": "cps3"}).json["slots"] == [None, "cps3"]
    assert file.read() == Slots((None, "cps3"))
    assert client.delete("/console/api/cards/1").json["slots"] == [None, None]


def test_what_is_not_there_is_refused(client: FlaskClient) -> None:
    assert client.put("/console/api/cards/2", json={"card": "cps3"}).status_code == 404
    assert client.delete("/console/api/cards/2").status_code == 404
    assert client.put("/console/api/cards/0", json={"card": "yanked"}).status_code == 404


def test_a_file_of_nonsense_is_taken_as_empty(client: FlaskClient, file: SlotsFile) -> None:
    file.path.write_bytes(b"{")
    assert client.get("/console/api/cards").json["slots"] == [None, None]
