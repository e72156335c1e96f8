"""The page on the whole appliance: a sheet laid with the mouse comes back as an acknowledged event."""

from __future__ import annotations

import pytest
from selenium.webdriver import Chrome

from tests.console.page import Page
from tests.console.stand import Stand
from tests.system.appliance_process import running

pytestmark = [pytest.mark.browser, pytest.mark.processes, pytest.mark.xdist_group("chromium-device")]


def test_a_sheet_laid_by_mouse_is_read_shown_and_received(browser: Chrome, stand: Stand) -> None:
    with running("--size", "1920x1080") as appliance:
        page = Page(browser, stand)
        page.open(f"{appliance.url}/console/#jeton={appliance.page_token}")
        page.wait(lambda: page.find("#live").is_displayed())
        page.wait(lambda: "is-lit" in (page.find("#oled").get_attribute("class") or ""))
        page.wait(lambda: page.all('[data-slug="ordonnance"]'))
        page.drag(page.middle('[data-slug="ordonnance"]'), page.picture_point(0.5, 0.5))
        page.wait(
            lambda: (
                {"Ordonnance numérique", "Identité INS"} <= {label.text for label in page.all(".code-label")}
            )
        )
        page.wait(lambda: page.all('.event.is-acknowledged[data-tone="ordonnance"]'))
        page.wait(lambda: "ordonnance" in (page.find("#oled-pixels").get_attribute("aria-label") or ""))
        outline, sheet = page.box('.outline-line[data-kind="ordonnance"]'), page.box(".handle")
        assert sheet["x"] < outline["x"] < sheet["x"] + sheet["width"]
        assert sheet["y"] < outline["y"] < sheet["y"] + sheet["height"]
        page.find("#remove-one").click()
        page.wait(lambda: page.text("#codes-count") == "Aucun code en vue")
        assert page.errors() == []
        browser.get("about:blank")
