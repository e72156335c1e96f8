"""The bridge's question to itself, against one that serves, one too busy, one that does not."""

from __future__ import annotations

import socket
import threading

import pytest

from appliance.base.clock import NS_PER_S, ManualClock, SystemClock
from appliance.base.vitality import Vitality
from appliance.bridge.identity import load_or_create_identity
from appliance.bridge.probe import LIMITS_NS, RECEPTION, WORKERS, Probe
from tests.bridge.conftest import Bench

_LONG_NS = 3600 * NS_PER_S


@pytest.fixture
def vitality() -> Vitality:
    """One whose parts are all missed until they beat."""
    clock = ManualClock()
    vitality = Vitality(LIMITS_NS, clock)
    clock.elapsed_ns += _LONG_NS
    assert vitality.missed() == (RECEPTION, WORKERS)
    return vitality


def test_a_bridge_that_serves_lives(bench: Bench, vitality: Vitality) -> None:
    Probe(bench.server.address, bench.identity, vitality).ask()
    assert vitality.missed() == ()


def test_a_bridge_that_listens_everywhere_is_asked_on_loopback(bench: Bench, vitality: Vitality) -> None:
    Probe(("0.0.0.0", bench.server.address[1]), bench.identity, vitality).ask()
    assert vitality.missed() == ()


def test_a_bridge_that_answers_503_has_a_reception_but_no_worker(bench: Bench, vitality: Vitality) -> None:
    context = bench.identity.server_context()
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def refuse() -> None:
            connection, _ = listener.accept()
            with context.wrap_socket(connection, server_side=True) as channel:
                channel.recv(4096)
                channel.sendall(b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n")

        thread = threading.Thread(target=refuse)
        thread.start()
        Probe(listener.getsockname(), bench.identity, vitality).ask()
        thread.join(10)
    assert vitality.missed() == (WORKERS,)


def test_a_bridge_that_is_not_there_gives_no_sign(bench: Bench, vitality: Vitality) -> None:
    address = bench.server.address
    bench.server.stop()
    Probe(address, bench.identity, vitality).ask()
    assert vitality.missed() == (RECEPTION, WORKERS)


def test_a_stranger_at_the_bridge_s_address_gives_no_sign(
    bench: Bench, vitality: Vitality, tmp_path_factory: pytest.TempPathFactory
) -> None:

    other = load_or_create_identity(tmp_path_factory.mktemp("other"), [], SystemClock())
    Probe(bench.server.address, other, vitality).ask()
    assert vitality.missed() == (RECEPTION, WORKERS)
