"""The menu, the veil and the rest, as scenes: buttons in, screens and effects out."""

from __future__ import annotations

from dataclasses import replace

import pytest

from appliance.counter.face import AIM_NS, ENDED_NS, MENU_NS, CameraLevels, Face, PairedClient, Pairing, Rules
from appliance.counter.face_inputs import (
    AboutTold,
    AnswerPairing,
    AskAbout,
    ChecksTold,
    ClientsTold,
    ClosePairing,
    EndService,
    LevelsMeasured,
    LightWanted,
    ListClients,
    OpenPairing,
    PairingTold,
    RenameClient,
    RevokeClient,
    SavePreferences,
    ShowECps,
    UpdateEnded,
    UpdateTold,
)
from appliance.counter.inputs import CameraChanged, LinkChanged, Pressed
from appliance.counter.menu import CLIENT_ENTRIES, LISTS, Entry
from appliance.counter.preferences import CONTRASTS, MAX_VOLUME
from appliance.counter.state import State
from appliance.decode.sightings import CameraState
from appliance.display.buttons import Button
from appliance.display.menu_screens import (
    MAX_ENTRIES,
    About,
    Adjust,
    Check,
    CheckList,
    ClientList,
    Confirm,
    ExposureMeter,
    FocusMeter,
    MenuList,
    PairingEnd,
    PairingEnded,
    PairingShown,
    PatternShown,
    Resting,
    Updating,
    Veiled,
)
from appliance.display.psc_screens import PscFailed
from appliance.display.screens import CameraLost, LgoLink, MedicineRead, OrdonnanceRead, Ready
from appliance.texts.menu import MENU_ENTRIES

from .scenes import BOX, Scene, ordonnance

OK, UP, DOWN = Button.OK, Button.UP, Button.DOWN
CLIENTS = (PairedClient("c1", "LGO Exemple"), PairedClient("c2", "Poste 2"))


@pytest.fixture
def scene() -> Scene:
    return Scene()


def go(scene: Scene, *entries: Entry) -> None:
    """Choose entries, one list after the other, from the counter at rest."""
    scene.press(OK)
    for entry in entries:
        shown = scene.screen
        assert isinstance(shown, MenuList)
        at = shown.entries.index(MENU_ENTRIES[entry.value])
        scene.press(*[DOWN] * ((at - shown.selected) % len(shown.entries)), OK)


def test_ok_opens_the_menu_and_held_closes_it(scene: Scene) -> None:
    scene.press(OK)
    assert isinstance(scene.screen, MenuList)
    scene.press(OK, held=True)
    assert isinstance(scene.screen, Ready)


def test_the_menu_goes_round_both_ways(scene: Scene) -> None:
    scene.press(OK, UP)
    shown = scene.screen
    assert isinstance(shown, MenuList)
    assert shown.selected == len(shown.entries) - 1
    scene.press(DOWN)
    assert scene.screen == replace(shown, selected=0)


def test_no_list_lies_deeper_than_the_second_level() -> None:
    deeper = {Entry(page.value) for page in LISTS if page.value in set(Entry)}
    for page, entries in LISTS.items():
        if page.value != "root":
            assert not deeper & set(entries)


@pytest.mark.parametrize("camera", [CameraState.LOST, CameraState.STARTING])
@pytest.mark.parametrize("link", LgoLink)
def test_the_menu_opens_whatever_is_absent(scene: Scene, camera: CameraState, link: LgoLink) -> None:
    scene.play(CameraChanged(camera, 0), LinkChanged(link))
    for page in LISTS:
        if page.value == "root":
            continue
        for entry in LISTS[page]:
            go(scene, Entry(page.value), entry)
            scene.press(OK, held=True)
    scene.press(OK)
    assert isinstance(scene.screen, MenuList)


def test_etat_has_a_word_for_every_check_and_faults_come_first(scene: Scene) -> None:
    scene.play(LinkChanged(LgoLink.ABSENT), ChecksTold((Check("Horloge", ok=False, word="fausse"),)))
    go(scene, Entry.CHECKS)
    shown = scene.screen
    assert isinstance(shown, CheckList)
    assert [(check.name, check.ok) for check in shown.checks[:2]] == [("LGO", False), ("Horloge", False)]
    assert all(check.word for check in shown.checks)
    scene.press(DOWN)
    assert scene.screen == replace(shown, first=1)
    scene.press(OK)
    assert isinstance(scene.screen, MenuList)


