"""The device's face on the page: live picture with outlines, OLED, buttons, sounds, card slots."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from typing import Any

import cv2
import numpy as np
import pytest
from selenium.webdriver import ActionChains
from selenium.webdriver.common.keys import Keys

from appliance.display.render import render
from appliance.display.screens import LgoLink, Ready
from tests.console.page import Page

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("chromium-device")]


def code(kind: str, label: str, x: float, y: float, size: float = 0.08) -> dict[str, Any]:
    corners = [[x, y], [x + size, y], [x + size, y + size * 16 / 9], [x, y + size * 16 / 9]]
    return {"sighting": label, "symbology": "QRCode", "kind": kind, "label": label, "corners": corners}


def pixel(page: Page, canvas: str, x: int, y: int) -> list[int]:
    script = """return [...document.querySelector(arguments[0]).getContext("2d")
                .getImageData(arguments[1], arguments[2], 1, 1).data]"""
    found: list[int] = page.run(script, canvas, x, y)
    return found


@pytest.fixture
def buttons(page: Page) -> Iterator[socket.socket]:
    """Where presses arrive."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as bound:
        bound.bind(str(page.stand.runtime / "buttons.sock"))
        bound.settimeout(30)
        yield bound


def test_the_picture_is_live(page: Page) -> None:
    page.open_ready()
    assert page.text("#live") == "En direct"
    page.stand.show_frame(np.full((540, 960), 30, np.uint8))
    page.wait(lambda: abs(pixel(page, "#frame", 480, 270)[0] - 30) < 4)
    assert (page.stand.runtime / "preview" / "wanted").exists()


def test_light_and_focus_are_said_with_what_to_mend(page: Page) -> None:
    page.open_ready()
    page.stand.show_frame()
    assert not page.find("#meters").is_displayed()
    page.stand.show_meters()
    page.wait(lambda: page.text("#meter-light") == "Lumière bonne : 190 sur 255")
    assert page.text("#meter-focus") == "Image nette : flou 0,8 px"
    page.stand.show_meters(blur_px=2.31, focus_good=False, clipped=0.061, light_good=False)
    page.wait(lambda: page.text("#meter-focus").startswith("Image floue : 2,3 px"))
    assert "6,1 % brûlés" in page.text("#meter-light")
    page.stand.show_meters(blur_px=None, focus_good=False)
    page.wait(lambda: page.text("#meter-focus") == "Netteté : posez une feuille imprimée")
    assert page.errors() == []


def test_codes_are_outlined_and_named_where_they_are(page: Page) -> None:
    page.open_ready()
    page.stand.show_frame(codes=[code("ordonnance", "Ordonnance numérique", 0.2, 0.3)])
    page.wait(lambda: len(page.all(".code-label")) == 1)
    assert page.text(".code-label") == "Ordonnance numérique"
    assert page.text("#codes-count") == "1 code vu"
    outline, picture = page.box(".outline-line"), page.box("#picture")
    assert (outline["x"] - picture["x"]) / picture["width"] == pytest.approx(0.2, abs=0.01)
    assert (outline["y"] - picture["y"]) / picture["height"] == pytest.approx(0.3, abs=0.01)
    page.stand.show_frame(codes=[])
    page.wait(lambda: page.all(".code-label") == [])
    assert page.text("#codes-count") == "Aucun code en vue"


def test_an_unread_code_is_told_by_its_dashed_line_and_its_reason(page: Page) -> None:
    page.open_ready()
    left, right, top, bottom = 0.5, 0.6, 0.25, 0.45
    unread = {
        "reason": "blurred",
        "label": "Non lu : flou",
        "corners": [[left, top], [right, top], [right, bottom], [left, bottom]],
    }
    page.stand.show_frame(codes=[code("ordonnance", "Ordonnance numérique", 0.2, 0.3)], unread=[unread])
    page.wait(lambda: len(page.all(".code-label")) == 2)
    assert page.text('.code-label[data-kind="unread"]') == "Non lu : flou"
    assert page.text("#codes-count") == "1 code vu, 1 non lu"
    dashes = "return getComputedStyle(document.querySelector(arguments[0])).strokeDasharray"
    assert page.run(dashes, '.outline-line[data-kind="unread"]') != "none"
    assert page.run(dashes, '.outline-line[data-kind="ordonnance"]') == "none"
    outline, picture = page.box('.outline-line[data-kind="unread"]'), page.box("#picture")
    assert (outline["x"] - picture["x"]) / picture["width"] == pytest.approx(left, abs=0.01)
    page.stand.show_frame(unread=[])
    page.wait(lambda: page.all(".code-label") == [])
    assert page.text("#codes-count") == "Aucun code en vue"
    assert page.errors() == []


