"""Screens are values that refuse what cannot be and tell no identity."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from appliance.cards.inputs import PinRefusal
from appliance.display.canvas import Box
from appliance.display.card_screens import MAX_PIN_DIGITS, PinEntry, PinRefused, VitaleChoice, VitaleRead
from appliance.display.gallery import GALLERY
from appliance.display.render import compose
from appliance.display.screens import (
    CameraLost,
    Fault,
    InsRead,
    LgoLink,
    OrdonnanceRead,
    PrescriberRead,
    Ready,
    Screen,
)


@pytest.mark.parametrize(
    "make",
    [
        pytest.param(lambda: Ready("24:00", True, LgoLink.PRESENT), id="hour"),
        pytest.param(lambda: Ready("9:30", True, LgoLink.PRESENT), id="short-hour"),
        pytest.param(lambda: Ready("14:32\n", True, LgoLink.PRESENT), id="line-end"),
        pytest.param(lambda: CameraLost("14h30"), id="since"),
        pytest.param(lambda: OrdonnanceRead("1", None, None, None, None, (), True, -1), id="others"),
        pytest.param(lambda: PrescriberRead(None, None, -1), id="other-prescribers"),
        pytest.param(lambda: InsRead("A", "B", "01/01/1960", "I", False, False, ()), id="sex"),
        pytest.param(lambda: Fault(0, ""), id="fault-0"),
        pytest.param(lambda: VitaleRead("", "", None, -1, True), id="beneficiaries"),
        pytest.param(lambda: VitaleChoice("", "", None, 1, 1), id="choice-of-one"),
        pytest.param(lambda: VitaleChoice("", "", None, 0, 2), id="choice-0"),
        pytest.param(lambda: VitaleChoice("", "", None, 3, 2), id="choice-beyond"),
        pytest.param(lambda: PinEntry(0, MAX_PIN_DIGITS + 1, 0, 3), id="code-too-long"),
        pytest.param(lambda: PinEntry(0, 0, None, 3), id="code-of-nothing"),
        pytest.param(lambda: PinEntry(5, 4, None, 3), id="digits-beyond-code"),
        pytest.param(lambda: PinEntry(4, 4, 0, 3), id="digit-after-last"),
        pytest.param(lambda: PinEntry(0, 4, 10, 3), id="digit-10"),
        pytest.param(lambda: PinEntry(0, 4, 1, -1), id="tries"),
        pytest.param(lambda: PinRefused(PinRefusal.WRONG, -1), id="tries-left"),
        pytest.param(lambda: Fault(1000, ""), id="fault-1000"),
        pytest.param(lambda: Box(0, 0, 129, 10), id="box-too-wide"),
        pytest.param(lambda: Box(5, 0, 5, 10), id="box-without-width"),
    ],
)
def test_refuses(make: Callable[[], object]) -> None:
    with pytest.raises(ValueError, match=r"."):
        make()


def test_accepts_the_bounds() -> None:
    assert Fault(1, "").number == 1
    assert Fault(999, "").number == 999
    assert PinEntry(MAX_PIN_DIGITS, MAX_PIN_DIGITS, None, 0).longest == MAX_PIN_DIGITS
    assert VitaleChoice("", "", None, 2, 2).count == 2
    assert Ready("00:00", False, LgoLink.NEVER).clock == "00:00"
    assert Box(0, 0, 128, 64).width == 128


def test_no_repr_tells_an_identity() -> None:
    for exhibit in GALLERY:
        assert repr(exhibit.screen) == f"<{type(exhibit.screen).__name__}>"
        for placement in compose(exhibit.screen, exhibit.tick).placements:
            assert placement.text not in repr(placement) or placement.text.isdigit()


def test_the_gallery_shows_every_screen() -> None:
    assert {type(exhibit.screen) for exhibit in GALLERY} == set(Screen.__args__)
    assert len({exhibit.slug for exhibit in GALLERY}) == len(GALLERY)
