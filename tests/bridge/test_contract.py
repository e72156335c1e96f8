"""The OpenAPI document: valid, the one in the documentation, complete, and true of what codes really give."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from openapi_spec_validator import validate as validate_openapi

from appliance.bridge.bounds import MAX_BODY_BYTES
from appliance.bridge.contract import API_VERSION, document, document_bytes
from appliance.bridge.contract.happenings import EVENT_KINDS
from appliance.bridge.problems import STATUS_OF
from appliance.bridge.rights import PUBLIC, RIGHTS
from appliance.bridge.status import CAPABILITIES
from appliance.counter.outputs import EventKind
from appliance.decode.payloads import Kind, WarningCode, interpret
from appliance.decode.symbol import Symbology
from appliance.journal.model import LossReason
from appliance.journal.reading import LOST_KIND
from appliance.journal.sweeping import EXPIRED_KIND
from appliance.simulation.catalogue import CATALOGUE
from tests.bridge.conftest import Bench, BenchMaker, validate

KEPT = Path(__file__).parents[2] / "docs" / "openapi.json"
EVENT = {"$ref": "#/components/schemas/Event"}
CODE_READ = {"$ref": "#/components/schemas/CodeRead"}


def event(kind: str, payload: dict[str, object], **more: object) -> dict[str, object]:
    return {
        "id": 1,
        "at": "2026-01-05T09:00:00.000Z",
        "kind": kind,
        "visit": None,
        "payload": payload,
        **more,
    }


def test_the_document_is_valid_openapi() -> None:
    validate_openapi(document())


def test_the_document_in_the_documentation_is_the_served_one(bench: Bench) -> None:
    bench.pair("good")
    served = bench.client("good").get("/v1/openapi.json").content
    assert KEPT.read_bytes() == served == document_bytes(), (
        "write it again: python -m appliance.bridge.contract > docs/openapi.json"
    )


def test_operations_and_their_scopes_are_those_of_the_table_of_rights() -> None:
    described = {
        (method.upper(), path): {scope for row in operation["security"] for scope in row["token"]}
        for path, methods in document()["paths"].items()
        for method, operation in methods.items()
    }
    assert described == {
        (right.method, right.rule.replace("<", "{").replace(">", "}")): set(right.scopes) for right in RIGHTS
    }
    public = [right for right in RIGHTS if right.scopes == PUBLIC]
    assert {right.rule for right in public if not right.rule.startswith("/v1/pairings")} == {"/v1/ready"}


def test_every_problem_is_described_somewhere() -> None:
    text = document_bytes().decode()
    (schema,) = [document()["components"]["schemas"]["Problem"]]
    assert set(schema["properties"]["code"]["examples"]) == {code.value for code in STATUS_OF}
    assert text.count('"default"') >= len(RIGHTS)


def test_every_schema_is_used() -> None:
    text = document_bytes().decode()
    for name in document()["components"]["schemas"]:
        assert f'"#/components/schemas/{name}"' in text, name


def test_the_document_knows_every_kind_that_the_device_writes() -> None:
    assert set(EVENT_KINDS) == {kind.value for kind in EventKind} | {LOST_KIND, EXPIRED_KIND}


def test_the_status_names_the_contract_and_its_capabilities(bench: Bench) -> None:
    bench.pair("good")
    event_id = bench.append()
    status = bench.client("good").get("/v1/status").json()
    assert status["api"] == API_VERSION == document()["info"]["version"]
    assert status["capabilities"] == list(CAPABILITIES)
    assert status["last_event_id"] == event_id


# Payloads: what the decoders really give is what the document says.


@pytest.mark.parametrize(
    ("symbology", "content"),
    [symbol for item in CATALOGUE for symbol in item.symbols],
    ids=[f"{item.slug}-{index}" for item in CATALOGUE for index, _ in enumerate(item.symbols)],
)
def test_every_code_of_the_simulated_counter_is_as_described(
    bench: Bench, symbology: Symbology, content: bytes
) -> None:
    payload = {**interpret(symbology, content).to_json(), "sighting": "s-1"}
    validate(payload, CODE_READ)
    bench.pair("good")
    bench.append("code.read", payload)
    (received,) = bench.client("good").get("/v1/events").json()["events"]  # validated by the client
    assert received["payload"] == json.loads(json.dumps(payload))
    assert base64.b64decode(received["payload"]["bytes"]) == content


@pytest.mark.parametrize("kind", Kind)
def test_a_code_of_each_kind_may_be_unreadable(kind: Kind) -> None:
    validate(code(kind.value, None), CODE_READ)


def code(kind: str, payload: object, **more: object) -> dict[str, object]:
    return {
        "symbology": "QRCode",
        "text": "",
        "bytes": "",
        "kind": kind,
        "payload": payload,
        "warnings": [],
        "sighting": "s",
        **more,
    }


@pytest.mark.parametrize(
    "wrong",
    [
        code("ordonnance", {}),
        code("ordonnance", {"url": "https://example.org"}),
        code("ins", {"matricule": "1"}),
        code("opaque", {"url": "x"}),
        code("link", {"url": 7}),
        code("link", None, sighting=7),
        {**code("link", None), "bytes": None},
    ],
)
def test_the_document_refuses_what_no_code_gives(wrong: dict[str, object]) -> None:
    with pytest.raises(jsonschema.ValidationError):
        validate(wrong, CODE_READ)


@pytest.mark.parametrize(
    ("kind", "payload"),
    [
        ("visit.opened", {}),
        ("visit.closed", {"reason": "idle"}),
        (
            "identity.discordance",
            {"verdict": "discordant", "traits": ["birth_date"], "sightings": ["a", "b"]},
        ),
        ("device.camera", {"state": "lost", "reason": "unplugged"}),
        ("events.expired", {"ids": [1], "kinds": ["code.read"]}),
        ("journal.lost", {"reason": LossReason.BROKEN_PAGE.value}),
        ("code.read", code("opaque", None)),
        ("code.read", code("newer.kind", {"anything": 1})),
        ("newer.kind", {"anything": 1}),
    ],
)
def test_each_kind_of_event_is_described(kind: str, payload: dict[str, object]) -> None:
    validate(event(kind, payload), EVENT)
    validate(event(kind, {**payload, "added_later": 1}, added_later=1), EVENT)


@pytest.mark.parametrize(
    "wrong",
    [
        event("visit.closed", {}),
        event("identity.discordance", {"verdict": "discordant", "traits": []}),
        event("device.camera", {"state": "lost"}),
        event("events.expired", {"ids": ["1"], "kinds": []}),
        event("code.read", {"kind": "ordonnance"}),
        event("visit.opened", {}, id=0),
        event("visit.opened", {}, at="yesterday"),
        {name: value for name, value in event("visit.opened", {}).items() if name != "visit"},
    ],
)
def test_the_document_refuses_what_no_event_is(wrong: dict[str, object]) -> None:
    with pytest.raises(jsonschema.ValidationError):
        validate(wrong, EVENT)


def test_known_words_are_those_of_the_program() -> None:
    schemas = document()["components"]["schemas"]
    properties: dict[str, Any] = schemas["Code"]["properties"]
    assert properties["kind"]["examples"] == [kind.value for kind in Kind]
    assert properties["warnings"]["items"]["examples"] == [warning.value for warning in WarningCode]
    assert properties["symbology"]["examples"] == [symbology.value for symbology in Symbology]


def test_the_longest_acknowledgement_described_fits_a_body() -> None:
    (ids,) = [
        case for case in document()["components"]["schemas"]["Ack"]["oneOf"] if "ids" in case["properties"]
    ]
    schema = ids["properties"]["ids"]
    longest = json.dumps({"ids": [schema["items"]["maximum"]] * schema["maxItems"]})
    assert len(longest) <= MAX_BODY_BYTES


# What the counter says of itself.


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (None, {"camera": "unknown", "storage_ok": None}),
        (b'{"screen": "Ready", "camera": "ok", "storage_ok": true}', {"camera": "ok", "storage_ok": True}),
        (b'{"camera": "lost"}', {"camera": "lost", "storage_ok": None}),
        (b'{"camera": "newer"}', {"camera": "unknown", "storage_ok": None}),
        (b"{", {"camera": "unknown", "storage_ok": None}),
        (b"[]", {"camera": "unknown", "storage_ok": None}),
        (b"\xff", {"camera": "unknown", "storage_ok": None}),
        (b'{"camera": "ok"}' + b" " * 16384, {"camera": "unknown", "storage_ok": None}),
        (b'{"camera": "ok"}' + b" " * (16384 - 16), {"camera": "ok", "storage_ok": None}),
    ],
)
def test_the_counters_own_words_are_passed_on_when_they_can_be_trusted(
    make_bench: BenchMaker, content: bytes | None, expected: dict[str, object]
) -> None:
    bench = make_bench()
    bench.pair("good")
    if content is not None:
        (Path(bench.settings.paths.runtime_directory) / "counter.json").write_bytes(content)
    assert bench.client("good").get("/v1/status").json()["counter"] == expected


# The contract in words.


def test_the_words_name_every_route_problem_and_kind() -> None:
    text = (KEPT.parent / "bridge.md").read_text(encoding="utf-8")
    named = [
        *(f"`{right.method} {right.rule}`" for right in RIGHTS),
        *(f"`{code.value}`" for code in STATUS_OF),
        *(f"`{kind}`" for kind in EVENT_KINDS),
        *(f"`{kind.value}`" for kind in Kind),
    ]
    assert [name for name in named if name not in text] == []
