"""Whole scenes at the counter, each a list of what happens and what is shown, told and heard."""

from __future__ import annotations

import pytest

from appliance.counter.inputs import CameraChanged, JournalLost, LinkChanged, StorageBack, StorageFailed
from appliance.counter.screen import screen
from appliance.counter.state import IDLE_NS, MAX_ITEMS, MAX_VISITS, State
from appliance.decode.sightings import CameraState
from appliance.decode.symbol import Symbology
from appliance.display.buttons import Button
from appliance.display.menu_screens import Resting
from appliance.display.screens import (
    CameraLost,
    DamagedOrdonnance,
    Discordance,
    Fault,
    InsRead,
    LgoLink,
    MedicineRead,
    OpaqueForwarded,
    OrdonnanceRead,
    Page,
    PrescriberRead,
    Ready,
    Starting,
    UnknownCode,
)

from .scenes import (
    BOX,
    RPPS_BARCODE,
    TOUSSAINT_INS,
    TOUSSAINT_QR,
    VITALE_APP,
    Scene,
    ins_code,
    ordonnance,
)

IDLE_S = IDLE_NS / 1e9


@pytest.fixture
def scene() -> Scene:
    return Scene()


def test_before_the_camera_looks_the_device_is_starting() -> None:
    assert screen(State()) == Starting()


def test_an_empty_counter_is_ready_and_shows_the_hour(scene: Scene) -> None:
    assert isinstance(scene.screen, Ready)
    assert scene.screen.clock == "09:00"
    assert scene.events == []


def test_a_sheet_is_read_told_heard_and_acknowledged(scene: Scene) -> None:
    scene.lay("a", ordonnance())
    assert scene.kinds == ["visit.opened", "code.read"]
    assert scene.tones == ["seen"]
    shown = scene.screen
    assert isinstance(shown, OrdonnanceRead)
    assert (shown.number, shown.rpps, shown.am) == ("202106180921110040", "99900038441", "991118019")
    assert shown.birth_date == "26/02/1997"
    assert not shown.delivered
    scene.lgo_acknowledges_all()
    assert isinstance(scene.screen, OrdonnanceRead)
    assert scene.screen.delivered
    assert scene.tones == ["seen", "lgo_has_it"]


def test_an_acknowledgement_is_heard_once(scene: Scene) -> None:
    scene.lay("a", ordonnance())
    scene.lgo_acknowledges_all()
    scene.lgo_acknowledges_all()
    assert scene.tones == ["seen", "lgo_has_it"]


def test_the_event_of_a_code_carries_what_the_command_line_prints(scene: Scene) -> None:
    scene.lay("a", ordonnance())
    payload = scene.events[1].payload
    assert payload["kind"] == "ordonnance"
    assert payload["sighting"] == "a"
    assert set(payload) == {"symbology", "text", "bytes", "kind", "payload", "warnings", "sighting"}
    assert not scene.events[1].secret


def test_the_ins_code_of_the_same_person_joins_the_visit_without_a_word(scene: Scene) -> None:
    scene.lay("a", ordonnance())
    scene.lay("b", ins_code())
    scene.wait(1)
    assert scene.kinds == ["visit.opened", "code.read", "code.read", "identity.concordance"]
    assert len({event.visit for event in scene.events}) == 1
    assert scene.events[-1].payload["verdict"] == "concordant"
    assert isinstance(scene.screen, OrdonnanceRead)


def test_an_ins_code_of_somebody_else_is_a_discordance_not_a_block(scene: Scene) -> None:
    scene.lay("a", ordonnance())
    scene.lay("b", TOUSSAINT_INS)
    assert scene.kinds == ["visit.opened", "code.read", "code.read"]
    scene.wait(0.5)
    assert scene.kinds[3:] == ["identity.discordance", "identity.concordance"]
    assert scene.events[4].payload["verdict"] == "discordant"
    payload = scene.events[3].payload
    assert payload["verdict"] == "discordant"
    assert payload["sightings"] == ["a", "b"]
    assert scene.tones == ["seen", "seen", "check"]
    assert isinstance(scene.screen, Discordance)
    scene.wait(5)
    assert scene.kinds.count("identity.discordance") == 1
    scene.press(Button.OK)
    assert isinstance(scene.screen, OrdonnanceRead)


def test_the_discordance_is_seen_whichever_code_comes_first(scene: Scene) -> None:
    scene.lay("b", TOUSSAINT_INS)
    scene.lay("a", ordonnance())
    scene.wait(0.5)
    assert isinstance(scene.screen, Discordance)
    assert scene.told("identity.discordance")[-1].payload["sightings"] == ["a", "b"]


