"""The bridge asks itself whether it serves: a real request through TLS, reception, worker and application."""

from __future__ import annotations

import http.client
import ssl
from http import HTTPStatus

from appliance.base.vitality import Vitality
from appliance.bridge.identity import DeviceIdentity

__all__ = ["LIMITS_NS", "RECEPTION", "WORKERS", "Probe"]

RECEPTION = "reception"
WORKERS = "workers"

LIMITS_NS = {RECEPTION: 8_000_000_000, WORKERS: 60_000_000_000}
"""Somebody on the network can keep all workers busy for a while; ending the bridge would only help him."""

_TIMEOUT_S = 2.0
_READY_PATH = "/v1/ready"
_ANYWHERE = frozenset({"0.0.0.0", "::", ""})  # noqa: S104 - what a listening address may be, not one


class Probe:
    """Asks for `/v1/ready` on a connection of its own and notes what lives.

    Args:
        address: where the server listens.
        identity: whose certificate it must show.
        vitality: told of the parts RECEPTION and WORKERS.
    """

    def __init__(self, address: tuple[str, int], identity: DeviceIdentity, vitality: Vitality) -> None:
        host, self._port = address
        self._host = "127.0.0.1" if host in _ANYWHERE else host
        self._vitality = vitality
        self._context = ssl.create_default_context(cafile=str(identity.certificate_file))
        # The certificate is the device's own whatever the address is called.
        self._context.check_hostname = False

    def ask(self) -> None:
        """Ask once. Any answer shows that the reception lives; that it is not 503, that the workers do."""
        connection = http.client.HTTPSConnection(
            self._host, self._port, timeout=_TIMEOUT_S, context=self._context
        )
        try:
            connection.request("GET", _READY_PATH)
            status = connection.getresponse().status
        except (OSError, http.client.HTTPException):
            return
        finally:
            connection.close()
        self._vitality.beat(RECEPTION)
        if status != HTTPStatus.SERVICE_UNAVAILABLE:
            self._vitality.beat(WORKERS)
