"""Who gets in: every row of the table for every role, hosts, origins, tokens, rates; nothing leaks before."""

from __future__ import annotations

import base64
import secrets
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from flask import Blueprint

from appliance.base.clock import ManualClock
from appliance.bridge.access import Policy
from appliance.bridge.app import create_app
from appliance.bridge.bounds import MAX_TOKEN_CHARACTERS
from appliance.bridge.rates import CLIENT_RATE, FAILURE_RATE, PUBLIC_RATE
from appliance.bridge.rights import ANY_SCOPE, PUBLIC, RIGHTS, Extension, Right, RightsError, Scope
from appliance.journal.doorbell import Doorbell
from appliance.settings import Settings
from tests.bridge.conftest import Bench, BenchMaker, check_problem

ROLES: dict[str, tuple[str, ...] | None] = {
    "nobody": None,
    "events": ("events",),
    "status": ("status",),
    "technician": ("technician",),
    "all": ("events", "status", "technician"),
    "other": ("cooking",),
}

TABLE: dict[tuple[str, str], set[str]] = {
    ("GET", "/v1/ready"): set(ROLES),
    ("GET", "/v1/openapi.json"): {"events", "status", "technician", "all"},
    ("GET", "/v1/clients/me"): {"events", "status", "technician", "all"},
    ("GET", "/v1/status"): {"status", "technician", "all"},
    ("GET", "/v1/cards"): {"events", "status", "technician", "all"},
    ("GET", "/v1/events"): {"events", "all"},
    ("GET", "/v1/events/stream"): {"events", "all"},
    ("POST", "/v1/events/ack"): {"events", "all"},
    ("GET", "/metrics"): {"technician", "all"},
    ("GET", "/v1/visits/current"): {"events", "all"},
    ("POST", "/v1/visits/current/close"): {"events", "all"},
    ("GET", "/v1/visits/<visit>/pages"): {"events", "all"},
    ("GET", "/v1/visits/<visit>/pages/<page>/jpeg"): {"events", "all"},
    ("GET", "/v1/visits/<visit>/pages/pdf"): {"events", "all"},
    ("DELETE", "/v1/visits/<visit>/pages"): {"events", "all"},
    ("GET", "/v1/prescriptions/<prescription_id>"): {"events", "all"},
    ("POST", "/v1/prescriptions/<prescription_id>/refresh"): {"events", "all"},
    ("PUT", "/v1/prescriptions/<prescription_id>/status"): {"status", "all"},
    ("DELETE", "/v1/clients/me"): {"events", "status", "technician", "all"},
    ("POST", "/v1/pairings"): set(ROLES),
    ("POST", "/v1/pairings/<pairing>/reveal"): set(ROLES),
    ("GET", "/v1/pairings/<pairing>"): set(ROLES),
    ("DELETE", "/v1/pairings/<pairing>"): set(ROLES),
}
"""Written out a second time on purpose: a change of a right must be made twice."""

LET_IN = {
    ("DELETE", "/v1/clients/me"): 204,
    # No window is open, and no pairing has that name: past the door, and told so.
    ("POST", "/v1/pairings"): 409,
    ("POST", "/v1/pairings/<pairing>/reveal"): 410,
    ("GET", "/v1/pairings/<pairing>"): 410,
    ("DELETE", "/v1/pairings/<pairing>"): 410,
    # Nothing lies there.
    ("POST", "/v1/visits/current/close"): 409,
    ("GET", "/v1/visits/<visit>/pages"): 404,
    ("GET", "/v1/visits/<visit>/pages/<page>/jpeg"): 404,
    ("GET", "/v1/visits/<visit>/pages/pdf"): 404,
    ("DELETE", "/v1/visits/<visit>/pages"): 404,
    ("GET", "/v1/prescriptions/<prescription_id>"): 404,
    ("POST", "/v1/prescriptions/<prescription_id>/refresh"): 404,
}
"""What a row answers to who may call it, where that is not 200."""

BYTES = base64.b64encode(bytes(32)).decode()


def code(response: httpx.Response) -> str:
    return str(check_problem(response)["code"])


