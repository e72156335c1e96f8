"""A scripted day of 400 customers: each text is held against its box, for long names and every status."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator
from datetime import date

import pytest

from appliance.cards.identities import Beneficiary, CardBirthDate, VitaleIdentity
from appliance.counter.inputs import CodeAppeared, PolicyChanged, StatusAnswered, StatusFailed
from appliance.counter.outputs import LookUp
from appliance.counter.screen import screen
from appliance.counter.status_state import Asking, StatusPolicy
from appliance.decode.payloads import interpret
from appliance.decode.symbol import Symbology
from appliance.display.buttons import Button
from appliance.display.canvas import Box, Placement
from appliance.display.motion import HOLD_TICKS, TURN_TICKS
from appliance.display.render import Film
from appliance.display.screens import Screen
from appliance.prescriptions.status import (
    Dispensation,
    Place,
    PrescriptionState,
    PrescriptionStatus,
    Source,
    StatusLine,
)
from appliance.texts.statuses import FAILURES

from .scenes import BOX, RPPS_BARCODE, START, VITALE_APP, ins_code, ordonnance
from .test_cards import CardScene, holder

CUSTOMERS = 400
PARTS = 4
"""Of the day, each a test of its own, so that they may run side by side."""

LONGEST_NAME = 100
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZÀÂÇÉÈÊËÎÏÔŒÙÛÜŸ"
TICKS = (0, HOLD_TICKS + 7, TURN_TICKS, 2 * TURN_TICKS, 3 * TURN_TICKS, 5 * TURN_TICKS)


class Day:
    """Customers one after the other, and each screen that stood there."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)
        self.scene = CardScene()
        self.scene.play(PolicyChanged(StatusPolicy(Asking.ASK)))
        self.scene.readers("Lecteur A")
        self.data: set[str] = set()
        self.failures = itertools.cycle(FAILURES)
        self.states = itertools.cycle(PrescriptionState)

    def name(self) -> str:
        length = self.rng.choice([3, 6, 9, 14, 20, 40, LONGEST_NAME])
        letters = self.rng.choices(LETTERS + " -'", k=length)
        name = " ".join("".join(letters).split()).strip(" -'") or "A"
        self.data |= {name, _ins(name)}
        return name

    def shown(self) -> Screen:
        return screen(self.scene.state)

    def customers(self, count: int) -> Iterator[Screen]:
        for number in range(count):
            yield from self.customer(number)
            self.scene.wait(25)
            yield self.shown()

    def customer(self, number: int) -> Iterator[Screen]:
        scene, family, given = self.scene, self.name(), self.name()
        prescription = f"2026{number:014}"
        scene.lay(f"q{number}", ordonnance(prescription, family, given))
        yield self.shown()
        self.answer(prescription, number)
        yield self.shown()
        for button in (Button.DOWN, Button.DOWN, Button.DOWN, Button.UP):
            scene.press(button)
            yield self.shown()
        extra = self.extras(number, family, given)
        yield from extra
        scene.lgo_acknowledges_all()
        yield self.shown()
        scene.take(*[item.sighting for visit in scene.state.visits for item in visit.items])

    def extras(self, number: int, family: str, given: str) -> Iterator[Screen]:
        scene = self.scene
        match number % 8:
            case 0:
                scene.lay(f"i{number}", ins_code(given=_ins(given), family=_ins(family)))
            case 1:
                scene.lay(f"i{number}", ins_code(given=_ins(self.name()), family=_ins(self.name())))
                scene.wait(0.5)
            case 2:
                scene.lay(f"b{number}", BOX)
            case 3:
                scene.lay(f"a{number}", VITALE_APP)
            case 4:
                scene.lay(f"r{number}", RPPS_BARCODE)
            case 5:
                people = [Beneficiary(self.name(), self.name(), CardBirthDate("19970226"), "297022A02077878")]
                people += [Beneficiary(family, given, CardBirthDate("20120514"), "180032B02040123")]
                session = scene.read(VitaleIdentity(tuple(people)), "Lecteur A")
                yield self.shown()
                scene.press(Button.DOWN, Button.OK)
                yield self.shown()
                scene.remove(session)
            case 6:
                session = scene.read(holder(), "Lecteur A")
                yield self.shown()
                scene.ask_pin(session)
                yield self.shown()
                scene.press(Button.OK, held=True)
                yield self.shown()
                scene.remove(session)
            case 7:
                unknown = interpret(Symbology.QR_CODE, b"{\xff" + bytes(number % 40))
                scene.play(CodeAppeared(f"x{number}", unknown, scene.at_ns))
        yield self.shown()

    def answer(self, prescription: str, number: int) -> None:
        asked = [effect for effect in self.scene.status_effects if isinstance(effect, LookUp)]
        if not asked:
            return
        request, at_ns = asked[-1].request, self.scene.at_ns
        if number % 9 == 8:
            self.scene.play(StatusFailed(request, next(self.failures), at_ns))
            return
        state = next(self.states)
        label = self.name()
        given = Dispensation(1, self.rng.choice([None, *Place]), date(2026, 1, 3))
        lines = (StatusLine(label, None, 3, (given,)), StatusLine("Doliprane", None, None, ()))
        told = PrescriptionStatus(prescription, state, Source.TLSI, START, lines=lines, renewals_left=2)
        self.scene.play(StatusAnswered(request, told, at_ns))


def _ins(name: str) -> str:
    """As an INS code writes names: A to Z only."""
    kept = "".join(sign for sign in name if sign in "ABCDEFGHIJKLMNOPQRSTUVWXYZ -'")
    return " ".join(kept.split()).strip(" -'") or "A"


def inside(ink: Box, box: Box) -> bool:
    return box.left <= ink.left and ink.right <= box.right and box.top <= ink.top and ink.bottom <= box.bottom


def check(placements: tuple[Placement, ...], data: set[str], *, large: bool) -> int:
    """No text leaves its box or touches another; only names may be too long for theirs. Returns how many.

    In large letters, our own words may scroll too.
    """
    for placement in placements:
        assert placement.ink is None or inside(placement.ink, placement.box)
        assert not placement.clipped_rows
        if placement.width > placement.box.width and not large:
            assert any(name in placement.text for name in data), "a word of ours is cut"
    for one, other in itertools.combinations(placements, 2):
        assert not one.box.touches(other.box)
    return len(placements)


@pytest.mark.parametrize("large", [False, True], ids=["usual", "large"])
@pytest.mark.parametrize("part", range(PARTS))
def test_a_day_of_400_customers(part: int, large: bool) -> None:
    day = Day(seed=part)
    screens = list(dict.fromkeys(day.customers(CUSTOMERS // PARTS)))
    assert len(screens) > CUSTOMERS // PARTS * 3
    texts = 0
    for number, shown in enumerate(screens):
        # Each screen as it appears, and at one of the later moments; of the large ones, at one moment.
        later = TICKS[number % len(TICKS)]
        film = Film(shown, large=large)
        for tick in {later} if large else {0, later}:
            texts += check(film.at(tick).placements, day.data, large=large)
    assert texts > 3 * len(screens)
