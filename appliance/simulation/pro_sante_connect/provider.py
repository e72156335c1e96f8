"""The rules of the simulated provider: who may ask for what, and the tokens it gives. No HTTP here.

As a Keycloak 2x behaves behind Pro Santé Connect, as far as that is public: CIBA in poll mode, tokens of five
minutes, refresh tokens that are used once, RFC 7009 revocation.
"""

from __future__ import annotations

import secrets
import threading
from base64 import urlsafe_b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256

from joserfc import jwt
from joserfc.jwk import RSAKey

from appliance.base.clock import NS_PER_S, Clock
from appliance.prescriptions.pro_sante_connect.client import CIBA_GRANT
from appliance.simulation.pro_sante_connect.faults import Endpoint, Fault
from appliance.simulation.pro_sante_connect.forgery import forged
from appliance.simulation.pro_sante_connect.people import PEOPLE, Person
from appliance.simulation.pro_sante_connect.phone import Decision, Phone

__all__ = ["ACCESS_S", "REALM", "Provider", "ProviderError", "new_signing_key"]

REALM = "/auth/realms/esante-wallet"
ACCESS_S = 300
REQUEST_S = 120
_KEY_BITS = 2048
_MAX_REQUESTS = 64


def new_signing_key() -> RSAKey:
    """A key with a name that no other has."""
    return RSAKey.generate_key(_KEY_BITS, parameters={"kid": secrets.token_hex(8)}, private=True)


class ProviderError(Exception):
    """An error of the protocol: a status and a word."""

    def __init__(self, status: int, word: str) -> None:
        super().__init__(word)
        self.status = status
        self.word = word


@dataclass(frozen=True, slots=True)
class _Request:
    person: Person
    nonce: str
    acr: str
    expires_ns: int


@dataclass(frozen=True, slots=True)
class _Grant:
    """What a token stands for."""

    person: Person
    nonce: str
    acr: str
    auth_req_id: str