def test_the_table_of_the_tests_has_every_row() -> None:
    assert set(TABLE) == {(right.method, right.rule) for right in RIGHTS}


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize(("method", "rule"), TABLE)
def test_every_row_for_every_role(bench: Bench, method: str, rule: str, role: str) -> None:
    scopes = ROLES[role]
    if scopes is not None:
        bench.pair("token", *scopes)
    client = bench.client(None if scopes is None else "token")
    bodies: dict[str, object] = {
        "/v1/events/ack": {"through": bench.append()},
        "/v1/pairings": {"name": "LGO", "commitment": BYTES},
        "/v1/pairings/<pairing>/reveal": {"nonce": BYTES},
        "/v1/visits/current/close": {"visit": "v-1"},
        "/v1/prescriptions/<prescription_id>/status": {"state": "unknown"},
    }
    body = bodies.get(rule) if method in {"POST", "PUT"} else None
    path = rule.replace("<pairing>", "0" * 64).replace("<prescription_id>", "202106180921110040")
    path = path.replace("<visit>", "v-1").replace("<page>", "p-1")
    asked = {"seconds": 1} if rule == "/v1/events/stream" else None
    answer = client.request(method, path, params=asked, json=body)
    if role in TABLE[method, rule]:
        assert answer.status_code == LET_IN.get((method, rule), 200)
    elif scopes is None:
        assert answer.status_code == 401
        assert code(answer) == "token_missing"
    else:
        assert answer.status_code == 403
        assert code(answer) == "scope_missing"
        needed = next(right.scopes for right in RIGHTS if (right.method, right.rule) == (method, rule))
        assert check_problem(answer)["scopes"] == ", ".join(sorted(needed))


def test_without_a_token_there_is_one_word_and_no_more(bench: Bench) -> None:
    answer = bench.client().get("/v1/ready")
    assert answer.json() == {"ready": True}
    assert not {"server", "x-powered-by", "via", "etag"} & set(answer.headers)


@pytest.mark.parametrize("path", ["/", "/v1", "/v2/ready", "/v1/secret", "/metrics", "/v1/ready/", "/%2e%2e"])
def test_without_a_token_nobody_learns_which_routes_there_are(bench: Bench, path: str) -> None:
    answer = bench.client().get(path)
    assert answer.status_code == 401


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/v1",
        "/v1/",
        "/v1/ready/",
        "/v1/events/",
        "/v1/events//ack",
        "/v1/Events",
        "/v1/%00",
        "/v1/ready%2f..",
        "/static/x",
    ],
)
def test_with_a_token_an_unknown_route_is_not_found(bench: Bench, path: str) -> None:
    bench.pair("token")
    answer = bench.client("token").get(path)
    assert answer.status_code == 404
    assert code(answer) == "not_found"


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "POST", "BREW"])
def test_another_method_is_not_allowed(bench: Bench, method: str) -> None:
    bench.pair("token")
    answer = bench.client("token").request(method, "/v1/events")
    assert answer.status_code == 405
    assert set(answer.headers["allow"].split(", ")) == {"GET", "HEAD"}
    assert code(answer) == "method_not_allowed"


def test_a_head_is_a_get_without_its_body(bench: Bench) -> None:
    assert bench.client().head("/v1/ready").status_code == 200
    assert bench.client().head("/v1/events").status_code == 401


# Hosts: DNS rebinding.


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "127.0.0.1:8443",
        "192.0.2.7",
        "[::1]",
        "[2001:db8::1]:8443",
        "localhost",
        "LOCALHOST:1",
        "comptoir.local",
        "Comptoir.Local:8443",
    ],
)
def test_a_host_that_is_this_device_is_let_in(bench: Bench, host: str) -> None:
    assert bench.client().get("/v1/ready", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "localhost.evil.example",
        "127.0.0.1.evil.example",
        "comptoir.local.evil.example",
        "evilcomptoir.local",
        "comptoir.local:",
        "comptoir.local:x",
        "comptoir.local:999999",
        "user@comptoir.local",
        "127.1",
        "0x7f000001",
        "2130706433",
        "127.0.0.1, evil.example",
        "[::1",
        "::1",
        "[::1%25eth0]",
        "",
    ],
)
def test_another_host_is_misdirected(bench: Bench, host: str) -> None:
    bench.pair("token")
    for client in (bench.client(), bench.client("token")):
        answer = client.get("/v1/ready", headers={"Host": host})
        assert answer.status_code == 421
        assert code(answer) == "host_refused"