def test_brightness_and_volume_stop_at_their_ends_and_are_kept(scene: Scene) -> None:
    for entry, most, field in (
        (Entry.CONTRAST, len(CONTRASTS), "contrast"),
        (Entry.VOLUME, MAX_VOLUME, "volume"),
    ):
        go(scene, Entry.SETTINGS, entry)
        scene.press(*[UP] * 12)
        shown = scene.screen
        assert isinstance(shown, Adjust)
        assert shown.value == shown.steps == most
        scene.press(*[DOWN] * 12)
        scene.press(OK)
        saved = scene.face_effects[-1]
        assert isinstance(saved, SavePreferences)
        assert getattr(saved.preferences, field) == (1 if entry is Entry.CONTRAST else 0)
        scene.press(OK, held=True)


def test_large_texts_are_switched_and_kept_when_the_menu_is_left(scene: Scene) -> None:
    go(scene, Entry.SETTINGS, Entry.LARGE_TEXT)
    scene.press(UP)
    assert scene.state.face.preferences.large_text
    scene.wait(MENU_NS / 1e9)
    assert isinstance(scene.screen, Ready)
    assert scene.face_effects == [SavePreferences(scene.state.face.preferences)]


def test_a_client_is_revoked_only_after_a_yes(scene: Scene) -> None:
    go(scene, Entry.TECHNICIAN, Entry.CLIENTS)
    assert scene.face_effects == [ListClients()]
    assert scene.screen == ClientList((), 0)
    scene.play(ClientsTold(CLIENTS))
    scene.press(DOWN, OK)
    assert scene.screen == MenuList("Logiciel", CLIENT_ENTRIES, 0)
    scene.press(OK)
    shown = scene.screen
    assert isinstance(shown, Confirm)
    assert not shown.yes
    scene.press(OK)
    assert scene.face_effects == [ListClients()]
    assert scene.screen == MenuList("Logiciel", CLIENT_ENTRIES, 0)
    scene.press(OK, DOWN, OK)
    assert scene.face_effects[1:] == [RevokeClient("c2"), ListClients()]
    assert isinstance(scene.screen, ClientList)
    # One step further back is the technician's list: nothing of the software that is gone is left.
    scene.play(ClientsTold(()))
    scene.press(OK)
    assert isinstance(scene.screen, MenuList)
    assert scene.screen.title == "Technicien"


def test_a_client_is_called_by_another_name(scene: Scene) -> None:
    go(scene, Entry.TECHNICIAN, Entry.CLIENTS)
    scene.play(ClientsTold(CLIENTS))
    scene.press(DOWN, OK, DOWN, DOWN, OK)
    assert scene.face_effects[1:] == [RenameClient("c2", "Poste 2"), ListClients()]
    assert isinstance(scene.screen, ClientList)


def test_a_client_is_left_as_it_is(scene: Scene) -> None:
    go(scene, Entry.TECHNICIAN, Entry.CLIENTS)
    scene.play(ClientsTold(CLIENTS))
    scene.press(DOWN, OK, UP)
    assert scene.screen == MenuList("Logiciel", CLIENT_ENTRIES, len(CLIENT_ENTRIES) - 1)
    scene.press(OK)
    assert scene.face_effects == [ListClients()]
    assert scene.screen == ClientList(tuple(client.name for client in CLIENTS), 1)


def test_a_list_of_clients_is_bounded() -> None:
    many = tuple(PairedClient(str(number), "x") for number in range(MAX_ENTRIES + 1))
    assert ClientsTold(many[:-1]).clients
    with pytest.raises(ValueError, match="at most"):
        ClientsTold(many)


ASKED = Pairing(64, "042173", "LGO Exemple")


def test_pairing_shows_the_digits_and_ok_says_once_that_they_are_the_same(scene: Scene) -> None:
    go(scene, Entry.TECHNICIAN, Entry.PAIRING)
    assert scene.face_effects == [OpenPairing()]
    assert scene.screen == PairingShown(None, "")
    scene.play(PairingTold(Pairing(90), scene.at_ns))
    assert scene.screen == PairingShown(None, "", 90)
    scene.play(PairingTold(ASKED, scene.at_ns))
    assert scene.screen == PairingShown("042173", "LGO Exemple", 64)
    scene.press(OK)
    assert scene.face_effects[1:] == [AnswerPairing(same=True)]
    assert scene.screen == PairingShown("042173", "LGO Exemple", 64, answered=True)
    scene.press(OK, DOWN, UP)
    assert scene.face_effects[1:] == [AnswerPairing(same=True)]
    scene.play(PairingTold(Pairing(end=PairingEnd.PAIRED, client_name="LGO Exemple"), scene.at_ns))
    assert scene.screen == PairingEnded(PairingEnd.PAIRED, "LGO Exemple")
    scene.press(OK)
    assert isinstance(scene.screen, MenuList)


