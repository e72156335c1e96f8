"""What buzzers and lamps of every kind do: gpiozero's on its mock pins, and those that only note."""

from __future__ import annotations

import itertools
from abc import ABC, abstractmethod
from collections.abc import Iterator

import pytest
from gpiozero import Device
from gpiozero.pins.mock import MockFactory, MockPWMPin

from appliance.base.clock import ManualClock
from appliance.display.gpio_lamp import GpioLamp
from appliance.display.gpio_sound import PwmSpeaker
from appliance.display.lamp import Lamp, LampPins, LampUnavailableError, NoLamp
from appliance.display.sound import NoSpeaker, Speaker, SpeakerUnavailableError
from appliance.display.tones import DARK, SIGNALS, TONES, Colour, Flash, Note, Tone
from appliance.simulation.signals import RecordedLamp, RecordedSpeaker

PINS = LampPins(12, 16, 20, 21)
BUZZER = 19
AMBER = Colour(1.0, 0.5, 0.0)
LONGEST_TONE_MS = 600


@pytest.fixture
def mock_pins() -> Iterator[MockFactory]:
    before = Device.pin_factory
    Device.pin_factory = MockFactory(pin_class=MockPWMPin)
    yield Device.pin_factory
    Device.pin_factory.reset()
    Device.pin_factory = before


class SpeakerRig(ABC):
    speaker: Speaker

    @abstractmethod
    def heard(self) -> tuple[int, float]:
        """Frequency and loudness now."""


class RecordedSpeakerRig(SpeakerRig):
    def __init__(self, clock: ManualClock) -> None:
        self.speaker = self.recorded = RecordedSpeaker(clock)

    def heard(self) -> tuple[int, float]:
        last = self.recorded.heard[-1]
        return last.frequency_hz, last.loudness


class GpioSpeakerRig(SpeakerRig):
    def __init__(self) -> None:
        self.speaker = PwmSpeaker(BUZZER)
        self.pin = Device.pin_factory.pin(BUZZER)

    def heard(self) -> tuple[int, float]:
        if self.pin.function != "output" or not self.pin.state:
            return 0, 0.0
        return self.pin.frequency, round((self.pin.state / 0.5) ** 0.5, 3)


@pytest.fixture(params=["recorded", "gpio"])
def speaker_rig(request: pytest.FixtureRequest, clock: ManualClock, mock_pins: MockFactory) -> SpeakerRig:
    return RecordedSpeakerRig(clock) if request.param == "recorded" else GpioSpeakerRig()


def test_a_tone_is_heard_until_silence(speaker_rig: SpeakerRig) -> None:
    speaker_rig.speaker.sound(1760, 0.6)
    assert speaker_rig.heard() == (1760, 0.6)
    speaker_rig.speaker.sound(1320, 1.0)
    assert speaker_rig.heard() == (1320, 1.0)
    speaker_rig.speaker.sound(0, 1.0)
    assert speaker_rig.heard() == (0, 0.0)


def test_mute_is_silence(speaker_rig: SpeakerRig) -> None:
    speaker_rig.speaker.sound(1760, 0.0)
    assert speaker_rig.heard() == (0, 0.0)


def test_a_closed_buzzer_is_silent_for_good(speaker_rig: SpeakerRig) -> None:
    speaker_rig.speaker.sound(1760, 1.0)
    speaker_rig.speaker.close()
    speaker_rig.speaker.close()
    speaker_rig.speaker.sound(1760, 1.0)
    assert speaker_rig.heard() == (0, 0.0)


@pytest.mark.parametrize(("frequency", "loudness"), [(-1, 0.5), (440, -0.1), (440, 1.1)])
def test_refuses_what_is_no_sound(speaker_rig: SpeakerRig, frequency: int, loudness: float) -> None:
    with pytest.raises(ValueError, match="loudness"):
        speaker_rig.speaker.sound(frequency, loudness)


class LampRig(ABC):
    lamp: Lamp

    @abstractmethod
    def seen(self) -> tuple[float, Colour]:
        """Light and colour now."""


class RecordedLampRig(LampRig):
    def __init__(self, clock: ManualClock) -> None:
        self.lamp = self.recorded = RecordedLamp(clock)

    def seen(self) -> tuple[float, Colour]:
        last = self.recorded.seen[-1]
        return last.light, last.colour


class GpioLampRig(LampRig):
    def __init__(self) -> None:
        self.lamp = GpioLamp(PINS)
        factory = Device.pin_factory
        self.pins = [factory.pin(pin) for pin in (PINS.ring, PINS.red, PINS.green, PINS.blue)]

    def seen(self) -> tuple[float, Colour]:
        ring, *rgb = (float(pin.state) if pin.function == "output" else 0.0 for pin in self.pins)
        return ring, Colour(*rgb)


