"""The two slots for cards: filled by drag and keyboard, emptied, and what the LGO then receives."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from selenium.webdriver.common.keys import Keys

from appliance.simulation.cards.console import OFFERED
from appliance.simulation.console import Thumbnails
from tests.console.page import Page
from tests.console.stand import Stand

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("chromium-device")]


@pytest.fixture
def stand(tmp_path: Path, thumbnails: Thumbnails) -> Iterator[Stand]:
    with Stand(tmp_path, thumbnails=thumbnails, cards=True) as made:
        yield made


def slots(page: Page) -> tuple[str | None, ...]:
    return page.stand.slots_file.read().cards


def open_cards(page: Page) -> None:
    page.open_ready()
    page.wait(lambda: len(page.all(".card-chip")) == len(OFFERED))


def test_a_card_is_given_by_keyboard_and_taken_again(page: Page) -> None:
    open_cards(page)
    page.focus('[data-card="cps3"]')
    page.keys(Keys.ENTER)
    page.wait(lambda: slots(page) == ("cps3", None))
    page.wait(lambda: "CPS3" in page.text('[data-slot="cps"] .slot-state'))
    assert page.find('[data-card="cps3"]').get_attribute("aria-pressed") == "true"
    page.focus('[data-slot="cps"] .slot-remove')
    page.keys(Keys.ENTER)
    page.wait(lambda: slots(page) == (None, None))
    page.wait(lambda: not page.find('[data-slot="cps"] .slot-remove').is_displayed())


def test_a_card_is_dragged_into_the_slot_that_is_meant(page: Page) -> None:
    open_cards(page)
    page.drag(page.middle('[data-card="vitale-family"]'), page.middle('[data-slot="cps"]'))
    page.wait(lambda: slots(page) == ("vitale-family", None))
    page.drag(page.middle('[data-card="vitale-family"]'), page.middle('[data-slot="vitale"]'))
    page.wait(lambda: slots(page) == (None, "vitale-family"))
    assert page.all(".card-ghost") == []


def test_a_card_dropped_beside_the_slots_stays_where_it_was(page: Page) -> None:
    open_cards(page)
    page.drag(page.middle('[data-card="mute"]'), page.middle("#oled"))
    page.focus('[data-card="vitale"]')
    page.keys(Keys.ENTER)
    page.wait(lambda: slots(page) == (None, "vitale"))


def test_cards_go_left_and_right_and_a_second_of_a_kind_takes_the_place(page: Page) -> None:
    open_cards(page)
    for name, expected in (
        ("vitale", (None, "vitale")),
        ("cps4", ("cps4", "vitale")),
        ("cps3", ("cps3", "vitale")),
    ):
        page.focus(f'[data-card="{name}"]')
        page.keys(Keys.ENTER)
        page.wait(lambda wanted=expected: slots(page) == wanted)


def test_what_another_hand_put_in_is_seen(page: Page) -> None:
    open_cards(page)
    page.stand.slots_file.write(page.stand.slots_file.read().with_card(1, "vitale"))
    page.wait(lambda: "Vitale" in page.text('[data-slot="vitale"] .slot-state'))


@pytest.mark.parametrize(
    ("kind", "title"),
    [
        ("card.inserted", "Carte insérée"),
        ("card.code_needed", "Code CPS demandé"),
        ("card.code_given", "Code CPS accepté"),
        ("card.code_refused", "Code CPS non accepté"),
        ("card.code_ended", "Code CPS à redonner"),
        ("card.removed", "Carte retirée"),
    ],
)
def test_the_lgo_sees_what_became_of_it(page: Page, kind: str, title: str) -> None:
    open_cards(page)
    event = page.stand.add_event(kind, {"card": "c-1", "reader": "Lecteur A"}, visit=None)
    page.wait(lambda: page.all(f'[data-event="{event}"]'))
    assert title in page.text(f'[data-event="{event}"]')
