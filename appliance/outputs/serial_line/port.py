"""The port: opened, written to and heard in small waits, so that nothing blocks; by pyserial."""

from __future__ import annotations

import logging
import select
import termios
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum, unique
from pathlib import Path
from typing import Final

import serial

from appliance.base.clock import NS_PER_S, Clock

__all__ = ["CONTROLLERS", "Flow", "Line", "PortLostError", "SerialPort"]

_log = logging.getLogger(__name__)

CONTROLLERS = Path("/sys/class/udc")
_GADGET_PREFIX: Final = "/dev/ttyGS"
_CONFIGURED: Final = "configured"
"""A gadget's state while the host uses it (Documentation/ABI/stable/sysfs-class-udc of the kernel)."""
_MAX_STATE_CHARS: Final = 64

SLACK_S: Final = 5.0
"""How long a host may hold the sender back, beside what the bytes themselves take."""
_BITS_PER_BYTE: Final = 12
"""At most, with start, parity and stop bits."""

_SLICE_S: Final = 0.05
_READ_BYTES: Final = 256

_LOST: Final = (OSError, serial.SerialException, termios.error)
"""What a port that is gone is said by; termios' error is no OSError."""


@unique
class Flow(StrEnum):
    """Who holds the sender back."""

    NONE = "none"
    XON_XOFF = "xon_xoff"
    RTS_CTS = "rts_cts"


@dataclass(frozen=True, slots=True)
class Line:
    """How the line is set: the host's settings must be the same.

    Attributes:
        device: for example /dev/ttyGS0.
        baud: bits per second; a gadget ignores it.
        data_bits: 7 or 8.
        parity: one of pyserial's letters, N, E or O.
        stop_bits: 1 or 2.
        flow: who holds the sender back.
    """

    device: Path
    baud: int
    data_bits: int
    parity: str
    stop_bits: int
    flow: Flow


class PortLostError(Exception):
    """The port is gone, unplugged for example; it is opened again when it is there again."""


class SerialPort:
    """One port, open or not.

    Args:
        line: how it is set.
        clock: measures the waits.
        controllers: where the kernel says the state of a gadget.
    """

    def __init__(self, line: Line, clock: Clock, controllers: Path = CONTROLLERS) -> None:
        self._line = line
        self._clock = clock
        self._controllers = controllers
        self._port: serial.Serial | None = None

    def is_ready(self) -> bool:
        """Open it where it is not; whether a host seems to be at its other end."""
        if self._port is None:
            self._port = self._opened()
        return self._port is not None and self._host_is_there(self._port)

    def write(self, content: bytes, goes_on: Callable[[], bool]) -> bool:
        """Send all of it, out of the kernel's buffers too; False where the host did not take it in time.

        What then still waits in the buffers is thrown away: nothing is sent late.

        Raises:
            PortLostError: the port is gone.
        """
        port = self._open_port()
        deadline_ns = self._deadline(SLACK_S + len(content) * _BITS_PER_BYTE / self._line.baud)
        left = memoryview(content)
        try:
            while left or port.out_waiting:
                if self._clock.monotonic_ns() >= deadline_ns or not goes_on():
                    port.reset_output_buffer()
                    return False
                if left:
                    _, writable, _ = select.select([], [port], [], _SLICE_S)
                    left = left[port.write(left) or 0 :] if writable else left
                else:
                    self._clock.sleep(_SLICE_S / 5)
        except _LOST as error:
            raise self._lost(error) from error
        return True

    def read(self, timeout_s: float, goes_on: Callable[[], bool]) -> bytes:
        """What the host sends next; empty where it sends nothing in time.

        Raises:
            PortLostError: the port is gone.
        """
        port = self._open_port()
        deadline_ns = self._deadline(timeout_s)
        try:
            while goes_on():
                readable, _, _ = select.select([port], [], [], _SLICE_S)
                if readable:
                    return bytes(port.read(_READ_BYTES))
                if self._clock.monotonic_ns() >= deadline_ns:
                    break
        except _LOST as error:
            raise self._lost(error) from error
        return b""

    def forget_input(self) -> None:
        """Throw away what the host sent so far.

        Raises:
            PortLostError: the port is gone.
        """
        try:
            self._open_port().reset_input_buffer()
        except _LOST as error:
            raise self._lost(error) from error

    def close(self) -> None:
        """Close it; closing twice does nothing."""
        port, self._port = self._port, None
        if port is not None:
            port.close()

    def _opened(self) -> serial.Serial | None:
        line = self._line
        try:
            return serial.Serial(
                str(line.device),
                line.baud,
                bytesize=line.data_bits,
                parity=line.parity,
                stopbits=line.stop_bits,
                xonxoff=line.flow is Flow.XON_XOFF,
                rtscts=line.flow is Flow.RTS_CTS,
                timeout=0,
                write_timeout=0,
                exclusive=True,
            )
        except (*_LOST, ValueError) as error:
            _log.debug("the serial port cannot be opened: %s", type(error).__name__)
            return None

    def _open_port(self) -> serial.Serial:
        if self._port is None:
            raise PortLostError
        return self._port

    def _host_is_there(self, port: serial.Serial) -> bool:
        """As far as the port can tell: a gadget by its state, a line with RTS/CTS by CTS, others not."""
        if str(self._line.device).startswith(_GADGET_PREFIX):
            return any(_text(path) == _CONFIGURED for path in self._controllers.glob("*/state"))
        if self._line.flow is not Flow.RTS_CTS:
            return True
        try:
            return bool(port.cts)
        except _LOST:  # a port without such lines
            return True

    def _lost(self, error: Exception) -> PortLostError:
        _log.warning("the serial port is gone: %s", type(error).__name__)
        self.close()
        return PortLostError()

    def _deadline(self, timeout_s: float) -> int:
        return self._clock.monotonic_ns() + round(timeout_s * NS_PER_S)


def _text(path: Path) -> str:
    try:
        with path.open() as file:
            return file.read(_MAX_STATE_CHARS).strip()
    except OSError:
        return ""
