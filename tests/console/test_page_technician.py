"""The technician's page in a browser: code, aiming, clients by the keyboard, end."""

from __future__ import annotations

import numpy as np
import pytest
from selenium.webdriver.common.keys import Keys

from appliance.health.model import Answer, Verdict
from appliance.health.registry import REGISTRY
from tests.console.page import Page

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("chromium-device")]

CODE = "042173"


def enter(page: Page, width: int = 1280) -> None:
    page.stand.open_door(CODE)
    page.open(page.stand.technician_url, width=width)
    page.find("#gate-code").send_keys("042 173", Keys.ENTER)
    page.wait(lambda: page.find("#live").is_displayed())


def test_closed_then_a_wrong_code_then_the_right_one(page: Page) -> None:
    page.expects_errors = True  # the browser notes each refusal
    page.driver.get(page.stand.technician_url)
    assert "Menu, Technicien, Page web" in page.text("main")
    page.stand.open_door(CODE)
    page.open(page.stand.technician_url)
    assert page.focused().get_attribute("id") == "gate-code"
    page.keys("12", Keys.ENTER)
    page.wait(lambda: page.text("#gate-error") == "Tapez les six chiffres de l'écran.")
    page.keys("000000", Keys.ENTER)
    page.wait(lambda: "essais restants : 4" in page.text("#gate-error").replace("\u00a0", " "))
    page.keys(CODE, Keys.ENTER)
    page.wait(lambda: page.find("#board").is_displayed())
    assert page.driver.get_cookies() == []
    page.stand.shut_door()
    page.wait(lambda: page.text("#gate-title") == "La page est fermée")
    assert not page.find("#board").is_displayed()


def test_what_the_keyboard_would_type_is_shown_key_by_key(page: Page) -> None:
    enter(page)
    page.find("#keyboard-code").send_keys('{"D":{"ID":"7é"}}')
    page.find("#keyboard-caps").click()
    page.find("#keyboard-form button").click()
    page.wait(lambda: page.text("#keyboard-text") == '{"D":{"ID":"7é"}}')
    assert page.text("#keyboard-said").startswith("Ordonnance numérique, fr-windows")
    keys = [key.text for key in page.all("#keyboard-keys li")]
    assert keys[-5:] == ["Maj+É", 'Maj+"', "AltGr+=", "AltGr+=", "Entrée"]
    page.find("#keyboard-layout").send_keys("américain")
    page.find("#keyboard-form button").click()
    page.wait(lambda: "us-windows" in page.text("#keyboard-said"))


def test_aiming_checks_settings_and_clients(page: Page) -> None:
    corners = [[0.3, 0.3], [0.6, 0.3], [0.6, 0.7], [0.3, 0.7]]
    code = {"sighting": "s1", "symbology": "QRCode", "kind": "ordonnance", "label": "Ordonnance"}
    page.stand.show_frame(codes=[{**code, "corners": corners}])
    page.stand.show_meters(blur_px=2.4, focus_good=False)
    page.stand.show_counter(camera="ok", screen="Ready")
    page.stand.checks = (Verdict(next(iter(REGISTRY)), Answer.unknown("silent")),)
    enter(page)
    page.wait(lambda: len(page.all(".outline-line")) == 1)
    assert page.find("#meter-light").get_attribute("data-state") == "good"
    assert "2,4 px" in page.text("#meter-focus")
    page.wait(lambda: len(page.all(".check[data-level=unknown]")) == 1)
    assert len(page.all("#settings tr")) > 40
    assert "minute" in page.text("#left") or "min" in page.text("#left")

    page.wait(lambda: len(page.all("#clients tr")) == 1)
    page.focus("#clients tr .actions button")
    page.keys(Keys.ENTER)
    page.chord(Keys.CONTROL, "a")
    page.keys("Poste 1", Keys.ENTER)
    page.wait(lambda: page.text("#clients th") == "Poste 1")
    assert page.stand.journal.clients()[0].name == "Poste 1"
    page.focus("#clients tr .actions button:last-of-type")
    page.keys(Keys.ENTER)
    assert page.focused().text == "Annuler"
    page.chord(Keys.SHIFT, Keys.TAB)
    page.keys(Keys.ENTER)
    page.wait(lambda: page.find("#clients-none").is_displayed())
    assert page.stand.journal.clients() == []


def test_the_mirror_and_leaving(page: Page) -> None:
    page.expects_errors = True
    page.stand.show_oled(np.full((64, 128), 255, np.uint8))
    (page.stand.runtime / "oled.png").rename(page.stand.runtime / "oled.masked.png")
    enter(page)
    page.wait(lambda: page.all("#oled.is-lit"))
    page.find("#leave").click()
    page.wait(lambda: page.text("#gate-title") == "La page est fermée")


@pytest.mark.parametrize("width", [360, 768, 1280])
def test_nothing_is_wider_than_the_window(page: Page, width: int) -> None:
    page.stand.show_meters()
    enter(page, width)
    page.wait(lambda: page.all("#settings tr"))
    assert page.run("return document.documentElement.scrollWidth") <= width
