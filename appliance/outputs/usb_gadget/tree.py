"""The tree of a gadget as configfs wants it (Documentation/usb/gadget_configfs.rst of the kernel). Pure."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Collection
from dataclasses import dataclass, field
from enum import StrEnum, unique
from typing import Final

__all__ = [
    "KEYBOARD_REPORT_DESCRIPTOR",
    "NAME",
    "Directory",
    "File",
    "Function",
    "GadgetIdentity",
    "Link",
    "Step",
    "gadget_tree",
    "identity_from",
]

NAME: Final = "comptoir"
"""The gadget's directory below `usb_gadget`."""

VENDOR_ID: Final = 0x1D6B
"""The Linux Foundation's, whose number for composite gadgets any Linux device may bear."""
PRODUCT_ID: Final = 0x0104
DEVICE_RELEASE: Final = 0x0100
USB_2_0: Final = 0x0200

CLASS_MISCELLANEOUS: Final = 0xEF
SUBCLASS_COMMON: Final = 0x02
PROTOCOL_ASSOCIATION: Final = 0x01
"""With these three Windows looks at each function of its own (USB Interface Association Descriptor)."""

LANGUAGE_ENGLISH: Final = "0x409"
BUS_POWERED: Final = 0x80
"""And no remote wake-up: what is laid at the counter does not wake a PC that sleeps."""
MAX_POWER_MA: Final = 500

HID_BOOT_SUBCLASS: Final = 1
HID_PROTOCOL_KEYBOARD: Final = 1
HID_REPORT_BYTES: Final = 8

MICROSOFT_VENDOR_CODE: Final = 0xCD
MICROSOFT_SIGNATURE: Final = "MSFT100"
WINDOWS_NCM: Final = "WINNCM"
"""Compatible id by which Windows 10 takes its own NCM driver."""

KEYBOARD_REPORT_DESCRIPTOR: Final = bytes.fromhex(
    "05 01 09 06 a1 01"  # usage page: generic desktop; usage: keyboard; collection: application
    "05 07 19 e0 29 e7 15 00 25 01 75 01 95 08 81 02"  # eight modifiers, a bit each
    "95 01 75 08 81 03"  # a byte that is reserved
    "95 05 75 01 05 08 19 01 29 05 91 02"  # out: five lamps, a bit each
    "95 01 75 03 91 03"  # out: three bits that fill the byte
    "95 06 75 08 15 00 25 65 05 07 19 00 29 65 81 00"  # six keys, a byte each, usages 0 to 0x65
    "c0"
)
"""The boot keyboard's (HID 1.11, appendix E.6)."""

_SERIAL_DIGITS = 16
_MAC_BYTES = 6
_LOCALLY_ADMINISTERED = 0x02
_GROUP = 0x01


@unique
class Function(StrEnum):
    """What the gadget can be; in the order in which the PC sees them, whatever the settings' order."""

    KEYBOARD = "keyboard"
    SERIAL = "serial"
    NETWORK = "network"

    @property
    def instance(self) -> str:
        """The directory below `functions`: the kernel's function and a name of ours."""
        return {"keyboard": "hid.keyboard", "serial": "acm.serial", "network": "ncm.usb0"}[self.value]


@dataclass(frozen=True, slots=True)
class GadgetIdentity:
    """What must be the same at each start: by it the PC knows its port and its network again.

    Attributes:
        serial: hexadecimal, made from the machine's own number without telling it.
        host_mac: of the PC's end of the cable.
        device_mac: of this end.
    """

    serial: str
    host_mac: str
    device_mac: str


@dataclass(frozen=True, slots=True)
class Directory:
    """To be made; configfs fills it with its attributes."""

    path: str


@dataclass(frozen=True, slots=True)
class File:
    """An attribute to be written."""

    path: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Link:
    """A symbolic link to be made, by which a function becomes part of a configuration."""

    path: str
    target: str


Step = Directory | File | Link


