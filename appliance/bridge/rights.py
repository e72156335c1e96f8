"""Who may call what: one table, deny by default.

A route without a row is closed to everybody, and a row without a route, or a route without a row, stops the
start: a forgotten right is found on the bench, not by an attacker.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum, unique

from flask import Blueprint, Flask

from appliance.journal.model import Client

__all__ = ["ANY_SCOPE", "PUBLIC", "RIGHTS", "Extension", "Right", "Rights", "RightsError", "Scope"]


@unique
class Scope(StrEnum):
    """What a client was given at pairing."""

    EVENTS = "events"
    """Receive and acknowledge events."""
    STATUS = "status"
    """See how the device is, and say the status of prescriptions."""
    TECHNICIAN = "technician"
    """See the measures of the device; on a simulated counter, drive it by its page."""
    CONSOLE = "console"
    """The technician's page: never given to a client, but to who types the code of the device's screen."""


ANY_SCOPE = frozenset({Scope.EVENTS, Scope.STATUS, Scope.TECHNICIAN})
"""Every paired client."""

PUBLIC: frozenset[Scope] = frozenset()
"""No token asked: for what says nothing of the device or the pharmacy."""


class RightsError(RuntimeError):
    """Routes and table of rights do not match; correct the table."""


@dataclass(frozen=True, slots=True)
class Right:
    """One row.

    Attributes:
        method: in capitals; `GET` covers `HEAD`.
        rule: the route as Flask writes it, for example `/v1/events`.
        scopes: a client with one of these may call it; PUBLIC needs no client.
    """

    method: str
    rule: str
    scopes: frozenset[Scope]


RIGHTS: Sequence[Right] = (
    Right("GET", "/v1/ready", PUBLIC),
    Right("GET", "/v1/openapi.json", ANY_SCOPE),
    Right("GET", "/v1/clients/me", ANY_SCOPE),
    Right("DELETE", "/v1/clients/me", ANY_SCOPE),
    Right("POST", "/v1/pairings", PUBLIC),
    Right("POST", "/v1/pairings/<pairing>/reveal", PUBLIC),
    Right("GET", "/v1/pairings/<pairing>", PUBLIC),
    Right("DELETE", "/v1/pairings/<pairing>", PUBLIC),
    Right("GET", "/v1/status", frozenset({Scope.STATUS, Scope.TECHNICIAN})),
    Right("GET", "/v1/cards", ANY_SCOPE),
    Right("GET", "/v1/events", frozenset({Scope.EVENTS})),
    Right("GET", "/v1/events/stream", frozenset({Scope.EVENTS})),
    Right("POST", "/v1/events/ack", frozenset({Scope.EVENTS})),
    Right("GET", "/metrics", frozenset({Scope.TECHNICIAN})),
    Right("GET", "/v1/visits/current", frozenset({Scope.EVENTS})),
    Right("POST", "/v1/visits/current/close", frozenset({Scope.EVENTS})),
    Right("GET", "/v1/visits/<visit>/pages", frozenset({Scope.EVENTS})),
    Right("GET", "/v1/visits/<visit>/pages/<page>/jpeg", frozenset({Scope.EVENTS})),
    Right("GET", "/v1/visits/<visit>/pages/pdf", frozenset({Scope.EVENTS})),
    Right("DELETE", "/v1/visits/<visit>/pages", frozenset({Scope.EVENTS})),
    Right("GET", "/v1/prescriptions/<prescription_id>", frozenset({Scope.EVENTS})),
    Right("POST", "/v1/prescriptions/<prescription_id>/refresh", frozenset({Scope.EVENTS})),
    Right("PUT", "/v1/prescriptions/<prescription_id>/status", frozenset({Scope.STATUS})),
)
"""The contract's own routes."""


@dataclass(frozen=True, slots=True)
class Extension:
    """Further routes that a composition adds, such as the console page, with their rows.

    Attributes:
        blueprint: the routes.
        rights: a row for each.
        serves_pages: its pages call the bridge from their own origin, which is then let in.
        visitor_by_token: who comes with a token that the journal does not know, such as a technician.
    """

    blueprint: Blueprint
    rights: Sequence[Right]
    serves_pages: bool = False
    visitor_by_token: Callable[[str], Client | None] | None = None


class Rights:
    """The table of one application.

    Raises:
        RightsError: two rows for one method and rule.
    """

    def __init__(self, rows: Iterable[Right]) -> None:
        self._rows: dict[tuple[str, str], Right] = {}
        for row in rows:
            if self._rows.setdefault((row.method, row.rule), row) is not row:
                raise RightsError(f"two rows for {row.method} {row.rule}")

    def find(self, method: str, rule: str) -> Right | None:
        """The row, or None: closed."""
        return self._rows.get(("GET" if method == "HEAD" else method, rule))

    def check(self, app: Flask) -> None:
        """See that every route has its row and every row its route.

        Raises:
            RightsError: naming those that do not match.
        """
        routes = {
            (method, rule.rule)
            for rule in app.url_map.iter_rules()
            for method in (rule.methods or set()) - {"HEAD"}
        }
        if unmatched := sorted(routes ^ self._rows.keys()):
            raise RightsError(f"no right for a route, or no route for a right: {unmatched}")
