"""Laying things on the counter: by mouse, finger and keyboard; moving, turning, taking away."""

from __future__ import annotations

import pytest
from selenium.webdriver.common.keys import Keys

from appliance.simulation.console import MAX_LYING
from tests.console.page import Page

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("chromium-world")]


def test_a_sheet_is_dragged_onto_the_picture(page: Page) -> None:
    page.open_ready()
    page.drag(page.middle('[data-slug="ordonnance"]'), page.picture_point(0.4, 0.55))
    page.wait(lambda: page.lying() == ["ordonnance"])
    (laid,) = page.stand.scene().objects
    assert (laid.x, laid.y) == (pytest.approx(0.4, abs=0.01), pytest.approx(0.55, abs=0.01))
    assert laid.angle_deg == 90
    page.wait(lambda: len(page.all(".handle")) == 1)
    # The handle lies over the sheet, sideways: A4 in a field of 400 mm.
    handle, picture = page.box(".handle"), page.box("#picture")
    assert handle["width"] / picture["width"] == pytest.approx(297 / 400, abs=0.01)
    assert handle["height"] / picture["height"] == pytest.approx(210 / 225, abs=0.01)
    assert page.all(".ghost") == []


def test_a_box_is_laid_so_that_its_face_is_under_the_pointer(page: Page) -> None:
    page.open_ready()
    page.drag(page.middle('[data-slug="boite"]'), page.picture_point(0.8, 0.3))
    page.wait(lambda: page.lying() == ["boite"])
    page.wait(lambda: len(page.all(".handle")) == 1)
    x, y = page.middle(".handle")
    wanted = page.picture_point(0.8, 0.3)
    assert (x, y) == (pytest.approx(wanted[0], abs=3), pytest.approx(wanted[1], abs=3))
    # It is nearer to the camera than the counter: it lies further in than it is seen.
    assert page.stand.scene().objects[0].x < 0.79


def test_a_drag_that_ends_beside_the_picture_lays_nothing(page: Page) -> None:
    page.open_ready()
    page.drag(page.middle('[data-slug="ordonnance"]'), page.middle("#oled"))
    page.lay("courrier")
    assert page.lying() == ["courrier"]
    assert page.all(".ghost") == []


def test_escape_gives_a_drag_up(page: Page) -> None:
    page.open_ready()
    page.run(
        """
        const tile = document.querySelector('[data-slug="ordonnance"]');
        const box = tile.getBoundingClientRect();
        const fire = (type, x, y) => tile.dispatchEvent(new PointerEvent(type, {
          bubbles: true, isPrimary: true, pointerId: 1, button: 0, clientX: x, clientY: y}));
        tile.setPointerCapture = () => {};
        fire("pointerdown", box.x, box.y);
        fire("pointermove", box.x + 40, box.y + 40);
        """
    )
    assert len(page.all(".ghost")) == 1
    page.keys(Keys.ESCAPE)
    assert page.all(".ghost") == []
    assert page.lying() == []


def test_a_finger_drags_a_sheet_onto_the_picture(page: Page) -> None:
    page.open_ready(width=768, height=1024)
    page.run("document.querySelector('#tray').scrollIntoView({block: 'end'})")
    page.touch_drag(page.middle('[data-slug="ordonnance"]'), page.picture_point(0.5, 0.6))
    page.wait(lambda: page.lying() == ["ordonnance"])


def test_a_finger_across_the_choice_scrolls_it_and_lays_nothing(page: Page) -> None:
    page.open_ready(width=360, height=780)
    page.run("document.querySelector('#tray').scrollIntoView({block: 'center'})")
    x, y = page.middle('[data-slug="ordonnance-sans-patient"]')
    page.touch_drag((x, y), (x - 150, y))
    page.wait(lambda: page.run("return document.querySelector('#tray').scrollLeft") > 40)
    page.lay("courrier")
    assert page.lying() == ["courrier"]


def test_everything_by_keyboard(page: Page) -> None:
    page.open_ready()
    page.lay("ordonnance")
    assert page.lying() == ["ordonnance"]
    page.focus(".handle")
    page.keys(Keys.ARROW_RIGHT, Keys.ARROW_RIGHT, Keys.ARROW_UP)
    page.wait(lambda: page.stand.scene().objects[0].x == pytest.approx(0.52))
    page.wait(lambda: page.stand.scene().objects[0].y == pytest.approx(0.49))
    page.chord(Keys.SHIFT, Keys.ARROW_LEFT)
    page.wait(lambda: page.stand.scene().objects[0].x == pytest.approx(0.47))
    page.keys("r")
    page.wait(lambda: page.stand.scene().objects[0].angle_deg == pytest.approx(105))
    page.keys(Keys.DELETE)
    page.wait(lambda: page.lying() == [])
    page.wait(lambda: page.all(".handle") == [])
    assert page.text("#lying-empty").startswith("Rien sur le comptoir")
    # The focus is not lost with what had it.
    assert page.focused().get_attribute("id") == "tray"


