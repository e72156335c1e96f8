"""Answers that lie, over real TLS: none is believed, none hangs, none shows a token."""

from __future__ import annotations

import logging
import socket
import ssl
import threading
import time

import pytest

from appliance.base.log import TRAFFIC
from appliance.prescriptions.pro_sante_connect import errors
from appliance.prescriptions.pro_sante_connect.configuration import MAX_SECRET_BYTES, accepted_acr
from appliance.prescriptions.pro_sante_connect.errors import (
    BadAnswerError,
    BadTokenError,
    BusyError,
    ClockError,
    NotConfiguredError,
    PscError,
    UnreachableError,
    UntrustedServerError,
)
from appliance.prescriptions.pro_sante_connect.session import Opened
from appliance.prescriptions.pro_sante_connect.tokens import (
    MAX_KEYS,
    MAX_TOKEN_CHARS,
    TokenAnswer,
    key_set,
)
from appliance.prescriptions.pro_sante_connect.transport import MAX_ANSWER_BYTES, Transport
from appliance.simulation.pro_sante_connect.faults import Endpoint, Fault
from appliance.simulation.pro_sante_connect.keys import TlsFiles

from .conftest import PHARMACIST, SECRET, Stand

TOKEN_FAULTS = {
    Fault.WRONG_NONCE: BadTokenError,
    Fault.NO_NONCE: BadTokenError,
    Fault.WRONG_AUDIENCE: BadTokenError,
    Fault.TWO_AUDIENCES: BadTokenError,
    Fault.WRONG_PARTY: BadTokenError,
    Fault.WRONG_ISSUER: BadTokenError,
    Fault.WEAK_ACR: BadTokenError,
    Fault.NO_ACR: BadTokenError,
    Fault.BAD_SIGNATURE: BadTokenError,
    Fault.FOREIGN_KEY: BadTokenError,
    Fault.ALG_NONE: BadTokenError,
    Fault.ALG_HS256: BadTokenError,
    Fault.TOKEN_OVER: ClockError,
    Fault.TOKEN_OF_THE_FUTURE: ClockError,
    Fault.TOKEN_FROM_BEFORE: BadTokenError,
    Fault.WRONG_AT_HASH: BadTokenError,
    Fault.OTHER_LOGIN: BadTokenError,
    Fault.NO_ID_TOKEN: BadTokenError,
}

WAY_FAULTS = {
    Fault.HTML: BadAnswerError,
    Fault.BROKEN_JSON: BadAnswerError,
    Fault.NO_OBJECT: BadAnswerError,
    Fault.EMPTY_OBJECT: BadAnswerError,
    Fault.HUGE: BadAnswerError,
    Fault.COMPRESSED: BadAnswerError,
    Fault.REDIRECT: BadAnswerError,
    Fault.SERVER_ERROR: BusyError,
    Fault.UNKNOWN_ERROR: BadAnswerError,
}


def refused(stand: Stand, **changes: object) -> PscError:
    session = stand.session(**changes)
    try:
        session.begin()
        stand.approve()
        stand.clock.advance(5)
        outcome = session.step()
    except PscError as error:
        return error
    raise AssertionError(f"not refused: {outcome}")


@pytest.mark.parametrize("fault", TOKEN_FAULTS)
def test_a_token_that_does_not_hold_opens_nothing_and_is_revoked(stand: Stand, fault: Fault) -> None:
    stand.fault(Endpoint.TOKEN, fault)
    assert type(refused(stand)) in {TOKEN_FAULTS[fault], *TOKEN_FAULTS[fault].__subclasses__()}
    assert stand.provider.live_tokens == 0


@pytest.mark.parametrize("endpoint", [Endpoint.DISCOVERY, Endpoint.CIBA, Endpoint.USERINFO, Endpoint.KEYS])
@pytest.mark.parametrize("fault", WAY_FAULTS)
def test_what_is_no_answer_is_told_as_such(stand: Stand, endpoint: Endpoint, fault: Fault) -> None:
    stand.fault(endpoint, fault)
    assert type(refused(stand)) is WAY_FAULTS[fault]
    assert stand.provider.live_tokens == 0