@pytest.mark.parametrize("width", [360, 1280])
def test_names_of_crowded_codes_do_not_hide_each_other(page: Page, width: int) -> None:
    page.open_ready(width=width)
    crowd = [
        code("prescriber", f"Prescripteur {row}{column}", 0.35 + 0.1 * column, 0.2 + 0.2 * row)
        for row in range(3)
        for column in range(2)
    ]
    page.stand.show_frame(codes=crowd)
    page.wait(lambda: len(page.all(".code-label")) == len(crowd))
    boxes = page.run(
        "return [...document.querySelectorAll('.code-label')].map((l) => l.getBoundingClientRect().toJSON())"
    )
    picture = page.box("#picture")
    for index, one in enumerate(boxes):
        assert one["left"] >= picture["x"]
        assert one["right"] <= picture["x"] + picture["width"]
        for other in boxes[index + 1 :]:
            assert (
                one["right"] <= other["left"]
                or other["right"] <= one["left"]
                or one["bottom"] <= other["top"]
                or other["bottom"] <= one["top"]
            )


def test_a_name_is_text_whatever_it_holds(page: Page) -> None:
    page.open_ready()
    page.stand.show_frame(codes=[code("link", "<img src=x onerror=alert(1)>", 0.2, 0.3)])
    page.wait(lambda: page.text(".code-label") == "<img src=x onerror=alert(1)>")
    assert page.all(".code-label img") == []


@pytest.mark.parametrize(
    ("status", "title"),
    [
        ({"camera": "lost"}, "Caméra perdue"),
        ({"camera": "ended"}, "Les images du dossier sont toutes passées"),
    ],
)
def test_a_lost_camera_is_said_and_its_picture_no_longer_passes_for_live(
    page: Page, status: dict[str, Any], title: str
) -> None:
    page.open_ready()
    page.stand.show_counter(**status)
    page.wait(lambda: page.find("#veil").is_displayed())
    assert page.text("#veil-title") == title
    assert not page.find("#live").is_displayed()
    page.stand.show_counter()
    page.wait(lambda: page.find("#live").is_displayed())


def test_a_picture_that_stands_still_is_said(page: Page) -> None:
    page.open_ready()
    page.stand.clock.advance(60)
    page.wait(lambda: page.text("#veil-title") == "L'image est arrêtée")
    page.stand.show_frame()
    page.wait(lambda: page.find("#live").is_displayed())


def test_the_page_waits_for_the_first_picture(page: Page) -> None:
    for file in (page.stand.runtime / "preview").iterdir():
        file.unlink()
    page.open()
    page.wait(lambda: page.text("#veil-title") == "En attente de la première image…")
    assert page.text("#status-camera") == "Caméra en marche"


def test_a_device_without_a_simulated_world_offers_nothing_to_lay(page: Page) -> None:
    page.stand.stop()
    page.stand.has_world = False
    page.stand.start()
    page.open()
    page.wait(lambda: page.find("#live").is_displayed())
    assert not page.find("#tray-panel").is_displayed()
    assert not page.find("#lying").is_displayed()


def test_the_oled_is_shown_pixel_for_pixel(page: Page) -> None:
    screen = render(Ready(clock="14:32", camera_ok=True, lgo=LgoLink.PRESENT))
    image = np.asarray(screen.convert("L"), dtype=np.uint8)
    page.stand.show_oled(image)
    page.open_ready()
    page.wait(lambda: "is-lit" in (page.find("#oled").get_attribute("class") or ""))
    shown = page.run(
        """const pixels = document.querySelector("#oled-pixels").getContext("2d");
           const data = pixels.getImageData(0, 0, 128, 64).data;
           return Array.from({length: 128 * 64}, (_, index) => data[4 * index]);"""
    )
    assert shown == image.flatten().tolist()
    assert page.find("#oled-pixels").get_attribute("aria-label") == "Écran de l'appareil : prêt".replace(
        " :", "\N{NO-BREAK SPACE}:"
    )


@pytest.mark.parametrize(("width", "scale"), [(360, 2), (600, 3), (768, 2), (1280, 3), (1920, 3)])
def test_a_pixel_of_the_oled_is_a_whole_number_of_the_pages(page: Page, width: int, scale: int) -> None:
    page.open_ready(width=width)
    box, bezel = page.box("#oled-pixels"), page.box("#oled")
    assert (box["width"], box["height"]) == (128 * scale, 64 * scale)
    assert bezel["width"] >= box["width"]
    assert page.find("#oled-pixels").value_of_css_property("image-rendering") == "pixelated"


def test_the_screen_of_a_device_that_is_off(page: Page) -> None:
    page.open_ready()
    assert page.text("#oled-off") == "Écran éteint"


@pytest.mark.parametrize(("name", "datagram"), [("up", b"up"), ("ok", b"ok"), ("down", b"down")])
def test_buttons_by_mouse(page: Page, buttons: socket.socket, name: str, datagram: bytes) -> None:
    page.open_ready()
    page.find(f'[data-button="{name}"]').click()
    assert buttons.recv(64) == datagram


