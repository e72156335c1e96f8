"""Reading what a request says, strictly: unknown, doubled, oversized or oddly written means refused."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from difflib import get_close_matches
from typing import Any

from flask import request

from appliance.bridge.bounds import MAX_JSON_DEPTH
from appliance.bridge.problems import Problem, ProblemCode
from appliance.texts.problems import BODY_REASONS, PARAMETER_REASONS

__all__ = ["IntegerParameter", "body_object", "check_integer", "header_integer", "invalid", "query_integers"]

_INTEGER = re.compile(r"0|[1-9][0-9]{0,18}", re.ASCII)
"""As many digits as 2**63 - 1 has; no sign, no leading zero, no other script's digits."""

_SHOWN_NAME_CHARACTERS = 40
_JSON_INTEGER_CHARACTERS = 20


@dataclass(frozen=True, slots=True)
class IntegerParameter:
    """A whole number of the query, its bounds included, and its value when it is not given."""

    name: str
    minimum: int
    maximum: int
    default: int

    def value_of(self, text: str) -> int:
        """The number that is written there.

        Raises:
            Problem: naming the parameter and its bounds.
        """
        if not _INTEGER.fullmatch(text) or not self.minimum <= int(text) <= self.maximum:
            raise invalid(self.name, "integer", minimum=self.minimum, maximum=self.maximum)
        return int(text)


def invalid(parameter: str, reason: str, **fields: int | str) -> Problem:
    """The problem `parameter_invalid`; `reason` is a key of PARAMETER_REASONS."""
    text = PARAMETER_REASONS[reason].format_map(fields)
    problem = Problem(ProblemCode.PARAMETER_INVALID, parameter=parameter, reason=text)
    problem.fields.update({name: fields[name] for name in ("minimum", "maximum") if name in fields})
    return problem


def query_integers(parameters: Sequence[IntegerParameter]) -> dict[str, int]:
    """The query's parameters, all of them whole numbers.

    Raises:
        Problem: naming the parameter and its bounds.
    """
    known = {parameter.name: parameter for parameter in parameters}
    values = {parameter.name: parameter.default for parameter in parameters}
    for name, given in request.args.lists():
        parameter = known.get(name)
        if parameter is None:
            raise _unknown(name, list(known))
        if len(given) > 1:
            raise invalid(name, "repeated")
        values[name] = parameter.value_of(given[0])
    return values


def header_integer(parameter: IntegerParameter) -> int:
    """A header field that is a whole number, or its default where it is absent or empty.

    Raises:
        Problem: naming the field and its bounds.
    """
    given = request.headers.get(parameter.name)
    return parameter.value_of(given) if given else parameter.default


def body_object(known: Sequence[str]) -> dict[str, Any]:
    """The body as a JSON object with no other keys than `known`.

    Raises:
        Problem: another media type, no JSON, no object, a key twice or unknown, nested too deep.
    """
    if request.mimetype != "application/json" or "Content-Encoding" in request.headers:
        raise Problem(ProblemCode.MEDIA_TYPE_UNSUPPORTED)
    try:
        text = request.get_data(cache=False).decode("utf-8")
        _check_depth(text)
        body = json.loads(
            text,
            object_pairs_hook=_unrepeated,
            parse_constant=_not_json,
            parse_int=_bounded_integer,
            parse_float=_whole_if_it_is,
        )
    except (ValueError, RecursionError):  # UnicodeDecodeError and JSONDecodeError are ValueErrors
        raise Problem(ProblemCode.BODY_INVALID, reason=BODY_REASONS["json"]) from None
    if not isinstance(body, dict):
        raise Problem(ProblemCode.BODY_INVALID, reason=BODY_REASONS["object"])
    for name in body:
        if name not in known:
            raise _unknown(name, known)
    return body


def check_integer(value: object, minimum: int, maximum: int) -> bool:
    """Whether a JSON value is a whole number within bounds; `true` is none."""
    return type(value) is int and minimum <= value <= maximum


def _unknown(name: str, known: Sequence[str]) -> Problem:
    shown = "".join(c if c.isprintable() else "?" for c in name[:_SHOWN_NAME_CHARACTERS])
    near = get_close_matches(name[:_SHOWN_NAME_CHARACTERS], known, n=1)
    return invalid(shown, "unknown", known=", ".join(near or known) or "aucun")


def _check_depth(text: str) -> None:
    """Refuse deep nesting before the parser recurses; brackets within strings only make it stricter."""
    depth = 0
    for character in text:
        if character in "[{":
            depth += 1
            if depth > MAX_JSON_DEPTH:
                reason = BODY_REASONS["deep"].format(maximum=MAX_JSON_DEPTH)
                raise Problem(ProblemCode.BODY_INVALID, reason=reason)
        elif character in "]}":
            depth -= 1


def _unrepeated(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise Problem(ProblemCode.BODY_INVALID, reason=BODY_REASONS["repeated"])
    return found


def _not_json(constant: str) -> float:
    raise ValueError(f"{constant} is not JSON")


def _whole_if_it_is(text: str) -> int | float:
    """`7.0` and `7e0` are whole numbers to JSON Schema, and some programs write all numbers so."""
    try:
        number = Decimal(text)
    except InvalidOperation:  # an exponent of more digits than decimal arithmetic has
        return math.nan
    if number.adjusted() >= _JSON_INTEGER_CHARACTERS or number != number.to_integral_value():
        return math.nan  # no number that we ever ask for
    return int(number)


def _bounded_integer(digits: str) -> int:
    # Longer ones are out of any bound of ours; they are not worth the time of a conversion.
    return int(digits[:_JSON_INTEGER_CHARACTERS])
