"""The flows of the appliance: what happens, step by step, and the screen that stands there after each.

`python -m tests.counter.flows docs/flows` draws each flow as one picture: its screens from left to right.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from appliance.cards.inputs import PinRefusal, PinRefused
from appliance.counter.face import Pairing
from appliance.counter.face_inputs import PairingTold, UpdateEnded, UpdateTold
from appliance.counter.inputs import (
    CameraChanged,
    CodeUnread,
    LinkChanged,
    PolicyChanged,
    StatusAnswered,
    StatusFailed,
)
from appliance.counter.outputs import LookUp
from appliance.counter.screen import screen
from appliance.counter.state import State
from appliance.counter.status_state import Asking, StatusPolicy
from appliance.decode.reason_words import Reason
from appliance.decode.sightings import CameraState
from appliance.display.buttons import Button
from appliance.display.canvas import HEIGHT, WIDTH
from appliance.display.menu_screens import PairingEnd
from appliance.display.render import render
from appliance.display.screens import LgoLink, Screen
from appliance.prescriptions.status import (
    Dispensation,
    Place,
    PrescriptionState,
    PrescriptionStatus,
    Source,
    StatusLine,
)

from .scenes import START, TOUSSAINT_INS, Scene, ordonnance
from .test_cards import FAMILY, READER, CardScene, holder

OK, UP, DOWN = Button.OK, Button.UP, Button.DOWN
NUMBER = "202106180921110040"
SCALE = 2
MARGIN_PX = 6
GROUND = 96

Flow = Callable[[], Iterator[Screen]]


@dataclass(frozen=True, slots=True)
class NamedFlow:
    """A flow, what it is called in French, and the screens that it must come by."""

    slug: str
    title: str
    play: Flow
    expected: tuple[str, ...]


def counter() -> CardScene:
    """A counter at work, with a reader and a base that answers."""
    scene = CardScene()
    scene.play(PolicyChanged(StatusPolicy(Asking.ASK)))
    scene.readers(READER)
    scene.wait(7)
    return scene


def answered(scene: Scene, state: PrescriptionState, *lines: StatusLine) -> None:
    """The base answers the last look-up."""
    asked = [effect for effect in scene.status_effects if isinstance(effect, LookUp)]
    told = PrescriptionStatus(NUMBER, state, Source.TLSI, START, lines=lines)
    scene.play(StatusAnswered(asked[-1].request, told, scene.at_ns))


def first_start() -> Iterator[Screen]:
    scene = Scene(State())
    scene.state = State()
    yield screen(scene.state)
    scene.wait(1)
    scene.play(CameraChanged(CameraState.OK, scene.at_ns))
    yield scene.screen
    scene.play(LinkChanged(LgoLink.PRESENT))
    yield scene.screen


def pairing() -> Iterator[Screen]:
    scene = counter()
    scene.press(OK, held=True)
    scene.play(PairingTold(Pairing(90), scene.at_ns))
    yield scene.screen
    scene.play(PairingTold(Pairing(64, "042173", "LGO Exemple"), scene.at_ns))
    yield scene.screen
    scene.press(OK)
    yield scene.screen
    scene.play(PairingTold(Pairing(end=PairingEnd.PAIRED, client_name="LGO Exemple"), scene.at_ns))
    yield scene.screen
    scene.press(OK)
    yield scene.screen


def plain_ordonnance() -> Iterator[Screen]:
    scene = counter()
    yield scene.screen
    scene.lay("a", ordonnance())
    yield scene.screen
    answered(scene, PrescriptionState.TO_DISPENSE)
    yield scene.screen
    scene.lgo_acknowledges_all()
    yield scene.screen
    scene.take("a")
    scene.wait(25)
    yield scene.screen


def partly_dispensed() -> Iterator[Screen]:
    scene = counter()
    scene.lay("a", ordonnance())
    yield scene.screen
    elsewhere = StatusLine("Doliprane 1 g", None, 3, (Dispensation(1, Place.OTHER_PHARMACY, START.date()),))
    answered(scene, PrescriptionState.PARTLY_DISPENSED, elsewhere, StatusLine("Ventoline", None, 1, ()))
    yield scene.screen
    for _ in range(4):
        scene.press(DOWN)
        yield scene.screen


def discordance() -> Iterator[Screen]:
    scene = counter()
    scene.lay("a", ordonnance(given="ALAIN"))
    answered(scene, PrescriptionState.TO_DISPENSE)
    yield scene.screen
    scene.lay("b", TOUSSAINT_INS)
    scene.wait(0.5)
    yield scene.screen
    scene.press(OK)
    yield scene.screen


def family_vitale() -> Iterator[Screen]:
    scene = counter()
    scene.insert(None)
    yield scene.screen
    scene = counter()
    scene.read(FAMILY)
    yield scene.screen
    scene.press(DOWN)
    yield scene.screen
    scene.press(OK)
    yield scene.screen


def pin_with_a_mistake() -> Iterator[Screen]:
    scene = counter()
    session = scene.read(holder())
    yield scene.screen
    scene.ask_pin(session)
    yield scene.screen
    scene.press(OK, OK)
    yield scene.screen
    scene.press(OK, OK)
    yield scene.screen
    scene.press(OK)
    yield scene.screen
    scene.play(PinRefused(session, PinRefusal.WRONG, 2, scene.at_ns))
    yield scene.screen


def base_down() -> Iterator[Screen]:
    scene = counter()
    scene.lay("a", ordonnance())
    yield scene.screen
    asked = [effect for effect in scene.status_effects if isinstance(effect, LookUp)]
    scene.play(StatusFailed(asked[-1].request, "unreachable", scene.at_ns))
    yield scene.screen
    scene.wait(4)
    yield scene.screen


def unreadable() -> Iterator[Screen]:
    scene = counter()
    scene.play(CodeUnread(None, scene.at_ns, seen=True))
    yield scene.screen
    scene.play(CodeUnread(Reason.TOO_FAR, scene.at_ns))
    yield scene.screen
    scene.play(CodeUnread(Reason.GLARE, scene.at_ns))
    yield scene.screen
    scene.lay("a", ordonnance())
    yield scene.screen


def update() -> Iterator[Screen]:
    scene = counter()
    yield scene.screen
    scene.play(UpdateTold(None))
    yield scene.screen
    scene.play(UpdateTold(60))
    yield scene.screen
    scene.play(UpdateEnded())
    yield scene.screen


def left_alone() -> Iterator[Screen]:
    scene = counter()
    scene.lay("a", ordonnance())
    answered(scene, PrescriptionState.TO_DISPENSE)
    yield scene.screen
    scene.press(UP, held=True)
    yield scene.screen
    scene.press(DOWN)
    yield scene.screen
    scene.wait(121)
    yield scene.screen


FLOWS: tuple[NamedFlow, ...] = (
    NamedFlow("first-start", "Premier démarrage", first_start, ("Starting", "Ready", "Ready")),
    NamedFlow(
        "pairing",
        "Appairage d'un logiciel",
        pairing,
        ("PairingShown", "PairingShown", "PairingShown", "PairingEnded", "Ready"),
    ),
    NamedFlow(
        "plain-ordonnance",
        "Une ordonnance",
        plain_ordonnance,
        ("Ready", "OrdonnanceRead", "OrdonnanceRead", "OrdonnanceRead", "Ready"),
    ),
    NamedFlow("partly-dispensed", "Dispensée en partie", partly_dispensed, ("OrdonnanceRead",) * 6),
    NamedFlow(
        "discordance",
        "Deux identités",
        discordance,
        ("OrdonnanceRead", "Discordance", "OrdonnanceRead"),
    ),
    NamedFlow(
        "family-vitale",
        "Carte Vitale de famille",
        family_vitale,
        ("CardWorking", "VitaleChoice", "VitaleChoice", "VitaleRead"),
    ),
    NamedFlow(
        "pin-mistake",
        "Code CPS, avec une erreur",
        pin_with_a_mistake,
        ("CpsRead", "PinEntry", "PinEntry", "PinEntry", "CardWorking", "PinRefused"),
    ),
    NamedFlow("base-down", "Base injoignable", base_down, ("OrdonnanceRead",) * 3),
    NamedFlow(
        "unreadable",
        "Code vu, pas lu",
        unreadable,
        ("Seen", "UnreadCode", "UnreadCode", "OrdonnanceRead"),
    ),
    NamedFlow("update", "Mise à jour", update, ("Ready", "Updating", "Updating", "Ready")),
    NamedFlow(
        "left-alone",
        "Masquer, revoir, laisser",
        left_alone,
        ("OrdonnanceRead", "Veiled", "OrdonnanceRead", "Resting"),
    ),
)


def strip(screens: list[Screen]) -> Image.Image:
    """The screens from left to right."""
    step = WIDTH * SCALE + MARGIN_PX
    picture = Image.new("L", (len(screens) * step + MARGIN_PX, HEIGHT * SCALE + 2 * MARGIN_PX), GROUND)
    for place, shown in enumerate(screens):
        drawn = render(shown).resize((WIDTH * SCALE, HEIGHT * SCALE), Image.Resampling.NEAREST)
        picture.paste(drawn, (MARGIN_PX + place * step, MARGIN_PX))
    return picture


def main() -> None:
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for flow in FLOWS:
        strip(list(flow.play())).save(folder / f"{flow.slug}.png", optimize=True)


if __name__ == "__main__":
    main()
