"""Nonsense from a network raises our own errors and no other."""

from __future__ import annotations

import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from .fuzz_targets import SEEDS, TARGETS, mutate, run_one

pytestmark = [
    pytest.mark.filterwarnings("ignore:Parsed a serial number"),
    pytest.mark.filterwarnings("ignore:Attribute's length"),
]

SETTINGS = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@pytest.mark.parametrize("name", TARGETS)
def test_any_bytes(name: str) -> None:
    @SETTINGS
    @given(st.binary(max_size=600))
    def run(data: bytes) -> None:
        run_one(name, data)

    run()


@pytest.mark.parametrize("name", TARGETS)
def test_good_messages_with_something_wrong(name: str) -> None:
    @SETTINGS
    @given(st.sampled_from(SEEDS), st.integers(0, 2**32))
    def run(seed: bytes, number: int) -> None:
        run_one(name, mutate(seed, random.Random(number)))

    run()
