"""Names folded for comparison, the rule of the first given name, and strict INS names."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.identifiers.names import fold, is_first_given_name, is_strict_birth_name, is_strict_given_name


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        pytest.param("Andrée-Zoé", "ANDREE ZOE", id="accents and hyphen"),
        pytest.param("D'ÂGE", "D AGE", id="apostrophe"),
        pytest.param("d’âge", "D AGE", id="typographic apostrophe"),
        pytest.param("Dʼage", "D AGE", id="modifier apostrophe"),
        pytest.param("D´age", "D AGE", id="acute accent as apostrophe"),
        pytest.param("Cœur Læticia", "COEUR LAETICIA", id="ligatures"),
        pytest.param("François", "FRANCOIS", id="cedilla"),
        pytest.param("Strauß", "STRAUSS", id="sharp s"),
        pytest.param("Sørensen Łukasz", "SORENSEN LUKASZ", id="strokes"),
        pytest.param("E\u0301lodie", "ELODIE", id="decomposed accent"),
        pytest.param("  A \t B\u00a0C ", "A B C", id="spaces"),
        pytest.param("A--B", "A B", id="doubled hyphen"),
        pytest.param("A‑B–C", "A B C", id="other hyphens"),
        pytest.param("A\u200bB\u202eC", "ABC", id="marks without width"),
        pytest.param("A\x00B\x1dC", "A B C", id="control characters"),
        pytest.param("", "", id="nothing"),
        pytest.param("李", "李", id="without Latin equivalent"),
    ],
)
def test_fold(text: str, folded: str) -> None:
    assert fold(text) == folded


@given(st.text())
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text())
def test_folded_names_hold_single_spaces_only(text: str) -> None:
    folded = fold(text)
    assert folded == " ".join(folded.split())
    assert not set("-'’") & set(folded)


@pytest.mark.parametrize(
    "written", ["JEAN", "Jean", "JEAN-CHRISTOPHE", "Jean Christophe", "Jean Christophe Pierre"]
)
def test_a_given_name_that_begins_the_list(written: str) -> None:
    assert is_first_given_name(written, ("JEAN", "CHRISTOPHE", "PIERRE"))
    assert is_first_given_name(written, ("JEAN-CHRISTOPHE", "PIERRE"))


@pytest.mark.parametrize(
    "written", ["", "-", "PIERRE", "CHRISTOPHE", "JE", "JEANNE", "JEAN PIERRE", "JEAN CHRISTOPHE PIERRE X"]
)
def test_a_given_name_that_does_not_begin_the_list(written: str) -> None:
    assert not is_first_given_name(written, ("JEAN", "CHRISTOPHE", "PIERRE"))


@pytest.mark.parametrize("text", ["DUPONT", "D'ARGENT", "'T HOOFT", "A--B", "LE GOFF-A", "A-", "A'"])
def test_strict_birth_names(text: str) -> None:
    assert is_strict_birth_name(text)


@pytest.mark.parametrize(
    "text",
    ["", " A", "-A", "A  B", "A''B", "A' B", "A 'B", "Dupont", "DUPÔNT", "A1", "A.B", "A\n"],
)
def test_birth_names_that_insi_would_not_write(text: str) -> None:
    assert not is_strict_birth_name(text)


@pytest.mark.parametrize("text", ["JEAN", "SARAH-LOU", "MARIE CLAIRE", "N'DEYE"])
def test_strict_given_names(text: str) -> None:
    assert is_strict_given_name(text)


@pytest.mark.parametrize(
    "text", ["", "JEAN--LOUIS", "JEAN-", "JEAN'", "-JEAN", "jean", "JÉAN", "J3AN", "A  B"]
)
def test_given_names_that_insi_would_not_write(text: str) -> None:
    assert not is_strict_given_name(text)
