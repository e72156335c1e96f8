"""The small routes: whether the device is there, what it is, how it is, and who asks."""

from __future__ import annotations

import importlib.metadata
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, Literal, Protocol

from flask import Blueprint, Response
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from appliance.bridge.access import current_client
from appliance.bridge.contract import API_VERSION, document_bytes
from appliance.bridge.parameters import query_integers
from appliance.bridge.store import EventStore

__all__ = ["CAPABILITIES", "MAX_COUNTER_STATUS_BYTES", "CheckSaid", "CounterStatus", "status_blueprint"]

CAPABILITIES: Sequence[str] = (
    "events",
    "events.ack",
    "events.wait",
    "cards",
    "pairings",
    "visits",
    "prescriptions",
    "session",
    "events.stream",
    "checks",
)
"""What this device can do beyond `ready`; clients look here, never at a version. Only added to."""

MAX_COUNTER_STATUS_BYTES = 16 * 1024

_Count = Annotated[int, Field(ge=0, le=2**63 - 1)]
_Word = Annotated[str, Field(max_length=32)]


class SessionStatus(BaseModel):
    """The login at Pro Santé Connect, without anybody's identity and without any token.

    Attributes:
        state: `unknown` where the counter says nothing.
        profession_code: nomenclature G15 (21 pharmacist) of who is logged in.
        until: when the session ends at the latest, UTC.
    """

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    state: Literal["disabled", "closed", "starting", "waiting", "open", "unknown"] = "unknown"
    profession_code: _Word | None = None
    until: _Word | None = None


class CounterStatus(BaseModel):
    """What the counter mirrors of itself in `counter.json`, as far as the contract tells it.

    Attributes:
        camera: `unknown` where the counter says nothing, or something newer than this program.
        storage_ok: whether events can be written; None where that is not known.
        session: the login at Pro Santé Connect; beside the counter in the answer.
        tones: how many were played, for the metrics alone.
        errors: how often a reader went, a card was not read, nobody said a status; for the metrics alone.
    """

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    camera: Literal["starting", "ok", "lost", "ended", "unknown"] = "unknown"
    storage_ok: bool | None = None
    session: SessionStatus = SessionStatus()
    tones: Annotated[int, Field(ge=0)] | None = None
    errors: Annotated[dict[_Word, _Count], Field(max_length=8)] = {}

    @classmethod
    def read(cls, file: Path) -> CounterStatus:
        """What the file says; nothing known where it is absent, too long or not what it should be."""
        try:
            with file.open("rb") as opened:
                content = opened.read(MAX_COUNTER_STATUS_BYTES + 1)
            if len(content) > MAX_COUNTER_STATUS_BYTES:
                return cls()
            return cls.model_validate_json(content)
        except (OSError, ValidationError):
            return cls()


class CheckSaid(Protocol):
    """A verdict of the checks (`appliance.health.model.Verdict`), as far as the contract tells it."""

    @property
    def id(self) -> str:
        """Which check."""
        ...

    @property
    def level(self) -> str:
        """How bad it is."""
        ...

    @property
    def code(self) -> str:
        """The stable word for what was found."""
        ...

    @property
    def what(self) -> str:
        """What was checked, in French."""
        ...

    @property
    def cause(self) -> str:
        """Why, in French."""
        ...

    @property
    def remedy(self) -> str:
        """What to do, in French."""
        ...


def status_blueprint(
    store: EventStore,
    counter_file: Path,
    checks: Callable[[], Sequence[CheckSaid]] = tuple,
    *,
    has_pages: bool = False,
) -> Blueprint:
    """The routes `/v1/ready`, `/v1/status`, `/v1/clients/me` and `/v1/openapi.json`.

    `has_pages`: whether the settings let the paper be captured, for any purpose.
    """
    capabilities = [*CAPABILITIES, "pages"] if has_pages else list(CAPABILITIES)
    blueprint = Blueprint("status", __name__, url_prefix="/v1")
    software = importlib.metadata.version("comptoir-scanner")
    contract = document_bytes()

    @blueprint.get("/ready")
    def ready() -> dict[str, Any]:
        query_integers(())
        return {"ready": True}

    @blueprint.get("/status")
    def status() -> dict[str, Any]:
        query_integers(())
        counter = CounterStatus.read(counter_file)
        return {
            "api": API_VERSION,
            "software": software,
            "capabilities": capabilities,
            "last_event_id": store.last_id(),
            "counter": counter.model_dump(exclude={"session", "tones", "errors"}),
            "session": counter.session.model_dump(),
            "checks": [_check(one) for one in checks()],
        }

    @blueprint.get("/clients/me")
    def me() -> dict[str, Any]:
        query_integers(())
        client = current_client()
        return {
            "id": client.id,
            "name": client.name,
            "scopes": sorted(client.scopes),
            "paired_at": _time(client.paired_at),
            "last_seen": None if client.last_seen is None else _time(client.last_seen),
        }

    @blueprint.delete("/clients/me")
    def unpair() -> Response:
        query_integers(())
        store.revoke(current_client().id)
        return Response(status=204)

    @blueprint.get("/openapi.json")
    def openapi() -> Response:
        query_integers(())
        return Response(contract, content_type="application/json")

    return blueprint


def _check(said: CheckSaid) -> dict[str, str]:
    return {
        "id": said.id,
        "level": said.level,
        "code": said.code,
        "what": said.what,
        "cause": said.cause,
        "remedy": said.remedy,
    }


def _time(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
