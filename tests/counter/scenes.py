"""Words to tell a scene at the counter: inputs in, screens, events and tones out."""

from __future__ import annotations

import itertools
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from appliance.base.clock import NS_PER_S
from appliance.counter.core import reduce
from appliance.counter.face_inputs import FaceEffect
from appliance.counter.inputs import (
    Acknowledged,
    CameraChanged,
    CodeAppeared,
    CodeGone,
    CodeRestored,
    EventsStored,
    Input,
    LinkChanged,
    Pressed,
    Tick,
)
from appliance.counter.outputs import (
    CardEffect,
    DropPages,
    EndPscSession,
    KeepPage,
    NewEvent,
    PageEffect,
    PscEffect,
    Sound,
    StartPscLogin,
    StatusEffect,
)
from appliance.counter.screen import screen
from appliance.counter.state import State
from appliance.decode.payloads import interpret
from appliance.decode.sightings import CameraState
from appliance.decode.symbol import Symbology
from appliance.display.buttons import Button
from appliance.display.screens import LgoLink, Screen
from appliance.prescriptions.memory import Presentation

START = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
GS = "\x1d"


def ordonnance(
    number: str = "202106180921110040",
    family: str | None = "ADRTROIS",
    given: str = "Dominique",
    birth: str = "1997-02-26",
) -> tuple[Symbology, bytes]:
    data: dict[str, object] = {"ID": number, "M": {"RPPS": "99900038441", "AM": "991118019"}}
    if family is not None:
        data["P"] = {"N": family, "P": given, "D": birth}
    return Symbology.QR_CODE, json.dumps({"S": {"V": 2}, "D": data}, ensure_ascii=False).encode()


def ins_code(
    matricule: str = "297022A02077878",
    given: str = "DOMINIQUE",
    family: str = "ADRTROIS",
    sex: str = "F",
    birth: str = "26-02-1997",
) -> tuple[Symbology, bytes]:
    text = (
        f"IS01{'0' * 22}S1{matricule}S21.2.250.1.213.1.4.10S3{given}{GS}S4{family}{GS}S5{sex}S6{birth}S72A020"
    )
    return Symbology.DATA_MATRIX, text.encode()


TOUSSAINT_QR = ordonnance("202106180921110041", "ADRTROIS", "Toussaint", "1960-01-01")
TOUSSAINT_INS = ins_code("160012B02077713", "TOUSSAINT", "ADRTROIS", "M", "01-01-1960")
BOX = (Symbology.DATA_MATRIX, b"01034009359558381727113010LOT42A\x1d21SN0001234567")
VITALE_APP = (Symbology.QR_CODE, b"apcv:0123456789abcdef")
RPPS_BARCODE = (Symbology.CODE_128, b"99900038441")


@dataclass
class Scene:
    """Plays inputs on the core as the runtime would, storing each event at once."""

    state: State = field(default_factory=State)
    at_s: float = 0.0
    events: list[NewEvent] = field(default_factory=list)
    tones: list[str] = field(default_factory=list)
    card_effects: list[CardEffect] = field(default_factory=list)
    face_effects: list[FaceEffect] = field(default_factory=list)
    status_effects: list[StatusEffect] = field(default_factory=list)
    psc_effects: list[PscEffect] = field(default_factory=list)
    page_effects: list[PageEffect] = field(default_factory=list)
    ids: itertools.count[int] = field(default_factory=lambda: itertools.count(1))

    def __post_init__(self) -> None:
        self.play(CameraChanged(CameraState.OK, 0), LinkChanged(LgoLink.PRESENT))
        self.wait(0)

    @property
    def at_ns(self) -> int:
        return round(self.at_s * NS_PER_S)

    @property
    def screen(self) -> Screen:
        return screen(self.state)

    @property
    def kinds(self) -> list[str]:
        return [event.kind.value for event in self.events]

    def told(self, kind: str) -> list[NewEvent]:
        """The events of one kind, in order."""
        return [event for event in self.events if event.kind.value == kind]

    def play(self, *inputs: Input) -> None:
        for what in inputs:
            outcome = reduce(self.state, what)
            self.state = outcome.state
            for effect in outcome.effects:
                if isinstance(effect, Sound):
                    self.tones.append(effect.tone.value)
                elif isinstance(effect, FaceEffect):
                    self.face_effects.append(effect)
                elif isinstance(effect, StatusEffect):
                    self.status_effects.append(effect)
                elif isinstance(effect, KeepPage | DropPages):
                    self.page_effects.append(effect)
                elif isinstance(effect, StartPscLogin | EndPscSession):
                    self.psc_effects.append(effect)
                else:
                    self.card_effects.append(effect)
            self.events += outcome.events
            if outcome.events:
                stored = EventsStored(outcome.events, tuple(next(self.ids) for _ in outcome.events))
                self.state = reduce(self.state, stored).state

    def lay(
        self,
        sighting: str,
        code: tuple[Symbology, bytes],
        aim: str = "",
        earlier: tuple[Presentation, ...] = (),
    ) -> None:
        self.play(CodeAppeared(sighting, interpret(*code, aim), self.at_ns, earlier))

    def restore(self, sighting: str, code: tuple[Symbology, bytes], event_id: int, visit: str) -> None:
        self.play(CodeRestored(sighting, interpret(*code), event_id, visit, self.at_ns))

    def take(self, *sightings: str) -> None:
        for sighting in sightings:
            self.play(CodeGone(sighting, self.at_ns))

    def wait(self, seconds: float) -> None:
        """Let time go on, with a tick at its end."""
        self.at_s += seconds
        self.play(Tick(self.at_ns, START + timedelta(seconds=self.at_s)))

    def press(self, *buttons: Button, held: bool = False) -> None:
        for button in buttons:
            self.play(Pressed(button, self.at_ns, held))

    def lgo_acknowledges_all(self) -> None:
        last = next(self.ids)
        self.play(Acknowledged(frozenset(range(1, last))))
