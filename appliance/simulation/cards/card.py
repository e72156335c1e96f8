"""What a virtual card is, and how it talks under T=0: 61xx, 6Cxx, GET RESPONSE."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar, Protocol

from appliance.cards.apdu import MAX_LE, Ins, Sw

__all__ = ["Command", "PulledOutError", "T0Card", "VirtualCard", "status"]

_HEADER = 4
_MORE_DATA = 0x6100
_WRONG_LE = 0x6C00


class PulledOutError(Exception):
    """The virtual card leaves its slot in the middle of a command; the slot is empty from now on."""


class VirtualCard(Protocol):
    """A card as a reader sees it."""

    @property
    def atr(self) -> bytes:
        """What it answers to reset; more than 33 bytes where it must not power up."""
        ...

    def reset(self) -> None:
        """Power on, power off or warm reset: selection and code are forgotten, tries are not."""
        ...

    def transmit(self, raw: bytes) -> bytes:
        """One command in, data and status word out.

        Raises:
            PulledOutError: the card is gone.
        """
        ...


@dataclass(frozen=True, slots=True, repr=False)
class Command:
    """A short command as a card takes it apart; `le` is None where none was sent."""

    cla: int
    ins: int
    p1: int
    p2: int
    data: bytes
    le: int | None

    @classmethod
    def parse(cls, raw: bytes) -> Command | None:
        """Take it apart; None when lengths do not fit."""
        if len(raw) < _HEADER:
            return None
        header = (raw[0], raw[1], raw[2], raw[3])
        body = raw[_HEADER:]
        if len(body) <= 1:
            le = (body[0] or MAX_LE) if body else None
            return cls(*header, b"", le)
        lc = body[0]
        if len(body) == 1 + lc:
            return cls(*header, body[1:], None)
        if len(body) == lc + 2:
            return cls(*header, body[1:-1], body[-1] or MAX_LE)
        return None


def status(sw: int) -> tuple[bytes, int]:
    """An answer without data."""
    return b"", sw


class T0Card(ABC):
    """A card that answers as the T=0 protocol has it.

    A command with data and no Le gets 61xx and is fetched with GET RESPONSE; a command that asks for another
    length than there is gets 6Cxx; anything sent between drops what waited.
    """

    atr: ClassVar[bytes]

    def __init__(self) -> None:
        self._waiting = b""

    def reset(self) -> None:
        """Forget what was selected and verified."""
        self._waiting = b""

    def transmit(self, raw: bytes) -> bytes:
        """One command."""
        data, sw = self._respond(raw)
        return data + sw.to_bytes(2, "big")

    @abstractmethod
    def execute(self, command: Command) -> tuple[bytes, int]:
        """Do what the command says: all the data there are and the status word, T=0 left aside."""

    def _respond(self, raw: bytes) -> tuple[bytes, int]:
        command = Command.parse(raw)
        if command is None:
            return status(Sw.WRONG_LENGTH)
        if command.ins == Ins.GET_RESPONSE:
            return self._fetch(command.le or 0)
        self._waiting = b""
        data, sw = self.execute(command)
        if not data:
            return b"", sw
        if command.le is None:
            self._waiting = data
            return b"", self._more()
        if not command.data and command.le != len(data):
            # Case 2: the card knows the length and wants to be asked for it.
            return b"", _WRONG_LE | len(data) % MAX_LE
        if len(data) > command.le:
            self._waiting = data[command.le :]
            return data[: command.le], self._more()
        return data, sw

    def _fetch(self, le: int) -> tuple[bytes, int]:
        if not self._waiting:
            return status(Sw.CONDITIONS_NOT_SATISFIED)
        if le > len(self._waiting):
            return b"", _WRONG_LE | len(self._waiting) % MAX_LE
        data, self._waiting = self._waiting[:le], self._waiting[le:]
        return data, self._more() if self._waiting else int(Sw.SUCCESS)

    def _more(self) -> int:
        return _MORE_DATA | (len(self._waiting) if len(self._waiting) < MAX_LE else 0)
