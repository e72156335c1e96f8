"""The light that the eye wants: up in steps, down for screens and glare, off over an empty counter."""

from __future__ import annotations

import pytest

from appliance.capture.frame import ExposureTarget
from appliance.decode.lamp_wish import DARK_AFTER_NS, NO_MORE_NS, STEP, STEP_EVERY_NS, LampWish
from appliance.decode.reason_words import Reason

PAPER, SCREEN = ExposureTarget.PAPER, ExposureTarget.BRIGHT_SCREEN


def look(
    wish: LampWish, at_ns: int, *reasons: Reason | None, exposure: ExposureTarget = PAPER, busy: bool = True
) -> LampWish:
    return wish.seen(reasons, exposure, is_busy=busy, at_ns=at_ns)


def lit(level: float = 1.0) -> LampWish:
    return LampWish(level, stepped_ns=0, busy_ns=0)


def test_what_stays_too_dark_gets_more_light_step_by_step_up_to_all() -> None:
    wish = LampWish()
    levels = []
    for second in range(6):
        wish = look(wish, second * STEP_EVERY_NS, Reason.TOO_DARK)
        wish = look(wish, second * STEP_EVERY_NS + STEP_EVERY_NS - 1, Reason.TOO_DARK)
        levels.append(wish.level)
    assert levels == [0.25, 0.5, 0.75, 1, 1, 1]


@pytest.mark.parametrize("reason", [None, Reason.TOO_FAR, Reason.BLURRED, Reason.DAMAGED])
def test_other_reasons_want_no_other_light(reason: Reason | None) -> None:
    assert look(lit(0.5), STEP_EVERY_NS, reason).level == 0.5


def test_a_screen_and_glare_want_less_down_to_none() -> None:
    assert look(lit(), STEP_EVERY_NS, Reason.GLARE).level == 1 - STEP
    assert look(lit(), STEP_EVERY_NS, exposure=SCREEN).level == 1 - STEP
    assert look(lit(0), STEP_EVERY_NS, exposure=SCREEN).level == 0


def test_light_does_not_go_up_soon_after_it_went_down() -> None:
    wish = look(lit(), STEP_EVERY_NS, Reason.GLARE)
    again = STEP_EVERY_NS + NO_MORE_NS
    assert look(wish, again - 1, Reason.TOO_DARK).level == wish.level
    assert look(wish, again, Reason.TOO_DARK).level == 1


def test_an_empty_counter_is_left_dark() -> None:
    wish = look(lit(), DARK_AFTER_NS - 1, busy=False)
    assert wish.level == 1
    assert look(wish, DARK_AFTER_NS, busy=False).level == 0
