"""PC/SC through pyscard's raw functions: the one module that imports it.

Its monitors are not used: they lose a swap of two cards of the same kind while their observer is busy, and
die for good with the daemon.
"""

from __future__ import annotations

from collections.abc import Sequence
from types import MappingProxyType
from typing import Final

from smartcard import scard

from appliance.cards.apdu import TransmissionProtocol
from appliance.cards.errors import (
    AccessRefusedError,
    CardBusyError,
    CardMuteError,
    CardRemovedError,
    CardResetError,
    PcscError,
    ReaderGoneError,
    ServiceGoneError,
    TransportError,
)
from appliance.cards.readers import MAX_READERS, PcscConnection, PcscContext, SlotState

__all__ = ["SystemPcsc", "error_of"]

_PLUG_AND_PLAY: Final = "\\\\?PnP?\\Notification"
"""The name whose state changes when a reader comes or goes."""
_UINT32: Final = 0xFFFFFFFF
_COUNTER_SHIFT: Final = 16
_MS: Final = 1000
_STATUS_BYTES: Final = 2

_ERRORS: Final = MappingProxyType(
    {
        scard.SCARD_F_COMM_ERROR & _UINT32: ServiceGoneError,
        scard.SCARD_E_NO_SERVICE & _UINT32: ServiceGoneError,
        scard.SCARD_E_SERVICE_STOPPED & _UINT32: ServiceGoneError,
        scard.SCARD_E_INVALID_HANDLE & _UINT32: ServiceGoneError,
        scard.SCARD_E_UNKNOWN_READER & _UINT32: ReaderGoneError,
        scard.SCARD_E_READER_UNAVAILABLE & _UINT32: ReaderGoneError,
        scard.SCARD_E_NO_READERS_AVAILABLE & _UINT32: ReaderGoneError,
        scard.SCARD_W_REMOVED_CARD & _UINT32: CardRemovedError,
        scard.SCARD_E_NO_SMARTCARD & _UINT32: CardRemovedError,
        scard.SCARD_W_RESET_CARD & _UINT32: CardResetError,
        # A card that is being pulled out first fails like this, then as removed.
        scard.SCARD_E_NOT_TRANSACTED & _UINT32: CardMuteError,
        scard.SCARD_W_UNRESPONSIVE_CARD & _UINT32: CardMuteError,
        scard.SCARD_W_UNPOWERED_CARD & _UINT32: CardMuteError,
        scard.SCARD_W_UNSUPPORTED_CARD & _UINT32: CardMuteError,
        scard.SCARD_E_PROTO_MISMATCH & _UINT32: CardMuteError,
        scard.SCARD_E_INVALID_ATR & _UINT32: CardMuteError,
        scard.SCARD_E_SHARING_VIOLATION & _UINT32: CardBusyError,
        scard.SCARD_E_SERVER_TOO_BUSY & _UINT32: CardBusyError,
        scard.SCARD_W_SECURITY_VIOLATION & _UINT32: AccessRefusedError,
        scard.SCARD_E_NO_ACCESS & _UINT32: AccessRefusedError,
    }
)


def error_of(code: int, call: str) -> TransportError:
    """The error that a return code of PC/SC stands for."""
    kind = _ERRORS.get(code & _UINT32)
    return kind(f"{call} failed with 0x{code & _UINT32:08X}") if kind else PcscError(code, call)


def _check(code: int, call: str) -> None:
    if code != scard.SCARD_S_SUCCESS:
        raise error_of(code, call)


class SystemPcsc:
    """The machine's own PC/SC daemon."""

    def establish(self) -> PcscContext:
        """Open a line to pcscd."""
        code, handle = scard.SCardEstablishContext(scard.SCARD_SCOPE_SYSTEM)
        _check(code, "SCardEstablishContext")
        return _Context(handle)