def test_two_sheets_of_two_people_laid_together_are_two_visits_and_no_discordance(scene: Scene) -> None:
    for sighting, code in (("a", ordonnance()), ("b", TOUSSAINT_QR), ("c", ins_code()), ("d", TOUSSAINT_INS)):
        scene.lay(sighting, code)
    scene.wait(1)
    assert "identity.discordance" not in scene.kinds
    visits = {event.sighting: event.visit for event in scene.events if event.sighting is not None}
    assert visits["a"] == visits["c"] != visits["b"] == visits["d"]


def test_two_sheets_read_in_a_mixed_order_within_a_moment_are_no_discordance(scene: Scene) -> None:
    scene.lay("a", ordonnance())
    scene.lay("d", TOUSSAINT_INS)
    scene.lay("b", TOUSSAINT_QR)
    scene.lay("c", ins_code())
    scene.wait(1)
    assert "identity.discordance" not in scene.kinds


def test_a_discordant_sheet_is_seen_although_a_concordant_one_of_the_same_patient_lay_there(
    scene: Scene,
) -> None:
    scene.lay("a", ordonnance())
    scene.lay("b", ins_code())
    scene.wait(3)
    scene.take("a", "b")
    scene.wait(3)
    scene.lay("c", ordonnance("202106180921110042"))
    scene.lay("d", TOUSSAINT_INS)
    scene.wait(0.5)
    assert scene.told("identity.discordance")[-1].payload["sightings"] == ["c", "d"]
    assert isinstance(scene.screen, Discordance)


def test_ins_code_and_ordonnance_laid_one_after_the_other_are_compared_too(scene: Scene) -> None:
    scene.lay("b", TOUSSAINT_INS)
    scene.wait(1)
    scene.take("b")
    scene.wait(3)
    scene.lay("a", ordonnance())
    scene.wait(0.5)
    assert isinstance(scene.screen, Discordance)


def test_the_next_patient_ends_the_visit_of_the_one_whose_sheet_is_gone(scene: Scene) -> None:
    scene.lay("a", ordonnance())
    scene.wait(3)
    scene.take("a")
    scene.wait(2)
    scene.lay("b", TOUSSAINT_QR)
    assert scene.kinds == ["visit.opened", "code.read", "visit.closed", "visit.opened", "code.read"]
    assert scene.events[2].payload == {"reason": "next_patient"}


def test_a_second_sheet_of_the_same_patient_is_the_same_visit(scene: Scene) -> None:
    scene.lay("a", ordonnance())
    scene.take("a")
    scene.wait(5)
    scene.lay("b", ordonnance("202106180921110042", "Adrtrois", "DOMINIQUE"))
    assert scene.kinds == ["visit.opened", "code.read", "code.read"]


def test_the_same_sheet_laid_again_is_counted_again_in_the_same_visit(scene: Scene) -> None:
    scene.lay("a", ordonnance())
    scene.wait(3)
    scene.take("a")
    scene.wait(1)
    scene.lay("b", ordonnance())
    assert scene.kinds == ["visit.opened", "code.read", "code.read"]


def test_names_leave_the_screen_when_nothing_lies_there_any_more(scene: Scene) -> None:
    scene.lay("a", ordonnance())
    scene.wait(60)
    assert isinstance(scene.screen, OrdonnanceRead)
    scene.take("a")
    scene.wait(IDLE_S - 0.1)
    assert isinstance(scene.screen, OrdonnanceRead)
    scene.wait(0.1)
    assert isinstance(scene.screen, Ready)
    assert scene.kinds[-1] == "visit.closed"
    assert scene.events[-1].payload == {"reason": "idle"}


def test_a_medicine_box_laid_after_the_ordonnance_is_shown(scene: Scene) -> None:
    scene.lay("a", ordonnance())
    scene.wait(3)
    scene.lay("box", BOX, "]d2")
    assert isinstance(scene.screen, MedicineRead)
    assert scene.screen.lot == "LOT42A"


def test_the_prescriber_barcodes_of_a_sheet_do_not_hide_its_ordonnance(scene: Scene) -> None:
    scene.lay("a", ordonnance())
    scene.wait(3)
    scene.lay("m", RPPS_BARCODE)
    assert isinstance(scene.screen, OrdonnanceRead)
    scene.press(Button.DOWN)
    assert isinstance(scene.screen, PrescriberRead)
    scene.press(Button.DOWN)
    assert isinstance(scene.screen, OrdonnanceRead)
    scene.press(Button.UP)
    assert isinstance(scene.screen, PrescriberRead)


def test_the_buttons_hold_a_page_of_the_only_code(scene: Scene) -> None:
    scene.lay("a", ordonnance())
    pages = []
    for button in (Button.DOWN, Button.UP, Button.OK):
        scene.press(button)
        assert isinstance(scene.screen, OrdonnanceRead)
        pages.append(scene.screen.page)
    assert pages == [Page.CHECK, Page.PATIENT, None]


