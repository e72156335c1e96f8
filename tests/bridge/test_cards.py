"""`GET /v1/cards` and the events of cards: as described, true of what cards give, and without identities."""

from __future__ import annotations

import json
import os
import time
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import pytest

from appliance.base.clock import SystemClock
from appliance.bridge.cards import MAX_AGE_S, MAX_CARDS_FILE_BYTES, MAX_READERS
from appliance.bridge.contract import document
from appliance.bridge.contract.cards import CARD_PAYLOADS
from appliance.cards.apdu import TransmissionProtocol
from appliance.cards.atr import CardFamily
from appliance.cards.identities import CardWarning
from appliance.cards.inputs import CardFaultKind
from appliance.cards.recognise import read_card
from appliance.cards.trust import TrustStore
from appliance.simulation.cards.catalogue import CardBox
from tests.bridge.conftest import Bench, validate

UNKNOWN = {"service": "unknown", "readers": []}
CARD = {"id": "c-1", "family": "Vitale 2", "state": "read", "reason": None, "code_given": False}
READER = {"name": "Lecteur A", "condition": "card", "card": CARD}


def content_of(name: str) -> dict[str, object]:
    box = CardBox(datetime.now(UTC), SystemClock(), Random(1))
    card = box.take(name)

    def transmit(raw: bytes) -> tuple[bytes, int]:
        answer = card.transmit(raw)
        return answer[:-2], int.from_bytes(answer[-2:], "big")

    trust = TrustStore(box.authorities)
    content, _ = read_card(transmit, TransmissionProtocol.T0, card.atr, trust, datetime.now(UTC))
    return content.to_json()


@pytest.mark.parametrize("name", ["vitale", "vitale-family", "cps3", "cps4"])
def test_what_a_card_says_is_as_described(name: str) -> None:
    content = content_of(name)
    payload = {"card": "c-1", "reader": "Lecteur A", "chosen": None, "content": content}
    event = {
        "id": 1,
        "at": "2026-01-05T09:00:00.000Z",
        "kind": "card.read",
        "visit": None,
        "payload": payload,
    }
    validate(event, {"$ref": "#/components/schemas/Event"})
    schema = "VitaleContent" if name.startswith("vitale") else "CpsContent"
    validate(content, {"$ref": f"#/components/schemas/{schema}"})
    assert set(content) == set(document()["components"]["schemas"][schema]["properties"])


def test_known_words_are_those_of_the_program() -> None:
    reasons = CARD_PAYLOADS["CardUnreadable"]["properties"]["reason"]["examples"]
    assert reasons == [kind.value for kind in CardFaultKind]
    warnings = document()["components"]["schemas"]["Beneficiary"]["properties"]["warnings"]["items"]
    assert warnings["examples"] == [warning.value for warning in CardWarning]
    families = CARD_PAYLOADS["CardInserted"]["properties"]["family"]["examples"]
    assert families == [family.value for family in CardFamily]


def read(bench: Bench, content: bytes | None) -> dict[str, object]:
    bench.pair("good")
    if content is not None:
        (Path(bench.settings.paths.runtime_directory) / "cards.json").write_bytes(content)
    return dict(bench.client("good").get("/v1/cards").json())  # validated by the client


def test_readers_and_cards_are_told(bench: Bench) -> None:
    told = {"service": "running", "readers": [READER, {**READER, "condition": "empty", "card": None}]}
    assert read(bench, json.dumps(told).encode()) == told


def test_an_identity_that_strays_into_the_file_is_not_passed_on(bench: Bench) -> None:
    strayed = {**READER, "card": {**CARD, "family_name": "ADRTROIS"}}
    told = read(bench, json.dumps({"service": "running", "readers": [strayed]}).encode())
    assert told["readers"] == [READER]


@pytest.mark.parametrize(
    "content",
    [
        None,
        b"{",
        b"[]",
        b"\xff",
        b'{"service": "newer"}',
        json.dumps({"readers": [READER] * (MAX_READERS + 1)}).encode(),
        b'{"service": "running"}' + b" " * MAX_CARDS_FILE_BYTES,
    ],
)
def test_a_file_that_cannot_be_trusted_says_nothing(bench: Bench, content: bytes | None) -> None:
    assert read(bench, content) == UNKNOWN


@pytest.mark.parametrize(("age_s", "is_known"), [(MAX_AGE_S - 2, True), (MAX_AGE_S + 0.1, False)])
def test_what_an_ended_counter_left_says_nothing(bench: Bench, age_s: float, is_known: bool) -> None:
    content = json.dumps({"service": "running", "readers": [READER]}).encode()
    read(bench, content)
    then = time.time() - age_s
    os.utime(Path(bench.settings.paths.runtime_directory) / "cards.json", (then, then))
    told = dict(bench.client("good").get("/v1/cards").json())
    assert told == ({"service": "running", "readers": [READER]} if is_known else UNKNOWN)


def test_the_largest_file_is_read(bench: Bench) -> None:
    content = json.dumps({"service": "running", "readers": [READER] * MAX_READERS}).encode()
    told = read(bench, content + b" " * (MAX_CARDS_FILE_BYTES - len(content)))
    assert len(told["readers"]) == MAX_READERS