def test_several_at_once_lie_apart_and_the_last_is_chosen(page: Page) -> None:
    page.open_ready()
    for slug in ("telephone-ordonnance", "boite", "etiquette-ins"):
        page.lay(slug)
    boxes = page.run(
        "return [...document.querySelectorAll('.handle')].map((h) => h.getBoundingClientRect().toJSON())"
    )
    for index, one in enumerate(boxes):
        for other in boxes[index + 1 :]:
            apart = (
                one["right"] <= other["left"] + 1
                or other["right"] <= one["left"] + 1
                or one["bottom"] <= other["top"] + 1
                or other["bottom"] <= one["top"] + 1
            )
            assert apart
    assert page.find('.chip[aria-pressed="true"]').text == "Étiquette d'identité avec code INS"


def test_what_lies_there_is_moved_with_the_mouse(page: Page) -> None:
    page.open_ready()
    page.lay("telephone-ordonnance")
    page.drag(page.middle(".handle"), page.picture_point(0.2, 0.5))
    page.wait(lambda: page.stand.scene().objects[0].x < 0.25)
    assert page.middle(".handle")[0] == pytest.approx(page.picture_point(0.2, 0.5)[0], abs=3)
    assert len(page.stand.scene().objects) == 1


def test_what_is_dragged_off_the_picture_is_taken_away(page: Page) -> None:
    page.open_ready()
    page.lay("telephone-ordonnance")
    page.drag(page.middle(".handle"), page.middle("#slots-heading"))
    page.wait(lambda: page.lying() == [])
    assert page.stand.scene().objects[0].removed_at_ns is not None


def test_the_knob_turns_it(page: Page) -> None:
    page.open_ready()
    page.lay("telephone-ordonnance")
    page.focus(".handle")
    x, y = page.middle(".handle")
    # From the right of its middle to below it: a quarter turn clockwise.
    page.drag(page.middle(".knob"), (x, y + 60))
    page.wait(lambda: page.stand.scene().objects[0].angle_deg == pytest.approx(90, abs=10))


def test_tools_act_on_what_is_chosen(page: Page) -> None:
    page.open_ready()
    page.lay("boite")
    page.lay("etiquette-ins")
    page.find(".chip").click()
    page.find("#turn-right").click()
    page.wait(lambda: page.stand.scene().objects[0].angle_deg == 15)
    page.find("#turn-left").click()
    page.find("#turn-left").click()
    page.wait(lambda: page.stand.scene().objects[0].angle_deg == 345)
    page.find("#remove-one").click()
    page.wait(lambda: page.lying() == ["etiquette-ins"])
    page.lay("boite")
    page.find("#remove-all").click()
    page.wait(lambda: page.lying() == [])


def test_a_full_counter_says_so(page: Page) -> None:
    page.open_ready()
    for _ in range(MAX_LYING):
        page.lay("etiquette-ins")
    tile = page.find('[data-slug="etiquette-ins"]')
    assert tile.get_attribute("aria-disabled") == "true"
    tile.click()
    page.wait(lambda: str(MAX_LYING) in page.text("#toast"))
    assert len(page.lying()) == MAX_LYING


def test_what_another_hand_lays_appears(page: Page) -> None:
    page.open_ready()
    client = page.stand.make_app().test_client()
    client.put(
        "/console/api/scene/objects/other",
        json={"slug": "depliant", "x": 0.5, "y": 0.5, "angle_deg": 0},
        headers={"Authorization": f"Bearer {page.stand.token}"},
    )
    page.wait(lambda: [chip.text for chip in page.all(".chip")] == ["Dépliant avec un lien"])


def test_conditions_of_the_world(page: Page) -> None:
    page.open_ready()
    page.find('#world-camera option[value="unplugged"]').click()
    page.wait(lambda: page.stand.scene().camera == "unplugged")
    page.focus("#world-light")
    page.keys(Keys.ARROW_LEFT, Keys.ARROW_LEFT)
    page.wait(lambda: page.stand.scene().light == pytest.approx(0.9))
    assert page.text("#world-light-value") == "90 %"


def test_titles_of_the_choice_are_whole(page: Page) -> None:
    page.open_ready()
    clipped = page.run(
        """return [...document.querySelectorAll(".tile-title")]
             .filter((title) => title.scrollWidth > title.clientWidth + 1)
             .map((title) => title.textContent)"""
    )
    assert clipped == []
