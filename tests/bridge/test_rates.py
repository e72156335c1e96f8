"""Token buckets: a burst, then a rate; keys apart; bounded."""

from __future__ import annotations

import pytest

from appliance.base.clock import ManualClock
from appliance.bridge.rates import Rate, RateLimiter


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


def test_a_burst_passes_and_the_next_is_told_when(clock: ManualClock) -> None:
    limiter = RateLimiter(Rate(per_s=0.25, burst=3), clock)
    assert [limiter.take("a") for _ in range(4)] == [0, 0, 0, 4]
    clock.advance(3.9)
    assert limiter.take("a") == 1
    clock.advance(0.1)
    assert limiter.take("a") == 0
    assert limiter.take("a") == 4


def test_being_refused_costs_nothing_more(clock: ManualClock) -> None:
    limiter = RateLimiter(Rate(per_s=1, burst=1), clock)
    assert limiter.take("a") == 0
    assert {limiter.take("a") for _ in range(100)} == {1}
    clock.advance(1)
    assert limiter.take("a") == 0


def test_a_bucket_never_holds_more_than_its_burst(clock: ManualClock) -> None:
    limiter = RateLimiter(Rate(per_s=10, burst=2), clock)
    limiter.take("a")
    clock.advance(3600)
    assert [limiter.take("a") for _ in range(3)] == [0, 0, 1]


def test_keys_do_not_slow_each_other(clock: ManualClock) -> None:
    limiter = RateLimiter(Rate(per_s=1, burst=1), clock)
    assert limiter.take("a") == 0
    assert limiter.take("b") == 0
    assert limiter.take("a") == 1


def test_the_number_of_keys_is_bounded_and_the_least_recent_goes(clock: ManualClock) -> None:
    limiter = RateLimiter(Rate(per_s=0.01, burst=1), clock, max_keys=2)
    for key in ("a", "b"):
        assert limiter.take(key) == 0
    assert limiter.take("a") > 0  # now b is the least recent
    assert limiter.take("c") == 0
    assert limiter.take("a") > 0
    assert limiter.take("b") == 0  # forgotten, so it begins anew


@pytest.mark.parametrize(("per_s", "burst"), [(0, 1), (-1, 1), (1, 0)])
def test_a_rate_that_lets_nobody_in_is_refused(per_s: float, burst: int) -> None:
    with pytest.raises(ValueError, match="lets"):
        Rate(per_s, burst)
