"""A folder that takes a gadget as configfs does: attributes come and go with their directories."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Final

__all__ = ["SimulatedConfigfs"]

_GADGET: Final = (
    *("idVendor", "idProduct", "bcdDevice", "bcdUSB", "bDeviceClass", "bDeviceSubClass", "bDeviceProtocol"),
    *("UDC", "os_desc/use", "os_desc/b_vendor_code", "os_desc/qw_sign"),
)
_FUNCTIONS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "hid": ("subclass", "protocol", "report_length", "report_desc", "no_out_endpoint", "dev"),
        "acm": ("port_num",),
        "ncm": ("host_addr", "dev_addr", "ifname", "qmult", "os_desc/interface.ncm/compatible_id"),
    }
)
_GROUPS: Final = ("functions", "configs", "strings", "os_desc")


class SimulatedConfigfs:
    """`make` and `remove` of `UsbGadget`, in a folder of plain files."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def make(self, path: Path) -> None:
        """Make a directory with the attributes and groups of its kind.

        Raises:
            OSError: it is there, its parent is not, or the kernel has nothing of that kind.
        """
        attributes, groups = self._content_of(path)
        path.mkdir()
        for group in groups:
            (path / group).mkdir()
        for attribute in attributes:
            (path / attribute).parent.mkdir(parents=True, exist_ok=True)
            (path / attribute).touch()

    def _content_of(self, path: Path) -> tuple[Sequence[str], Sequence[str]]:
        """The attributes and the groups that the kernel puts into a directory of that place."""
        match path.relative_to(self._root).parts[1:]:
            case ():
                return _GADGET, _GROUPS
            case ("functions", name) if name.partition(".")[0] in _FUNCTIONS:
                return _FUNCTIONS[name.partition(".")[0]], ()
            case ("configs", _):
                return ("bmAttributes", "MaxPower"), ("strings",)
            case ("strings", _):
                return ("serialnumber", "manufacturer", "product"), ()
            case ("configs", _, "strings", _):
                return ("configuration",), ()
            case _:
                raise OSError(errno.ENOENT, os.strerror(errno.ENOENT), str(path))

    def remove(self, path: Path) -> None:
        """Remove a directory with its attributes.

        Raises:
            OSError: it holds a directory that was made, or a link; or a link points to it.
        """
        if path.parent == self._root:
            held = [made for group in _GROUPS for made in (path / group).iterdir() if made.is_dir()]
        else:
            held = [*(path / "strings").glob("*")] + [child for child in path.iterdir() if child.is_symlink()]
        links = [
            link for link in self._root.rglob("*") if link.is_symlink() and link.resolve() == path.resolve()
        ]
        if held or links:
            raise OSError(errno.EBUSY, os.strerror(errno.EBUSY), str(path))
        shutil.rmtree(path)
