"""Every kind and every warning has its French words."""

from __future__ import annotations

import pytest

from appliance.decode.payloads import Kind, WarningCode
from appliance.texts.kinds import KIND_TEXTS, TRAIT_TEXTS, TWODOC_TYPE_TEXTS, VERDICT_TEXTS
from appliance.texts.warnings import SHORT_LENGTH, WARNING_SHORT_TEXTS, WARNING_TEXTS


def test_every_kind_has_a_label() -> None:
    assert set(KIND_TEXTS) == {kind.value for kind in Kind}


def test_every_warning_has_a_sentence_and_a_short_text() -> None:
    codes = {warning.value for warning in WarningCode}
    assert set(WARNING_TEXTS) == set(WARNING_SHORT_TEXTS) == codes


@pytest.mark.parametrize("warning", list(WarningCode))
def test_sentences_are_sentences_and_short_texts_fit_a_line(warning: WarningCode) -> None:
    sentence = WARNING_TEXTS[warning]
    assert sentence[0].isupper()
    assert sentence.endswith(".")
    short = WARNING_SHORT_TEXTS[warning]
    assert 0 < len(short) <= SHORT_LENGTH
    assert short[0].isupper()


def test_codes_are_stable_names() -> None:
    for code in (*Kind, *WarningCode):
        assert code.value == code.name.lower()


@pytest.mark.parametrize("texts", [KIND_TEXTS, TRAIT_TEXTS, TWODOC_TYPE_TEXTS, VERDICT_TEXTS], ids=range(4))
def test_no_label_is_empty_or_padded(texts: dict[str, str]) -> None:
    for label in texts.values():
        assert label
        assert label == label.strip()