# Origins: web pages.


@pytest.mark.parametrize(
    "origin",
    [
        "null",
        "https://evil.example",
        "http://lgo.example",
        "https://lgo.example:444",
        "https://lgo.example.evil.example",
        "https://LGO.example",
        "https://127.0.0.1",
        "https://localhost",
        "file://",
        "",
        "*",
        "https://lgo.example https://evil.example",
    ],
)
def test_a_page_of_another_origin_is_refused(bench: Bench, origin: str) -> None:
    bench.pair("token")
    client = bench.client("token")
    for method, path in (
        ("GET", "/v1/ready"),
        ("GET", "/v1/events"),
        ("OPTIONS", "/v1/events"),
        ("GET", "/x"),
    ):
        answer = client.request(method, path, headers={"Origin": origin})
        assert answer.status_code == 403
        assert code(answer) == "origin_refused"
        assert "access-control-allow-origin" not in answer.headers
        assert "Origin" in answer.headers["vary"]


def test_the_devices_own_origin_is_another_one_while_it_serves_no_pages(bench: Bench) -> None:
    answer = bench.client().get("/v1/ready", headers={"Origin": bench.url})
    assert code(answer) == "origin_refused"


def test_a_listed_page_gets_its_answers(bench: Bench) -> None:
    bench.pair("token")
    answer = bench.client("token").get("/v1/events", headers={"Origin": "https://lgo.example"})
    assert answer.status_code == 200
    assert answer.headers["access-control-allow-origin"] == "https://lgo.example"
    assert "access-control-allow-credentials" not in answer.headers
    assert "Origin" in answer.headers["vary"]


def test_a_listed_page_reads_its_problems_too(bench: Bench) -> None:
    answer = bench.client().get("/v1/events", headers={"Origin": "https://lgo.example"})
    assert answer.status_code == 401
    assert answer.headers["access-control-allow-origin"] == "https://lgo.example"


def test_a_browser_may_ask_first(bench: Bench) -> None:
    answer = bench.client().options(
        "/v1/events",
        headers={
            "Origin": "https://lgo.example",
            "Access-Control-Request-Method": "GET",
            "Access-Control-Request-Headers": "authorization",
            "Access-Control-Request-Private-Network": "true",
        },
    )
    assert answer.status_code == 204
    assert answer.content == b""
    assert answer.headers["access-control-allow-origin"] == "https://lgo.example"
    assert "Authorization" in answer.headers["access-control-allow-headers"]
    assert answer.headers["access-control-allow-private-network"] == "true"


def test_the_null_origin_cannot_even_be_listed() -> None:
    policy = Policy(origins=frozenset({"null"}), own_pages=True)
    assert not policy.knows_origin("null", "127.0.0.1")


# Tokens.


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (None, "token_missing"),
        ("", "token_invalid"),
        ("Bearer", "token_invalid"),
        ("Bearer wrong", "token_invalid"),
        ("Bearer good good", "token_invalid"),
        ("Bearer good,", "token_invalid"),
        ("Basic Z29vZA==", "token_invalid"),
        ("good", "token_invalid"),
        ("Bearer " + "a" * MAX_TOKEN_CHARACTERS, "token_invalid"),
        ("Bearer " + "a" * 8000, "token_invalid"),
        ("Bearer g\xf6\xf6d", "token_invalid"),
    ],
)
def test_a_wrong_token_opens_nothing(bench: Bench, header: str | None, expected: str) -> None:
    bench.pair("good")
    headers = {} if header is None else {"Authorization": header.encode("latin-1")}
    answer = bench.client().get("/v1/events", headers=headers)  # type: ignore[arg-type]
    assert answer.status_code == 401
    assert code(answer) == expected
    assert answer.headers["www-authenticate"].startswith("Bearer")


