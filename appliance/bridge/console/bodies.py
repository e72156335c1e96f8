"""JSON bodies of the page's requests, bounded by the bridge and checked against a model."""

from __future__ import annotations

from typing import Final, TypeVar

from flask import request
from pydantic import BaseModel, ValidationError

from appliance.bridge.problems import Problem, ProblemCode
from appliance.texts.console import BODY_MISMATCH

__all__ = ["json_body"]

_Model = TypeVar("_Model", bound=BaseModel)

_SHOWN_FIELDS: Final = 8


def json_body(model: type[_Model]) -> _Model:
    """The current request's body as `model`, whose fields are flat.

    The contract's own reader of bodies knows whole numbers only; places and angles are fractions.

    Raises:
        Problem: it is not JSON, or not what the model describes.
    """
    if request.mimetype != "application/json" or "Content-Encoding" in request.headers:
        raise Problem(ProblemCode.MEDIA_TYPE_UNSUPPORTED)
    try:
        return model.model_validate_json(request.get_data(cache=False))
    except ValidationError as error:
        # Where, never what: the value is the sender's, and so is the name of a field that we do not have.
        names = {str(each["loc"][0]) for each in error.errors() if each["loc"]} & model.model_fields.keys()
        where = ", ".join(sorted(names)[:_SHOWN_FIELDS]) or "JSON"
        raise Problem(ProblemCode.BODY_INVALID, reason=BODY_MISMATCH.format(where=where)) from None
