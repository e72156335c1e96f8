"""`/v1/pairings`: a software that the device does not know asks to be paired. No token, a window instead."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from flask import Blueprint, Response, jsonify, request, url_for

from appliance.base.clock import NS_PER_S, Clock
from appliance.bridge.pairing.ceremony import (
    Ceremonies,
    Confirmed,
    PairingBusyError,
    PairingClosedError,
    PairingError,
    PairingFullError,
    PairingGoneError,
    PairingTriesError,
    RevealRefusedError,
)
from appliance.bridge.parameters import body_object, invalid, query_integers
from appliance.bridge.problems import Problem, ProblemCode
from appliance.bridge.rates import PAIRING_RATE, RateLimiter
from appliance.bridge.rights import Scope
from appliance.pairing.exchange import MAX_CLIENT_NAME_CHARACTERS
from appliance.pairing.number import COMMITMENT_BYTES, NONCE_BYTES

__all__ = ["PAIRABLE_SCOPES", "pairing_blueprint"]

PAIRABLE_SCOPES = (Scope.EVENTS, Scope.STATUS)
"""What a software may ask for; a technician's rights are opened on the device alone."""

_T = TypeVar("_T")

_SECRET = re.compile(r"[0-9a-f]{64}")
_BODY_KEYS = ("name", "commitment", "scopes")

_CODE_OF: Mapping[type[PairingError], ProblemCode] = {
    PairingClosedError: ProblemCode.PAIRING_CLOSED,
    PairingBusyError: ProblemCode.PAIRING_BUSY,
    PairingTriesError: ProblemCode.PAIRING_TRIES,
    PairingGoneError: ProblemCode.PAIRING_GONE,
    RevealRefusedError: ProblemCode.PAIRING_MISMATCH,
    PairingFullError: ProblemCode.CLIENTS_FULL,
}


def pairing_blueprint(ceremonies: Ceremonies, clock: Clock) -> Blueprint:
    """The routes under `/v1/pairings`."""
    blueprint = Blueprint("pairings", __name__, url_prefix="/v1/pairings")
    limiter = RateLimiter(PAIRING_RATE, clock)

    @blueprint.post("")
    def begin() -> Response:
        query_integers(())
        if wait_s := limiter.take(request.remote_addr or ""):
            raise Problem(ProblemCode.TOO_MANY_REQUESTS, retry_after_s=wait_s)
        body = body_object(_BODY_KEYS)
        begun = _told(
            lambda: ceremonies.begin(
                _name(body.get("name")),
                _bytes(body, "commitment", COMMITMENT_BYTES),
                _scopes(body.get("scopes", [scope.value for scope in PAIRABLE_SCOPES])),
            )
        )
        response = jsonify(
            id=begun.secret,
            device_nonce=base64.b64encode(begun.device_nonce).decode(),
            expires_in=begun.left_ns // NS_PER_S,
        )
        response.status_code = 201
        response.headers["Location"] = url_for("pairings.progress", pairing=begun.secret)
        return response

    @blueprint.post("/<pairing>/reveal")
    def reveal(pairing: str) -> dict[str, Any]:
        query_integers(())
        nonce = _bytes(body_object(("nonce",)), "nonce", NONCE_BYTES)
        _told(lambda: ceremonies.reveal(_secret(pairing), nonce))
        return {"state": "comparing"}

    @blueprint.get("/<pairing>")
    def progress(pairing: str) -> Response:
        query_integers(())
        found = _told(lambda: ceremonies.progress(_secret(pairing)))
        if isinstance(found, Confirmed):
            return jsonify(
                state="confirmed",
                token=found.token,
                client={
                    "id": found.client.id,
                    "name": found.client.name,
                    "scopes": sorted(found.client.scopes),
                },
            )
        response = jsonify(state=found.name.lower())
        response.status_code = 202
        return response

    @blueprint.delete("/<pairing>")
    def give_up(pairing: str) -> Response:
        query_integers(())
        _told(lambda: ceremonies.give_up(_secret(pairing)))
        return Response(status=204)

    return blueprint


def _told(work: Callable[[], _T]) -> _T:
    try:
        return work()
    except PairingError as error:
        raise Problem(_CODE_OF[type(error)]) from error


def _secret(text: str) -> str:
    if not _SECRET.fullmatch(text):
        raise Problem(ProblemCode.PAIRING_GONE)
    return text


def _name(value: object) -> str:
    """A name that can be shown: no control characters, nothing that turns the writing around."""
    if not isinstance(value, str) or not 1 <= len(value.strip()) <= MAX_CLIENT_NAME_CHARACTERS:
        raise invalid("name", "text", minimum=1, maximum=MAX_CLIENT_NAME_CHARACTERS)
    if not value.isprintable():
        raise invalid("name", "printable")
    return value.strip()


def _bytes(body: Mapping[str, Any], key: str, length: int) -> bytes:
    value = body.get(key)
    try:
        found = base64.b64decode(value, validate=True) if isinstance(value, str) else b""
    except (binascii.Error, ValueError):
        found = b""
    if len(found) != length:
        raise invalid(key, "base64", length=length)
    return found


def _scopes(value: object) -> frozenset[str]:
    known = [scope.value for scope in PAIRABLE_SCOPES]
    if not isinstance(value, list) or not value or any(scope not in known for scope in value):
        raise invalid("scopes", "scopes", known=", ".join(known))
    return frozenset(value)
