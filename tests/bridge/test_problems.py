"""Problem documents: every code has its texts and status, and no brace is left in any of them."""

from __future__ import annotations

import json
import re
import string

import pytest

from appliance.bridge.problems import RETRY_STATUSES, STATUS_OF, Problem, ProblemCode, problem_response
from appliance.texts.problems import BODY_REASONS, PARAMETER_REASONS, PROBLEM_TEXTS

FIELDS = {
    "parameter": "wait",
    "reason": "doit être un entier",
    "scopes": "events",
    "seconds": 10,
    "last_id": 7,
    "maximum": 16384,
    "fields": 64,
}


def used_fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_codes_texts_and_statuses_are_the_same_set() -> None:
    assert set(PROBLEM_TEXTS) == {code.value for code in ProblemCode}
    assert set(STATUS_OF) == set(ProblemCode)


@pytest.mark.parametrize("code", ProblemCode)
def test_a_document_is_complete_and_french(code: ProblemCode) -> None:
    text = PROBLEM_TEXTS[code]
    fields = {name: FIELDS[name] for name in used_fields(text.detail)}
    document = Problem(code, **fields).document()
    assert document["code"] == code.value
    assert document["type"] == f"urn:comptoir:problem:{code}"
    assert document["status"] == STATUS_OF[code]
    for member in ("title", "detail", "remedy"):
        value = str(document[member])
        assert value
        assert "{" not in value
        assert not used_fields(text.title) | used_fields(text.remedy)
    assert document["title"][0].isupper()
    assert str(document["detail"]).endswith(".")
    assert text.remedy.endswith(".")
    assert "reason" not in document


@pytest.mark.parametrize("reasons", [PARAMETER_REASONS, BODY_REASONS])
def test_reasons_end_a_sentence(reasons: dict[str, str]) -> None:
    for reason in reasons.values():
        assert reason[0].islower()
        assert not reason.endswith(".")


@pytest.mark.parametrize("code", [code for code in ProblemCode if STATUS_OF[code] in RETRY_STATUSES])
def test_who_is_to_come_back_is_told_when(code: ProblemCode) -> None:
    assert Problem(code).headers["Retry-After"] == "2"
    assert Problem(code, retry_after_s=5).headers["Retry-After"] == "5"


@pytest.mark.parametrize("code", [ProblemCode.TOKEN_MISSING, ProblemCode.TOKEN_INVALID])
def test_who_needs_a_token_is_told_which_kind(code: ProblemCode) -> None:
    assert Problem(code).headers["WWW-Authenticate"].startswith("Bearer")


def test_a_response_without_an_application_is_whole_and_closes() -> None:
    response = problem_response(Problem(ProblemCode.OVERLOADED))
    head, body = response.split(b"\r\n\r\n", 1)
    assert head.startswith(b"HTTP/1.1 503 ")
    assert b"Connection: close" in head
    assert b"Retry-After: 2" in head
    assert b"Content-Type: application/problem+json" in head
    assert int(re.search(rb"Content-Length: (\d+)", head)[1]) == len(body)  # type: ignore[index]
    assert json.loads(body)["code"] == "overloaded"


def test_an_exceptions_text_is_its_code_only() -> None:
    assert str(Problem(ProblemCode.PARAMETER_INVALID, parameter="x", reason="y")) == "parameter_invalid"
