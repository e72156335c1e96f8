"""The same reports, judged by Windows' rules with tables of their own."""

from __future__ import annotations

import random

import pytest

from appliance.outputs.wedge.hid import reports
from appliance.outputs.wedge.layout import load_layout
from appliance.outputs.wedge.typist import Accents, Controls, Rules, UntypeableError, compose, written
from tests.outputs.payloads import GS, PAYLOADS, random_payload
from tests.outputs.test_wedge_linux import RANDOM_PAYLOADS
from tests.outputs.windows import KBDBE, KBDCA, KBDFR, KBDUS, WindowsHost

DLLS = {"fr-windows": KBDFR, "be-windows": KBDBE, "ca-fr-windows": KBDCA, "us-windows": KBDUS}
RULES = [Rules(controls=how, alt_codes=True) for how in (Controls.NAME, Controls.CTRL, Controls.SPACE)]

every_dll = pytest.mark.parametrize("name", DLLS)
caps_off_and_on = pytest.mark.parametrize("caps_lock", [False, True], ids=["caps-off", "caps-on"])


def typed(name: str, text: str, rules: Rules, *, caps_lock: bool) -> str:
    host = WindowsHost(DLLS[name], caps_lock=caps_lock)
    typing = compose(text, load_layout(name), rules, caps_lock=caps_lock)
    held = host.take_all(reports(typing.characters))
    assert host.caps_lock == caps_lock
    return held


@every_dll
@caps_off_and_on
def test_every_published_payload_is_typed_exactly(name: str, caps_lock: bool) -> None:
    for payload in PAYLOADS:
        for rules in RULES:
            if rules.controls is Controls.CTRL and set(payload) & set("\x1f\r\n"):  # Ctrl has only GS
                with pytest.raises(UntypeableError):
                    typed(name, payload, rules, caps_lock=caps_lock)
            else:
                assert typed(name, payload, rules, caps_lock=caps_lock) == written(payload, rules)


@every_dll
@caps_off_and_on
def test_random_payloads_are_typed_exactly(name: str, caps_lock: bool) -> None:
    chance = random.Random(f"{name} {caps_lock}")
    for _ in range(RANDOM_PAYLOADS):
        payload = random_payload(chance)
        rules = chance.choice(RULES)
        assert typed(name, payload, rules, caps_lock=caps_lock) == written(payload, rules)


@every_dll
@caps_off_and_on
def test_all_that_windows_counts_in_numbers_is_typed(name: str, caps_lock: bool) -> None:
    rules = Rules(controls=Controls.ALT, alt_codes=True)
    unassigned = {0x81, 0x8D, 0x8F, 0x90, 0x9D}
    everything = "".join(
        bytes([code]).decode("cp1252") for code in range(0x20, 0x100) if code not in unassigned
    )
    everything = everything.replace("\x7f", "") + GS + "\x1e\x1f"
    assert typed(name, everything, rules, caps_lock=caps_lock) == everything


@pytest.mark.parametrize("character", ["\u0142", "\u2603", "\U0001f600", "\u200b"])
def test_what_no_key_and_no_number_writes_is_refused(character: str) -> None:
    with pytest.raises(UntypeableError) as refused:
        compose(f"A{character}", load_layout("fr-windows"), RULES[0], caps_lock=False)
    assert (refused.value.character, refused.value.position) == (character, 1)


def test_without_accents_nothing_is_spelled() -> None:
    rules = Rules(accents=Accents.PLAIN, alt_codes=True)
    typing = compose("ÉLOÏSE d’Œuvre ça", load_layout("fr-windows"), rules, caps_lock=False)
    assert typing.text == "ELOISE d'OEuvre ca"
    assert not typing.needs_num_lock
