"""The player of tones and signals, on devices that note and a clock that stands still."""

from __future__ import annotations

import itertools
from datetime import time

import pytest

from appliance.base.clock import NS_PER_S, ManualClock
from appliance.base.threads import StoppableThread
from appliance.counter.signals import LATEST_NS, Night, Signals
from appliance.display.tones import DARK, SIGNALS, TONES, Tone
from appliance.simulation.signals import RecordedLamp, RecordedSpeaker


class Stand:
    def __init__(self) -> None:
        self.clock = ManualClock()
        self.speaker = RecordedSpeaker(self.clock)
        self.lamp = RecordedLamp(self.clock)
        self.signals = Signals(self.speaker, self.lamp, self.clock)

    def play_on(self, seconds: float) -> None:
        """Play in steps as long as something is due, for so long."""
        end_ns = self.clock.monotonic_ns() + round(seconds * NS_PER_S)
        while (due_s := self.signals.play()) is not None:
            if self.clock.monotonic_ns() + due_s * NS_PER_S > end_ns:
                break
            self.clock.advance(due_s)

    def heard(self) -> list[tuple[int, int]]:
        """(Hz, ms) of what was heard, silences between tones included."""
        return [
            (a.frequency_hz, (b.at_ns - a.at_ns) // 1_000_000)
            for a, b in itertools.pairwise(self.speaker.heard)
        ]


@pytest.fixture
def stand() -> Stand:
    return Stand()


@pytest.mark.parametrize("tone", Tone)
def test_a_cue_is_played_note_by_note(stand: Stand, tone: Tone) -> None:
    stand.signals.cue(tone, 0.6)
    stand.play_on(5)
    assert stand.heard() == [(note.frequency_hz, note.length_ms) for note in TONES[tone]]
    flashes = [
        (one.colour, (two.at_ns - one.at_ns) // 1_000_000) for one, two in itertools.pairwise(stand.lamp.seen)
    ]
    lit = [flash for flash in flashes if flash[0] != DARK]
    assert lit == [(f.colour, f.length_ms) for f in SIGNALS[tone] if f.colour != DARK]
    assert stand.lamp.seen[-1].colour == DARK


def test_a_tone_waits_for_the_one_before_and_the_signal_does_not(stand: Stand) -> None:
    stand.signals.cue(Tone.SEEN, 1.0)
    stand.signals.play()
    stand.clock.advance(0.03)
    stand.signals.cue(Tone.LGO_HAS_IT, 1.0)
    stand.signals.play()
    assert stand.lamp.seen[-1].colour == SIGNALS[Tone.LGO_HAS_IT][0].colour
    stand.play_on(5)
    assert [hz for hz, _ in stand.heard() if hz] == [1760, 1320, 1980]


def test_tones_too_late_are_only_shown(stand: Stand) -> None:
    for _ in range(50):
        stand.signals.cue(Tone.REFUSED, 1.0)
    stand.play_on(60)
    heard_ms = sum(length for hz, length in stand.heard() if hz)
    assert heard_ms * 1_000_000 <= LATEST_NS + NS_PER_S


def test_mute_still_shows(stand: Stand) -> None:
    stand.signals.cue(Tone.CHECK, 0.0)
    stand.play_on(5)
    assert not [one for one in stand.speaker.heard if one.frequency_hz]
    assert any(one.colour != DARK for one in stand.lamp.seen)


def test_light_for_the_camera_stays_through_signals(stand: Stand) -> None:
    stand.signals.light(0.7)
    stand.signals.cue(Tone.CHECK, 1.0)
    stand.play_on(5)
    assert {one.light for one in stand.lamp.seen} == {0.7}


def test_nothing_is_sent_while_nothing_changes(stand: Stand) -> None:
    stand.signals.play()
    before = len(stand.lamp.seen), len(stand.speaker.heard)
    for _ in range(100):
        stand.signals.play()
        stand.clock.advance(0.1)
    assert (len(stand.lamp.seen), len(stand.speaker.heard)) == before


def test_the_thread_ends_dark_and_silent(stand: Stand) -> None:
    stand.signals.light(0.7)
    thread = StoppableThread("signals", stand.signals.run)
    thread.start()
    thread.stop()
    assert thread.failure is None
    assert stand.lamp.seen[-1].light == 0
    assert stand.speaker.heard[-1].frequency_hz == 0


@pytest.mark.parametrize(
    ("local", "loudness"),
    [
        (time(19, 59), 0.8),
        (time(20), 0.2),
        (time(0), 0.2),
        (time(7, 59), 0.2),
        (time(8), 0.8),
        (None, 0.8),
    ],
)
def test_nights_are_quieter(local: time | None, loudness: float) -> None:
    assert Night(time(20), time(8), 1).loudness(4, local) == pytest.approx(loudness)


def test_a_night_within_a_day_and_none_at_all() -> None:
    siesta = Night(time(12), time(14), 0)
    assert siesta.loudness(5, time(13)) == 0
    assert siesta.loudness(5, time(14)) == 1
    assert Night(time(8), time(8), 0).loudness(5, time(8)) == 1
    assert Night(volume=3).loudness(1, time(23)) == pytest.approx(0.2), "a night is never louder"