@pytest.mark.parametrize("fault", [fault for fault in WAY_FAULTS if fault is not Fault.SERVER_ERROR])
def test_a_poll_that_is_no_answer_ends_the_login(stand: Stand, fault: Fault) -> None:
    stand.fault(Endpoint.TOKEN, fault)
    assert type(refused(stand)) is BadAnswerError


@pytest.mark.parametrize("fault", [Fault.OTHER_HOST, Fault.OTHER_ISSUER, Fault.NO_POLL_MODE])
def test_metadata_that_lead_elsewhere_are_not_followed(stand: Stand, fault: Fault) -> None:
    stand.fault(Endpoint.DISCOVERY, fault)
    assert type(refused(stand)) is BadAnswerError
    assert stand.provider.calls == [Endpoint.DISCOVERY.value]


def test_userinfo_of_another_subject(stand: Stand) -> None:
    stand.fault(Endpoint.USERINFO, Fault.OTHER_SUBJECT)
    assert type(refused(stand)) is BadTokenError


def test_a_nonce_may_be_absent_where_the_settings_say_so_and_never_wrong(stand: Stand) -> None:
    stand.fault(Endpoint.TOKEN, Fault.NO_NONCE)
    session = stand.session(nonce_required=False)
    session.begin()
    stand.approve()
    stand.clock.advance(5)
    assert isinstance(session.step(), Opened)
    stand.fault(Endpoint.TOKEN, Fault.WRONG_NONCE)
    assert type(refused(stand, nonce_required=False)) is BadTokenError


def test_keys_that_changed_are_asked_for_again_once(stand: Stand) -> None:
    session = stand.opened()
    asked = stand.provider.calls.count(Endpoint.KEYS.value)
    stand.provider.rotate_keys()
    stand.clock.elapsed_ns = session.due_ns
    assert session.step() is None
    assert stand.provider.calls.count(Endpoint.KEYS.value) == asked + 1
    stand.clock.elapsed_ns = session.due_ns
    assert session.step() is None
    assert stand.provider.calls.count(Endpoint.KEYS.value) == asked + 1


def test_a_stronger_level_is_enough_and_a_weaker_is_not() -> None:
    assert accepted_acr("eidas2") == ["eidas2", "eidas3"]
    assert accepted_acr("autre") == ["autre"]


def test_a_body_that_drips_is_cut(stand: Stand) -> None:
    stand.fault(Endpoint.CIBA, Fault.DRIP)
    began = time.monotonic()
    assert type(refused(stand, deadline_s=0.5)) is UnreachableError
    assert time.monotonic() - began < 5