class _Context(PcscContext):
    def __init__(self, handle: int) -> None:
        self._handle = handle

    def readers(self) -> tuple[str, ...]:
        code, names = scard.SCardListReaders(self._handle, [])
        if code & _UINT32 == scard.SCARD_E_NO_READERS_AVAILABLE & _UINT32:
            return ()
        _check(code, "SCardListReaders")
        return tuple(names[:MAX_READERS])

    def wait(self, known: Sequence[SlotState], timeout_s: float) -> tuple[SlotState, ...]:
        # Without the ATR, which the daemon does not look at: pyscard 2.3.1 never frees one that it is given,
        # and this is called every second for months.
        asked = [(slot.reader, slot.raw) for slot in known]
        asked.append((_PLUG_AND_PLAY, scard.SCARD_STATE_UNAWARE))
        code, states = scard.SCardGetStatusChange(self._handle, round(timeout_s * _MS), asked)
        if code & _UINT32 == scard.SCARD_E_TIMEOUT & _UINT32:
            return tuple(known)
        _check(code, "SCardGetStatusChange")
        gone = scard.SCARD_STATE_UNKNOWN | scard.SCARD_STATE_UNAVAILABLE | scard.SCARD_STATE_IGNORE
        return tuple(
            _slot(name, state, bytes(atr))
            for name, state, atr in states
            if name != _PLUG_AND_PLAY and not state & gone
        )

    def connect(self, reader: str) -> PcscConnection:
        code, handle, protocol = scard.SCardConnect(
            self._handle,
            reader,
            scard.SCARD_SHARE_SHARED,
            scard.SCARD_PROTOCOL_T0 | scard.SCARD_PROTOCOL_T1,
        )
        _check(code, "SCardConnect")
        return _Connection(handle, protocol)

    def release(self) -> None:
        # The daemon may be gone: the handle is dropped whatever it says.
        scard.SCardReleaseContext(self._handle)


class _Connection(PcscConnection):
    def __init__(self, handle: int, protocol: int) -> None:
        self._handle = handle
        is_t1 = protocol == scard.SCARD_PROTOCOL_T1
        self._pci = scard.SCARD_PCI_T1 if is_t1 else scard.SCARD_PCI_T0
        self._protocol = TransmissionProtocol.T1 if is_t1 else TransmissionProtocol.T0

    @property
    def protocol(self) -> TransmissionProtocol:
        return self._protocol

    def begin(self) -> None:
        _check(scard.SCardBeginTransaction(self._handle), "SCardBeginTransaction")

    def end(self) -> None:
        _check(scard.SCardEndTransaction(self._handle, scard.SCARD_LEAVE_CARD), "SCardEndTransaction")

    def transmit(self, command: bytes | bytearray) -> tuple[bytes, int]:
        message = list(command)
        try:
            code, answer = scard.SCardTransmit(self._handle, self._pci, message)
        finally:
            # The command may be a code: this copy at least does not stay.
            message[:] = [0] * len(message)
        _check(code, "SCardTransmit")
        if len(answer) < _STATUS_BYTES:
            # What the reader gives when the card is pulled out under a command.
            raise CardMuteError("the card's answer has no status word")
        return bytes(answer[:-_STATUS_BYTES]), answer[-2] << 8 | answer[-1]

    def control(self, code: int, data: bytes) -> bytes:
        result, answer = scard.SCardControl(self._handle, code, list(data))
        _check(result, "SCardControl")
        return bytes(answer)

    def close(self, *, reset: bool = False) -> None:
        # Leaving the card powered lets the daemon decide; unpowering would disturb other programs.
        disposition = scard.SCARD_RESET_CARD if reset else scard.SCARD_LEAVE_CARD
        scard.SCardDisconnect(self._handle, disposition)


def _slot(reader: str, state: int, atr: bytes) -> SlotState:
    state &= _UINT32
    return SlotState(
        reader=reader,
        is_present=bool(state & scard.SCARD_STATE_PRESENT),
        is_mute=bool(state & scard.SCARD_STATE_MUTE),
        counter=state >> _COUNTER_SHIFT,
        atr=atr,
        raw=state & ~scard.SCARD_STATE_CHANGED,
    )
