"""The paired software on the technician's page: listed, renamed, revoked, paired."""

from __future__ import annotations

from datetime import datetime
from http import HTTPStatus
from typing import Annotated

from flask import Blueprint, Response, jsonify
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from appliance.bridge.console.answers import private
from appliance.bridge.console.bodies import json_body
from appliance.bridge.console.problems import ConsoleError, ConsoleProblemCode
from appliance.bridge.store import EventStore
from appliance.bridge.technician.pairings import PagePairing
from appliance.journal.doorbell import Doorbell
from appliance.pairing.exchange import MAX_CLIENT_NAME_CHARACTERS
from appliance.pairing.number import NUMBER_DIGITS

__all__ = ["PagePairing", "clients_routes"]


def _shown(name: str) -> str:
    name = name.strip()
    if not name or not name.isprintable():
        raise ValueError("a name can be shown")
    return name


class _Name(BaseModel):
    """Another name for a client."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    name: Annotated[str, Field(max_length=MAX_CLIENT_NAME_CHARACTERS), AfterValidator(_shown)]


class _Number(BaseModel):
    """The digits of the software's screen."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    number: Annotated[str, Field(pattern=rf"^[0-9]{{{NUMBER_DIGITS}}}$")]


def clients_routes(blueprint: Blueprint, store: EventStore, doorbell: Doorbell, pairing: PagePairing) -> None:
    """Add the routes under `/api/clients` and `/api/pairing`."""

    @blueprint.get("/api/clients")
    def clients() -> Response:
        shown = [
            {
                "id": client.id,
                "name": client.name,
                "scopes": sorted(client.scopes),
                "paired_at": _instant(client.paired_at),
                "last_seen": _instant(client.last_seen),
            }
            for client in store.clients()
        ]
        return private(jsonify(shown))

    @blueprint.put("/api/clients/<client_id>")
    def rename(client_id: str) -> Response:
        if not store.rename(client_id, json_body(_Name).name):
            raise ConsoleError(ConsoleProblemCode.CLIENT_UNKNOWN)
        return Response(status=HTTPStatus.NO_CONTENT)

    @blueprint.delete("/api/clients/<client_id>")
    def revoke(client_id: str) -> Response:
        if not store.revoke(client_id):
            raise ConsoleError(ConsoleProblemCode.CLIENT_UNKNOWN)
        doorbell.ring()
        return Response(status=HTTPStatus.NO_CONTENT)

    @blueprint.get("/api/pairing")
    def shown_pairing() -> Response:
        return private(jsonify(pairing.state()))

    @blueprint.post("/api/pairing")
    def open_pairing() -> Response:
        pairing.open()
        return private(jsonify(pairing.state()))

    @blueprint.put("/api/pairing")
    def answer_pairing() -> Response:
        return private(jsonify(same=pairing.answer(json_body(_Number).number)))

    @blueprint.delete("/api/pairing")
    def close_pairing() -> Response:
        pairing.close()
        return Response(status=HTTPStatus.NO_CONTENT)


def _instant(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat(timespec="seconds")
