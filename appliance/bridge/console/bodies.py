"""JSON bodies of the page's requests, bounded by the bridge and checked against a model."""

from __future__ import annotations

from typing import Final, TypeVar

from pydantic import BaseModel, ValidationError

from appliance.bridge.parameters import body_object
from appliance.bridge.problems import Problem, ProblemCode
from appliance.texts.console import BODY_MISMATCH

__all__ = ["json_body"]

_Model = TypeVar("_Model", bound=BaseModel)

_SHOWN_FIELDS: Final = 8


def json_body(model: type[_Model]) -> _Model:
    """The current request's body as `model`, whose fields are flat.

    Raises:
        Problem: it is not a JSON object, or not what the model describes.
    """
    body = body_object(list(model.model_fields))
    try:
        return model.model_validate(body)
    except ValidationError as error:
        # Where, never what: the value is the sender's. Unknown names were refused before.
        where = ", ".join(sorted({str(each["loc"][0]) for each in error.errors()})[:_SHOWN_FIELDS])
        raise Problem(ProblemCode.BODY_INVALID, reason=BODY_MISMATCH.format(where=where)) from None
