"""The text of raw bytes: an accent is never lost to a guess."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.decode.charset import text_of

NAMES = ["Hélène D'Âge", "D'Été", "Œuvre cœur", "Zoë Çelik", "João Núñez", "Ångström Müller", "Noël – 12 €"]


@pytest.mark.parametrize("text", NAMES)
@pytest.mark.parametrize("charset", ["utf-8", "cp1252"])
def test_european_text_comes_out_right(text, charset):
    assert text_of(text.encode(charset)) == text


@pytest.mark.parametrize("text", ["[外側QRコード]", "*ﾃﾞｻﾞｲﾝQR*", "今度のバージョン"])
def test_japanese_text_comes_out_right(text):
    assert text_of(text.encode("shift_jis")) == text


@given(st.binary(max_size=200))
def test_is_total(content):
    assert isinstance(text_of(content), str)


@given(st.text(alphabet="abc'-éèêëàâäçîïôöùûüÉÈÀÇ ", max_size=60))
def test_no_latin_1_name_is_ever_altered(name):
    encoded = name.encode("latin-1")
    try:
        expected = encoded.decode("utf-8")
    except UnicodeDecodeError:
        expected = name
    assert text_of(encoded) == expected