def test_an_appli_carte_vitale_code_is_forwarded_and_kept_by_nobody(scene: Scene) -> None:
    scene.lay("v", VITALE_APP)
    assert scene.events[1].secret
    assert isinstance(scene.screen, OpaqueForwarded)


def test_a_barcode_that_means_nothing_here_is_an_unknown_code(scene: Scene) -> None:
    scene.lay("u", (Symbology.CODE_128, b"HELLO-123"))
    assert isinstance(scene.screen, UnknownCode)


def test_a_damaged_ordonnance_is_said_so(scene: Scene) -> None:
    symbology, content = ordonnance()
    scene.lay("a", (symbology, content[:-1]))
    assert isinstance(scene.screen, DamagedOrdonnance)
    assert scene.tones == ["check"]


def test_an_ordonnance_without_patient_joins_the_current_visit(scene: Scene) -> None:
    scene.lay("b", ins_code())
    scene.lay("a", ordonnance(family=None))
    scene.wait(1)
    assert scene.kinds == ["visit.opened", "code.read", "code.read"]
    shown = scene.screen
    assert isinstance(shown, OrdonnanceRead)
    assert shown.patient is None


def test_only_an_ins_code_shows_the_identity(scene: Scene) -> None:
    scene.lay("b", ins_code())
    shown = scene.screen
    assert isinstance(shown, InsRead)
    assert (shown.birth_name, shown.birth_date, shown.sex) == ("ADRTROIS", "26/02/1997", "F")


def test_a_lost_camera_is_shown_told_and_its_return_too(scene: Scene) -> None:
    scene.wait(60)
    scene.play(CameraChanged(CameraState.LOST, scene.at_ns, "unplugged"))
    assert scene.screen == CameraLost(since="09:01")
    scene.play(CameraChanged(CameraState.LOST, scene.at_ns, "unplugged"))
    scene.play(CameraChanged(CameraState.OK, scene.at_ns))
    assert isinstance(scene.screen, Ready)
    assert [event.payload["state"] for event in scene.events] == ["lost", "ok"]


def test_a_full_disk_is_said_and_the_code_is_still_shown(scene: Scene) -> None:
    scene.play(StorageFailed(scene.at_ns))
    assert isinstance(scene.screen, Fault)
    scene.lay("a", ordonnance())
    assert isinstance(scene.screen, OrdonnanceRead)
    scene.play(StorageBack(scene.at_ns))
    scene.take("a")
    scene.wait(IDLE_S)
    assert isinstance(scene.screen, Ready)


def test_a_lost_journal_is_said_until_it_is_taken_note_of(scene: Scene) -> None:
    scene.play(JournalLost())
    assert isinstance(scene.screen, Fault)
    scene.wait(59)
    assert isinstance(scene.screen, Fault)
    scene.wait(1)
    assert scene.screen == Resting("09:01", "Panne n° 11", alert=True)
    scene.press(Button.OK)
    assert isinstance(scene.screen, Ready)


def test_the_ready_screen_shows_that_no_lgo_asks(scene: Scene) -> None:
    scene.play(LinkChanged(LgoLink.ABSENT))
    assert isinstance(scene.screen, Ready)
    assert scene.screen.lgo is LgoLink.ABSENT


def test_a_restarted_counter_takes_up_the_visit_where_it_was(scene: Scene) -> None:
    scene.restore("a", ordonnance(), 7, "v-before")
    scene.lay("b", ins_code())
    assert scene.kinds == ["code.read"]
    assert scene.events[0].visit == "v-before"
    scene.wait(1)
    assert isinstance(scene.screen, OrdonnanceRead)


def test_a_restarted_counter_does_not_tell_a_discordance_twice(scene: Scene) -> None:
    scene.restore("a", ordonnance(), 7, "v-before")
    scene.restore("b", TOUSSAINT_INS, 8, "v-before")
    scene.wait(1)
    assert scene.events == []
    assert isinstance(scene.screen, Discordance)


def test_the_bound_of_a_visit_opens_the_next(scene: Scene) -> None:
    for number in range(MAX_ITEMS):
        scene.lay(f"s{number}", ordonnance(f"{number:018}"))
    assert scene.kinds.count("visit.opened") == 1
    scene.lay("one more", ordonnance("9" * 18))
    assert scene.kinds.count("visit.opened") == 2


def test_the_bound_of_visits_at_once_closes_the_oldest(scene: Scene) -> None:
    for number in range(MAX_VISITS):
        scene.lay(f"s{number}", ordonnance(f"{number:018}", "ADRTROIS", f"Enfant{'ABCDEFGH'[number]}"))
    assert "visit.closed" not in scene.kinds
    scene.lay("one more", ordonnance("9" * 18, "ADRTROIS", "Autre"))
    assert len(scene.state.visits) == MAX_VISITS
    assert scene.kinds[-3:] == ["visit.closed", "visit.opened", "code.read"]
