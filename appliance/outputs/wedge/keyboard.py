"""The seam of the wedge, reports out and lamps in; and its driver for /dev/hidgN of the kernel's f_hid."""

from __future__ import annotations

import errno
import os
import select
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from appliance.outputs.wedge.hid import Leds

__all__ = ["GadgetKeyboard", "HostAbsentError", "HostAsleepError", "Keyboard", "KeyboardError"]

UDC = Path("/sys/class/udc")
"""Where the kernel says of each USB device port what state the host has put it in."""

_CONFIGURED = "configured"
_MAX_STATE_BYTES = 64
_MAX_LAMP_REPORTS = 256
"""Read in one go; a host that tells its lamps without end is heard the next time."""

_ABSENT = {
    errno.ESHUTDOWN,  # the host has not configured the device, or does no longer
    errno.ENODEV,
    errno.ENXIO,
    errno.ENOENT,  # the gadget is not set up
    errno.EIO,
    errno.EPIPE,
    errno.ECONNRESET,
}


class KeyboardError(Exception):
    """A report did not reach the host."""


class HostAbsentError(KeyboardError):
    """No host has this keyboard: the cable is out, or the PC is off; plug it in."""


class HostAsleepError(KeyboardError):
    """The host does not fetch reports: it sleeps; wake it."""


class Keyboard(Protocol):
    """A USB keyboard as seen from inside."""

    def present(self) -> bool:
        """Whether a host uses it, as far as can be told without a key; one that sleeps may pass."""
        ...

    def write(self, report: bytes, timeout_s: float) -> None:
        """Hand one report over, which the host fetches when it asks next.

        Raises:
            HostAbsentError: nobody will fetch it; it is dropped.
            HostAsleepError: the report before it was not fetched in that time; this one is dropped.
        """
        ...

    def flush(self, timeout_s: float) -> None:
        """Wait until the host has fetched all; raises like `write`."""
        ...

    def lamps(self) -> Leds | None:
        """What the host said last since it came; None where it said nothing yet."""
        ...

    def close(self) -> None:
        """Let go of the device; closing twice does nothing."""
        ...


def _open(device: Path) -> int:
    return os.open(device, os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC)


class GadgetKeyboard:
    """The keyboard function of a USB gadget. The kernel holds one report until the host fetches it.

    Args:
        device: for example /dev/hidg0.
        udc: the directory of the ports' states.
        open_device: gives a non-blocking descriptor of the device.
    """

    def __init__(self, device: Path, *, udc: Path = UDC, open_device: Callable[[Path], int] = _open) -> None:
        self._device = device
        self._udc = udc
        self._open_device = open_device
        self._descriptor: int | None = None
        self._lamps: Leds | None = None

    def present(self) -> bool:
        """Whether a host has configured the port."""
        if self._configured():
            return True
        # The next host has lamps of its own.
        self.close()
        return False

    def write(self, report: bytes, timeout_s: float) -> None:
        """Hand one report to the kernel."""
        try:
            self._wait_for_room(timeout_s)
            os.write(self._opened(), report)
        except BlockingIOError as error:
            raise HostAsleepError from error
        except OSError as error:
            raise self._gone(error) from error

    def flush(self, timeout_s: float) -> None:
        """Wait until the kernel would take the next report."""
        try:
            self._wait_for_room(timeout_s)
        except OSError as error:
            raise self._gone(error) from error

    def lamps(self) -> Leds | None:
        """Read the output reports that came, and give the last."""
        try:
            for _ in range(_MAX_LAMP_REPORTS):
                output_report = os.read(self._opened(), 1)
                if not output_report:
                    break
                self._lamps = Leds.of(output_report[0])
        except BlockingIOError:
            pass
        except OSError as error:
            raise self._gone(error) from error
        return self._lamps

    def close(self) -> None:
        """Close the device and forget the host's lamps."""
        descriptor, self._descriptor, self._lamps = self._descriptor, None, None
        if descriptor is not None:
            os.close(descriptor)

    def _wait_for_room(self, timeout_s: float) -> None:
        waiter = select.poll()
        waiter.register(self._opened(), select.POLLOUT)
        ready = waiter.poll(timeout_s * 1000)
        if not ready:
            raise HostAsleepError
        if ready[0][1] & (select.POLLERR | select.POLLHUP):
            raise OSError(errno.ESHUTDOWN, os.strerror(errno.ESHUTDOWN))

    def _opened(self) -> int:
        if self._descriptor is None:
            self._descriptor = self._open_device(self._device)
        return self._descriptor

    def _gone(self, error: OSError) -> KeyboardError:
        self.close()
        if error.errno in _ABSENT:
            return HostAbsentError()
        return KeyboardError(errno.errorcode.get(error.errno or 0, "OSError"))

    def _configured(self) -> bool:
        try:
            ports = list(self._udc.iterdir())
        except OSError:
            return False
        return any(_state(port) == _CONFIGURED for port in ports)


def _state(port: Path) -> str:
    try:
        with (port / "state").open("rb") as file:
            return file.read(_MAX_STATE_BYTES).decode("ascii", "replace").strip()
    except OSError:
        return ""
