"""The files that a site makes: settings with their comments kept, network, time servers. Pure."""

from __future__ import annotations

import ipaddress
import uuid
from typing import Any, Final

import tomlkit
from tomlkit.items import Table

from appliance.provisioning.site import NetworkSite, TimeSite

__all__ = ["merged_settings", "networkd_file", "networkmanager_file", "timesyncd_file"]

_MADE: Final = "# Made by `comptoir provision`; what is changed here by hand is lost when it runs again.\n"
_NAMESPACE: Final = uuid.UUID("8d9b3c3e-6f0f-4c55-9a3f-0d6f6c0c7e11")
"""For the connection's UUID: the same interface gives the same one, so that running again changes nothing."""


def merged_settings(present: str, wanted: dict[str, Any]) -> str:
    """The settings file with these values in it; comments, order and all other keys stay.

    Raises:
        tomlkit.exceptions.ParseError: what is there is no TOML.
    """
    document = tomlkit.parse(present)
    _merge(document, wanted)
    return tomlkit.dumps(document)


def _merge(into: tomlkit.TOMLDocument | Table, wanted: dict[str, Any]) -> None:
    for name, value in wanted.items():
        if isinstance(value, dict):
            if name not in into:
                into[name] = tomlkit.table()
            inner = into[name]
            if not isinstance(inner, Table):
                # A dotted or inline table: replaced as a whole by a plain one that holds the same and more.
                inner = tomlkit.table()
                inner.update(into[name])
                into[name] = inner
            _merge(inner, value)
        elif name not in into or into[name] != value:
            into[name] = value


def networkmanager_file(network: NetworkSite) -> str:
    """A keyfile (nm-settings-keyfile(5)); NetworkManager takes it only with mode 0600."""
    lines = [
        _MADE + "[connection]",
        "id=comptoir",
        f"uuid={uuid.uuid5(_NAMESPACE, network.interface)}",
        "type=ethernet",
        f"interface-name={network.interface}",
        "autoconnect-priority=100",
    ]
    if network.mode == "dhcp" or network.address is None:
        lines += ["", "[ipv4]", "method=auto", "", "[ipv6]", "method=auto"]
        return "\n".join(lines) + "\n"
    family = ipaddress.ip_interface(network.address).version
    own, other = f"ipv{family}", "ipv6" if family == 4 else "ipv4"
    lines += ["", f"[{own}]", "method=manual"]
    lines.append(f"address1={network.address}" + (f",{network.gateway}" if network.gateway else ""))
    dns = [one for one in network.dns if ipaddress.ip_address(one).version == family]
    if dns:
        lines.append("dns=" + ";".join(dns) + ";")
    lines += ["", f"[{other}]", "method=" + ("auto" if other == "ipv6" else "disabled")]
    return "\n".join(lines) + "\n"


def networkd_file(network: NetworkSite) -> str:
    """A `.network` file (systemd.network(5))."""
    lines = [_MADE + "[Match]", f"Name={network.interface}", "", "[Network]"]
    if network.mode == "dhcp" or network.address is None:
        lines.append("DHCP=yes")
    else:
        lines.append(f"Address={network.address}")
        lines += [f"Gateway={network.gateway}"] if network.gateway else []
    lines += [f"DNS={server}" for server in network.dns]
    return "\n".join(lines) + "\n"


def timesyncd_file(time: TimeSite) -> str:
    """A drop-in (timesyncd.conf(5))."""
    return _MADE + "[Time]\nNTP=" + " ".join(time.servers) + "\n"
