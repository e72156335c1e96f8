"""The verdict on an editor's code: the kit's client through the proxy, and codes wrong in one way each."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from comptoir_client import Comptoir, Device

from appliance.base.clock import ManualClock, SystemClock
from appliance.bridge.identity import load_or_create_identity
from appliance.bridge.server import BridgeServer
from appliance.cli.observing.exchanges import Exchange, Provocation, Record
from appliance.cli.observing.proxy import Provoker, proxy_app
from appliance.cli.observing.report import report
from appliance.cli.observing.verdicts import judged
from appliance.texts.lgo_observe import VERDICTS
from tests.bridge.conftest import Bench

TOKEN = "a" * 32


@contextmanager
def observed(
    bench: Bench, folder: Path, record: Record, clock: ManualClock, *, gentle: bool = False
) -> Iterator[Device]:
    """What a software is told to speak to."""
    system = SystemClock()
    identity = load_or_create_identity(folder / "proxy", [], system)
    with httpx.Client(base_url=bench.url, verify=bench.context()) as device:
        app = proxy_app(device, record, Provoker(gentle=gentle), clock, lambda _one: None)
        with BridgeServer(app, ("127.0.0.1", 0), identity, clock=system) as server:
            yield Device(f"https://127.0.0.1:{server.address[1]}", TOKEN, identity.key_sha256)


def found(exchanges: list[Exchange]) -> dict[str, str | None]:
    return {one.name: one.found for one in judged(exchanges)}


def test_the_kits_client_is_good_in_everything(
    bench: Bench, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bench.pair(TOKEN, "events", "status")
    record, clock = Record(), ManualClock()
    taken: list[int] = []
    # An event is there at each poll, so that none of them waits for the real time of a long poll.
    bench.append()
    with observed(bench, tmp_path, record, clock) as device, Comptoir(device, sleep=clock.sleep) as comptoir:
        for event in comptoir.events(stopping=lambda: len(record.all()) > 24):
            clock.advance(0.1)
            taken.append(event.id)
            bench.append()
    exchanges = list(record.all())
    provoked = {one.provoked for one in exchanges}
    assert provoked == set(Provocation), "everything was provoked"
    assert len(taken) > len(set(taken)), "an event was given twice"
    verdicts = found(exchanges)
    assert set(verdicts) == set(VERDICTS)
    assert {name: text for name, text in verdicts.items() if text != ""} == {}
    assert report(exchanges)
    assert f"{len(VERDICTS)} bons, 0 mauvais" in capsys.readouterr().out


def test_nothing_is_provoked_gently(bench: Bench, tmp_path: Path) -> None:
    bench.pair(TOKEN, "events")
    record = Record()
    with (
        observed(bench, tmp_path, record, ManualClock(), gentle=True) as device,
        Comptoir(device) as comptoir,
    ):
        for _ in range(8):
            bench.append()
            comptoir.acknowledge([event.id for event in comptoir.poll()])
    assert {one.provoked for one in record.all()} == {Provocation.NONE}


def poll(at_s: float, after: int = 0, events: tuple[int, ...] = (), **more: object) -> Exchange:
    given = {"wait_s": 25, "last_id": events[-1] if events else after, "status": 200, **more}
    return Exchange(at_s, at_s + 0.1, "GET", "/v1/events", after=after, events=events, **given)  # type: ignore[arg-type]


def ack(at_s: float, *ids: int, **more: object) -> Exchange:
    given = {"status": 200, "acked": frozenset(ids), **more}
    return Exchange(at_s, at_s + 0.1, "POST", "/v1/events/ack", **given)  # type: ignore[arg-type]


GOOD = [poll(0, events=(1, 2)), ack(1, 1, 2), poll(2, 2), poll(30, 2)]
WRONG: list[tuple[str, list[Exchange]]] = [
    ("asks", [ack(0)]),
    ("token", [poll(0, has_token=False)]),
    ("token", [poll(0, token_in_url=True)]),
    ("waits", [poll(0.5 * n, wait_s=0) for n in range(5)]),
    ("one_at_a_time", [poll(0), poll(0.05)]),
    ("cursor", [poll(0, events=(1, 2)), poll(1, 3)]),
    ("cursor", [poll(0, events=(1,)), poll(1, 1, (2,)), poll(2, 1)]),
    ("acknowledged", [poll(0, events=(1,)), poll(10, 1)]),
    ("acknowledged", [poll(0, events=(1,)), ack(1, 1, status=503), poll(10, 1)]),
    ("at_once", [poll(0, events=(1,)), ack(6, 1)]),
    ("only_received", [poll(0, events=(1,)), ack(1, 2)]),
    ("only_received", [poll(0, events=(1,)), ack(1, through=9)]),
    ("json", [ack(0, is_json=False)]),
    ("later", [poll(0, status=503, provoked=Provocation.LATER), poll(1)]),
    ("later", [poll(0, status=503, provoked=Provocation.LATER), ack(61)]),
    ("again", [poll(0, provoked=Provocation.AGAIN), ack(61)]),
    ("reset", [poll(0, 7, status=409, provoked=Provocation.RESET), poll(1, 7)]),
    ("refused", [poll(0, status=401)]),
]


@pytest.mark.parametrize(("name", "exchanges"), WRONG)
def test_what_is_wrong_is_said(name: str, exchanges: list[Exchange]) -> None:
    assert found(exchanges)[name], name


def test_what_was_not_seen_is_not_called_good() -> None:
    assert set(found([]).values()) == {None, found([])["asks"]}
    verdicts = found(GOOD)
    assert {name for name, text in verdicts.items() if text is None} == {"later", "again", "reset"}
    assert not any(verdicts.values())


def test_every_verdict_can_fail() -> None:
    assert {name for name, _ in WRONG} == set(VERDICTS)
