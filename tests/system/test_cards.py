"""Cards in the whole appliance: a real PC/SC daemon with virtual readers, whatever is killed."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from PIL import Image

from appliance.display.card_screens import PinEntry
from appliance.display.render import render
from appliance.simulation.cards.cps import DEMO_PIN
from appliance.simulation.cards.pcscd import PcscdUnavailableError, check_installed
from appliance.simulation.cards.program import slots_path
from appliance.simulation.cards.slots import Slots, SlotsFile

from .appliance_process import Appliance, running, wait_until

pytestmark = [pytest.mark.processes, pytest.mark.timeout(120), pytest.mark.xdist_group("processes")]

IDENTITIES = re.compile(
    r"PHARMACH|CAROLE|ADRTROIS|DOMINIQUE|CORSE|ANTHONY|97022A02077|80032B02040|899700075122"
)
"""Of the virtual cards: none may stand in a log."""


@pytest.fixture(scope="module")
def appliance() -> Iterator[Appliance]:
    try:
        check_installed()
    except PcscdUnavailableError as error:
        pytest.skip(str(error))
    with running("--size", "1920x1080") as appliance:
        wait_until(lambda: len(readers(appliance)) == 2, 30, "the readers")
        yield appliance


def readers(appliance: Appliance) -> list[dict[str, Any]]:
    try:
        found: list[dict[str, Any]] = appliance.client.get("/v1/cards").json()["readers"]
    except httpx.HTTPError:
        return []
    return found


def put(appliance: Appliance, *cards: str | None) -> None:
    SlotsFile(slots_path(appliance.folder / "run")).write(Slots(cards))


def read_after(appliance: Appliance, after: int, count: int = 1) -> list[dict[str, Any]]:
    def told() -> list[dict[str, Any]]:
        try:
            found = [event for event in appliance.events(after) if event["kind"] == "card.read"]
        except httpx.HTTPError:
            return []
        return found if len(found) >= count else []

    events: list[dict[str, Any]] = wait_until(told, 30, f"{count} cards read")
    return events


def last_id(appliance: Appliance) -> int:
    return max((event["id"] for event in appliance.events(0)), default=0)


def test_a_card_is_read_trusted_as_a_test_card_and_ended(appliance: Appliance) -> None:
    before = last_id(appliance)
    put(appliance, "cps3", None)
    (read,) = read_after(appliance, before)
    holder = read["payload"]["content"]
    assert holder["is_test"]
    assert holder["warnings"] == ["test_card"]
    assert {certificate["verdict"] for certificate in holder["certificates"]} == {"test"}
    wait_until(lambda: appliance.screen == "CpsRead", 30, "the holder on the screen")
    put(appliance, None, None)
    wait_until(
        lambda: any(event["kind"] == "card.removed" for event in appliance.events(before)), 40, "its end"
    )


def press(appliance: Appliance, *buttons: str) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line:
        for button in buttons:
            line.sendto(button.encode(), str(appliance.folder / "run" / "buttons.sock"))


def shown(appliance: Appliance) -> bytes:
    with Image.open(appliance.folder / "run" / "oled.png") as picture:
        return picture.convert("1").tobytes()


def offered_digit(appliance: Appliance, entered: int, tries: int) -> int | None:
    """The digit that the screen offers at that place, as a person reads it."""
    picture = shown(appliance)
    pictures = {
        digit: render(PinEntry(entered, len(DEMO_PIN), digit, tries)).tobytes() for digit in range(10)
    }
    return next((digit for digit, drawn in pictures.items() if drawn == picture), None)


def type_digit(appliance: Appliance, entered: int, wanted: int, tries: int) -> None:
    """Turn the wheel until the screen shows the digit, then give it."""

    def see(digit: int | None = None) -> int:
        def seen() -> tuple[int] | None:
            now = offered_digit(appliance, entered, tries)
            return None if now is None or digit not in {None, now} else (now,)

        return int(wait_until(seen, 40, "a digit on the screen")[0])

    at = see()
    while at != wanted:
        press(appliance, "up")
        at = see((at + 1) % 10)
    press(appliance, "ok")


def test_the_code_is_typed_with_three_buttons_and_ends_with_the_card(appliance: Appliance) -> None:
    before = last_id(appliance)
    put(appliance, "cps4", None)
    read_after(appliance, before)
    wait_until(lambda: appliance.screen == "CpsRead", 30, "the holder on the screen")
    press(appliance, "ok")
    for entered, digit in enumerate(DEMO_PIN.decode()):
        type_digit(appliance, entered, int(digit), tries=3)
    sending = render(PinEntry(len(DEMO_PIN), len(DEMO_PIN), None, 3)).tobytes()
    wait_until(lambda: shown(appliance) == sending, 40, "the code being offered to be sent")
    press(appliance, "ok")
    wait_until(lambda: "card.code_given" in kinds_after(appliance, before), 40, "the code")
    # The bridge reads the readers from a file, which is written just after the event.
    wait_until(lambda: readers(appliance)[0]["card"]["code_given"], 40, "the code in what the bridge says")
    put(appliance, None, None)
    wait_until(lambda: "card.removed" in kinds_after(appliance, before), 40, "the withdrawal")
    wait_until(lambda: readers(appliance)[0]["card"] is None, 30, "the empty reader")
    # A camera that comes late on a busy machine says so in between.
    assert [kind for kind in kinds_after(appliance, before) if kind.startswith("card.")] == [
        "card.inserted",
        "card.read",
        "card.code_needed",
        "card.code_given",
        "card.removed",
    ]


def kinds_after(appliance: Appliance, after: int) -> list[str]:
    return [event["kind"] for event in appliance.events(after)]


def test_virtual_readers_that_are_killed_come_back_with_their_cards(appliance: Appliance) -> None:
    before = last_id(appliance)
    put(appliance, "cps3", "vitale")
    read_after(appliance, before, 2)
    between = last_id(appliance)
    pid = appliance.pid("virtual-cards")
    assert appliance.kill("virtual-cards")
    again = read_after(appliance, between, 2)
    assert appliance.pid("virtual-cards") != pid
    # Made anew by the same authorities: still a test card, and no stranger's.
    warnings = [event["payload"]["content"]["warnings"] for event in again]
    assert ["test_card"] in warnings
    kinds = [event["kind"] for event in appliance.events(between)]
    assert kinds.count("card.removed") == 2
    put(appliance, None, None)


def test_a_counter_that_is_killed_tells_of_its_cards_anew(appliance: Appliance) -> None:
    before = last_id(appliance)
    put(appliance, None, "vitale-family")
    (read,) = read_after(appliance, before)
    between = last_id(appliance)
    assert appliance.kill("counter")
    (again,) = read_after(appliance, between)
    assert again["payload"]["card"] != read["payload"]["card"]
    removed = [event for event in appliance.events(between) if event["kind"] == "card.removed"]
    assert [event["payload"]["card"] for event in removed] == [read["payload"]["card"]]
    assert removed[0]["id"] < again["id"]
    put(appliance, None, None)


def test_no_identity_of_a_card_stands_in_the_logs(appliance: Appliance) -> None:
    assert IDENTITIES.search(appliance.log.read_text()) is None