@dataclass
class Provider:
    """Everything the provider knows; its methods are called by several threads.

    Args:
        issuer: its own name, `https://…` up to and with REALM.
        client: id and secret of the one client.
        clock: time.
        phone: the person's telephone.
        interval_s: least time between two polls, as told to clients.
        gives_refresh: whether there are refresh tokens.
    """

    issuer: str
    client: tuple[str, str]
    clock: Clock
    phone: Phone = field(default_factory=Phone)
    interval_s: int = 5
    gives_refresh: bool = True
    faults: dict[Endpoint, Fault] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=lambda: dict(PEOPLE))
    calls: list[str] = field(default_factory=list)
    signing_key: RSAKey = field(default_factory=new_signing_key, repr=False)

    def __post_init__(self) -> None:
        """Begin with nobody logged in."""
        self._lock = threading.Lock()
        self._requests: dict[str, _Request] = {}
        self._access: dict[str, _Grant] = {}
        self._refresh: dict[str, _Grant] = {}

    def rotate_keys(self) -> None:
        """Sign with another key from now on; the old one is no longer told."""
        self.signing_key = new_signing_key()

    @property
    def live_tokens(self) -> int:
        """How many tokens are in force."""
        with self._lock:
            return len(self._access) + len(self._refresh)

    def fault(self, endpoint: Endpoint) -> Fault | None:
        """What is to go wrong there."""
        return self.faults.get(endpoint)

    def metadata(self) -> dict[str, object]:
        """OpenID Discovery, with CIBA's members."""
        fault = self.fault(Endpoint.DISCOVERY)
        base = f"{self.issuer}/protocol/openid-connect"
        elsewhere = base.replace("127.0.0.1", "localhost") if fault is Fault.OTHER_HOST else base
        return {
            "issuer": "https://autre.example/realms/x" if fault is Fault.OTHER_ISSUER else self.issuer,
            "backchannel_authentication_endpoint": f"{base}/ext/ciba/auth",
            "backchannel_token_delivery_modes_supported": ["ping" if fault is Fault.NO_POLL_MODE else "poll"],
            "token_endpoint": f"{elsewhere}/token",
            "userinfo_endpoint": f"{base}/userinfo",
            "jwks_uri": f"{base}/certs",
            "revocation_endpoint": f"{base}/revoke",
            "end_session_endpoint": f"{base}/logout",
            "acr_values_supported": ["eidas1"],
        }

    def keys(self) -> dict[str, object]:
        """The key set."""
        return {"keys": [{**self.signing_key.as_dict(private=False), "use": "sig", "alg": "RS256"}]}

    def authenticate(self, client: tuple[str, str] | None) -> None:
        """Refuse whoever is not the client."""
        if client is None or not all(
            secrets.compare_digest(given.encode(), known.encode())
            for given, known in zip(client, self.client, strict=True)
        ):
            raise ProviderError(401, "invalid_client")

    def begin(self, form: Mapping[str, str]) -> dict[str, object]:
        """CIBA Core §7: ask the person."""
        person = self.people.get(form.get("login_hint", ""))
        number = form.get("binding_message", "")
        if "openid" not in form.get("scope", "").split():
            raise ProviderError(400, "invalid_scope")
        if len(number) != 2 or not (number.isascii() and number.isdigit()):
            raise ProviderError(400, "invalid_binding_message")
        if person is None:
            raise ProviderError(400, "unknown_user_id")
        auth_req_id = secrets.token_urlsafe(24)
        expires_ns = self.clock.monotonic_ns() + REQUEST_S * NS_PER_S
        request = _Request(person, form.get("nonce", ""), form.get("acr_values", "eidas1"), expires_ns)
        with self._lock:
            while len(self._requests) >= _MAX_REQUESTS:
                self._requests.pop(next(iter(self._requests)))
            self._requests[auth_req_id] = request
        self.phone.show(auth_req_id, number)
        return {"auth_req_id": auth_req_id, "expires_in": REQUEST_S, "interval": self.interval_s}

    def token(self, form: Mapping[str, str]) -> dict[str, object]:
        """The token endpoint: a poll, or a refresh."""
        kind = form.get("grant_type")
        if kind == "refresh_token":
            with self._lock:
                # Used once: who uses it again is not the one it was given to.
                grant = self._refresh.pop(form.get("refresh_token", ""), None)
            if grant is None:
                raise ProviderError(400, "invalid_grant")
            return self._tokens(grant)
        if kind != CIBA_GRANT:
            raise ProviderError(400, "unsupported_grant_type")
        if self.fault(Endpoint.TOKEN) is Fault.SLOW_DOWN:
            raise ProviderError(400, "slow_down")
        return self._tokens(self._answered(form.get("auth_req_id", "")))

    def _answered(self, auth_req_id: str) -> _Grant:
        with self._lock:
            request = self._requests.get(auth_req_id)
            if request is None:
                raise ProviderError(400, "invalid_grant")
            decision = self.phone.decision(auth_req_id)
            is_late = self.clock.monotonic_ns() >= request.expires_ns
            if decision is None and not is_late:
                raise ProviderError(400, "authorization_pending")
            del self._requests[auth_req_id]
        self.phone.clear()
        if is_late:
            raise ProviderError(400, "expired_token")
        if decision is Decision.REFUSE:
            raise ProviderError(400, "access_denied")
        return _Grant(request.person, request.nonce, request.acr, auth_req_id)

    def _tokens(self, grant: _Grant) -> dict[str, object]:
        access, refresh = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
        with self._lock:
            self._access[access] = grant
            if self.gives_refresh:
                self._refresh[refresh] = grant
        answer: dict[str, object] = {
            "access_token": access,
            "token_type": "Bearer",
            "expires_in": ACCESS_S,
            "id_token": self._id_token(grant, access),
        }
        if self.gives_refresh:
            answer["refresh_token"] = refresh
        if self.fault(Endpoint.TOKEN) is Fault.NO_ID_TOKEN:
            del answer["id_token"]
        return answer

    def _id_token(self, grant: _Grant, access: str) -> str:
        now = int(self.clock.now().timestamp())
        claims: dict[str, object] = {
            "iss": self.issuer,
            "aud": self.client[0],
            "azp": self.client[0],
            "sub": grant.person.subject,
            "iat": now,
            "exp": now + ACCESS_S,
            "nonce": grant.nonce,
            "acr": grant.acr,
            "at_hash": _at_hash(access),
        }
        sign: Callable[[dict[str, object]], str] = lambda claims: jwt.encode(  # noqa: E731
            {"alg": "RS256", "kid": self.signing_key.kid}, claims, self.signing_key, algorithms=["RS256"]
        )
        fault = self.fault(Endpoint.TOKEN)
        return sign(claims) if fault is None else forged(fault, claims, self.signing_key, sign)

    def userinfo(self, token: str) -> dict[str, object]:
        """Who the token is of."""
        with self._lock:
            grant = self._access.get(token)
        if grant is None:
            raise ProviderError(401, "invalid_token")
        person = self.people.get(grant.person.national_id, grant.person)
        if self.fault(Endpoint.USERINFO) is Fault.OTHER_SUBJECT:
            person = replace(person, national_id=f"{person.national_id[:-1]}x")
        return person.userinfo()

    def revoke(self, token: str) -> None:
        """RFC 7009: a token that is not known is as good as revoked."""
        with self._lock:
            grant = self._refresh.pop(token, None) or self._access.pop(token, None)
            if grant is not None:
                for tokens in (self._refresh, self._access):
                    for other in [each for each, theirs in tokens.items() if theirs == grant]:
                        del tokens[other]


def _at_hash(access: str) -> str:
    digest = sha256(access.encode()).digest()
    return urlsafe_b64encode(digest[: len(digest) // 2]).rstrip(b"=").decode()
