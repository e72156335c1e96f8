"""`comptoir lgo-check` against a real bridge, and against what is none."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask

from appliance.base.clock import SystemClock
from appliance.bridge.identity import load_or_create_identity
from appliance.bridge.server import BridgeServer
from appliance.cli.lgo_check import Device, checked, command
from appliance.texts.lgo_check import BAD, CHECKS, URL_WRONG
from tests.bridge.conftest import Bench


def test_the_device_keeps_its_own_contract(bench: Bench, tmp_path: Path) -> None:
    bench.pair("good", "events", "status")
    first = bench.append()
    token = tmp_path / "token"
    token.write_text("good\n")
    arguments = [bench.url, "--token-file", str(token), "--pin", bench.identity.pin]
    result = CliRunner().invoke(command, arguments)
    assert BAD not in result.output, result.output
    assert result.exit_code == 0
    assert len(result.output.splitlines()) == len(CHECKS) + 1
    answer = bench.client("good").get("/v1/events").json()
    assert [event["id"] for event in answer["events"]] == [first], "nothing was taken over"


def test_without_a_token_the_door_alone_is_checked(bench: Bench) -> None:
    names = [verdict.name for verdict in checked(Device(bench.url))]
    assert "token_wanted" in names
    assert not {"me", "pin"} & set(names)


def test_another_key_is_named(bench: Bench) -> None:
    (verdict,) = [v for v in checked(Device(bench.url, pin="sha256/" + "A" * 43 + "=")) if v.name == "pin"]
    assert verdict.fault == bench.identity.pin


@pytest.fixture
def impostor(tmp_path: Path) -> Iterator[str]:
    """A server that says yes to everything."""
    app = Flask("impostor")

    @app.route("/v1/<path:path>")
    def anything(path: str) -> dict[str, object]:
        return {"ready": True, "path": path}

    clock = SystemClock()
    identity = load_or_create_identity(tmp_path / "impostor", [], clock)
    with BridgeServer(app, ("127.0.0.1", 0), identity, clock=clock) as server:
        yield f"https://127.0.0.1:{server.address[1]}"


def test_what_says_yes_to_everything_fails(impostor: str) -> None:
    faults = {verdict.name for verdict in checked(Device(impostor, "t")) if verdict.fault}
    wanted = {
        "ready",
        "token_wanted",
        "token_wrong",
        "unknown_hidden",
        "host",
        "origin",
        "problem",
        "contract",
    }
    assert wanted <= faults
    assert "tls_old" not in faults


def test_nobody_there(unused_port: int) -> None:
    result = CliRunner().invoke(command, [f"https://127.0.0.1:{unused_port}"])
    assert result.exit_code == 1
    assert "ConnectError" in result.output


@pytest.fixture
def unused_port() -> int:
    """One that was free a moment ago; nothing listens there."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.mark.parametrize("url", ["http://127.0.0.1", "https://", "comptoir", "https://127.0.0.1/v1"])
def test_an_address_that_is_none(url: str) -> None:
    result = CliRunner().invoke(command, [url])
    assert result.exit_code == 1
    assert URL_WRONG in result.output