@pytest.mark.parametrize("length", [MAX_TOKEN_CHARACTERS, MAX_TOKEN_CHARACTERS + 1])
def test_a_tokens_length_is_bounded(bench: Bench, length: int) -> None:
    bench.pair("t" * length)
    expected = 200 if length <= MAX_TOKEN_CHARACTERS else 401
    assert bench.client("t" * length).get("/v1/clients/me").status_code == expected


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER"])
def test_the_schemes_case_does_not_count(bench: Bench, scheme: str) -> None:
    bench.pair("good")
    answer = bench.client().get("/v1/clients/me", headers={"Authorization": f"{scheme} good"})
    assert answer.status_code == 200


def test_a_revoked_token_is_worth_nothing_at_once(bench: Bench) -> None:
    paired = bench.pair("good")
    client = bench.client("good")
    assert client.get("/v1/events").status_code == 200
    bench.journal.revoke(paired.id)
    assert code(client.get("/v1/events")) == "token_invalid"


def test_no_file_and_no_answer_holds_the_token(bench: Bench, settings: Settings) -> None:
    token = secrets.token_urlsafe(16)
    bench.pair(token)
    client = bench.client(token)
    assert token not in client.get("/v1/clients/me").text + client.get("/v1/status").text
    files = [path for path in Path(settings.paths.state_directory).parent.rglob("*") if path.is_file()]
    assert files
    assert not any(token.encode() in path.read_bytes() for path in files)


# Rates.


def test_a_client_that_runs_wild_is_slowed(bench: Bench) -> None:
    bench.pair("wild")
    bench.pair("calm")
    wild, calm = bench.client("wild"), bench.client("calm")
    refused = None
    for _ in range(CLIENT_RATE.burst * 20):
        answer = wild.get("/v1/clients/me")
        if answer.status_code == 429:
            refused = answer
            break
    assert refused is not None
    assert code(refused) == "too_many_requests"
    assert calm.get("/v1/clients/me").status_code == 200


def _app(bench: Bench, settings: Settings, clock: ManualClock) -> object:
    doorbell = Doorbell(Path(settings.paths.runtime_directory) / "doorbell")
    return create_app(
        bench.journal,
        doorbell=doorbell,
        settings=settings,
        clock=clock,
        key_sha256=bench.identity.key_sha256,
        board=bench.board,
    ).test_client()


def test_wrong_tokens_are_slowed_and_right_ones_are_not(bench: Bench, settings: Settings) -> None:
    clock = ManualClock()
    client = _app(bench, settings, clock)
    bench.pair("good")

    def status(token: str) -> int:
        return int(client.get("/v1/clients/me", headers={"Authorization": f"Bearer {token}"}).status_code)  # type: ignore[attr-defined]

    assert [status("bad") for _ in range(FAILURE_RATE.burst + 2)] == [401] * FAILURE_RATE.burst + [429] * 2
    assert status("good") == 200
    clock.advance(1 / FAILURE_RATE.per_s)
    assert [status("bad") for _ in range(2)] == [401, 429]


def test_an_address_without_a_token_is_slowed(bench: Bench, settings: Settings) -> None:
    clock = ManualClock()
    client = _app(bench, settings, clock)

    def status() -> int:
        return int(client.get("/v1/ready").status_code)  # type: ignore[attr-defined]

    assert [status() for _ in range(PUBLIC_RATE.burst + 1)] == [200] * PUBLIC_RATE.burst + [429]
    clock.advance(1 / PUBLIC_RATE.per_s)
    assert [status() for _ in range(2)] == [200, 429]


# Extensions.


def _page() -> Blueprint:
    blueprint = Blueprint("page", __name__, url_prefix="/page")
    blueprint.add_url_rule("/", "index", lambda: "page")
    blueprint.add_url_rule("/act", "act", lambda: "done", methods=["POST"])
    return blueprint


PAGE_RIGHTS = (
    Right("GET", "/page/", PUBLIC),
    Right("POST", "/page/act", frozenset({Scope.TECHNICIAN})),
)


