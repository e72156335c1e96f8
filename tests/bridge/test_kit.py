"""The kit for LGO editors against a real bridge: the Python client, and the examples as editors run them."""

from __future__ import annotations

import base64
import hashlib
import json
import shutil
import subprocess
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import httpx
import pytest
from comptoir_client import (
    Comptoir,
    Device,
    NotPairedError,
    PairingFailedError,
    ProblemError,
    WrongKeyError,
    pair,
)
from comptoir_client.pairing import comparison_number
from comptoir_client.pinning import pin_of, public_key_info

from appliance.base.threads import StoppableThread
from appliance.pairing.exchange import WINDOW_NS, Decision, PairingFiles, Request, Window
from appliance.pairing.number import comparison_number as device_number
from tests.bridge.conftest import LONG_S, Bench

KIT = Path(__file__).parents[2] / "docs" / "lgo"
PRESCRIPTION = "202106180921110040"


class Person:
    """Opens a window, waits for digits, compares them with what the software shows, presses a button."""

    def __init__(self, bench: Bench) -> None:
        self.files = PairingFiles(Path(bench.settings.paths.runtime_directory))
        self.window = Window(id="0a", until_ns=time.monotonic_ns() + WINDOW_NS)
        self.files.open_window(self.window)
        self.refuses = False

    def compare(self, shown: str) -> None:
        request = self.asked()
        same = request.number == shown and not self.refuses
        self.files.decide(Decision(reference=request.reference, accepted=same))

    def asked(self) -> Request:
        pause = threading.Event()
        for _ in range(round(LONG_S * 100)):
            request = self.files.request(self.window)
            if request is not None and request.number:
                return request
            pause.wait(0.01)
        pytest.fail("nobody asked")


@pytest.fixture
def person(bench: Bench) -> Person:
    return Person(bench)


def test_both_sides_compute_the_same_digits() -> None:
    key, device_nonce, nonce = bytes(range(32)), bytes([1]) * 32, bytes([2]) * 32
    assert comparison_number(key, device_nonce, nonce) == device_number(key, device_nonce, nonce) == "077351"


def test_the_pin_is_the_device_s_own(bench: Bench) -> None:
    pem = bench.identity.certificate_file.read_text()
    der = base64.b64decode("".join(pem.splitlines()[1:-1]))
    assert pin_of(hashlib.sha256(public_key_info(der)).digest()) == bench.identity.pin


@pytest.mark.parametrize("content", [b"", b"0", b"\x30\x03\x30\x01\x02", b"\x30\x82"])
def test_what_is_no_certificate_is_refused(content: bytes) -> None:
    with pytest.raises(WrongKeyError):
        public_key_info(content)


def test_paired_and_then_every_event_once_acknowledged(bench: Bench, person: Person) -> None:
    device = pair(bench.url, "LGO", person.compare, poll_s=0.01)
    assert device.token not in repr(device)
    expected = [bench.append() for _ in range(3)]
    with Comptoir(device) as comptoir:
        events = comptoir.events()
        assert [next(events).id for _ in range(3)] == expected
        # The third is acknowledged when the next is asked for: a program that ends here gets it again.
        assert [event.id for event in comptoir.poll(wait_s=0)] == expected[2:]
        fourth = bench.append("prescription.refresh", {"prescription_id": PRESCRIPTION})
        assert next(events).payload == {"prescription_id": PRESCRIPTION}
        assert [event.id for event in comptoir.poll(wait_s=0)] == [fourth]
        comptoir.acknowledge([fourth])
        comptoir.put_status(PRESCRIPTION, "to_dispense")
        assert comptoir.status()["api"]
        comptoir.visit()
        comptoir.unpair()
        with pytest.raises(NotPairedError):
            comptoir.poll(wait_s=0)
        with pytest.raises(NotPairedError):
            next(events)


def test_refused_on_the_device(bench: Bench, person: Person) -> None:
    person.refuses = True
    with pytest.raises(PairingFailedError):
        pair(bench.url, "LGO", person.compare, poll_s=0.01)
    assert bench.journal.clients() == []


def test_without_a_window(bench: Bench) -> None:
    with pytest.raises(ProblemError) as problem:
        pair(bench.url, "LGO", pytest.fail)
    assert problem.value.code == "pairing_closed"
    assert problem.value.remedy


def test_another_key_gets_no_token(bench: Bench) -> None:
    bench.pair("t")
    device = Device(bench.url, "t", bytes(32))
    with Comptoir(device) as comptoir, pytest.raises(WrongKeyError):
        comptoir.poll(wait_s=0)
    assert bench.journal.clients()[0].last_seen is None
    with Comptoir(replace(device, key_sha256=bench.identity.key_sha256)) as comptoir:
        assert comptoir.poll(wait_s=0) == []


