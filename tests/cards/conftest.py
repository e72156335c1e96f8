"""Benches: the desk of readers on the simulated service, and on a real daemon with virtual readers."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import pytest

from appliance.base.clock import SystemClock
from appliance.cards.desk import CardDesk
from appliance.cards.inputs import CardInput, ReadersChanged, ServiceCondition
from appliance.cards.pcsc import SystemPcsc
from appliance.cards.readers import PcscService
from appliance.cards.signing import SignatureDesk
from appliance.cards.trust import TrustStore
from appliance.simulation.cards.card import VirtualCard
from appliance.simulation.cards.catalogue import CardBox
from appliance.simulation.cards.pcsc import SimulatedPcsc
from appliance.simulation.cards.pcscd import VirtualReaders

CLOCK = SystemClock()
NOW = datetime.now(UTC)


@pytest.fixture(scope="session")
def box() -> CardBox:
    return CardBox(NOW, CLOCK, Random(7))


@pytest.fixture(scope="session")
def trust(box: CardBox) -> TrustStore:
    return TrustStore(box.authorities)


class Heard:
    """What the desk delivered, to be waited on."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self.everything: list[CardInput] = []

    def __call__(self, what: CardInput) -> None:
        with self._changed:
            self.everything.append(what)
            self._changed.notify_all()

    def of(self, *kinds: type) -> list:
        with self._changed:
            return [what for what in self.everything if isinstance(what, kinds)]

    def forget(self) -> None:
        with self._changed:
            self.everything.clear()

    def wait(self, kind: type, count: int = 1, timeout_s: float = 15.0) -> CardInput:
        """The count-th of a kind."""
        with self._changed:
            found = self._changed.wait_for(lambda: len(self.of_unlocked(kind)) >= count, timeout_s)
            names = [type(what).__name__ for what in self.everything]
            assert found, f"{kind.__name__} x{count} was not told: {names}"
            return self.of_unlocked(kind)[count - 1]

    def wait_until(self, holds: Callable[[list[CardInput]], bool], timeout_s: float = 15.0) -> None:
        with self._changed:
            assert self._changed.wait_for(lambda: holds(self.everything), timeout_s), [
                type(what).__name__ for what in self.everything
            ]

    def of_unlocked(self, kind: type) -> list:
        return [what for what in self.everything if isinstance(what, kind)]


class Bench:
    """A desk, and hands for the cards and the daemon."""

    def __init__(self, service: PcscService, trust: TrustStore, readers: tuple[str, ...]) -> None:
        self.heard = Heard()
        self.readers = readers
        self.service = service
        self.desk = CardDesk(service, trust, CLOCK, self._deliver)
        self.signatures = SignatureDesk(self.desk)

    def _deliver(self, what: CardInput) -> None:
        self.signatures.hear(what)
        self.heard(what)

    def insert(self, slot: int, card: VirtualCard) -> None:
        raise NotImplementedError

    def insert_after(self, gap_s: float, slot: int, card: VirtualCard) -> None:
        """Another hand puts it in after so long; the test goes on."""
        threading.Timer(gap_s, self.insert, (slot, card)).start()

    def remove(self, slot: int) -> None:
        raise NotImplementedError

    def kill_daemon(self) -> None:
        raise NotImplementedError

    def start_daemon(self) -> None:
        raise NotImplementedError

    def ready(self) -> None:
        """Wait until both readers are known and empty."""
        self.heard.wait_until(
            lambda told: any(
                isinstance(what, ReadersChanged)
                and what.service is ServiceCondition.RUNNING
                and len(what.readers) == len(self.readers)
                and all(reader.condition == "empty" for reader in what.readers)
                for what in told
            )
        )
        self.heard.forget()


class SimulatedBench(Bench):
    def __init__(self, trust: TrustStore) -> None:
        self.pcsc = SimulatedPcsc("Lecteur A", "Lecteur B")
        super().__init__(self.pcsc, trust, ("Lecteur A", "Lecteur B"))

    def insert(self, slot: int, card: VirtualCard) -> None:
        self.pcsc.insert(self.readers[slot], card)

    def remove(self, slot: int) -> None:
        self.pcsc.remove(self.readers[slot])

    def kill_daemon(self) -> None:
        self.pcsc.stop()

    def start_daemon(self) -> None:
        self.pcsc.start()


class RealBench(Bench):
    def __init__(self, virtual: VirtualReaders, trust: TrustStore) -> None:
        self.virtual = virtual
        super().__init__(SystemPcsc(), trust, virtual.reader_names)

    def insert(self, slot: int, card: VirtualCard) -> None:
        self.virtual.slots[slot].insert(card)

    def remove(self, slot: int) -> None:
        self.virtual.slots[slot].remove()

    def kill_daemon(self) -> None:
        self.virtual.kill()

    def start_daemon(self) -> None:
        self.virtual.start()


def open_files() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def desk_threads() -> list[str]:
    return sorted(thread.name for thread in threading.enumerate() if thread.name.startswith("cards-"))


@pytest.fixture
def leaves_nothing() -> Iterator[None]:
    """Whatever happened to cards and daemon: no thread and no descriptor of the desk is left."""
    files = open_files()
    yield
    assert desk_threads() == []
    assert open_files() <= files


@pytest.fixture
def real_bench(
    virtual_readers: VirtualReaders, trust: TrustStore, leaves_nothing: None
) -> Iterator[RealBench]:
    for slot in virtual_readers.slots:
        slot.remove()
    if virtual_readers.pid is None:
        virtual_readers.start()
    bench = RealBench(virtual_readers, trust)
    bench.desk.start()
    bench.ready()
    yield bench
    for slot in virtual_readers.slots:
        slot.remove()
    bench.desk.stop()


@pytest.fixture
def simulated_bench(trust: TrustStore, leaves_nothing: None) -> Iterator[SimulatedBench]:
    bench = SimulatedBench(trust)
    bench.desk.start()
    bench.ready()
    yield bench
    bench.desk.stop()


@pytest.fixture(params=["simulated", "real"])
def bench(request: pytest.FixtureRequest) -> Bench:
    """The same tests prove the simulated service and the real one."""
    return request.getfixturevalue(f"{request.param}_bench")
