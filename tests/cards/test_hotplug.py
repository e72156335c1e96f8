"""Cards put in and pulled out during each command of each read, and swapped: the right facts, no other's."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from appliance.base.clock import SystemClock
from appliance.cards.apdu import TransmissionProtocol
from appliance.cards.inputs import CardFault, CardIn, CardOut, CardRead
from appliance.cards.recognise import read_card
from appliance.cards.trust import TrustStore
from appliance.simulation.cards.catalogue import DOMINIQUE, FAMILY, CardBox
from appliance.simulation.cards.oddities import SlowCard, YankedCard
from appliance.simulation.cards.vitale import VirtualVitale2

from .conftest import NOW

if TYPE_CHECKING:
    from .conftest import Bench, RealBench, SimulatedBench

SHARE = 6
"""Commands a test goes through on the real daemon: each takes it about a second to notice in and out."""

COMMANDS = {"vitale": 8, "vitale-family": 10, "cps3": 33, "cps4": 47}
"""Commands one read takes under T=0; checked below, so that the matrix cannot fall behind."""

REAL_COMMANDS = {**COMMANDS, "cps4": 39}
"""The same on the daemon, which talks T=1 to a card that offers it."""


def _commands_of(box: CardBox, name: str, protocol: TransmissionProtocol) -> int:
    card = box.take(name)
    card.reset()
    count = 0

    def transmit(command: bytes | bytearray) -> tuple[bytes, int]:
        nonlocal count
        count += 1
        answer = card.transmit(bytes(command))
        return answer[:-2], int.from_bytes(answer[-2:], "big")

    read_card(transmit, protocol, card.atr, TrustStore(), NOW)
    return count


@pytest.mark.parametrize("name", COMMANDS)
def test_the_matrix_goes_through_every_command(box: CardBox, name: str) -> None:
    assert _commands_of(box, name, TransmissionProtocol.T0) == COMMANDS[name]
    offers_t1 = name == "cps4"
    protocol = TransmissionProtocol.T1 if offers_t1 else TransmissionProtocol.T0
    assert _commands_of(box, name, protocol) == REAL_COMMANDS[name]


class _Acting:
    """A card during whose n-th command a hand does something, and which goes on."""

    def __init__(self, card, at_command: int, action: Callable[[], None]) -> None:
        self._card = card
        self._left = at_command
        self._action = action

    @property
    def atr(self) -> bytes:
        return self._card.atr

    def reset(self) -> None:
        self._card.reset()

    def transmit(self, raw: bytes) -> bytes:
        self._left -= 1
        if self._left == 0:
            self._action()
        return self._card.transmit(raw)


def _pull_and_insert_at(bench: Bench, box: CardBox, name: str, command: int) -> None:
    """During the command its card is pulled out of one slot, and another is put into the other slot."""
    bench.heard.forget()
    slot = command % 2
    card = _Acting(
        YankedCard(box.take(name), command),
        command,
        lambda: bench.insert_after(0.0, 1 - slot, VirtualVitale2(FAMILY)),
    )
    bench.insert(slot, card)
    out = bench.heard.wait(CardOut).session
    read = bench.heard.wait(CardRead)
    assert (out.reader, read.session.reader) == (bench.readers[slot], bench.readers[1 - slot])
    assert read.content.beneficiaries[0].family_name == FAMILY[0].family_name
    assert len(bench.heard.of(CardRead)) == 1, f"pulled out at command {command}"
    assert not bench.heard.of(CardFault)
    bench.remove(1 - slot)
    bench.heard.wait(CardOut, 2)
    told = [type(what) for what in bench.heard.of(CardIn, CardOut, CardRead) if what.session == out]
    assert told == [CardIn, CardOut]


@pytest.mark.parametrize("name", COMMANDS)
def test_pulled_out_at_every_command_simulated(
    simulated_bench: SimulatedBench, box: CardBox, name: str
) -> None:
    for command in range(1, COMMANDS[name] + 1):
        _pull_and_insert_at(simulated_bench, box, name, command)


def _shares():
    for name, commands in REAL_COMMANDS.items():
        for first in range(1, commands + 1, SHARE):
            yield pytest.param(
                name, first, min(first + SHARE, commands + 1), id=f"{name}-from-command-{first}"
            )


@pytest.mark.parametrize(("name", "first", "end"), list(_shares()))
def test_pulled_out_at_every_command_real(
    real_bench: RealBench, box: CardBox, name: str, first: int, end: int
) -> None:
    tries = getattr(box.take(name), "tries_left", None)
    presented = getattr(box.take(name), "verify_count", None)
    for command in range(first, end):
        _pull_and_insert_at(real_bench, box, name, command)
    assert getattr(box.take(name), "tries_left", None) == tries
    assert getattr(box.take(name), "verify_count", None) == presented


@pytest.mark.parametrize("gap_ms", [0, 200, 500])
@pytest.mark.parametrize("during_read", [True, False])
def test_swapped(bench: Bench, gap_ms: int, during_read: bool) -> None:
    before = VirtualVitale2((DOMINIQUE,))
    bench.insert(0, SlowCard(before, 0.15, SystemClock()) if during_read else before)
    first = bench.heard.wait(CardIn if during_read else CardRead).session
    bench.remove(0)
    bench.insert_after(gap_ms / 1000, 0, VirtualVitale2(FAMILY))
    second = bench.heard.wait(CardIn, 2).session
    read = bench.heard.wait(CardRead, 1 if during_read else 2)
    assert read.session == second != first
    assert read.content.beneficiaries[0].family_name == FAMILY[0].family_name
    told = [type(what) for what in bench.heard.of(CardIn, CardOut, CardRead, CardFault)]
    expected = [CardIn, CardOut, CardIn, CardRead]
    assert told == (expected if during_read else [CardIn, CardRead, *expected[1:]])
