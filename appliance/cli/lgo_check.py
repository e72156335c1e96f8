"""`comptoir lgo-check URL`: whether a device keeps the contract, check by check, in plain words.

It changes nothing: no event is taken over, and what it acknowledges was acknowledged before.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import http.client
import ssl
import time
import warnings
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Final
from urllib.parse import urlsplit

import click
import httpx
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from appliance.texts import lgo_check as texts
from appliance.texts import lgo_observe as observe_texts

__all__ = ["Device", "Verdict", "checked", "command"]

_TIMEOUT_S: Final = 10.0
_MAX_TOKEN_BYTES: Final = 1024
_TOO_LARGE_BYTES: Final = 64 * 1024
_GREATEST_ID: Final = 2**63 - 1
_SLACK_S: Final = 3.0
_DEFAULT_PORT: Final = 443
_TELLING_HEADERS: Final = frozenset({"server", "x-powered-by", "via"})


@dataclass(frozen=True, slots=True)
class Verdict:
    """One check: its name (a key of `CHECKS`), and what does not hold; empty where all does."""

    name: str
    fault: str = ""


@dataclass(frozen=True, slots=True, repr=False)
class Device:
    """What is checked.

    Attributes:
        url: without a path.
        token: of a paired software; None where only the door is checked.
        pin: `sha256/` and base64; None where any key is taken.
    """

    url: str
    token: str | None = None
    pin: str | None = None

    def client(self, token: str | None = None) -> httpx.Client:
        """A client that believes any certificate: the pin is a check of its own."""
        headers = {} if token is None else {"Authorization": f"Bearer {token}"}
        return httpx.Client(
            base_url=self.url, headers=headers, verify=_any_certificate(), timeout=_TIMEOUT_S, trust_env=False
        )


@click.command("lgo-check", help=texts.HELP)
@click.argument("url")
@click.option("--token-file", type=click.Path(path_type=Path, dir_okay=False), help=texts.HELP_PAIRED)
@click.option("--pin", help=texts.HELP_PIN)
@click.option("--observe", "port", type=click.IntRange(0, 65535), help=observe_texts.HELP_OBSERVE)
@click.option("--gentle", is_flag=True, help=observe_texts.HELP_GENTLE)
def command(url: str, token_file: Path | None, pin: str | None, port: int | None, *, gentle: bool) -> None:
    """A line a check; exit status 1 when one does not hold."""
    parts = urlsplit(url)
    if parts.scheme != "https" or not parts.hostname or parts.path not in {"", "/"}:
        raise click.ClickException(texts.URL_WRONG)
    if port is not None:
        _observe(url.rstrip("/"), port, gentle=gentle)
        return
    token = None
    if token_file is not None:
        try:
            with token_file.open("rb") as opened:
                token = opened.read(_MAX_TOKEN_BYTES).decode("ascii").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise click.ClickException(texts.FILE_UNREADABLE) from error
    count = bad = 0
    for verdict in checked(Device(url.rstrip("/"), token, pin)):
        count, bad = count + 1, bad + bool(verdict.fault)
        mark = texts.BAD if verdict.fault else texts.GOOD
        click.echo(f"{mark:8}{texts.CHECKS[verdict.name]}{verdict.fault and f' — {verdict.fault}'}")
    click.echo((texts.VERDICT_BAD if bad else texts.VERDICT_GOOD).format(count=count, bad=bad))
    if bad:
        raise SystemExit(1)


def _observe(url: str, port: int, *, gentle: bool) -> None:
    """The verdict on a software, after Ctrl-C; exit status 1 when something is wrong."""
    # Imported only here: who checks a device needs no server.
    from appliance.cli.observing import observe  # noqa: PLC0415
    from appliance.cli.observing.report import began, noted, report  # noqa: PLC0415

    try:
        exchanges = observe(url, port, gentle=gentle, started=began, told=noted)
    except OSError as error:
        raise click.ClickException(observe_texts.PORT_TAKEN.format(port=port)) from error
    if not report(exchanges):
        raise SystemExit(1)


def checked(device: Device) -> Iterator[Verdict]:
    """The checks that can be made with what is known of the device, one after the other."""
    for name, check in _CHECKS.items():
        if (name == "pin" and device.pin is None) or (name in _PAIRED and device.token is None):
            continue
        try:
            fault = check(device)
        except (httpx.HTTPError, OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            fault = texts.UNREACHABLE.format(error=type(error).__name__)
        yield Verdict(name, fault)


def _any_certificate() -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def _expect(answer: httpx.Response, status: int, code: str | None = None) -> str:
    if answer.status_code != status:
        return f"{answer.status_code} ≠ {status}"
    said = answer.json().get("code") if code is not None else None
    return "" if said == code else f"{said} ≠ {code}"


def _ready(device: Device) -> str:
    with device.client() as client:
        answer = client.get("/v1/ready")
    return _expect(answer, 200) or ("" if answer.json() == {"ready": True} else answer.text[:80])


def _pin(device: Device) -> str:
    address = urlsplit(device.url)
    port = address.port or _DEFAULT_PORT
    certificate = x509.load_pem_x509_certificate(
        ssl.get_server_certificate((address.hostname or "", port), timeout=_TIMEOUT_S).encode()
    )
    info = certificate.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    shown = "sha256/" + base64.b64encode(hashlib.sha256(info).digest()).decode()
    try:
        base64.b64decode((device.pin or "").removeprefix("sha256/"), validate=True)
    except binascii.Error:
        return "sha256/… ?"
    return "" if shown == device.pin else shown


def _tls_old(device: Device) -> str:
    address = urlsplit(device.url)
    old = http.client.HTTPSConnection(
        address.hostname or "", address.port or _DEFAULT_PORT, timeout=_TIMEOUT_S, context=_tls_1_1()
    )
    try:
        old.connect()
    except (ssl.SSLError, ConnectionError):
        return ""
    finally:
        old.close()
    return "TLS 1.1"


def _tls_1_1() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.set_ciphers("ALL:@SECLEVEL=0")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # to offer what nobody should is the point here
        context.options |= ssl.OP_NO_TLSv1_2 | ssl.OP_NO_TLSv1_3
    return context


def _clear(device: Device) -> str:
    address = urlsplit(device.url)
    plain = http.client.HTTPConnection(
        address.hostname or "", address.port or _DEFAULT_PORT, timeout=_TIMEOUT_S
    )
    try:
        plain.request("GET", "/v1/ready")
        status = plain.getresponse().status
    except (http.client.HTTPException, ConnectionError):
        return ""
    finally:
        plain.close()
    return "" if status >= 400 else str(status)


def _no_version(device: Device) -> str:
    with device.client() as client:
        told = _TELLING_HEADERS & set(client.get("/v1/ready").headers)
    return ", ".join(sorted(told))


def _asked(path: str, status: int, code: str, **headers: str) -> Callable[[Device], str]:
    def check(device: Device) -> str:
        with device.client() as client:
            return _expect(client.get(path, headers=headers), status, code)

    return check


def _unknown_hidden(device: Device) -> str:
    with device.client() as client:
        known, unknown = client.get("/v1/events"), client.get("/v1/nothing")
    same = (known.status_code, known.content) == (unknown.status_code, unknown.content)
    return "" if same else str(unknown.status_code)


def _problem(device: Device) -> str:
    with device.client() as client:
        answer = client.get("/v1/events")
    if answer.headers.get("content-type") != "application/problem+json":
        return str(answer.headers.get("content-type"))
    if answer.headers.get("content-language") != "fr":
        return str(answer.headers.get("content-language"))
    return ", ".join(sorted({"type", "title", "status", "code", "remedy"} - set(answer.json())))


def _paired(path: str, status: int, code: str | None = None) -> Callable[[Device], str]:
    def check(device: Device) -> str:
        with device.client(device.token) as client:
            return _expect(client.get(path), status, code)

    return check


def _contract(device: Device) -> str:
    with device.client(device.token) as client:
        version = str(client.get("/v1/openapi.json").json()["info"]["version"])
    return "" if version.split(".", maxsplit=1)[0] == "1" else version


def _capabilities(device: Device) -> str:
    with device.client(device.token) as client:
        known = set(client.get("/v1/status").json()["capabilities"])
    return ", ".join(sorted({"events", "events.ack", "events.wait"} - known))


def _body(device: Device) -> str:
    with device.client(device.token) as client:
        large = b" " * _TOO_LARGE_BYTES
        headers = {"Content-Type": "application/json"}
        return _expect(client.post("/v1/events/ack", content=large, headers=headers), 413, "body_too_large")


def _last_id(client: httpx.Client) -> int:
    return int(client.get("/v1/status").json()["last_event_id"])


def _wait(device: Device) -> str:
    with device.client(device.token) as client:
        after = _last_id(client)
        start = time.monotonic()
        answer = client.get("/v1/events", params={"after": after, "wait": 1})
        took_s = time.monotonic() - start
    if fault := _expect(answer, 200):
        return fault
    early = not answer.json()["events"] and took_s < 1
    return f"{took_s:.1f} s" if early or took_s > 1 + _SLACK_S else ""


def _superseded(device: Device) -> str:
    def poll(wait_s: int) -> float:
        with device.client(device.token) as client:
            start = time.monotonic()
            client.get("/v1/events", params={"after": after, "wait": wait_s})
            return time.monotonic() - start

    with device.client(device.token) as client:
        after = _last_id(client)
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(poll, 8)
        time.sleep(1)
        poll(1)
        took_s = first.result()
    return "" if took_s < 1 + 1 + _SLACK_S else f"{took_s:.1f} s"


def _ack_again(device: Device) -> str:
    with device.client(device.token) as client:
        waiting = client.get("/v1/events", params={"limit": 1}).json()["events"]
        # Nothing is taken from anybody: an id below all that waits was acknowledged, or has expired.
        through = (waiting[0]["id"] if waiting else _last_id(client) + 1) - 1
        if through < 1:
            return ""
        answers = [client.post("/v1/events/ack", json={"ids": [through]}) for _ in range(2)]
    faults = [_expect(answer, 200) for answer in answers]
    return faults[0] or faults[1] or ("" if answers[1].json()["acknowledged"] == [] else "1")


_CHECKS: Final[Mapping[str, Callable[[Device], str]]] = MappingProxyType(
    {
        "ready": _ready,
        "pin": _pin,
        "tls_old": _tls_old,
        "clear": _clear,
        "no_version": _no_version,
        "token_wanted": _asked("/v1/events", 401, "token_missing"),
        "token_wrong": _asked("/v1/events", 401, "token_invalid", Authorization="Bearer wrong"),
        "unknown_hidden": _unknown_hidden,
        "host": _asked("/v1/ready", 421, "host_refused", Host="elsewhere.example"),
        "origin": _asked("/v1/ready", 403, "origin_refused", Origin="https://elsewhere.example"),
        "problem": _problem,
        "me": _paired("/v1/clients/me", 200),
        "contract": _contract,
        "capabilities": _capabilities,
        "bounds": _paired("/v1/events?limit=101", 400, "parameter_invalid"),
        "body": _body,
        "ahead": _paired(f"/v1/events?after={_GREATEST_ID}", 409, "cursor_ahead"),
        "wait": _wait,
        "superseded": _superseded,
        "ack_again": _ack_again,
    }
)

_PAIRED: Final = frozenset(
    {"me", "contract", "capabilities", "bounds", "body", "ahead", "wait", "superseded", "ack_again"}
)
"""Checks that need a token."""