def test_a_device_that_is_away_is_waited_for_longer_and_longer(bench: Bench) -> None:
    bench.pair("t")
    device = Device(bench.url, "t", bench.identity.key_sha256)
    pauses: list[float] = []
    bench.server.stop()

    def sleep(seconds: float) -> None:
        pauses.append(seconds)

    with Comptoir(device, sleep=sleep) as comptoir:
        assert list(comptoir.events(stopping=lambda: len(pauses) == 7)) == []
    assert pauses == [1, 2, 4, 8, 16, 30, 30]


def test_a_device_that_was_reset_begins_anew(bench: Bench) -> None:
    bench.pair("t")
    answers = iter(
        [
            httpx.Response(200, json={"events": [_event(7)], "last_id": 7}),
            httpx.Response(503, json={"code": "journal_unavailable"}, headers={"Retry-After": "2"}),
            httpx.Response(409, json={"code": "ack_ahead"}),
            httpx.Response(200, json={"events": [_event(1)], "last_id": 1}),
        ]
    )
    asked: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(f"{request.method} {request.url.params.get('after')}")
        return next(answers)

    comptoir = Comptoir(Device(bench.url, "t", bytes(32)), sleep=lambda _: None)
    comptoir.close()
    comptoir._http = httpx.Client(base_url=bench.url, transport=httpx.MockTransport(answer))
    with comptoir:
        events = comptoir.events()
        assert [next(events).id, next(events).id] == [7, 1]
    assert asked == ["GET 0", "POST None", "POST None", "GET 0"]


def _event(event_id: int) -> dict[str, object]:
    return {
        "id": event_id,
        "at": "2026-01-05T09:00:00.000Z",
        "kind": "x",
        "visit": None,
        "payload": {},
        "new": 1,
    }


# The examples, as their own comments say to run them.


@dataclass(frozen=True)
class Example:
    """An example in some language."""

    command: tuple[str, ...]
    file: str
    spoil: Callable[[str], str]


def _other_key_json(text: str) -> str:
    return json.dumps({**json.loads(text), "key": base64.b64encode(bytes(32)).decode()})


def _other_key_properties(text: str) -> str:
    lines = [line for line in text.splitlines() if not line.startswith("key=")]
    return "\n".join([*lines, "key=" + base64.b64encode(bytes(32)).decode()])


EXAMPLES = {
    "node": Example(("node", str(KIT / "javascript" / "comptoir.mjs")), "kept.json", _other_key_json),
    "java": Example(("java", str(KIT / "java" / "Comptoir.java")), "kept.properties", _other_key_properties),
}


@pytest.fixture(params=EXAMPLES)
def example(request: pytest.FixtureRequest) -> Example:
    example = EXAMPLES[request.param]
    if shutil.which(example.command[0]) is None:
        pytest.skip(f"{example.command[0]} is not installed")
    return example


def test_the_example_pairs_polls_and_refuses_another_key(
    bench: Bench, person: Person, example: Example, tmp_path: Path
) -> None:
    kept = tmp_path / example.file
    pairing = subprocess.Popen(
        [*example.command, "pair", bench.url, "LGO d'essai", str(kept)], stdout=subprocess.PIPE, text=True
    )
    with pairing:
        assert pairing.stdout is not None
        number = pairing.stdout.readline().removeprefix("Nombre : ").strip()
        assert person.asked().name == "LGO d'essai"
        person.compare(number)
        assert pairing.stdout.readline() == "Appairé\n"
        assert pairing.wait(LONG_S) == 0
    (client,) = bench.journal.clients()
    first = [bench.append() for _ in range(2)]
    later: list[int] = []

    def append_once_it_waits(_: object) -> None:
        bench.waiting(1)
        later.append(bench.append("visit.closed", {"reason": "lgo"}))

    writer = StoppableThread("writer", append_once_it_waits)
    writer.start()
    polled = subprocess.run(
        [*example.command, "poll", str(kept), "3"], capture_output=True, text=True, timeout=50, check=False
    )
    writer.stop()
    assert (polled.returncode, polled.stderr) == (0, "")
    expected = [f"{event_id} visit.opened" for event_id in first] + [f"{later[0]} visit.closed"]
    assert polled.stdout.splitlines() == expected
    assert bench.journal.read(client.id, 0, 10) == []

    kept.write_text(example.spoil(kept.read_text()))
    refused = subprocess.run(
        [*example.command, "poll", str(kept), "1"], capture_output=True, text=True, timeout=50, check=False
    )
    assert refused.returncode == 1
    assert "another key" in refused.stderr