def identity_from(machine_number: bytes) -> GadgetIdentity:
    """The identity of one machine, from a number that no other has.

    Raises:
        ValueError: the number is empty.
    """
    if not machine_number:
        raise ValueError("a machine has a number")

    def derived(purpose: bytes) -> bytes:
        return hmac.new(machine_number, b"comptoir/usb-gadget/" + purpose, hashlib.sha256).digest()

    return GadgetIdentity(
        derived(b"serial").hex()[:_SERIAL_DIGITS],
        _mac(derived(b"host")),
        _mac(derived(b"device")),
    )


def gadget_tree(functions: Collection[Function], identity: GadgetIdentity) -> tuple[Step, ...]:
    """What to make, in this order, below the gadget's own directory; binding to a controller comes after.

    Raises:
        ValueError: no function.
    """
    wished = [function for function in Function if function in functions]
    if not wished:
        raise ValueError("a gadget has at least one function")
    steps: list[Step] = [
        Directory(""),
        _number("idVendor", VENDOR_ID, 4),
        _number("idProduct", PRODUCT_ID, 4),
        _number("bcdDevice", DEVICE_RELEASE, 4),
        _number("bcdUSB", USB_2_0, 4),
        _number("bDeviceClass", CLASS_MISCELLANEOUS, 2),
        _number("bDeviceSubClass", SUBCLASS_COMMON, 2),
        _number("bDeviceProtocol", PROTOCOL_ASSOCIATION, 2),
        Directory(f"strings/{LANGUAGE_ENGLISH}"),
        _text(f"strings/{LANGUAGE_ENGLISH}/serialnumber", identity.serial),
        _text(f"strings/{LANGUAGE_ENGLISH}/manufacturer", "Comptoir"),
        _text(f"strings/{LANGUAGE_ENGLISH}/product", "Comptoir, lecteur de comptoir"),
        Directory("configs/c.1"),
        _number("configs/c.1/bmAttributes", BUS_POWERED, 2),
        _text("configs/c.1/MaxPower", str(MAX_POWER_MA)),
        Directory(f"configs/c.1/strings/{LANGUAGE_ENGLISH}"),
        _text(f"configs/c.1/strings/{LANGUAGE_ENGLISH}/configuration", "Comptoir"),
    ]
    for function in wished:
        steps += _function(function, identity)
    steps += [Link(f"configs/c.1/{one.instance}", f"functions/{one.instance}") for one in wished]
    if Function.NETWORK in wished:
        steps += [
            _text("os_desc/use", "1"),
            _number("os_desc/b_vendor_code", MICROSOFT_VENDOR_CODE, 2),
            _text("os_desc/qw_sign", MICROSOFT_SIGNATURE),
            Link("os_desc/c.1", "configs/c.1"),
        ]
    return tuple(steps)


def _function(function: Function, identity: GadgetIdentity) -> list[Step]:
    folder = f"functions/{function.instance}"
    match function:
        case Function.KEYBOARD:
            return [
                Directory(folder),
                _text(f"{folder}/subclass", str(HID_BOOT_SUBCLASS)),
                _text(f"{folder}/protocol", str(HID_PROTOCOL_KEYBOARD)),
                _text(f"{folder}/report_length", str(HID_REPORT_BYTES)),
                File(f"{folder}/report_desc", KEYBOARD_REPORT_DESCRIPTOR),
            ]
        case Function.SERIAL:
            return [Directory(folder)]
        case Function.NETWORK:
            return [
                Directory(folder),
                _text(f"{folder}/host_addr", identity.host_mac),
                _text(f"{folder}/dev_addr", identity.device_mac),
                _text(f"{folder}/os_desc/interface.ncm/compatible_id", WINDOWS_NCM),
            ]


def _number(path: str, value: int, digits: int) -> File:
    return _text(path, f"0x{value:0{digits}x}")


def _text(path: str, content: str) -> File:
    return File(path, f"{content}\n".encode())


def _mac(material: bytes) -> str:
    first = (material[0] | _LOCALLY_ADMINISTERED) & ~_GROUP & 0xFF
    return ":".join(f"{byte:02x}" for byte in (first, *material[1:_MAC_BYTES]))
