"""A code that lies there and cannot be read: a screen that says what to do, a sound, never an event."""

from __future__ import annotations

import pytest

from appliance.counter.inputs import CameraChanged, CodeUnread
from appliance.counter.outputs import Tone
from appliance.decode.reason_words import Reason
from appliance.decode.sightings import CameraState
from appliance.display.menu_screens import Seen
from appliance.display.screens import OrdonnanceRead, Ready, UnreadCode
from appliance.texts.screens import UNREAD_REASONS

from .scenes import TOUSSAINT_QR, Scene


@pytest.fixture
def scene() -> Scene:
    return Scene()


def unread(scene: Scene, reason: Reason | None) -> None:
    scene.play(CodeUnread(reason, scene.at_ns))


@pytest.mark.parametrize("reason", Reason)
def test_the_screen_says_why_and_what_to_do(scene: Scene, reason: Reason) -> None:
    unread(scene, reason)
    assert scene.screen == UnreadCode(reason.value)
    assert len(UNREAD_REASONS[reason.value][1].replace("-", " ").split()) == 3
    assert scene.events == []


def test_one_sound_a_laying(scene: Scene) -> None:
    for reason in (Reason.BLURRED, Reason.TOO_FAR, Reason.TOO_FAR):
        unread(scene, reason)
    assert scene.tones == [Tone.CHECK.value]
    unread(scene, None)
    assert isinstance(scene.screen, Ready)
    unread(scene, Reason.GLARE)
    assert scene.tones == [Tone.CHECK.value] * 2


def test_a_code_that_is_seen_is_shown_in_silence_until_it_is_read_or_not(scene: Scene) -> None:
    scene.play(CodeUnread(None, scene.at_ns, seen=True))
    assert scene.screen == Seen()
    assert scene.tones == []
    unread(scene, Reason.BLURRED)
    assert scene.screen == UnreadCode("blurred")
    scene.play(CodeUnread(None, scene.at_ns, seen=True))
    scene.lay("s1", TOUSSAINT_QR)
    assert isinstance(scene.screen, OrdonnanceRead)
    assert scene.events


def test_what_is_read_is_shown_though_another_code_is_not(scene: Scene) -> None:
    scene.lay("s1", TOUSSAINT_QR)
    before = list(scene.tones)
    unread(scene, Reason.DAMAGED)
    assert isinstance(scene.screen, OrdonnanceRead)
    assert scene.tones == before


def test_a_lost_camera_sees_no_code(scene: Scene) -> None:
    scene.play(CodeUnread(None, scene.at_ns, seen=True))
    scene.play(CameraChanged(CameraState.LOST, scene.at_ns))
    scene.play(CameraChanged(CameraState.OK, scene.at_ns))
    assert isinstance(scene.screen, Ready)
    unread(scene, Reason.BLURRED)
    scene.play(CameraChanged(CameraState.LOST, scene.at_ns))
    scene.play(CameraChanged(CameraState.OK, scene.at_ns))
    assert isinstance(scene.screen, Ready)
