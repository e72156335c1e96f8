"""Pairing over real TLS: the ceremony, its bounds, and somebody who stands between."""

from __future__ import annotations

import base64
import hashlib
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from flask import Flask, Response
from flask import request as asked

from appliance.base.clock import NS_PER_S, ManualClock, SystemClock
from appliance.bridge.identity import load_or_create_identity
from appliance.bridge.pairing.ceremony import (
    CONFIRMED_NS,
    Ceremonies,
    Confirmed,
    PairingBusyError,
    PairingClosedError,
    PairingFullError,
    PairingGoneError,
    PairingTriesError,
    Progress,
    RevealRefusedError,
)
from appliance.bridge.server import BridgeServer
from appliance.journal.errors import TooManyClientsError
from appliance.journal.model import Client
from appliance.pairing.exchange import (
    MAX_CLIENT_NAME_CHARACTERS,
    MAX_TRIES,
    WINDOW_NS,
    Decision,
    PairingFiles,
    Window,
    pause_after_ns,
)
from appliance.pairing.number import commitment_of, comparison_number
from tests.bridge.conftest import Bench, check_problem

KEY = bytes(range(32))
NONCE = bytes([7]) * 32
SCOPES = ("events", "status")


@dataclass
class Clients:
    """A store of clients that can be full."""

    added: list[tuple[str, bytes, frozenset[str]]] = field(default_factory=list)
    is_full: bool = False

    def add_client(self, name: str, token_sha256: bytes, scopes: object) -> Client:
        if self.is_full:
            raise TooManyClientsError("full")
        granted = frozenset(scopes)  # type: ignore[call-overload]
        self.added.append((name, token_sha256, granted))
        return Client(f"c{len(self.added)}", name, granted, ManualClock().now())


class Device:
    """The ceremonies and, on the other side of the files, the counter with its buttons."""

    def __init__(self, folder: Path) -> None:
        self.clock = ManualClock(elapsed_ns=NS_PER_S)
        self.clients = Clients()
        self.files = PairingFiles(folder)
        self.ceremonies = self.start()
        self._windows = 0

    def start(self) -> Ceremonies:
        return Ceremonies(self.clients, PairingFiles(self.folder), KEY, self.clock)

    @property
    def folder(self) -> Path:
        return self.files.folder.parent

    def open_window(self) -> Window:
        self._windows += 1
        window = Window(id=f"{self._windows:02x}", until_ns=self.clock.monotonic_ns() + WINDOW_NS)
        self.files.open_window(window)
        return window

    def press(self, *, accepted: bool) -> None:
        window = self.files.window(self.clock.monotonic_ns())
        assert window is not None
        request = self.files.request(window)
        assert request is not None
        self.files.decide(Decision(reference=request.reference, accepted=accepted))

    def shown(self) -> str:
        window = self.files.window(self.clock.monotonic_ns())
        assert window is not None
        request = self.files.request(window)
        assert request is not None
        assert not request.is_over
        return request.number

    def begin(self, nonce: bytes = NONCE, name: str = "LGO") -> str:
        return self.ceremonies.begin(name, commitment_of(nonce), SCOPES).secret


@pytest.fixture
def device(tmp_path: Path) -> Device:
    return Device(tmp_path)


def test_without_a_window_nobody_is_heard(device: Device) -> None:
    with pytest.raises(PairingClosedError):
        device.begin()


def test_a_window_lasts_its_time_and_no_longer(device: Device) -> None:
    device.open_window()
    device.clock.elapsed_ns += WINDOW_NS - 1
    secret = device.begin()
    device.clock.elapsed_ns += 1
    with pytest.raises(PairingClosedError):
        device.begin()
    with pytest.raises(PairingGoneError):
        device.ceremonies.reveal(secret, NONCE)


def test_a_window_of_another_boot_is_none(device: Device) -> None:
    device.files.open_window(Window(id="aa", until_ns=device.clock.monotonic_ns() + WINDOW_NS + 1))
    with pytest.raises(PairingClosedError):
        device.begin()