def test_how_a_pairing_ended_leaves_the_screen_by_itself(scene: Scene) -> None:
    scene.press(OK, held=True)
    scene.wait(60)
    scene.play(PairingTold(Pairing(end=PairingEnd.TRIES, wait_s=30), scene.at_ns))
    scene.wait(ENDED_NS / 1e9 - 0.1)
    assert scene.screen == PairingEnded(PairingEnd.TRIES, wait_s=30)
    scene.wait(0.1)
    assert isinstance(scene.screen, Ready)


@pytest.mark.parametrize("arrow", [UP, DOWN])
def test_an_arrow_refuses_a_pairing_and_the_window_goes_on(scene: Scene, arrow: Button) -> None:
    go(scene, Entry.TECHNICIAN, Entry.PAIRING)
    scene.play(PairingTold(ASKED, scene.at_ns))
    scene.press(arrow)
    assert scene.face_effects[-1] == AnswerPairing(same=False)
    assert scene.screen == PairingShown(None, "", 64)


def test_digits_nobody_waits_for_are_not_shown(scene: Scene) -> None:
    scene.play(PairingTold(ASKED, scene.at_ns))
    assert isinstance(scene.screen, Ready)


def test_digits_outlast_a_sheet_and_a_card(scene: Scene) -> None:
    scene.press(OK, held=True)
    scene.play(PairingTold(ASKED, scene.at_ns))
    scene.lay("a", ordonnance())
    assert scene.screen == PairingShown("042173", "LGO Exemple", 64)


def test_ok_held_on_a_counter_at_rest_opens_pairing(scene: Scene) -> None:
    scene.press(OK, held=True)
    assert scene.screen == PairingShown(None, "")
    scene.press(OK)
    assert isinstance(scene.screen, Ready)
    assert scene.face_effects == [OpenPairing(), ClosePairing()]


def test_focus_and_exposure_follow_the_camera_and_outlast_a_sheet(scene: Scene) -> None:
    go(scene, Entry.TECHNICIAN, Entry.FOCUS)
    assert scene.screen == FocusMeter(None, 0)
    for focus in (40, 70, 55):
        scene.play(LevelsMeasured(CameraLevels(focus, 850, 2.0, 46)))
    assert scene.screen == FocusMeter(55, 70)
    scene.lay("a", BOX)
    assert scene.screen == FocusMeter(55, 70)
    scene.wait(AIM_NS / 1e9)
    assert not isinstance(scene.screen, FocusMeter)


def test_exposure_test_pattern_about_and_e_cps(scene: Scene) -> None:
    scene.play(LevelsMeasured(CameraLevels(40, 850, 2.0, 46)))
    go(scene, Entry.TECHNICIAN, Entry.EXPOSURE)
    assert scene.screen == ExposureMeter(850, 2.0, 46)
    scene.press(OK, held=True)
    go(scene, Entry.TECHNICIAN, Entry.PATTERN)
    first = scene.screen
    assert isinstance(first, PatternShown)
    scene.press(DOWN)
    assert scene.screen != first
    scene.press(OK, held=True)
    go(scene, Entry.TECHNICIAN, Entry.ABOUT)
    assert scene.face_effects == [AskAbout()]
    scene.play(AboutTold(About("0.1.0", None, "7F3A21")))
    assert scene.screen == About("0.1.0", None, "7F3A21")
    scene.press(OK, held=True)
    go(scene, Entry.E_CPS)
    assert scene.face_effects[-1] == ShowECps()
    assert isinstance(scene.screen, PscFailed)


def test_a_sheet_closes_the_menu(scene: Scene) -> None:
    go(scene, Entry.SETTINGS)
    scene.lay("a", ordonnance())
    assert isinstance(scene.screen, OrdonnanceRead)


