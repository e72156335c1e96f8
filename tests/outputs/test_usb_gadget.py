"""The gadget's tree: what is written, in which order, and that any half-made state is taken away."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from pathlib import Path

import pytest

from appliance.cli.usb_gadget import wished_functions
from appliance.outputs.usb_gadget.configfs import (
    NoConfigfsError,
    NoControllerError,
    NoMachineNumberError,
    UsbGadget,
    machine_identity,
)
from appliance.outputs.usb_gadget.tree import (
    KEYBOARD_REPORT_DESCRIPTOR,
    Directory,
    File,
    Function,
    Link,
    gadget_tree,
    identity_from,
)
from appliance.outputs.wedge.hid import REPORT_BYTES
from appliance.settings import Settings
from appliance.simulation.configfs import SimulatedConfigfs

IDENTITY = identity_from(b"10000000c0ffee00")
SUBSETS = [
    functions
    for count in range(1, len(Function) + 1)
    for functions in itertools.combinations(Function, count)
]


class Port:
    """A device port in a folder."""

    def __init__(self, folder: Path) -> None:
        self.configfs = folder / "usb_gadget"
        self.configfs.mkdir()
        self.controllers = folder / "udc"
        (self.controllers / "3f980000.usb").mkdir(parents=True)
        self.simulated = SimulatedConfigfs(self.configfs)
        self.folder = self.configfs / "comptoir"

    def gadget(self, make: Callable[[Path], None] | None = None) -> UsbGadget:
        return UsbGadget(self.configfs, self.controllers, make or self.simulated.make, self.simulated.remove)

    def read(self, path: str) -> str:
        return (self.folder / path).read_text().strip()


@pytest.fixture
def port(tmp_path: Path) -> Port:
    return Port(tmp_path)


@pytest.mark.parametrize("functions", SUBSETS, ids="+".join)
def test_any_functions_together_are_made_and_taken_away(port: Port, functions: tuple[Function, ...]) -> None:
    assert port.gadget().up(functions, IDENTITY) == "3f980000.usb"
    assert port.read("UDC") == "3f980000.usb"
    links = {
        link.name: link.resolve() for link in (port.folder / "configs/c.1").iterdir() if link.is_symlink()
    }
    assert links == {f.instance: (port.folder / "functions" / f.instance).resolve() for f in functions}
    assert {path.name for path in (port.folder / "functions").iterdir()} == set(links)
    port.gadget().down()
    assert list(port.configfs.iterdir()) == []


def test_the_pc_is_told_who_it_is(port: Port) -> None:
    port.gadget().up(Function, IDENTITY)
    assert port.read("idVendor") == "0x1d6b"
    assert port.read("idProduct") == "0x0104"
    assert port.read("strings/0x409/serialnumber") == IDENTITY.serial
    assert port.read("configs/c.1/bmAttributes") == "0x80"
    assert (port.folder / "functions/hid.keyboard/report_desc").read_bytes() == KEYBOARD_REPORT_DESCRIPTOR
    assert port.read("functions/hid.keyboard/report_length") == str(REPORT_BYTES)
    assert port.read("functions/ncm.usb0/host_addr") == IDENTITY.host_mac
    assert port.read("functions/ncm.usb0/os_desc/interface.ncm/compatible_id") == "WINNCM"
    assert (port.folder / "os_desc/c.1").resolve() == (port.folder / "configs/c.1").resolve()


def test_no_microsoft_descriptor_without_a_network(port: Port) -> None:
    port.gadget().up([Function.KEYBOARD], IDENTITY)
    assert port.read("os_desc/use") == ""
    assert not (port.folder / "os_desc/c.1").exists()


def test_making_it_anew_replaces_what_was(port: Port) -> None:
    port.gadget().up(Function, IDENTITY)
    port.gadget().up([Function.SERIAL], IDENTITY)
    assert [path.name for path in (port.folder / "functions").iterdir()] == ["acm.serial"]


def test_a_start_that_was_killed_anywhere_is_made_good_by_the_next(port: Port) -> None:
    directories = sum(isinstance(step, Directory) for step in gadget_tree(Function, IDENTITY))
    for made in range(directories):
        left = itertools.count()

        def killed(path: Path, made: int = made, left: itertools.count[int] = left) -> None:
            if next(left) == made:
                raise KeyboardInterrupt
            port.simulated.make(path)

        with pytest.raises(KeyboardInterrupt):
            port.gadget(killed).up(Function, IDENTITY)
        port.gadget().up(Function, IDENTITY)
        assert port.read("UDC") == "3f980000.usb"
        port.gadget().down()


def test_what_the_kernel_refuses_leaves_nothing_behind(port: Port) -> None:
    def refuse_network(path: Path) -> None:
        if path.name.startswith("ncm"):
            raise FileNotFoundError(2, "No such file or directory", str(path))
        port.simulated.make(path)

    with pytest.raises(FileNotFoundError):
        port.gadget(refuse_network).up(Function, IDENTITY)
    assert list(port.configfs.iterdir()) == []


def test_without_configfs_or_controller_it_says_so(port: Port, tmp_path: Path) -> None:
    with pytest.raises(NoConfigfsError):
        UsbGadget(tmp_path / "nothing", port.controllers).up(Function, IDENTITY)
    with pytest.raises(NoControllerError):
        UsbGadget(port.configfs, tmp_path / "nothing").up(Function, IDENTITY)
    port.gadget().down()


def test_every_function_is_made_before_it_is_linked_and_linked_before_the_gadget_is_described() -> None:
    steps = gadget_tree(Function, IDENTITY)
    made: set[str] = set()
    for step in steps:
        match step:
            case Directory(path):
                made.add(path)
            case Link(_, target):
                assert target in made
            case File():
                pass
    assert isinstance(steps[-1], Link)


def test_a_gadget_has_a_function() -> None:
    with pytest.raises(ValueError, match="function"):
        gadget_tree([], IDENTITY)


def test_the_identity_is_stable_and_tells_no_machine_number() -> None:
    assert identity_from(b"10000000c0ffee00") == IDENTITY
    other = identity_from(b"10000000c0ffee01")
    assert not {other.serial, other.host_mac, other.device_mac} & {
        IDENTITY.serial,
        IDENTITY.host_mac,
        IDENTITY.device_mac,
    }
    assert "c0ffee" not in IDENTITY.serial
    for mac in (IDENTITY.host_mac, IDENTITY.device_mac, other.host_mac):
        assert int(mac[:2], 16) & 0x03 == 0x02, "locally administered, and one machine's"
    with pytest.raises(ValueError, match="number"):
        identity_from(b"")


def test_the_machine_s_number_is_the_pi_s_or_else_the_system_s(tmp_path: Path) -> None:
    pi, system = tmp_path / "serial-number", tmp_path / "machine-id"
    system.write_text("0123456789abcdef0123456789abcdef\n")
    assert machine_identity((pi, system)) == identity_from(b"0123456789abcdef0123456789abcdef")
    pi.write_bytes(b"10000000c0ffee00\0")
    assert machine_identity((pi, system)) == IDENTITY
    for empty in (pi, system):
        empty.write_bytes(b"\n")
    with pytest.raises(NoMachineNumberError):
        machine_identity((pi, system))


def test_the_report_descriptor_describes_the_reports_that_are_typed() -> None:
    """Each item's size is read as HID 1.11 §6.2.2.2 has it: sizes and counts are added up."""
    bits = {0x80: 0, 0x90: 0}
    size = count = depth = at = 0
    while at < len(KEYBOARD_REPORT_DESCRIPTOR):
        prefix = KEYBOARD_REPORT_DESCRIPTOR[at]
        length = prefix & 0x03
        value = int.from_bytes(KEYBOARD_REPORT_DESCRIPTOR[at + 1 : at + 1 + length], "little")
        tag = prefix & 0xFC
        match tag:
            case 0x74:
                size = value
            case 0x94:
                count = value
            case 0x80 | 0x90:
                bits[tag] += size * count
            case 0xA0:
                depth += 1
            case 0xC0:
                depth -= 1
        at += 1 + length
    assert bits == {0x80: REPORT_BYTES * 8, 0x90: 8}
    assert depth == 0


@pytest.mark.parametrize(
    ("wished", "functions"),
    [
        ({}, set()),
        ({"usb": {"functions": ["network"]}}, {"network"}),
        ({"keyboard": {"driver": "gadget"}}, {"keyboard"}),
        ({"serial": {"driver": "port"}, "usb": {"functions": ["network"]}}, {"serial", "network"}),
        ({"serial": {"driver": "port", "device": "/dev/ttyUSB0"}}, set()),
    ],
)
def test_what_outputs_use_is_there_without_being_named(
    wished: dict[str, object], functions: set[str]
) -> None:
    assert wished_functions(Settings.model_validate(wished)) == functions
