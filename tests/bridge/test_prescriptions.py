"""Prescriptions and visits over the bridge: said, asked, shown; strictly read, sealed on the tmpfs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx
import pytest

from appliance.base.clock import SystemClock
from appliance.bridge.contract import document
from appliance.decode.payloads.ordonnance import MAX_PRESCRIPTION_ID_LENGTH
from appliance.prescriptions.board import (
    MAX_LETTERS,
    Board,
    CloseVisit,
    RefreshPrescription,
    SayStatus,
)
from appliance.prescriptions.causes import Cause
from appliance.prescriptions.status import (
    MAX_LABEL_CHARS,
    MAX_LINES,
    MAX_QUANTITY,
    PrescriptionState,
    Source,
)

from .conftest import Bench, check_problem, validate

NUMBER = "202106180921110040"
PATH = f"/v1/prescriptions/{NUMBER}"
SAID = {
    "state": "partly_dispensed",
    "lines": [
        {
            "label": "AMOXICILLINE 1 g",
            "code": "3400935955838",
            "prescribed": 2,
            "dispensations": [{"quantity": 1, "place": "other_pharmacy", "on": "2026-01-03"}],
        },
        {"label": "PREDNISOLONE 20 mg"},
    ],
    "consent": True,
    "secured": False,
    "renewals_total": 3,
    "renewals_left": 2,
}
VISIT: dict[str, Any] = {
    "id": "v-1",
    "in_view": True,
    "codes": [
        {"sighting": "s-1", "kind": "ordonnance", "event": 7, "in_view": True, "delivered": False},
    ],
    "cards": [],
    "prescriptions": [
        {
            "prescription_id": NUMBER,
            "state": None,
            "source": None,
            "at": None,
            "failure": "lgo_silent",
            "cause": Cause("lgo_silent").to_json(),
            "seen_earlier": None,
            "other_patient_earlier": False,
        }
    ],
    "identity": {"verdict": None, "pairs": []},
    "prescribers": [{"sighting": "s-1", "verdict": "absent", "rpps": "absent", "am": "absent"}],
}


@pytest.fixture
def lgo(bench: Bench) -> httpx.Client:
    bench.pair("good", "events", "status")
    return bench.client("good")


def answer(method: str, rule: str, response: httpx.Response) -> dict[str, Any]:
    """The answer, held against the contract."""
    assert response.status_code == 200, response.text
    operation = document()["paths"][rule][method]
    validate(response.json(), operation["responses"]["200"]["content"]["application/json"]["schema"])
    return dict(response.json())


def put(lgo: httpx.Client, said: object = SAID, path: str = PATH) -> httpx.Response:
    return lgo.put(f"{path}/status", json=said)


def test_a_status_said_is_kept_and_handed_to_the_counter(bench: Bench, lgo: httpx.Client) -> None:
    given = answer("put", "/v1/prescriptions/{prescription_id}/status", put(lgo))
    assert given["status"]["source"] == "lgo"
    assert given["status"]["lines"][1]["dispensations"] == []
    (letter,) = bench.board.take()
    assert isinstance(letter, SayStatus)
    assert letter.status.state is PrescriptionState.PARTLY_DISPENSED
    assert letter.status.source is Source.LGO
    assert letter.status.lines[0].dispensed == 1
    assert answer("get", "/v1/prescriptions/{prescription_id}", lgo.get(PATH)) == given


def test_who_has_said_a_status_is_known_for_it(bench: Bench, lgo: httpx.Client) -> None:
    assert [client.says_statuses for client in bench.journal.clients()] == [False]
    assert put(lgo, {"state": "lost"}).status_code == 400
    assert [client.says_statuses for client in bench.journal.clients()] == [False]
    put(lgo)
    assert [client.says_statuses for client in bench.journal.clients()] == [True]


def test_a_status_said_rings_the_doorbell(bench: Bench, lgo: httpx.Client) -> None:
    with bench.doorbell.listen() as listener:
        rings = listener.rings
        put(lgo)
        assert listener.wait(10, after=rings)


def test_saying_it_twice_is_harmless(bench: Bench, lgo: httpx.Client) -> None:
    first, second = put(lgo).json(), put(lgo).json()
    for one in (first, second):
        del one["status"]["at"]
    assert first == second


def test_the_last_word_counts(lgo: httpx.Client) -> None:
    put(lgo)
    put(lgo, {"state": "dispensed"})
    assert lgo.get(PATH).json()["status"]["state"] == "dispensed"


def test_a_word_that_means_nothing_is_said_as_unknown_with_the_word(lgo: httpx.Client) -> None:
    given = put(lgo, {"state": "unknown", "raw_code": "EN_ATTENTE_42"}).json()
    assert given["status"]["raw_code"] == "EN_ATTENTE_42"


def test_whose_it_is_goes_to_the_counter_and_is_never_given_back(bench: Bench, lgo: httpx.Client) -> None:
    patient = {"family_name": "ADRTROIS", "given_name": "DOMINIQUE", "birth_date": "1997-02-26"}
    put(lgo, {"state": "to_dispense", "patient": patient})
    (letter,) = bench.board.take()
    assert isinstance(letter, SayStatus)
    assert letter.status.patient is not None
    assert "ADRTROIS" not in lgo.get(PATH).text


@pytest.mark.parametrize(
    ("wrong", "parameter"),
    [
        ({}, "state"),
        ({"state": "verified"}, "state"),
        ({"state": 7}, "state"),
        ({"state": "dispensed", "at": "2026-01-01T00:00:00Z"}, "at"),
        ({"state": "dispensed", "source": "tlsi"}, "source"),
        ({"state": "dispensed", "prescription_id": "other"}, "prescription_id"),
        ({"state": "dispensed", "consent": "yes"}, "consent"),
        ({"state": "dispensed", "lines": [{"label": "x", "more": 1}]}, "lines.0.more"),
        ({"state": "dispensed", "lines": [{"label": "x" * (MAX_LABEL_CHARS + 1)}]}, "lines.0.label"),
        ({"state": "dispensed", "lines": [{"label": "a\nb"}]}, "lines.0.label"),
        ({"state": "dispensed", "lines": [{"label": "a\u202eb"}]}, "lines.0.label"),
        ({"state": "dispensed", "lines": [{"label": "x"}] * (MAX_LINES + 1)}, "lines"),
        ({"state": "dispensed", "lines": [{"label": "x", "prescribed": -1}]}, "lines.0.prescribed"),
        (
            {
                "state": "dispensed",
                "lines": [{"label": "x", "dispensations": [{"quantity": MAX_QUANTITY + 1}]}],
            },
            "lines.0.dispensations.0.quantity",
        ),
        (
            {
                "state": "dispensed",
                "lines": [{"label": "x", "dispensations": [{"quantity": 1, "on": "02/01/2026"}]}],
            },
            "lines.0.dispensations.0.on",
        ),
        ({"state": "dispensed", "renewals_left": 1.5}, "renewals_left"),
    ],
    ids=str,
)
def test_what_is_no_status_is_refused_by_its_field(
    bench: Bench, lgo: httpx.Client, wrong: dict[str, Any], parameter: str
) -> None:
    response = put(lgo, wrong)
    assert response.status_code == 400
    problem = check_problem(response)
    assert problem["code"] == "parameter_invalid"
    assert problem["parameter"] == parameter
    assert bench.board.take() == []


def test_a_status_of_the_most_and_the_longest_lines_of_its_body_is_taken(lgo: httpx.Client) -> None:
    assert put(lgo, {"state": "dispensed", "lines": [{"label": "x"}] * MAX_LINES}).status_code == 200
    assert put(lgo, {"state": "dispensed", "lines": [{"label": "x" * MAX_LABEL_CHARS}]}).status_code == 200


@pytest.mark.parametrize(
    ("length", "status"), [(MAX_PRESCRIPTION_ID_LENGTH, 200), (MAX_PRESCRIPTION_ID_LENGTH + 1, 400)]
)
def test_a_number_has_its_bound(lgo: httpx.Client, length: int, status: int) -> None:
    response = put(lgo, {"state": "dispensed"}, f"/v1/prescriptions/{'9' * length}")
    assert response.status_code == status


def test_a_number_may_hold_anything_that_can_be_printed(lgo: httpx.Client) -> None:
    assert (
        put(lgo, {"state": "dispensed"}, "/v1/prescriptions/%C3%A9%20%3F").json()["prescription_id"] == "é ?"
    )
    assert put(lgo, {"state": "dispensed"}, "/v1/prescriptions/a%00b").status_code == 400


def test_nothing_is_known_of_what_never_lay_there(lgo: httpx.Client) -> None:
    response = lgo.get(PATH)
    assert response.status_code == 404
    assert check_problem(response)["code"] == "prescription_unknown"
    assert lgo.post(f"{PATH}/refresh").status_code == 404


def test_why_nothing_is_known_of_what_lies_there_is_told(bench: Bench, lgo: httpx.Client) -> None:
    bench.board.show_visit(VISIT)
    given = answer("get", "/v1/prescriptions/{prescription_id}", lgo.get(PATH))
    assert given == {
        "prescription_id": NUMBER,
        "status": None,
        "failure": "lgo_silent",
        "cause": Cause("lgo_silent").to_json(),
    }


def test_a_look_up_is_asked_of_the_counter(bench: Bench, lgo: httpx.Client) -> None:
    bench.board.show_visit(VISIT)
    answer("post", "/v1/prescriptions/{prescription_id}/refresh", lgo.post(f"{PATH}/refresh"))
    (letter,) = bench.board.take()
    assert isinstance(letter, RefreshPrescription)
    assert letter.prescription_id == NUMBER


def test_the_current_visit_is_shown_without_any_identity(bench: Bench, lgo: httpx.Client) -> None:
    assert answer("get", "/v1/visits/current", lgo.get("/v1/visits/current")) == {"visit": None}
    bench.board.show_visit(VISIT)
    assert answer("get", "/v1/visits/current", lgo.get("/v1/visits/current")) == {"visit": VISIT}


def test_a_visit_is_closed_by_its_name_and_no_other(bench: Bench, lgo: httpx.Client) -> None:
    close = "/v1/visits/current/close"
    assert check_problem(lgo.post(close, json={"visit": "v-1"}))["code"] == "visit_not_current"
    bench.board.show_visit(VISIT)
    assert lgo.post(close, json={"visit": "v-2"}).status_code == 409
    assert lgo.post(close, json={}).status_code == 400
    assert lgo.post(close, json={"visit": "v" * 65}).status_code == 400
    answer("post", close, lgo.post(close, json={"visit": "v-1"}))
    assert bench.board.take() == [CloseVisit("v-1")]


def test_a_counter_that_takes_no_letters_is_said_to_be_busy(bench: Bench, lgo: httpx.Client) -> None:
    for number in range(MAX_LETTERS):
        bench.board.post(CloseVisit(f"v-{number}"))
    response = put(lgo)
    assert response.status_code == 503
    assert check_problem(response)["code"] == "overloaded"
    assert len(bench.board.take()) == MAX_LETTERS


@pytest.mark.parametrize(
    ("scope", "method", "path", "allowed"),
    [
        ("status", "PUT", f"{PATH}/status", True),
        ("events", "PUT", f"{PATH}/status", False),
        ("technician", "PUT", f"{PATH}/status", False),
        ("events", "GET", PATH, True),
        ("status", "GET", PATH, False),
        ("technician", "GET", PATH, False),
        ("events", "POST", f"{PATH}/refresh", True),
        ("status", "POST", f"{PATH}/refresh", False),
        ("technician", "POST", f"{PATH}/refresh", False),
        ("events", "GET", "/v1/visits/current", True),
        ("status", "GET", "/v1/visits/current", False),
        ("technician", "GET", "/v1/visits/current", False),
        ("events", "POST", "/v1/visits/current/close", True),
        ("status", "POST", "/v1/visits/current/close", False),
        ("technician", "POST", "/v1/visits/current/close", False),
    ],
)
def test_each_row_of_rights(bench: Bench, scope: str, method: str, path: str, allowed: bool) -> None:
    bench.pair("token", scope)
    bench.board.show_visit(VISIT)
    body = {"visit": "v-1"} if path.endswith("close") else {"state": "dispensed"}
    sent = {} if method == "GET" or path.endswith("refresh") else {"json": body}
    response = bench.client("token").request(method, path, **sent)
    assert (response.status_code == 200) is allowed
    assert allowed or check_problem(response)["code"] == "scope_missing"


def test_nothing_of_it_lies_in_clear_in_any_file(bench: Bench, lgo: httpx.Client, tmp_path: Path) -> None:
    put(lgo, {"state": "dispensed", "lines": [{"label": "AMOXICILLINE"}]})
    bench.board.show_visit(VISIT)
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert len(files) >= 3
    for path in files:
        content = path.read_bytes()
        assert NUMBER.encode() not in content
        assert b"AMOXICILLINE" not in content
        assert NUMBER not in path.name


def test_another_devices_board_says_nothing(bench: Bench, lgo: httpx.Client) -> None:
    put(lgo)
    other = Board(Path(bench.settings.paths.runtime_directory) / "prescriptions", bytes(32), SystemClock())
    assert other.find(NUMBER) is None
    assert other.take() == []