def test_an_extension_brings_its_own_rows(make_bench: BenchMaker) -> None:
    bench = make_bench(extra_blueprints=[Extension(_page(), PAGE_RIGHTS)])
    bench.pair("tech", "technician")
    bench.pair("lgo", "events")
    assert bench.client().get("/page/").text == "page"
    assert bench.client().post("/page/act").status_code == 401
    assert code(bench.client("lgo").post("/page/act")) == "scope_missing"
    assert bench.client("tech").post("/page/act").text == "done"


def test_a_page_of_the_bridge_may_call_it_from_its_own_origin_only(make_bench: BenchMaker) -> None:
    bench = make_bench(extra_blueprints=[Extension(_page(), PAGE_RIGHTS, serves_pages=True)])
    bench.pair("tech", "technician")
    client = bench.client("tech")
    assert client.post("/page/act", headers={"Origin": bench.url}).status_code == 200
    for origin in ("https://127.0.0.1:1", bench.url.replace("https", "http"), "null", "https://localhost"):
        assert code(client.post("/page/act", headers={"Origin": origin})) == "origin_refused"
    # A name that leads here by rebinding is no origin of ours either.
    rebound = {"Host": "evil.example", "Origin": "https://evil.example"}
    assert code(client.post("/page/act", headers=rebound)) == "host_refused"


@pytest.mark.parametrize(
    "rights",
    [
        PAGE_RIGHTS[:1],
        (*PAGE_RIGHTS, Right("GET", "/page/more", ANY_SCOPE)),
        (*PAGE_RIGHTS, Right("GET", "/page/", ANY_SCOPE)),
        (*PAGE_RIGHTS, Right("GET", "/v1/ready", ANY_SCOPE)),
    ],
)
def test_a_table_that_does_not_match_the_routes_stops_the_start(
    make_bench: BenchMaker, rights: tuple[Right, ...]
) -> None:
    with pytest.raises(RightsError):
        make_bench(extra_blueprints=[Extension(_page(), rights)])


def test_a_route_that_slipped_in_later_is_closed(bench: Bench) -> None:
    bench.app.url_map.add(bench.app.url_rule_class("/v1/later", endpoint="later", methods=["GET"]))
    bench.app.view_functions["later"] = lambda: "open"
    bench.pair("token")
    assert bench.client().get("/v1/later").status_code == 401
    answer = bench.client("token").get("/v1/later")
    assert answer.status_code == 403
    assert code(answer) == "route_closed"


def test_who_is_refused_events_is_no_software_that_listens(bench: Bench) -> None:
    looker = bench.pair("t" * 32, "status")
    assert bench.client("t" * 32).get("/v1/events").status_code == 403
    assert {one.id: one.last_seen for one in bench.journal.clients()}[looker.id] is None


@pytest.mark.parametrize(("days", "is_let_in"), [(90, True), (90 + 1e-6, False), (-400, True)])
def test_a_token_that_nobody_used_for_90_days_is_refused_and_not_forgotten(
    make_bench: BenchMaker, settings: Settings, days: float, is_let_in: bool
) -> None:
    bench = make_bench()
    bench.pair("t" * 32, "events")
    root = bench.pair("r" * 32, "technician")
    assert bench.client("t" * 32).get("/v1/events").status_code == 200
    (lgo, _) = bench.journal.clients()
    assert lgo.last_seen is not None
    later = ManualClock(start=lgo.last_seen + timedelta(days=days))
    app = create_app(
        bench.journal,
        doorbell=bench.doorbell,
        settings=settings,
        clock=later,
        key_sha256=bytes(32),
        board=bench.board,
    ).test_client()

    def ask(token: str) -> int:
        headers = {"Authorization": f"Bearer {token}"}
        return app.get("/v1/clients/me", base_url="https://localhost", headers=headers).status_code

    assert ask("t" * 32) == (200 if is_let_in else 401)
    assert ask("r" * 32) == 200
    assert [one.id for one in bench.journal.clients()] == [lgo.id, root.id]
