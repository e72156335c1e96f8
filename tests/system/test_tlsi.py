"""The status by the CPS in the whole appliance: a base that wants an assertion, a card, three buttons."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import httpx
import pytest

from appliance.display.card_screens import PinEntry
from appliance.display.render import render
from appliance.simulation.cards.cps import DEMO_PIN
from appliance.simulation.cards.pcscd import PcscdUnavailableError, check_installed
from appliance.simulation.cards.program import slots_path
from appliance.simulation.cards.slots import Slots, SlotsFile
from appliance.simulation.national_base.program import whims_path
from appliance.simulation.national_base.whims import Whim, Whims, WhimsFile

from .appliance_process import Appliance, running, wait_until
from .test_cards import press, shown, type_digit

pytestmark = [pytest.mark.processes, pytest.mark.timeout(180), pytest.mark.xdist_group("processes")]

SECRETS = re.compile(r"PRIVATE KEY|PHARMACH|CAROLE|899700075122|202611201014370040|ADRTROIS")
SHORT_S, LONG_S = 5.0, 40.0


@pytest.fixture(scope="module")
def appliance() -> Iterator[Appliance]:
    try:
        check_installed()
    except PcscdUnavailableError as error:
        pytest.skip(str(error))
    with running("--size", "1920x1080", "--status", "tlsi") as appliance:
        wait_until(lambda: appliance.screen == "Ready", LONG_S, "readiness")
        yield appliance


def give_code(appliance: Appliance) -> None:
    """As a pharmacist does: the look-up that wants the card asks for the code; else OK on its screen does."""
    try:
        wait_until(lambda: appliance.screen == "PinEntry", SHORT_S, "the code being asked for")
    except AssertionError:
        press(appliance, "ok")
    for entered, digit in enumerate(DEMO_PIN.decode()):
        type_digit(appliance, entered, int(digit), tries=3)
    sending = render(PinEntry(len(DEMO_PIN), len(DEMO_PIN), None, 3)).tobytes()
    wait_until(lambda: shown(appliance) == sending, LONG_S, "the code being offered to be sent")
    press(appliance, "ok")


def told(appliance: Appliance, kind: str, after: int = 0) -> list[dict[str, Any]]:
    with suppress(httpx.HTTPError):
        return [event for event in appliance.events(after) if event["kind"] == kind]
    return []


def statuses(appliance: Appliance, after: int = 0) -> list[dict[str, Any]]:
    """What was said of prescriptions: a status, or why there is none."""
    return [event["payload"] for event in told(appliance, "prescription.status", after)]


def test_no_status_without_the_card_and_one_as_soon_as_its_code_is_given(appliance: Appliance) -> None:
    appliance.lay("ordonnance")
    appliance.wait_for_code("ordonnance")
    (first,) = wait_until(lambda: statuses(appliance), LONG_S, "the lack of a card being said")
    assert (first["status"], first["failure"]) == (None, "not_authorised")
    SlotsFile(slots_path(appliance.folder / "run")).write(Slots(("cps3", None)))
    wait_until(lambda: told(appliance, "card.read"), LONG_S, "the card")
    give_code(appliance)
    _, second = wait_until(lambda: len(statuses(appliance)) > 1 and statuses(appliance), LONG_S, "the status")
    assert second["failure"] is None
    # The INS code on the same sheet was searched too, as soon as the card could sign.
    (ins,) = wait_until(lambda: told(appliance, "ins.qualified"), LONG_S, "the qualified identity")
    assert ins["payload"]["outcome"] == "found"
    assert ins["payload"]["identity"]["active"]["matricule"] == "297022A02077878"
    assert (second["status"]["source"], second["status"]["state"]) == ("tlsi", "to_dispense")


def test_a_base_that_is_down_then_back(appliance: Appliance) -> None:
    whims = WhimsFile(whims_path(appliance.folder / "run"))
    whims.write(Whims(Whim.OUTAGE))
    before = wait_until(lambda: told(appliance, "prescription.status"), LONG_S, "the status of before")[-1][
        "id"
    ]
    appliance.lay("telephone-ordonnance", x=0.2)
    (first,) = wait_until(lambda: statuses(appliance, before), LONG_S, "the outage being said")
    assert (first["status"], first["failure"]) == (None, "unreachable")
    whims.write(Whims())
    _, second = wait_until(
        lambda: len(statuses(appliance, before)) > 1 and statuses(appliance, before), LONG_S, "the status"
    )
    assert second["status"]["state"] == "dispensed"


def test_no_identity_and_no_key_in_the_logs(appliance: Appliance) -> None:
    assert SECRETS.search(appliance.log.read_text()) is None
