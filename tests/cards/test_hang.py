"""A PC/SC daemon that is there and answers nobody."""

from __future__ import annotations

import threading
from collections.abc import Sequence

from appliance.base.clock import ManualClock
from appliance.cards.desk import HANG_NS, RETURN_GRACE_NS, CardDesk
from appliance.cards.inputs import CardIn, CardOut, ReadersChanged, ServiceCondition
from appliance.cards.readers import PcscConnection, PcscContext, SlotState
from appliance.cards.trust import TrustStore
from appliance.simulation.cards.catalogue import DOMINIQUE
from appliance.simulation.cards.pcsc import SimulatedPcsc
from appliance.simulation.cards.vitale import VirtualVitale2

from .conftest import Heard

_LIMIT_S = 30.0


class _Freezing(PcscContext):
    def __init__(self, inner: PcscContext, service: FreezingService) -> None:
        self.inner, self.service = inner, service

    def readers(self) -> tuple[str, ...]:
        return self.inner.readers()

    def wait(self, known: Sequence[SlotState], timeout_s: float) -> tuple[SlotState, ...]:
        if not self.service.goes_on.is_set():
            self.service.is_asked.set()
            assert self.service.goes_on.wait(_LIMIT_S)
        return self.inner.wait(known, min(timeout_s, 0.05))

    def connect(self, reader: str) -> PcscConnection:
        return self.inner.connect(reader)

    def release(self) -> None:
        self.inner.release()


class FreezingService:
    """The simulated service, whose answers can be held back."""

    def __init__(self, inner: SimulatedPcsc) -> None:
        self.inner = inner
        self.goes_on, self.is_asked = threading.Event(), threading.Event()
        self.goes_on.set()

    def establish(self) -> PcscContext:
        return _Freezing(self.inner.establish(), self)


def _conditions(heard: Heard) -> list[ServiceCondition]:
    return [what.service for what in heard.of(ReadersChanged)]


def test_it_is_said_to_be_gone_its_cards_are_out_and_all_is_met_anew(trust: TrustStore) -> None:
    pcsc, clock, heard = SimulatedPcsc("Lecteur A"), ManualClock(), Heard()
    service = FreezingService(pcsc)
    desk = CardDesk(service, trust, clock, heard)
    desk.start()
    try:
        pcsc.insert("Lecteur A", VirtualVitale2((DOMINIQUE,)))
        heard.wait(CardIn, timeout_s=_LIMIT_S)
        service.goes_on.clear()
        assert service.is_asked.wait(_LIMIT_S)
        clock.elapsed_ns += HANG_NS - 1
        desk.look()
        assert ServiceCondition.ABSENT not in _conditions(heard)
        clock.elapsed_ns += 1
        desk.look()
        desk.look()
        assert _conditions(heard).count(ServiceCondition.ABSENT) == 1
        clock.elapsed_ns += RETURN_GRACE_NS
        desk.look()
        assert len(heard.of(CardOut)) == 1
        heard.forget()
        service.goes_on.set()
        heard.wait(CardIn, timeout_s=_LIMIT_S)
        assert _conditions(heard) == [ServiceCondition.RUNNING]
        assert not heard.of(CardOut)
    finally:
        service.goes_on.set()
        desk.stop()
