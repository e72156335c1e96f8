"""Fixtures of the tests of TLSi."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from appliance.base.clock import SystemClock
from appliance.simulation.national_base.keys import make_keys
from appliance.simulation.national_base.server import BaseServer
from appliance.simulation.national_base.whims import WhimsHolder
from tests.cards.conftest import (  # noqa: F401 - fixtures
    bench,
    box,
    real_bench,
    simulated_bench,
    trust,
)

from .stand import Cards, Stand, igc_of, make_base


@pytest.fixture
def leaves_nothing() -> None:
    """The benches of cards count descriptors; here a server and its clients have some of their own."""


@pytest.fixture(scope="session")
def cards() -> Cards:
    return Cards()


@pytest.fixture(scope="module")
def running_stand(cards: Cards, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stand]:
    keys = make_keys(tmp_path_factory.mktemp("base"), datetime.now(UTC))
    whims = WhimsHolder()
    igc = [igc_of(cards)]
    server = BaseServer(make_base(igc), keys, whims, SystemClock())
    with server.running():
        yield Stand(server, keys, whims, cards, igc)


@pytest.fixture
def stand(running_stand: Stand) -> Iterator[Stand]:
    """The base, well-behaved at first; clients of the test are closed after it."""
    running_stand.behave()
    running_stand.igc[0] = igc_of(running_stand.cards)
    yield running_stand
    while running_stand.clients:
        running_stand.clients.pop().close()
