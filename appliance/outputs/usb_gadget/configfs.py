"""Makes the gadget in configfs and takes it away; the only module that writes there."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Collection
from pathlib import Path

from appliance.outputs.usb_gadget.tree import (
    NAME,
    Directory,
    File,
    Function,
    GadgetIdentity,
    Link,
    gadget_tree,
    identity_from,
)

__all__ = [
    "GadgetError",
    "NoConfigfsError",
    "NoControllerError",
    "NoMachineNumberError",
    "UsbGadget",
    "machine_identity",
]

CONFIGFS = Path("/sys/kernel/config/usb_gadget")
CONTROLLERS = Path("/sys/class/udc")

MACHINE_NUMBERS = (Path("/proc/device-tree/serial-number"), Path("/etc/machine-id"))
"""The Pi's own first: it is the same after the card was written anew."""

_MAX_NUMBER_BYTES = 128
_UNBOUND = b"\n"


class GadgetError(Exception):
    """The gadget cannot be made; the subclasses say why."""


class NoConfigfsError(GadgetError):
    """The kernel offers no gadgets: load `libcomposite`, mount configfs."""


class NoControllerError(GadgetError):
    """No USB port is in device mode: `dtoverlay=dwc2,dr_mode=peripheral` in config.txt, then restart."""


class NoMachineNumberError(GadgetError):
    """The machine has no number to derive a stable identity from: make /etc/machine-id."""


class UsbGadget:
    """The one gadget of this device.

    Args:
        configfs: where the kernel takes gadgets.
        controllers: where it lists the USB device controllers, a name each.
        make: makes a directory, and with it what configfs puts into it.
        remove: removes a directory with its attributes, as rmdir(2) does in configfs alone.
    """

    def __init__(
        self,
        configfs: Path = CONFIGFS,
        controllers: Path = CONTROLLERS,
        make: Callable[[Path], None] = Path.mkdir,
        remove: Callable[[Path], None] = Path.rmdir,
    ) -> None:
        self._configfs = configfs
        self._folder = configfs / NAME
        self._controllers = controllers
        self._make = make
        self._remove = remove

    def up(self, functions: Collection[Function], identity: GadgetIdentity) -> str:
        """Make it anew and bind it; returns the controller's name. The PC sees it unplugged and plugged.

        Raises:
            NoConfigfsError, NoControllerError: see there; nothing is left behind.
            OSError: the kernel refuses a part of it; nothing is left behind.
        """
        if not self._configfs.is_dir():
            raise NoConfigfsError
        controller = self._controller()
        self.down()
        try:
            for step in gadget_tree(functions, identity):
                self._do(step)
            _write(self._folder / "UDC", f"{controller}\n".encode())
        except OSError:
            self.down()
            raise
        return controller

    def down(self) -> None:
        """Take it away, or what a killed `up` has left of it.

        Raises:
            OSError: the kernel keeps a part of it.
        """
        if not self._folder.is_dir():
            return
        with contextlib.suppress(OSError):  # it was not bound
            _write(self._folder / "UDC", _UNBOUND)
        # The reverse of how it is made: links before what they point to. Attributes go with their directory,
        # and the kernel's own groups (functions, configs, strings) with the gadget.
        for pattern in ("os_desc/*", "configs/*/*"):
            for path in sorted(self._folder.glob(pattern)):
                if path.is_symlink():
                    path.unlink()
        for pattern in ("configs/*/strings/*", "configs/*", "functions/*", "strings/*"):
            for path in sorted(self._folder.glob(pattern)):
                if path.is_dir():
                    self._remove(path)
        self._remove(self._folder)

    def _controller(self) -> str:
        names = sorted(path.name for path in self._controllers.glob("*"))
        if not names:
            raise NoControllerError
        return names[0]

    def _do(self, step: Directory | File | Link) -> None:
        path = self._folder / step.path
        match step:
            case Directory():
                self._make(path)
            case File(content=content):
                _write(path, content)
            case Link(target=target):
                path.symlink_to(self._folder / target)


def _write(attribute: Path, value: bytes) -> None:
    """Give an attribute its value in one write(2); a missing one is an error, not a new file."""
    descriptor = os.open(attribute, os.O_WRONLY | os.O_TRUNC)
    try:
        os.write(descriptor, value)
    finally:
        os.close(descriptor)


def machine_identity(numbers: Collection[Path] = MACHINE_NUMBERS) -> GadgetIdentity:
    """The identity of this machine.

    Raises:
        NoMachineNumberError: none of the files holds anything.
    """
    for path in numbers:
        try:
            with path.open("rb") as file:
                number = file.read(_MAX_NUMBER_BYTES).strip(b"\0\n ")
        except OSError:
            continue
        if number:
            return identity_from(number)
    raise NoMachineNumberError
