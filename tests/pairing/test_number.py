"""The digits and the commitment: fixed by vectors, so that no client of another language drifts away."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.pairing.number import (
    NONCE_BYTES,
    commitment_of,
    comparison_number,
    opens,
)

PIN, DEVICE, CLIENT = bytes(range(32)), bytes([1]) * 32, bytes([2]) * 32
_32 = st.binary(min_size=32, max_size=32)


def test_the_digits_are_those_of_the_documented_formula() -> None:
    digest = hashlib.sha256(b"comptoir pairing number v1\0" + PIN + DEVICE + CLIENT).digest()
    assert comparison_number(PIN, DEVICE, CLIENT) == f"{int.from_bytes(digest[:8], 'big') % 1_000_000:06d}"


def test_the_digits_of_the_guide_s_vector() -> None:
    assert comparison_number(PIN, DEVICE, CLIENT) == "077351"
    assert commitment_of(CLIENT).hex() == "80ba43d032c81fb4ca86a4794c89de027976a18be371e92b651709352a864a0d"


@given(_32, _32, _32)
def test_always_six_digits(pin: bytes, device: bytes, client: bytes) -> None:
    number = comparison_number(pin, device, client)
    assert len(number) == 6
    assert number.isascii()
    assert number.isdigit()


@pytest.mark.parametrize("changed", range(3))
def test_each_part_changes_the_digits(changed: int) -> None:
    parts = [PIN, DEVICE, CLIENT]
    parts[changed] = bytes(32)
    assert comparison_number(*parts) != comparison_number(PIN, DEVICE, CLIENT)


def test_a_commitment_is_opened_by_its_nonce_alone() -> None:
    assert opens(commitment_of(CLIENT), CLIENT)
    assert not opens(commitment_of(CLIENT), DEVICE)


@pytest.mark.parametrize("length", [0, NONCE_BYTES - 1, NONCE_BYTES + 1])
def test_a_value_of_another_length_is_refused(length: int) -> None:
    for position in range(3):
        parts = [PIN, DEVICE, CLIENT]
        parts[position] = bytes(length)
        with pytest.raises(ValueError, match="bytes"):
            comparison_number(*parts)
    with pytest.raises(ValueError, match="bytes"):
        commitment_of(bytes(length))
