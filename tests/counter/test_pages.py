"""Captured pages at the counter: whose they are, what is said of them, and when they are erased."""

from __future__ import annotations

from typing import Any

from appliance.counter.outputs import DropPages, KeepPage
from appliance.counter.page_core import JOIN_NS
from appliance.counter.page_state import PageCaptured, PageGone, PageKept, PageLost
from appliance.counter.visit_mirror import visit_json
from appliance.decode.sightings import PageBegun
from appliance.display.screens import OrdonnanceRead, PageRead, Ready, Screen
from appliance.pages.document import MAX_PAGES

from .scenes import TOUSSAINT_QR, Scene, ordonnance


def said(page: str, *sightings: str, real_dpi: float = 215.0) -> PageBegun:
    values: dict[str, Any] = {
        "page": page,
        "sightings": sightings,
        "size": 4,
        "width_px": 2480,
        "height_px": 3508,
        "dpi": 300,
        "width_mm": 210.0,
        "height_mm": 297.0,
        "real_dpi": real_dpi,
        "is_sharp": real_dpi >= 200,
        "is_upright": True,
    }
    return PageBegun(**values)


def capture(scene: Scene, page: str, *sightings: str, real_dpi: float = 215.0) -> None:
    """A page is made, and kept."""
    scene.play(PageCaptured(said(page, *sightings, real_dpi=real_dpi), scene.at_ns))
    scene.play(PageKept(page, scene.at_ns))


def test_recto_then_verso_and_a_second_sheet_are_one_document() -> None:
    scene = Scene()
    scene.lay("s1", ordonnance())
    capture(scene, "p1", "s1")
    scene.take("s1")
    scene.play(PageGone("p1", scene.at_ns))
    scene.wait(3)
    capture(scene, "p2")
    scene.play(PageGone("p2", scene.at_ns))
    scene.wait(3)
    capture(scene, "p3")
    told = scene.told("page.captured")
    assert [event.payload["number"] for event in told] == [1, 2, 3]
    assert {event.visit for event in told} == {"v-s1"}
    assert [effect for effect in scene.page_effects if isinstance(effect, KeepPage)] == [
        KeepPage("v-s1", f"p{number}", number) for number in (1, 2, 3)
    ]


def test_a_taken_page_is_shown_discreetly_and_makes_no_sound() -> None:
    scene = Scene()
    scene.lay("s1", ordonnance())
    tones = list(scene.tones)
    capture(scene, "p1", "s1")
    shown = scene.screen
    assert isinstance(shown, OrdonnanceRead)
    assert "Page 1 prise" in shown.remarks
    assert scene.tones == tones


def test_a_page_that_is_not_sharp_is_said_and_heard_and_a_better_one_takes_its_place() -> None:
    scene = Scene()
    scene.lay("s1", ordonnance())
    capture(scene, "p1", "s1", real_dpi=150.0)
    shown = scene.screen
    assert isinstance(shown, OrdonnanceRead)
    assert "Page floue : à plat" in shown.warnings
    assert scene.tones[-1] == "check"
    capture(scene, "p1", "s1", real_dpi=140.0)
    assert len(scene.page_effects) == 1
    capture(scene, "p1", "s1", real_dpi=220.0)
    assert len(scene.page_effects) == 2
    last = scene.told("page.captured")[-1].payload
    assert (last["number"], last["is_sharp"]) == (1, True)
    assert isinstance(scene.screen, OrdonnanceRead)
    assert not scene.screen.warnings


def test_a_sharp_page_seen_again_is_no_news() -> None:
    scene = Scene()
    scene.lay("s1", ordonnance())
    capture(scene, "p1", "s1")
    scene.play(PageGone("p1", scene.at_ns), PageCaptured(said("p1", "s1", real_dpi=250.0), scene.at_ns))
    assert len(scene.page_effects) == 1
    assert scene.state.visits[-1].pages[0].in_view


def test_a_sheet_without_codes_opens_a_visit_and_is_shown() -> None:
    scene = Scene()
    capture(scene, "p1")
    assert scene.kinds[-2:] == ["visit.opened", "page.captured"]
    shown: Screen = scene.screen
    assert shown == PageRead(1, is_sharp=True)
    scene.wait(60)
    assert "visit.closed" not in scene.kinds, "it lies there"
    scene.play(PageGone("p1", scene.at_ns))
    shown = scene.screen
    assert isinstance(shown, Ready)
    scene.wait(21)
    assert scene.told("visit.closed")
    assert scene.page_effects[-1] == DropPages("v-p1")


def test_a_code_laid_after_a_bare_sheet_joins_its_visit() -> None:
    scene = Scene()
    capture(scene, "p1")
    scene.lay("s1", ordonnance())
    assert [event.visit for event in scene.told("code.read")] == ["v-p1"]
    assert isinstance(scene.screen, OrdonnanceRead)


def test_a_bare_sheet_laid_late_is_the_next_patient_s() -> None:
    scene = Scene()
    scene.lay("s1", ordonnance())
    capture(scene, "p1", "s1")
    scene.take("s1")
    scene.play(PageGone("p1", scene.at_ns))
    scene.wait(JOIN_NS / 1e9 + 1)
    capture(scene, "p2")
    assert [event.visit for event in scene.told("page.captured")] == ["v-s1", "v-p2"]
    assert scene.told("visit.closed")[0].payload == {"reason": "next_patient"}
    assert DropPages("v-s1") in scene.page_effects


def test_a_page_goes_to_the_visit_of_its_codes_not_to_the_latest() -> None:
    scene = Scene()
    scene.lay("s1", ordonnance())
    scene.lay("s2", TOUSSAINT_QR)
    capture(scene, "p1", "s1")
    assert scene.told("page.captured")[0].visit == "v-s1"


def test_pages_go_with_their_visit_whoever_ends_it() -> None:
    scene = Scene()
    scene.lay("s1", ordonnance())
    capture(scene, "p1", "s1")
    scene.take("s1")
    scene.play(PageGone(None, scene.at_ns))
    scene.lay("s2", TOUSSAINT_QR)
    assert scene.page_effects[-1] == DropPages("v-s1")


def test_a_visit_has_a_bound_of_pages() -> None:
    scene = Scene()
    scene.lay("s1", ordonnance())
    for number in range(MAX_PAGES):
        capture(scene, f"p{number}", "s1")
    assert len(scene.told("page.captured")) == MAX_PAGES
    scene.play(PageCaptured(said("p9", "s1"), scene.at_ns))
    assert scene.told("page.refused")[0].payload == {"page": "p9", "reason": "too_many"}
    assert len(scene.state.visits[-1].pages) == MAX_PAGES
    assert scene.tones[-1] == "check"


def test_a_page_that_cannot_be_kept_is_said_and_not_counted() -> None:
    scene = Scene()
    scene.lay("s1", ordonnance())
    scene.play(PageCaptured(said("p1", "s1"), scene.at_ns), PageLost("p1", "full", scene.at_ns))
    assert scene.told("page.refused")[0].payload == {"page": "p1", "reason": "full"}
    document = visit_json(scene.state)
    assert document is not None
    assert document["pages"] == 0
    scene.play(PageKept("p1", scene.at_ns))
    assert not scene.told("page.captured")


def test_a_page_in_view_does_not_hide_that_a_code_is_not_read() -> None:
    scene = Scene()
    capture(scene, "p1")
    assert not scene.state.is_code_in_view
