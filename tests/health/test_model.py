"""The model and its words: every check has a name, every answer a sentence, and all of it fits."""

from __future__ import annotations

import string

import pytest

from appliance.display.menu_drawings import _MARK_PX, _NAME_PX, _ROW_RIGHT
from appliance.display.typeface import medium, small
from appliance.health.faces import document, oled_checks
from appliance.health.fixes import FIXES
from appliance.health.model import MAX_VALUE_CHARS, MAX_VALUES, Answer, Level, Verdict, worst
from appliance.health.registry import REGISTRY
from appliance.texts.health import LEVELS, SAID, SAID_OF_ALL, WHAT
from tests.health.samples import NOON, VALUES

ALL = [(check_id, code) for check_id, said in SAID.items() for code in said]


def test_the_catalogue_speaks_of_the_registered_checks_and_no_others() -> None:
    assert set(WHAT) == set(SAID) == set(REGISTRY)
    assert set(LEVELS) == {level.value for level in Level}
    assert not {code for said in SAID.values() for code in said} & set(SAID_OF_ALL)


@pytest.mark.parametrize(("check_id", "code"), ALL)
def test_words_fit_on_the_screen_and_are_filled(check_id: str, code: str) -> None:
    fields = {
        field for text in SAID[check_id][code] for _, field, _, _ in string.Formatter().parse(text) if field
    }
    verdict = Verdict(check_id, Answer(Level.WARNING, code, {field: VALUES[field] for field in fields}))
    name_px = small().width(small().printable(verdict.what))
    assert name_px <= _NAME_PX
    assert medium().width(medium().printable(verdict.word)) <= _ROW_RIGHT - 2 - (_MARK_PX + name_px + 4)
    assert "{" not in verdict.cause + verdict.remedy


def test_what_is_fixed_is_something_that_is_found() -> None:
    assert set(FIXES) <= set(ALL)


def test_an_answer_has_few_short_values() -> None:
    Answer(Level.OK, "ok", {f"v{chr(97 + i)}": "x" * MAX_VALUE_CHARS for i in range(MAX_VALUES)})
    with pytest.raises(ValueError, match="few values"):
        Answer(Level.OK, "ok", {f"v{chr(97 + i)}": "x" for i in range(MAX_VALUES + 1)})
    with pytest.raises(ValueError, match="characters"):
        Answer(Level.OK, "ok", {"host": "x" * (MAX_VALUE_CHARS + 1)})
    with pytest.raises(ValueError, match="characters"):
        Answer(Level.OK, "ok", {"host": "a\nb"})
    assert Answer.fault("down", units="x" * 1000).values["units"] == "x" * MAX_VALUE_CHARS
    assert Answer.fault("down", units="a\x1b[31m").values["units"] == "?"


@pytest.mark.parametrize(
    ("check_id", "answer"),
    [
        ("nothing", Answer.ok()),
        ("camera", Answer.ok("unheard_of")),
        ("units", Answer.fault("down")),  # wants {units}
    ],
)
def test_a_verdict_without_words_is_refused(check_id: str, answer: Answer) -> None:
    with pytest.raises(ValueError, match=r"check|words"):
        Verdict(check_id, answer)


def test_the_worst_is_the_device_s() -> None:
    verdicts = (Verdict("camera", Answer.ok()), Verdict("lgo", Answer.warning("absent")))
    assert worst(()) is Level.UNKNOWN
    assert worst(verdicts[:1]) is Level.OK
    assert worst(verdicts) is Level.WARNING
    assert worst((*verdicts, Verdict("camera", Answer.fault("lost")))) is Level.FAULT


def test_the_screen_shows_what_is_known_and_not_what_the_core_says_itself() -> None:
    shown = oled_checks(
        (
            Verdict("camera", Answer.fault("lost")),
            Verdict("disk", Answer.warning("low", mebibytes="150")),
            Verdict("voltage", Answer.unknown("not_told")),
            Verdict("lamp", Answer.unused()),
            Verdict("clock", Answer.ok()),
        )
    )
    assert [(check.name, check.ok, check.word) for check in shown] == [
        ("Disque", False, "150 Mio"),
        ("Heure", True, "juste"),
    ]


def test_the_document_for_programs() -> None:
    told = document((Verdict("pcscd", Answer.fault("stopped")),), NOON, ["pcscd"])
    assert told["version"] == 1
    assert told["at"] == "2026-01-05T12:00:00Z"
    assert told["level"] == "fault"
    (check,) = told["checks"]
    assert (check["id"], check["level"], check["code"], check["fixable"]) == (
        "pcscd",
        "fault",
        "stopped",
        True,
    )
    assert check["remedy"]
