"""A PC/SC service inside this process: the seam of `appliance.cards.readers` without any daemon.

It behaves as the daemon was measured to: counters per slot, connections that die with their card, a code that
is forgotten at reset, transactions that keep others waiting, a service that can be stopped and started.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

from appliance.cards.apdu import TransmissionProtocol
from appliance.cards.errors import (
    CardMuteError,
    CardRemovedError,
    PcscError,
    ReaderGoneError,
    ServiceGoneError,
)
from appliance.cards.readers import PcscConnection, PcscContext, SlotState
from appliance.simulation.cards.card import PulledOutError, VirtualCard

__all__ = ["SimulatedPcsc"]

_MAX_ATR_BYTES = 33
_COUNTER_MASK = 0xFFFF
_RAW_COUNTER_SHIFT = 16
_RAW_PRESENT, _RAW_EMPTY, _RAW_MUTE = 0x20, 0x10, 0x200
_UNSUPPORTED_FEATURE = 0x8010001F
_STATUS_BYTES = 2


class _Slot:
    """A slot, its counter, and who has a transaction on its card."""

    def __init__(self) -> None:
        self.card: VirtualCard | None = None
        self.counter = 0
        self.holder: _Connection | None = None

    @property
    def is_mute(self) -> bool:
        return self.card is not None and len(self.card.atr) > _MAX_ATR_BYTES

    def state(self, reader: str) -> SlotState:
        raw = _RAW_EMPTY if self.card is None else _RAW_PRESENT | (_RAW_MUTE if self.is_mute else 0)
        atr = self.card.atr if self.card is not None and not self.is_mute else b""
        return SlotState(
            reader,
            is_present=self.card is not None,
            is_mute=self.is_mute,
            counter=self.counter,
            atr=atr,
            raw=raw | self.counter << _RAW_COUNTER_SHIFT,
        )


class SimulatedPcsc:
    """The service, and the hands that put cards into its slots."""

    def __init__(self, *readers: str) -> None:
        self.changed = threading.Condition()
        self.slots: dict[str, _Slot] = {reader: _Slot() for reader in readers}
        self.starts = 1
        self.is_running = True

    def establish(self) -> PcscContext:
        """Open a line."""
        with self.changed:
            if not self.is_running:
                raise ServiceGoneError("the service does not run")
            return _Context(self, self.starts)

    def insert(self, reader: str, card: VirtualCard) -> None:
        """Put a card in, in the place of the one that is in."""
        self.remove(reader)
        with self.changed:
            slot = self.slots[reader]
            slot.card = card
            slot.counter = slot.counter + 1 & _COUNTER_MASK
            card.reset()
            self.changed.notify_all()

    def remove(self, reader: str) -> None:
        """Take the card out."""
        with self.changed:
            slot = self.slots[reader]
            if slot.card is not None:
                slot.card = None
                slot.holder = None
                slot.counter = slot.counter + 1 & _COUNTER_MASK
                self.changed.notify_all()

    def plug(self, reader: str) -> None:
        """Plug a reader in."""
        with self.changed:
            self.slots[reader] = _Slot()
            self.changed.notify_all()

    def unplug(self, reader: str) -> None:
        """Unplug a reader, with the card in it."""
        with self.changed:
            del self.slots[reader]
            self.changed.notify_all()

    def stop(self) -> None:
        """The daemon dies; the cards stay where they are."""
        with self.changed:
            self.is_running = False
            self.changed.notify_all()

    def start(self) -> None:
        """The daemon comes back; its counters start over."""
        with self.changed:
            self.is_running = True
            self.starts += 1
            for slot in self.slots.values():
                slot.counter = 0
                slot.holder = None
                if slot.card is not None:
                    slot.card.reset()
            self.changed.notify_all()

    def wait_for(self, condition: Callable[[], bool], timeout_s: float | None, start: int) -> bool:
        """Wait under the lock; the service's end ends every wait."""
        self.changed.wait_for(lambda: self.starts != start or not self.is_running or condition(), timeout_s)
        self.check(start)
        return condition()

    def check(self, start: int) -> None:
        """Refuse lines of before the last start."""
        if not self.is_running or self.starts != start:
            raise ServiceGoneError("the service does not run")


class _Context(PcscContext):
    def __init__(self, service: SimulatedPcsc, start: int) -> None:
        self._service = service
        self._start = start

    def readers(self) -> tuple[str, ...]:
        with self._service.changed:
            self._service.check(self._start)
            return tuple(self._service.slots)

    def wait(self, known: Sequence[SlotState], timeout_s: float) -> tuple[SlotState, ...]:
        service = self._service
        names = set(service.slots)
        raws = {slot.reader: slot.raw for slot in known}

        def is_different() -> bool:
            if set(service.slots) != names:
                return True
            return any(
                reader in service.slots and service.slots[reader].state(reader).raw != raw
                for reader, raw in raws.items()
            )

        with service.changed:
            service.wait_for(is_different, timeout_s, self._start)
            return tuple(service.slots[name].state(name) for name in raws if name in service.slots)

    def connect(self, reader: str) -> PcscConnection:
        service = self._service
        with service.changed:
            service.check(self._start)
            slot = service.slots.get(reader)
            if slot is None:
                raise ReaderGoneError("no such reader")
            service.wait_for(lambda: slot.holder is None, None, self._start)
            if slot.card is None:
                raise CardRemovedError("the slot is empty")
            if slot.is_mute:
                raise CardMuteError("the card does not answer to reset")
            return _Connection(service, self._start, reader, slot)

    def release(self) -> None:
        """Nothing is kept."""


class _Connection(PcscConnection):
    def __init__(self, service: SimulatedPcsc, start: int, reader: str, slot: _Slot) -> None:
        self._service = service
        self._start = start
        self._reader = reader
        self._slot = slot
        self._counter = slot.counter

    @property
    def protocol(self) -> TransmissionProtocol:
        return TransmissionProtocol.T0

    def _card(self) -> VirtualCard:
        self._service.check(self._start)
        card = self._slot.card
        if card is None or self._slot.counter != self._counter:
            raise CardRemovedError("the card was taken out")
        return card

    def begin(self) -> None:
        with self._service.changed:
            self._card()
            slot = self._slot
            self._service.wait_for(lambda: slot.holder in {None, self}, None, self._start)
            self._card()
            slot.holder = self

    def end(self) -> None:
        with self._service.changed:
            self._card()
            if self._slot.holder is self:
                self._slot.holder = None
                self._service.changed.notify_all()

    def transmit(self, command: bytes | bytearray) -> tuple[bytes, int]:
        with self._service.changed:
            card = self._card()
        try:
            answer = card.transmit(bytes(command))
        except PulledOutError:
            self._service.remove(self._reader)
            raise CardMuteError("the card's answer has no status word") from None
        with self._service.changed:
            self._card()
        if len(answer) < _STATUS_BYTES:
            raise CardMuteError("the card's answer has no status word")
        return answer[:-_STATUS_BYTES], int.from_bytes(answer[-_STATUS_BYTES:], "big")

    def control(self, code: int, data: bytes) -> bytes:
        raise PcscError(_UNSUPPORTED_FEATURE, "control")

    def close(self, *, reset: bool = False) -> None:
        with self._service.changed:
            if self._slot.holder is self:
                self._slot.holder = None
                self._service.changed.notify_all()
            if reset and self._slot.card is not None and self._slot.counter == self._counter:
                self._slot.card.reset()