@pytest.mark.parametrize(
    ("where", "key", "datagram"),
    [
        ("#oled", Keys.ENTER, b"ok"),
        ("#oled", Keys.ARROW_UP, b"up"),
        ("#oled", Keys.ARROW_DOWN, b"down"),
        ('[data-button="up"]', Keys.ENTER, b"up"),
        ('[data-button="down"]', Keys.SPACE, b"down"),
        ('[data-button="ok"]', Keys.ARROW_DOWN, b"down"),
    ],
)
def test_buttons_by_keyboard(
    page: Page, buttons: socket.socket, where: str, key: str, datagram: bytes
) -> None:
    page.open_ready()
    page.focus(where)
    page.keys(key)
    assert buttons.recv(64) == datagram
    # Once: the click that a browser makes of a key is no second press.
    page.keys(Keys.ARROW_UP if datagram != b"up" else Keys.ARROW_DOWN)
    assert buttons.recv(64) != datagram


def test_a_long_press_by_mouse_is_sent_while_still_down(page: Page, buttons: socket.socket) -> None:
    page.open_ready()
    ActionChains(page.driver).click_and_hold(page.find('[data-button="ok"]')).perform()
    assert buttons.recv(64) == b"ok:held"
    ActionChains(page.driver).release().perform()
    page.find('[data-button="up"]').click()
    assert buttons.recv(64) == b"up"


def test_a_long_press_by_keyboard(page: Page, buttons: socket.socket) -> None:
    page.open_ready()
    page.focus("#oled")
    ActionChains(page.driver).key_down(Keys.ENTER).perform()
    assert buttons.recv(64) == b"ok:held"
    ActionChains(page.driver).key_up(Keys.ENTER).perform()


def test_a_press_that_fails_is_said(page: Page) -> None:
    page.expects_errors = True
    page.open_ready()
    page.find('[data-button="ok"]').click()
    page.wait(lambda: "boutons ne répondent pas" in page.text("#toast"))


def test_the_sound_switch_holds_for_the_tab(page: Page) -> None:
    page.open_ready()
    switch = page.find("#sound-switch")
    assert switch.get_attribute("aria-checked") == "false"
    switch.click()
    assert switch.get_attribute("aria-checked") == "true"
    page.stand.show_counter(tone="lgo_has_it", tones=4)
    page.driver.refresh()
    page.wait(lambda: page.find("#sound-switch").get_attribute("aria-checked") == "true")
    page.run("sessionStorage.removeItem('comptoir.son')")


def test_the_sounds_of_the_device_are_heard_when_they_are_wanted(page: Page) -> None:
    page.stand.show_counter(tone="seen", tones=7)
    page.open_ready()
    page.run(
        """
        window.heard = [];
        const Oscillator = window.OscillatorNode;
        window.OscillatorNode = class extends Oscillator {
          constructor(context, options) { super(context, options); window.heard.push(options.frequency); }
        };
        """
    )
    page.stand.show_counter(tone="check", tones=8, camera="lost")
    page.wait(lambda: page.text("#status-camera") == "Caméra perdue")
    assert page.run("return window.heard") == []
    page.find("#sound-switch").click()
    page.wait(lambda: page.run("return window.heard") == [1760])
    page.stand.show_counter(tone="lgo_has_it", tones=9)
    page.wait(lambda: page.run("return window.heard") == [1760, 1320, 1980])
    page.run("sessionStorage.removeItem('comptoir.son')")


def test_lamp_and_tone_are_said_in_words(page: Page) -> None:
    page.stand.show_counter(tone="", tones=0)
    page.open_ready()
    page.wait(lambda: page.text("#signals-text") == "Aucun signal")
    page.stand.show_counter(tone="check", tones=1, loudness=0.0, light=0.4)
    page.wait(lambda: "trois éclats orange" in page.text("#signals-text"))
    assert page.text("#signals-text").endswith("(muet) · éclairage 40 %")


def test_card_slots_are_empty_and_say_so(page: Page) -> None:
    page.open_ready()
    assert [slot.text.split("\n") for slot in page.all(".slot")] == [
        ["Lecteur 1", "Carte CPS", "Vide"],
        ["Lecteur 2", "Carte Vitale", "Vide"],
    ]


def test_a_broken_picture_file_does_not_stop_the_page(page: Page) -> None:
    page.expects_errors = True
    page.open_ready()
    done, jpeg = cv2.imencode(".jpg", np.zeros((540, 960), np.uint8))
    assert done
    (page.stand.runtime / "preview" / "frame.jpg").write_bytes(jpeg.tobytes()[:200])
    page.stand.show_counter(camera="lost")
    page.wait(lambda: page.text("#status-camera") == "Caméra perdue")
    page.stand.show_frame(np.full((540, 960), 90, np.uint8))
    page.stand.show_counter()
    page.wait(lambda: abs(pixel(page, "#frame", 480, 270)[0] - 90) < 4)
