"""Discovery: the device says on the local network, by multicast DNS, that it is there (RFC 6762, RFC 6763).

What is said is what anybody in the network may hear: an opaque id, the contract's version, and the beginning
of the pin. Never the name of a pharmacy or a person, and so not the machine's own host name either. Whoever
cannot hear it types the address.
"""

from __future__ import annotations

import ipaddress
import logging
import threading
from collections.abc import Callable, Sequence

from zeroconf import Error, IPVersion, ServiceInfo, Zeroconf

from appliance.bridge.contract import API_VERSION

__all__ = ["SERVICE_TYPE", "Discovery", "addresses_of", "device_id", "device_name"]

_log = logging.getLogger(__name__)

SERVICE_TYPE = "_comptoir._tcp.local."

_IPV4 = 4
_PIN_BYTES = 8
_ID_BYTES = 3
_LOOK_S = 30.0
"""How often it is seen whether the addresses changed, or a network came."""


def device_id(key_sha256: bytes) -> str:
    """Six digits that name the device: of its key's SHA-256, as all that is known of it before pairing."""
    return key_sha256[:_ID_BYTES].hex()


def device_name(key_sha256: bytes) -> str:
    """The name under which multicast DNS gives its addresses; requests may name it in `Host`."""
    return f"comptoir-{device_id(key_sha256)}.local"


def addresses_of(host: str, local_address: Callable[[], str | None]) -> tuple[str, ...]:
    """The addresses to tell of a bridge that listens there: IPv4, and not this machine's own loop.

    Args:
        host: as in the settings; `0.0.0.0` is every address.
        local_address: gives the one by which this machine is found, None without a network. Listing all of
            them would take a netlink socket, which the bridge's unit forbids.
    """
    try:
        listens = ipaddress.ip_address(host)
    except ValueError:
        return ()  # a name: whoever gave it one finds it by it
    address = local_address() if listens.is_unspecified else str(listens)
    if address is None or listens.version != _IPV4 or ipaddress.ip_address(address).is_loopback:
        return ()
    return (address,)


class Discovery:
    """Announces the bridge until it is stopped; a network that takes no multicast is only logged.

    Args:
        key_sha256: of the device's SubjectPublicKeyInfo.
        port: where the bridge listens.
        addresses: gives those to tell, now.
        look_s: how often they are looked at again.
    """

    def __init__(
        self, key_sha256: bytes, port: int, addresses: Callable[[], Sequence[str]], look_s: float = _LOOK_S
    ) -> None:
        self._key_sha256 = key_sha256
        self._port = port
        self._addresses = addresses
        self._look_s = look_s

    def run(self, stopping: threading.Event) -> None:
        """Announce, again whenever the addresses change, until `stopping` is set; then say goodbye."""
        told: tuple[str, ...] = ()
        announced: Zeroconf | None = None
        try:
            while True:
                addresses = self._now()
                if addresses != told:
                    _close(announced)
                    announced = self._announce(addresses) if addresses else None
                    told = addresses if announced is not None else ()
                if stopping.wait(self._look_s):
                    return
        finally:
            _close(announced)

    def _now(self) -> tuple[str, ...]:
        try:
            return tuple(self._addresses())
        except OSError as error:
            _log.warning("the addresses of this machine cannot be listed: %s", type(error).__name__)
            return ()

    def _announce(self, addresses: tuple[str, ...]) -> Zeroconf | None:
        zeroconf = None
        try:
            zeroconf = Zeroconf(interfaces=list(addresses), ip_version=IPVersion.V4Only)
            zeroconf.register_service(self._info(addresses))
        except (OSError, Error, RuntimeError) as error:
            _log.warning("no discovery by multicast DNS: %s", type(error).__name__)
            _close(zeroconf)
            return None
        return zeroconf

    def _info(self, addresses: tuple[str, ...]) -> ServiceInfo:
        identity = device_id(self._key_sha256)
        return ServiceInfo(
            SERVICE_TYPE,
            f"Comptoir {identity}.{SERVICE_TYPE}",
            port=self._port,
            properties={"id": identity, "v": API_VERSION, "fp": self._key_sha256[:_PIN_BYTES].hex()},
            server=f"{device_name(self._key_sha256)}.",
            parsed_addresses=list(addresses),
        )


def _close(announced: Zeroconf | None) -> None:
    """Say goodbye and end its threads; a network that is gone hears none."""
    if announced is None:
        return
    try:
        announced.close()
    except (OSError, Error, RuntimeError) as error:
        _log.warning("multicast DNS ended badly: %s", type(error).__name__)
