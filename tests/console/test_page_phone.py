"""The telephone on the page: it asks, is answered by keyboard, and rests again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from selenium.webdriver.common.keys import Keys

from appliance.simulation.console import Thumbnails
from appliance.simulation.pro_sante_connect.phone import Decision, Phone
from tests.console.page import Page
from tests.console.stand import Stand

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("chromium-device")]


@pytest.fixture
def stand(tmp_path: Path, thumbnails: Thumbnails) -> Iterator[Stand]:
    with Stand(tmp_path, thumbnails=thumbnails, phone=True) as made:
        yield made


@pytest.mark.parametrize("decision", list(Decision))
def test_the_number_is_compared_and_answered(page: Page, stand: Stand, decision: Decision) -> None:
    phone = stand.phone
    assert isinstance(phone, Phone)
    page.open_ready()
    page.wait(lambda: page.find("#phone").is_displayed())
    button = f'#phone [data-decision="{decision.value}"]'
    assert not page.find(button).is_enabled()
    phone.show("r1", "07")
    page.wait(lambda: page.text("#phone-number") == "07")
    page.wait(lambda: page.find(button).is_enabled())
    page.focus(button)
    page.keys(Keys.ENTER)
    page.wait(lambda: phone.decision("r1") is decision)
    page.wait(lambda: page.text("#phone-number") == "")
    assert not page.find(button).is_enabled()