def test_identities_leave_after_the_delay_and_come_back_with_a_button(scene: Scene) -> None:
    scene.lay("a", ordonnance())
    shown = scene.screen
    scene.wait(119.9)
    assert scene.screen == shown
    scene.wait(0.2)
    assert isinstance(scene.screen, Veiled | Resting)
    scene.press(DOWN)
    assert scene.screen == shown, "the press that unveils does nothing else"


def test_a_held_arrow_hides_at_once(scene: Scene) -> None:
    scene.lay("a", ordonnance())
    scene.press(UP)
    scene.press(UP, held=True)
    assert isinstance(scene.screen, Veiled)
    for _ in range(5):
        scene.play(Pressed(UP, scene.at_ns, held=True, repeated=True))
        assert isinstance(scene.screen, Veiled)
    scene.lay("b", ordonnance("202106180921110041", "CORSE"))
    assert isinstance(scene.screen, OrdonnanceRead), "what is laid anew is shown"


def test_masquer_in_the_menu_hides_at_once(scene: Scene) -> None:
    scene.lay("a", ordonnance())
    scene.press(OK, held=True)
    scene.press(OK)
    assert isinstance(scene.screen, Veiled)


def test_what_names_nobody_is_not_veiled(scene: Scene) -> None:
    scene.lay("a", BOX)
    scene.press(UP, held=True)
    assert isinstance(scene.screen, MedicineRead)


def test_a_counter_left_alone_rests_and_wakes_with_what_comes(scene: Scene) -> None:
    scene.wait(60)
    assert isinstance(scene.screen, Resting)
    scene.lay("a", ordonnance())
    assert isinstance(scene.screen, OrdonnanceRead)
    scene.wait(60)
    assert isinstance(scene.screen, OrdonnanceRead), "a task is never dimmed"
    scene.wait(60)
    assert isinstance(scene.screen, Resting)
    scene.press(UP)
    assert isinstance(scene.screen, OrdonnanceRead)


def test_rest_says_in_a_word_what_is_wrong(scene: Scene) -> None:
    scene.play(LinkChanged(LgoLink.ABSENT))
    scene.wait(60)
    assert scene.screen == Resting("09:01", "LGO absent", alert=True)
    scene.play(CameraChanged(CameraState.LOST, scene.at_ns))
    assert isinstance(scene.screen, CameraLost)


def test_zero_in_the_settings_is_never() -> None:
    scene = Scene(State(face=Face(rules=Rules(veil_ns=None, rest_ns=None))))
    scene.lay("a", ordonnance())
    scene.wait(4000)
    assert isinstance(scene.screen, OrdonnanceRead)


def test_since_when_the_software_is_absent(scene: Scene) -> None:
    scene.play(LinkChanged(LgoLink.ABSENT))
    shown = scene.screen
    assert isinstance(shown, Ready)
    assert shown.lgo_since == "09:00"
    scene.play(LinkChanged(LgoLink.PRESENT))
    assert scene.screen == replace(shown, lgo=LgoLink.PRESENT, lgo_since=None)


def test_an_update_stands_over_all_and_takes_every_button(scene: Scene) -> None:
    scene.lay("a", ordonnance())
    scene.play(UpdateTold(None))
    assert scene.screen == Updating(None)
    scene.play(UpdateTold(40))
    scene.press(OK, UP, DOWN)
    assert scene.screen == Updating(40)
    scene.play(UpdateEnded())
    assert isinstance(scene.screen, OrdonnanceRead)


def test_end_of_service_is_asked_first_then_forgets_all(scene: Scene) -> None:
    scene.lay("a", ordonnance())
    scene.press(OK, held=True)
    scene.press(UP, UP, OK)
    shown = scene.screen
    assert isinstance(shown, Confirm)
    assert not shown.yes
    scene.press(DOWN, OK)
    assert scene.face_effects == [EndService()]
    assert scene.events[-1].payload == {"reason": "end_of_service"}
    assert scene.state.visits == ()
    assert isinstance(scene.screen, Ready)


@pytest.mark.parametrize("level", [-0.01, 1.01])
def test_no_lamp_gives_such_light(level: float) -> None:
    with pytest.raises(ValueError, match="light"):
        LightWanted(level)


def test_the_lamp_gives_what_the_eye_wants_while_it_sees(scene: Scene) -> None:
    scene.play(LightWanted(0.4))
    assert scene.state.face.light == 0.4
    scene.play(CameraChanged(CameraState.LOST, scene.at_ns))
    assert scene.state.face.light == 0