def drip_headers(
    files: TlsFiles, started: threading.Event, ended: threading.Event
) -> tuple[int, threading.Thread]:
    """A server whose headers never end."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(files.certificate, files.key)
    listening = socket.create_server(("127.0.0.1", 0))
    port = listening.getsockname()[1]

    def serve() -> None:
        connection, _ = listening.accept()
        listening.close()
        try:
            with context.wrap_socket(connection, server_side=True) as link:
                link.recv(4096)
                link.sendall(b"HTTP/1.1 200 OK\r\nX: ")
                while not ended.wait(0.05):
                    started.set()
                    link.sendall(b"x")
        except OSError:
            return

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    return port, thread


def test_headers_that_drip_are_cut(stand: Stand) -> None:
    started, ended = threading.Event(), threading.Event()
    port, thread = drip_headers(stand.files, started, ended)
    issuer = f"https://127.0.0.1:{port}/x"
    transport = Transport(issuer, stand.configuration().tls(), deadline_s=0.5)
    with pytest.raises(UnreachableError):
        transport.get(issuer)
    assert started.is_set()
    ended.set()
    thread.join(5)


def test_an_authority_that_is_not_known(stand: Stand) -> None:
    assert type(refused(stand, authorities=None)) is UntrustedServerError


def test_a_name_that_the_certificate_does_not_have(stand: Stand) -> None:
    issuer = stand.provider.issuer.replace("127.0.0.1", "localhost")
    assert type(refused(stand, issuer=issuer)) is UntrustedServerError


def test_nobody_there(stand: Stand) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
    assert type(refused(stand, issuer=f"https://127.0.0.1:{port}/x")) is UnreachableError


def test_no_secret_goes_over_plain_http(stand: Stand) -> None:
    with pytest.raises(ValueError, match="https"):
        stand.client(issuer=stand.provider.issuer.replace("https", "http"))


@pytest.mark.parametrize("size", [MAX_ANSWER_BYTES, MAX_ANSWER_BYTES + 1])
def test_the_bound_of_an_answer(stand: Stand, monkeypatch: pytest.MonkeyPatch, size: int) -> None:
    padding = size - len('{"x":""}\n')
    monkeypatch.setattr(type(stand.provider), "metadata", lambda _: {"x": "a" * padding})
    transport = Transport(stand.provider.issuer, stand.configuration().tls())
    url = f"{stand.provider.issuer}/.well-known/wallet-openid-configuration"
    if size > MAX_ANSWER_BYTES:
        with pytest.raises(BadAnswerError):
            transport.get(url)
    else:
        assert len(transport.get(url).content["x"]) == padding


def test_the_bounds_of_tokens_and_keys() -> None:
    good = {"access_token": "x" * MAX_TOKEN_CHARS, "token_type": "Bearer", "expires_in": 1}
    TokenAnswer.checked(good)
    for bad in (
        {"access_token": "x" * (MAX_TOKEN_CHARS + 1)},
        {"expires_in": 0},
        {"expires_in": 86_401},
        {"token_type": "mac"},
    ):
        with pytest.raises(BadAnswerError):
            TokenAnswer.checked({**good, **bad})
    unknown = {"kty": "lattice"}
    with pytest.raises(BadAnswerError, match="usable"):
        key_set({"keys": [unknown] * MAX_KEYS})
    with pytest.raises(BadAnswerError, match="no key set"):
        key_set({"keys": [unknown] * (MAX_KEYS + 1)})


@pytest.mark.parametrize("content", [b"", b"\n", b"x" * (MAX_SECRET_BYTES + 1), b"a\nb", b"\xff"])
def test_a_secret_that_is_none(stand: Stand, content: bytes) -> None:
    stand.secret_file.write_bytes(content)
    with pytest.raises(NotConfiguredError):
        stand.configuration().secret()


def test_the_longest_secret_and_none(stand: Stand) -> None:
    stand.secret_file.write_bytes(b"x" * MAX_SECRET_BYTES)
    assert len(stand.configuration().secret()) == MAX_SECRET_BYTES
    stand.secret_file.unlink()
    with pytest.raises(NotConfiguredError):
        stand.configuration().secret()
    with pytest.raises(NotConfiguredError):
        stand.configuration(authorities=stand.secret_file).tls()


def test_no_token_secret_or_person_is_logged_or_in_a_repr(
    stand: Stand, caplog: pytest.LogCaptureFixture
) -> None:
    ours = logging.getLogger("appliance")
    with caplog.at_level(TRAFFIC + 1, "appliance"), caplog.at_level(logging.INFO):
        session = stand.opened()
        stand.clock.elapsed_ns = session.due_ns
        session.step()
        tokens, pending = session._tokens, session._pending
        for fault in (Fault.WRONG_NONCE, Fault.HTML):
            stand.fault(Endpoint.TOKEN, fault)
            error = refused(stand)
            ours.warning("%s %r", error, error)
        stand.fault(Endpoint.REVOCATION, Fault.SERVER_ERROR)
        session.close()
    assert tokens is not None
    assert pending is not None
    secrets = [tokens.access_token, tokens.refresh_token, tokens.id_token, pending.auth_req_id, pending.nonce]
    secrets += [SECRET, PHARMACIST, PHARMACIST[1:], "PHARMACH0007512", "CAROLE"]
    said = caplog.text + repr(tokens) + repr(pending) + repr(stand.configuration())
    assert "revoked" in said
    for secret in secrets:
        assert secret
        assert secret not in said


def test_every_error_names_its_refusal() -> None:
    classes = [
        getattr(errors, name) for name in errors.__all__ if name.endswith("Error") and name != "PscError"
    ]
    refusals = {each.refusal for each in classes}
    assert len(refusals) == len(classes)
    assert refusals | {errors.PscRefusal.CANCELLED} == set(errors.PscRefusal)
