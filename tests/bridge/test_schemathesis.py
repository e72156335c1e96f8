"""The whole contract asked at random, within its bounds and beyond: every answer is one that it describes."""

from __future__ import annotations

from contextlib import suppress
from http import HTTPStatus

import schemathesis
from hypothesis import HealthCheck, Phase, settings
from schemathesis.checks import ignored_auth, negative_data_rejection, positive_data_acceptance

from appliance.bridge.contract import document
from tests.bridge.conftest import EVERYTHING, LONG_S, Bench

CASES = 6
"""Of each operation."""

NOT_OURS = [
    # Asked again without a token, over connections of its own that do not trust the device: see test_access.
    ignored_auth,
    # A number within its bounds may still be of no prescription, no pairing, no event.
    positive_data_acceptance,
]

_schema = schemathesis.openapi.from_dict(document()).exclude(path_regex="/stream$")
"""All but the stream, which lasts: see test_streams."""


@_schema.parametrize()
@settings(
    max_examples=CASES,
    deadline=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_every_operation_answers_as_described(case: schemathesis.Case, bench: Bench) -> None:
    # Anew each time: one of the operations unpairs the client.
    for client in bench.journal.clients():
        bench.journal.revoke(client.id)
    bench.pair("token", *EVERYTHING)
    with suppress(TypeError, ValueError):
        # A long poll that is as described lasts as long as it says.
        case.query["wait"] = min(int(case.query.get("wait", "none")), 0)
    tls = {"verify": str(bench.identity.certificate_file), "timeout": LONG_S}
    response = case.call(base_url=bench.url, headers={"Authorization": "Bearer token"}, **tls)
    # A pairing that cannot be is gone, as one that was: a refusal, which the tool does not know for one.
    excluded = [*NOT_OURS, negative_data_rejection] if response.status_code == HTTPStatus.GONE else NOT_OURS
    case.validate_response(response, excluded_checks=excluded, transport_kwargs=tls)