def test_both_sides_show_the_same_digits_and_ok_gives_the_token(device: Device) -> None:
    device.open_window()
    begun = device.ceremonies.begin("LGO", commitment_of(NONCE), SCOPES)
    assert device.ceremonies.progress(begun.secret) is Progress.COMMITTED
    assert device.shown() == ""
    device.ceremonies.reveal(begun.secret, NONCE)
    device.ceremonies.reveal(begun.secret, NONCE)  # a lost answer, asked again
    assert device.shown() == comparison_number(KEY, begun.device_nonce, NONCE)
    assert device.ceremonies.progress(begun.secret) is Progress.COMPARING
    assert device.clients.added == []
    device.press(accepted=True)
    confirmed = device.ceremonies.progress(begun.secret)
    assert isinstance(confirmed, Confirmed)
    assert device.clients.added == [
        ("LGO", hashlib.sha256(confirmed.token.encode()).digest(), frozenset(SCOPES))
    ]
    assert confirmed.token not in repr(confirmed)


def test_a_lost_token_is_given_again_for_a_while_and_then_never(device: Device) -> None:
    secret = _confirmed(device)
    first = device.ceremonies.progress(secret)
    device.clock.elapsed_ns += CONFIRMED_NS - 1
    assert device.ceremonies.progress(secret) == first
    device.clock.elapsed_ns += 1
    with pytest.raises(PairingGoneError):
        device.ceremonies.progress(secret)
    assert len(device.clients.added) == 1


def test_the_client_says_that_it_keeps_the_token_and_it_is_forgotten(device: Device) -> None:
    secret = _confirmed(device)
    device.ceremonies.give_up(secret)
    with pytest.raises(PairingGoneError):
        device.ceremonies.progress(secret)


def test_ok_in_the_last_instant_counts_though_the_window_closes(device: Device) -> None:
    device.open_window()
    secret = device.begin()
    device.ceremonies.reveal(secret, NONCE)
    device.press(accepted=True)
    device.files.close_window()
    device.clock.elapsed_ns += WINDOW_NS
    assert isinstance(device.ceremonies.progress(secret), Confirmed)


def test_refused_on_the_device_is_the_end(device: Device) -> None:
    device.open_window()
    secret = device.begin()
    device.ceremonies.reveal(secret, NONCE)
    device.press(accepted=False)
    with pytest.raises(PairingGoneError):
        device.ceremonies.progress(secret)
    assert device.clients.added == []


def test_ok_before_the_digits_are_shown_confirms_nothing(device: Device) -> None:
    device.open_window()
    secret = device.begin()
    device.press(accepted=True)
    assert device.ceremonies.progress(secret) is Progress.COMMITTED


def test_another_nonce_than_the_one_committed_to_ends_it(device: Device) -> None:
    device.open_window()
    secret = device.begin()
    with pytest.raises(RevealRefusedError):
        device.ceremonies.reveal(secret, bytes(32))
    with pytest.raises(PairingGoneError):
        device.ceremonies.reveal(secret, NONCE)


def test_one_at_a_time(device: Device) -> None:
    device.open_window()
    secret = device.begin()
    with pytest.raises(PairingBusyError):
        device.begin(name="another")
    device.ceremonies.give_up(secret)
    device.begin(name="another")


def test_a_window_has_three_tries_and_the_next_window_three_more(device: Device) -> None:
    device.open_window()
    for _ in range(MAX_TRIES):
        device.ceremonies.give_up(device.begin())
    with pytest.raises(PairingTriesError):
        device.begin()
    device.open_window()
    device.begin()


def test_a_second_client_may_pair_in_the_same_window(device: Device) -> None:
    _confirmed(device)
    secret = device.begin(name="second")
    device.ceremonies.reveal(secret, NONCE)
    device.press(accepted=True)
    assert isinstance(device.ceremonies.progress(secret), Confirmed)
    assert [name for name, _, _ in device.clients.added] == ["LGO", "second"]


def test_the_name_of_a_pairing_is_its_secret(device: Device) -> None:
    device.open_window()
    device.begin()
    with pytest.raises(PairingGoneError):
        device.ceremonies.progress("0" * 64)


