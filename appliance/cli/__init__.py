"""One module a command, imported only when its command is asked for."""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Mapping
from types import MappingProxyType

import click

__all__ = ["COMMANDS", "main"]

_NAMES = (
    "aim",
    "bench",
    "bridge",
    "cards",
    "clients",
    "counter",
    "decode",
    "demo",
    "doctor",
    "eye",
    "keys",
    "lgo",
    "lgo-check",
    "mqtt",
    "national-base",
    "outputs",
    "provision",
    "psc",
    "screens",
    "settings",
    "support-bundle",
    "usb-gadget",
    "update",
    "virtual-cards",
    "wedge",
)

COMMANDS: Mapping[str, str] = MappingProxyType(
    {name: f"{__name__}.{name.replace('-', '_')}" for name in _NAMES}
)
"""Command name to the module that holds it as `command`."""


class _LazyGroup(click.Group):
    """A group whose commands are imported one by one: the bridge never loads a decoder, nor the eye Flask."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Name the commands whose modules are installed."""
        return sorted(name for name, module in COMMANDS.items() if importlib.util.find_spec(module))

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the module of one command; None where there is none."""
        module = COMMANDS.get(cmd_name)
        if module is None or importlib.util.find_spec(module) is None:
            return None
        command = importlib.import_module(module).command
        if not isinstance(command, click.Command):
            raise TypeError(f"{module}.command is not a click command")
        return command


@click.group(cls=_LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="comptoir-scanner", prog_name="comptoir")
def main() -> None:
    """Comptoir, le lecteur de comptoir des pharmacies."""
