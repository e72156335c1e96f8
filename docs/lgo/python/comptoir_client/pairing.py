"""Pairing: commit, reveal, let a person compare six digits, keep token and key."""

from __future__ import annotations

import base64
import hashlib
import secrets
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

import httpx

from comptoir_client.errors import PairingFailedError, ProblemError, checked
from comptoir_client.pinning import PinnedContext

__all__ = ["Ceremony", "Device", "comparison_number", "pair"]

_COMMITMENT_LABEL = b"comptoir pairing commitment v1\x00"
_NUMBER_LABEL = b"comptoir pairing number v1\x00"
_NONCE_BYTES = 32
_TIMEOUT_S = 10.0
_GONE = 410


@dataclass(frozen=True, slots=True)
class Device:
    """What to keep of a pairing, as safely as a password.

    Attributes:
        url: for example `https://192.168.1.20:8443`.
        token: shown with every request.
        key_sha256: of the device's SubjectPublicKeyInfo.
    """

    url: str
    token: str = field(repr=False)
    key_sha256: bytes


def comparison_number(key_sha256: bytes, device_nonce: bytes, client_nonce: bytes) -> str:
    """The six digits that both sides show."""
    digest = hashlib.sha256(_NUMBER_LABEL + key_sha256 + device_nonce + client_nonce).digest()
    return f"{int.from_bytes(digest[:8], 'big') % 1_000_000:06d}"


class Ceremony:
    """One try to be paired; a context manager that gives up what was not confirmed.

    Args:
        url: of the device, on which OK was held for three seconds.
        name: shown on the device, 1 to 40 characters.
        scopes: `events`, `status`.

    Attributes:
        number: the digits to show; the person compares them with the device's and presses OK there.

    Raises:
        ProblemError: no window is open (`pairing_closed`), another software is being paired, …
        httpx.TransportError: the device is not reached.
    """

    def __init__(self, url: str, name: str, scopes: Sequence[str] = ("events", "status")) -> None:
        self._context = PinnedContext()
        self._url = url.rstrip("/")
        self._http = httpx.Client(
            base_url=self._url, verify=self._context, timeout=_TIMEOUT_S, trust_env=False
        )
        self._path = ""
        try:
            self.number = self._begin(name, scopes)
        except BaseException:
            self.close()
            raise

    def _begin(self, name: str, scopes: Sequence[str]) -> str:
        nonce = secrets.token_bytes(_NONCE_BYTES)
        commitment = hashlib.sha256(_COMMITMENT_LABEL + nonce).digest()
        asked = {"name": name, "commitment": _encoded(commitment), "scopes": list(scopes)}
        begun = checked(self._http.post("/v1/pairings", json=asked)).json()
        self._path = f"/v1/pairings/{begun['id']}"
        checked(self._http.post(f"{self._path}/reveal", json={"nonce": _encoded(nonce)}))
        return comparison_number(self._context.key_sha256, base64.b64decode(begun["device_nonce"]), nonce)

    def look(self) -> Device | None:
        """The device, once OK was pressed; None while the person compares.

        Raises:
            PairingFailedError: refused on the device, or over.
        """
        try:
            answer = checked(self._http.get(self._path))
        except ProblemError as error:
            if error.status != _GONE:
                raise
            self._path = ""
            raise PairingFailedError("refused on the device, or over") from error
        if answer.status_code != httpx.codes.OK:
            return None
        return Device(self._url, answer.json()["token"], self._context.key_sha256)

    def close(self) -> None:
        """Give up, or say that the token is kept."""
        try:
            if self._path:
                self._http.delete(self._path)
        except httpx.TransportError:
            pass  # the window's time ends it
        finally:
            self._path = ""
            self._http.close()

    def __enter__(self) -> Self:
        """The ceremony."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Close."""
        self.close()


def pair(
    url: str,
    name: str,
    show: Callable[[str], object],
    *,
    poll_s: float = 1.0,
    sleep: Callable[[float], None] = time.sleep,
) -> Device:
    """Be paired; returns once OK was pressed on the device.

    Args:
        url: of the device, on which OK was held for three seconds.
        name: shown on the device.
        show: given the six digits, to show them to the person.
        poll_s: how often the device is asked.
        sleep: waits so many seconds.

    Raises:
        PairingFailedError: refused on the device, or nobody pressed OK.
        ProblemError: see `Ceremony`.
        httpx.TransportError: the device is not reached.
    """
    with Ceremony(url, name) as ceremony:
        show(ceremony.number)
        while (device := ceremony.look()) is None:
            sleep(poll_s)
        return device


def _encoded(value: bytes) -> str:
    return base64.b64encode(value).decode()