@pytest.fixture(params=["recorded", "gpio"])
def lamp_rig(request: pytest.FixtureRequest, clock: ManualClock, mock_pins: MockFactory) -> LampRig:
    return RecordedLampRig(clock) if request.param == "recorded" else GpioLampRig()


def test_a_lamp_shines_as_it_is_told(lamp_rig: LampRig) -> None:
    lamp_rig.lamp.shine(0.25, AMBER)
    assert lamp_rig.seen() == (0.25, AMBER)
    lamp_rig.lamp.shine(1.0, DARK)
    assert lamp_rig.seen() == (1.0, DARK)


def test_a_closed_lamp_is_dark_for_good(lamp_rig: LampRig) -> None:
    lamp_rig.lamp.shine(1.0, AMBER)
    lamp_rig.lamp.close()
    lamp_rig.lamp.close()
    lamp_rig.lamp.shine(1.0, AMBER)
    assert lamp_rig.seen() == (0.0, DARK)


@pytest.mark.parametrize("light", [-0.01, 1.01])
def test_refuses_what_is_no_light(lamp_rig: LampRig, light: float) -> None:
    with pytest.raises(ValueError, match="light"):
        lamp_rig.lamp.shine(light, DARK)


def test_pins_that_are_taken_are_said_and_the_others_are_free(mock_pins: MockFactory) -> None:
    with PwmSpeaker(BUZZER), pytest.raises(SpeakerUnavailableError):
        PwmSpeaker(BUZZER)
    with PwmSpeaker(PINS.blue), pytest.raises(LampUnavailableError):
        GpioLamp(PINS)
    GpioLamp(PINS).close()


def test_a_machine_without_pins_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Device, "pin_factory", None)
    monkeypatch.setenv("GPIOZERO_PIN_FACTORY", "nosuchfactory")
    with pytest.raises(SpeakerUnavailableError):
        PwmSpeaker(BUZZER)
    with pytest.raises(LampUnavailableError):
        GpioLamp(PINS)


def test_the_ring_gives_no_more_than_its_brightness(mock_pins: MockFactory) -> None:
    with GpioLamp(PINS, brightness=0.4) as lamp:
        lamp.shine(1.0, DARK)
        assert mock_pins.pin(PINS.ring).state == pytest.approx(0.4)


def test_a_device_without_either_takes_everything() -> None:
    with NoSpeaker() as speaker, NoLamp() as lamp:
        speaker.sound(440, 1.0)
        lamp.shine(1.0, AMBER)


def rhythm(steps: tuple[Note, ...] | tuple[Flash, ...]) -> tuple[tuple[bool, int], ...]:
    """On and off with their lengths: what is left without pitch and hue."""
    parts = [(bool(s.frequency_hz) if isinstance(s, Note) else s.colour != DARK, s.length_ms) for s in steps]
    return tuple(
        (is_on, sum(length for _, length in group))
        for is_on, group in itertools.groupby(parts, key=lambda part: part[0])
    )


@pytest.mark.parametrize("table", [TONES, SIGNALS], ids=["tones", "signals"])
def test_every_tone_is_told_apart_without_pitch_and_hue(table: dict[Tone, tuple[Note, ...]]) -> None:
    assert set(table) == set(Tone)
    for one, other in itertools.combinations(Tone, 2):
        a, b = rhythm(table[one]), rhythm(table[other])
        count = len(a) != len(b)
        longest = max(sum(length for _, length in a), sum(length for _, length in b))
        shortest = min(sum(length for _, length in a), sum(length for _, length in b))
        assert count or longest >= 1.5 * shortest, (one, other)


def test_tones_are_short() -> None:
    for notes in TONES.values():
        assert sum(note.length_ms for note in notes) <= LONGEST_TONE_MS


@pytest.mark.parametrize(
    "make",
    [
        pytest.param(lambda: Note(-1, 10), id="frequency"),
        pytest.param(lambda: Note(8001, 10), id="too-high"),
        pytest.param(lambda: Note(440, 0), id="no-length"),
        pytest.param(lambda: Note(440, 2001), id="too-long"),
        pytest.param(lambda: Colour(0, 1.1, 0), id="colour"),
        pytest.param(lambda: Flash(DARK, 2001), id="flash"),
    ],
)
def test_refuses_what_no_device_plays(make: object) -> None:
    with pytest.raises(ValueError, match=r"."):
        make()  # type: ignore[operator]