def test_a_device_that_knows_enough_clients_says_so(device: Device) -> None:
    device.open_window()
    secret = device.begin()
    device.ceremonies.reveal(secret, NONCE)
    device.press(accepted=True)
    device.clients.is_full = True
    with pytest.raises(PairingFullError):
        device.ceremonies.progress(secret)


def test_a_bridge_that_was_restarted_withdraws_what_it_asked(device: Device) -> None:
    window = device.open_window()
    device.begin()
    device.start()
    assert device.files.request(window) is None


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"id": "zz"}', b"\xff" * 5000])
def test_a_broken_file_is_no_window(device: Device, content: bytes) -> None:
    (device.files.folder / "window.json").write_bytes(content)
    with pytest.raises(PairingClosedError):
        device.begin()


def test_the_pause_doubles_up_to_an_hour() -> None:
    pauses = [pause_after_ns(windows) // NS_PER_S for windows in (0, 1, 2, 3, 7, 8, 9, 10**9)]
    assert pauses == [0, 30, 60, 120, 1920, 3600, 3600, 3600]


def _confirmed(device: Device) -> str:
    device.open_window()
    secret = device.begin()
    device.ceremonies.reveal(secret, NONCE)
    device.press(accepted=True)
    assert isinstance(device.ceremonies.progress(secret), Confirmed)
    return secret


# Over the wire.


def encoded(value: bytes) -> str:
    return base64.b64encode(value).decode()


class Lgo:
    """A client before its pairing: it believes no certificate, and remembers which key it was shown."""

    def __init__(self, url: str, nonce: bytes = NONCE) -> None:
        context = ssl.create_default_context()
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        self.http = httpx.Client(base_url=url, verify=context, timeout=20)
        self.nonce = nonce
        self.key = b""
        self.id = ""
        self.device_nonce = b""

    def begin(self, **changed: object) -> httpx.Response:
        body = {"name": "LGO du comptoir 1", "commitment": encoded(commitment_of(self.nonce)), **changed}
        with self.http.stream("POST", "/v1/pairings", json=body) as answer:
            shown = answer.extensions["network_stream"].get_extra_info("ssl_object").getpeercert(True)
            answer.read()
        public = x509.load_der_x509_certificate(shown).public_key()
        self.key = hashlib.sha256(
            public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        ).digest()
        if answer.status_code == 201:
            self.id = answer.json()["id"]
            self.device_nonce = base64.b64decode(answer.json()["device_nonce"])
        return answer

    def reveal(self) -> httpx.Response:
        return self.http.post(f"/v1/pairings/{self.id}/reveal", json={"nonce": encoded(self.nonce)})

    def progress(self) -> httpx.Response:
        return self.http.get(f"/v1/pairings/{self.id}")

    @property
    def number(self) -> str:
        return comparison_number(self.key, self.device_nonce, self.nonce)


@pytest.fixture
def lgo(bench: Bench) -> Iterator[Lgo]:
    lgo = Lgo(bench.url)
    with lgo.http:
        yield lgo


def counter_of(bench: Bench) -> PairingFiles:
    return PairingFiles(Path(bench.settings.paths.runtime_directory))


def open_window(bench: Bench) -> tuple[PairingFiles, Window]:
    files = counter_of(bench)
    window = Window(id="0a", until_ns=time.monotonic_ns() + WINDOW_NS)
    files.open_window(window)
    return files, window


def test_the_whole_ceremony_over_tls(bench: Bench, lgo: Lgo) -> None:
    files, window = open_window(bench)
    begun = lgo.begin()
    assert begun.status_code == 201
    assert begun.headers["location"] == f"/v1/pairings/{lgo.id}"
    assert lgo.progress().status_code == 202
    assert lgo.reveal().status_code == 200
    request = files.request(window)
    assert request is not None
    assert request.number == lgo.number
    assert request.name == "LGO du comptoir 1"
    assert lgo.id not in request.model_dump_json()
    files.decide(Decision(reference=request.reference, accepted=True))
    confirmed = lgo.progress()
    assert confirmed.status_code == 200
    token = confirmed.json()["token"]
    assert lgo.http.delete(f"/v1/pairings/{lgo.id}").status_code == 204
    me = bench.client(token).get("/v1/clients/me").json()
    assert (me["name"], me["scopes"]) == ("LGO du comptoir 1", ["events", "status"])
    assert bench.client(token).delete("/v1/clients/me").status_code == 204
    assert bench.client(token).get("/v1/clients/me").status_code == 401


def test_somebody_in_the_middle_is_betrayed_by_the_digits(bench: Bench, lgo: Lgo, tmp_path: Path) -> None:
    """He has a certificate of his own, relays whatever he likes, and shows the client all that it expects."""
    files, window = open_window(bench)
    with _middle(bench.url, tmp_path) as url:
        victim = Lgo(url)
        with victim.http:
            assert victim.begin().status_code == 201
            assert victim.reveal().status_code == 200
            request = files.request(window)
            assert request is not None
            assert request.number != victim.number
            # Had the client been told the truth, the digits would be equal: only the key differs.
            victim.key = bench.identity.key_sha256
            assert request.number == victim.number


def test_somebody_in_the_middle_cannot_search_for_a_nonce(bench: Bench, lgo: Lgo) -> None:
    """With his own nonces on both sides he must commit before he knows the other's: no search helps him."""
    files, window = open_window(bench)
    assert lgo.begin().status_code == 201
    # The nonce of a victim that he would now like to have shown: it opens no commitment but its own.
    wished = bytes([9]) * 32
    answer = lgo.http.post(f"/v1/pairings/{lgo.id}/reveal", json={"nonce": encoded(wished)})
    assert check_problem(answer)["code"] == "pairing_mismatch"
    request = files.request(window)
    assert request is not None
    assert request.is_over


@contextmanager
def _middle(device_url: str, folder: Path) -> Iterator[str]:
    """A TLS server with a key of its own that hands everything on to the device."""
    onward = Lgo(device_url).http
    app = Flask("middle")

    @app.route("/<path:path>", methods=["GET", "POST", "DELETE"])
    def relay(path: str) -> Response:
        answer = onward.request(
            asked.method, f"/{path}", content=asked.get_data(), headers={"Content-Type": asked.mimetype}
        )
        return Response(answer.content, answer.status_code, content_type=answer.headers["content-type"])

    clock = SystemClock()
    identity = load_or_create_identity(folder / "middle", [], clock)
    with onward, BridgeServer(app, ("127.0.0.1", 0), identity, clock=clock) as server:
        yield f"https://127.0.0.1:{server.address[1]}"


@pytest.mark.parametrize(
    ("changed", "parameter"),
    [
        ({"name": ""}, "name"),
        ({"name": " "}, "name"),
        ({"name": "x" * (MAX_CLIENT_NAME_CHARACTERS + 1)}, "name"),
        ({"name": "a\u202eb"}, "name"),
        ({"name": "a\nb"}, "name"),
        ({"name": 7}, "name"),
        ({"commitment": ""}, "commitment"),
        ({"commitment": "?" * 44}, "commitment"),
        ({"commitment": encoded(bytes(31))}, "commitment"),
        ({"commitment": encoded(bytes(33))}, "commitment"),
        ({"commitment": None}, "commitment"),
        ({"scopes": []}, "scopes"),
        ({"scopes": ["technician"]}, "scopes"),
        ({"scopes": "events"}, "scopes"),
        ({"scopes": [["events"]]}, "scopes"),
        ({"extra": 1}, "extra"),
    ],
)
def test_what_is_wrong_is_named_and_uses_no_try(
    bench: Bench, lgo: Lgo, changed: dict[str, object], parameter: str
) -> None:
    files, window = open_window(bench)
    problem = check_problem(lgo.begin(**changed))
    assert (problem["code"], problem["parameter"]) == ("parameter_invalid", parameter)
    assert files.request(window) is None


def test_a_name_at_its_bound_is_taken(bench: Bench, lgo: Lgo) -> None:
    open_window(bench)
    assert lgo.begin(name="é" * MAX_CLIENT_NAME_CHARACTERS).status_code == 201


def test_asking_again_and_again_is_slowed(bench: Bench, lgo: Lgo) -> None:
    codes = [check_problem(lgo.begin())["code"] for _ in range(8)]
    assert codes[0] == "pairing_closed"
    assert codes[-1] == "too_many_requests"
