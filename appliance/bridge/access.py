"""What every request passes before it reaches its route: host, origin, token, rate, right; in this order."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus

from flask import Response, g, request

from appliance.base.clock import Clock
from appliance.bridge.bounds import MAX_TOKEN_CHARACTERS
from appliance.bridge.presence import ClientPresence
from appliance.bridge.problems import Problem, ProblemCode
from appliance.bridge.rates import CLIENT_RATE, FAILURE_RATE, PUBLIC_RATE, RateLimiter
from appliance.bridge.rights import PUBLIC, Right, Rights, Scope
from appliance.journal.model import Client

__all__ = ["Guard", "Policy", "current_client"]

_HOST = re.compile(r"(?P<name>\[[0-9A-Fa-f:.]{2,45}\]|[0-9A-Za-z._-]{1,253})(?::[0-9]{1,5})?")
_BEARER = re.compile(r"Bearer +(?P<token>[0-9A-Za-z._~+/-]+=*)", re.IGNORECASE)
_PREFLIGHT_S = 600
"""How long a browser may remember the answer to a preflight."""


@dataclass(frozen=True, slots=True)
class Policy:
    """Who may come from where.

    Attributes:
        hosts: names, in lower case, that this device goes by beside `localhost` and IP addresses.
        origins: web origins that may call the bridge; `null` never is one.
        own_pages: pages of the bridge itself may call it.
    """

    hosts: frozenset[str] = frozenset()
    origins: frozenset[str] = frozenset()
    own_pages: bool = False

    def knows_host(self, host: str | None) -> bool:
        """Whether a Host header names this device.

        An IP address always does: DNS rebinding, which this is against, cannot do without a name.
        """
        match = _HOST.fullmatch(host or "")
        if match is None:
            return False
        name = match["name"].lower()
        if name in self.hosts or name == "localhost":
            return True
        try:
            ipaddress.ip_address(name.strip("[]"))
        except ValueError:
            return False
        return True

    def knows_origin(self, origin: str, host: str) -> bool:
        """Whether a page of this origin may call; `host` was found good before."""
        if origin == "null":
            return False
        return origin in self.origins or (self.own_pages and origin == f"https://{host.lower()}")


def current_client() -> Client:
    """The client of this request; only in routes that are not public."""
    client = g.client
    if not isinstance(client, Client):
        raise TypeError("a public route asked for its client")
    return client


class Guard:
    """Lets a request pass, answers it (a browser's preflight), or raises its Problem."""

    def __init__(
        self,
        find_client: Callable[[str], Client | None],
        rights: Rights,
        policy: Policy,
        presence: ClientPresence,
        clock: Clock,
    ) -> None:
        self._find_client = find_client
        self._presence = presence
        self._rights = rights
        self._policy = policy
        self._by_client = RateLimiter(CLIENT_RATE, clock)
        self._by_address = RateLimiter(PUBLIC_RATE, clock)
        self._failures = RateLimiter(FAILURE_RATE, clock)

    def admit(self) -> Response | None:
        """Check the current request; for `before_request`."""
        g.client = None
        g.origin = None
        if not self._policy.knows_host(request.headers.get("Host")):
            raise Problem(ProblemCode.HOST_REFUSED)
        self._check_origin()
        if g.origin is not None and request.method == "OPTIONS":
            return self._preflight()
        rule = request.url_rule
        right = self._rights.find(request.method, rule.rule) if rule is not None else None
        if right is not None and right.scopes == PUBLIC:
            _pass_or_wait(self._by_address, request.remote_addr or "")
            return None
        # A token comes before "not found": without one, nobody learns which routes there are.
        client = self._authenticate()
        _pass_or_wait(self._by_client, client.id)
        g.client = client
        if rule is not None:
            _check_right(right, client)
        # Only who may ask for events, and does, is an LGO that listens: a page that looks on is none.
        if right is not None and Scope.EVENTS in right.scopes & client.scopes:
            self._presence.note(client.id)
        return None

    def decorate(self, response: Response) -> Response:
        """Add what every response carries; for `after_request`."""
        headers = response.headers
        headers.setdefault("Cache-Control", "no-store")
        headers.setdefault("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
        headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        headers.setdefault("Referrer-Policy", "no-referrer")
        headers.setdefault("X-Content-Type-Options", "nosniff")
        response.vary.add("Origin")
        origin = g.get("origin")
        if origin is not None:
            headers["Access-Control-Allow-Origin"] = origin
            headers["Access-Control-Expose-Headers"] = "Retry-After"
        return response

    def _check_origin(self) -> None:
        origin = request.headers.get("Origin")
        if origin is None:
            return
        if not self._policy.knows_origin(origin, request.headers.get("Host", "")):
            raise Problem(ProblemCode.ORIGIN_REFUSED)
        g.origin = origin

    def _preflight(self) -> Response:
        """Answer what a browser asks before a page's request; it carries no token and tells nothing."""
        _pass_or_wait(self._by_address, request.remote_addr or "")
        response = Response(status=HTTPStatus.NO_CONTENT)
        response.headers["Access-Control-Allow-Methods"] = "GET, POST, PUT, DELETE"
        response.headers["Access-Control-Allow-Headers"] = "Authorization, Content-Type"
        response.headers["Access-Control-Max-Age"] = str(_PREFLIGHT_S)
        if request.headers.get("Access-Control-Request-Private-Network") == "true":
            response.headers["Access-Control-Allow-Private-Network"] = "true"
        return response

    def _authenticate(self) -> Client:
        header = request.headers.get("Authorization")
        match = _BEARER.fullmatch(header or "")
        token = match["token"] if match is not None else ""
        if token and len(token) <= MAX_TOKEN_CHARACTERS:
            client = self._find_client(token)
            if client is not None:
                return client
        _pass_or_wait(self._failures, request.remote_addr or "")
        raise Problem(ProblemCode.TOKEN_MISSING if header is None else ProblemCode.TOKEN_INVALID)


def _pass_or_wait(limiter: RateLimiter, key: str) -> None:
    if wait_s := limiter.take(key):
        raise Problem(ProblemCode.TOO_MANY_REQUESTS, retry_after_s=wait_s)


def _check_right(right: Right | None, client: Client) -> None:
    if right is None:
        raise Problem(ProblemCode.ROUTE_CLOSED)
    if not right.scopes & client.scopes:
        scopes = ", ".join(sorted(right.scopes))
        raise Problem(ProblemCode.SCOPE_MISSING, scopes=scopes)
