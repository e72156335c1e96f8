"""The typed reports, judged by libxkbcommon with the keymaps of this machine."""

from __future__ import annotations

import os
import random

import pytest

from appliance.outputs.wedge.hid import reports
from appliance.outputs.wedge.layout import load_layout
from appliance.outputs.wedge.typist import Accents, Rules, UntypeableError, compose, written
from tests.outputs.payloads import PAYLOADS, random_payload
from tests.outputs.xkb import LinuxHost

KEYMAPS = {
    "fr-linux": ("fr", ""),
    "fr-oss-linux": ("fr", "oss"),
    "be-linux": ("be", ""),
    "ca-fr-linux": ("ca", "fr"),
    "us-linux": ("us", ""),
}
RANDOM_PAYLOADS = int(os.environ.get("COMPTOIR_WEDGE_PAYLOADS", "40"))
"""`make wedge-exact` asks for 10,000."""

every_keymap = pytest.mark.parametrize("name", KEYMAPS)
caps_off_and_on = pytest.mark.parametrize("caps_lock", [False, True], ids=["caps-off", "caps-on"])


def typed(name: str, text: str, rules: Rules, *, caps_lock: bool) -> str:
    host = LinuxHost(*KEYMAPS[name], caps_lock=caps_lock)
    typing = compose(text, load_layout(name), rules, caps_lock=caps_lock)
    held = host.take_all(reports(typing.characters))
    assert host.caps_lock == caps_lock
    return held


def rules_for(name: str) -> Rules:
    """The US layout has no accents: there they are left away by rule."""
    return Rules(accents=Accents.PLAIN if name == "us-linux" else Accents.EXACT)


@every_keymap
@caps_off_and_on
def test_every_published_payload_is_typed_exactly(name: str, caps_lock: bool) -> None:
    missing = set()
    for payload in PAYLOADS:
        rules = rules_for(name)
        try:
            assert typed(name, payload, rules, caps_lock=caps_lock) == written(payload, rules)
        except UntypeableError as error:
            missing.add(error.character)
    # What these keymaps have no key for is refused as a whole, and nothing else is.
    assert missing <= set("œ—€"), missing


@every_keymap
@caps_off_and_on
def test_random_payloads_are_typed_exactly(name: str, caps_lock: bool) -> None:
    chance = random.Random(f"{name} {caps_lock}")
    rules = rules_for(name)
    exact = 0
    for _ in range(RANDOM_PAYLOADS):
        payload = random_payload(chance)
        assert typed(name, payload, rules, caps_lock=caps_lock) == written(payload, rules)
        exact += 1
    assert exact == RANDOM_PAYLOADS


@every_keymap
@caps_off_and_on
def test_every_character_of_the_table_is_what_the_keymap_gives(name: str, caps_lock: bool) -> None:
    layout = load_layout(name)
    ways = layout.locked if caps_lock else layout.released
    assert len(ways) > 90
    for character, strokes in ways.items():
        host = LinuxHost(*KEYMAPS[name], caps_lock=caps_lock)
        assert host.take_all(reports([strokes])) == character


@caps_off_and_on
def test_a_wrong_layout_does_not_pass_this_judge(caps_lock: bool) -> None:
    typing = compose(PAYLOADS[0], load_layout("us-linux"), Rules(), caps_lock=caps_lock)
    held = LinuxHost("fr", caps_lock=caps_lock).take_all(reports(typing.characters))
    assert held != typing.text


def test_a_caps_lock_that_was_not_told_does_not_pass_this_judge() -> None:
    typing = compose(PAYLOADS[0], load_layout("fr-linux"), Rules(), caps_lock=False)
    assert LinuxHost("fr", caps_lock=True).take_all(reports(typing.characters)) != typing.text
