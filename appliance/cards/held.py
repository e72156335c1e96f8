"""The CPS that is in a slot: its code and its signature, on the connection that it was read through.

Each call is made inside a transaction, by the slot's own thread.
"""

from __future__ import annotations

from dataclasses import dataclass

from appliance.cards.cps import MIN_TRIES, Cps
from appliance.cards.errors import (
    AnswerError,
    CardRemovedError,
    PinBlockedError,
    PinRefusedError,
    PinTooRiskyError,
    ReaderGoneError,
    ServiceGoneError,
    TransportError,
    UnknownCardError,
)
from appliance.cards.inputs import CardSession, PinNeeded, PinRefusal
from appliance.cards.pinpad import (
    GET_FEATURES,
    PinPad,
    PinPadCancelledError,
    check_pinpad_answer,
    find_pinpad,
)
from appliance.cards.readers import PcscConnection

__all__ = ["GONE", "HeldCps", "refusal_of"]

GONE = (ServiceGoneError, CardRemovedError, ReaderGoneError)
"""What says that the card is not there, rather than what it did."""


@dataclass(slots=True)
class HeldCps:
    """The card, its connection, and whether its code is in force.

    The methods raise the errors of `appliance.cards.errors` and PinPadCancelledError.
    """

    session: CardSession
    atr: bytes
    connection: PcscConnection
    cps: Cps
    is_verified: bool = False

    def wanted_code(self, at_ns: int) -> PinNeeded:
        """What code the card wants, where it has a try to spare."""
        self.cps.select()
        left = self._tries_to_spare()
        shortest, longest = self.cps.pin_lengths
        return PinNeeded(self.session, left, shortest, longest, self._pinpad() is not None, at_ns)

    def present(self, pin: bytearray) -> None:
        """Present a code, once."""
        self.cps.select()
        self.cps.verify(pin)
        self.is_verified = True

    def present_on_pad(self) -> None:
        """Have the code typed on the reader."""
        self.cps.select()
        pad = self._pinpad()
        if pad is None:
            raise UnknownCardError("the reader has no keys")
        self._tries_to_spare()
        header, pin = self.cps.verify_command
        check_pinpad_answer(self.connection.control(pad.control_code, pad.request(header, pin)))
        self.is_verified = True

    def _tries_to_spare(self) -> int:
        left = self.cps.tries_left()
        if left == 0:
            raise PinBlockedError("no try is left")
        if left < MIN_TRIES:
            raise PinTooRiskyError("one try is left and is not risked")
        return left

    def _pinpad(self) -> PinPad | None:
        try:
            return find_pinpad(self.connection.control(GET_FEATURES, b""))
        except GONE:
            raise
        except (TransportError, AnswerError):
            # A reader that does not know the question has no keys.
            return None


def refusal_of(error: Exception) -> tuple[PinRefusal, int | None]:
    """Why no code is in force after this error, and how many tries the card said to be left."""
    match error:
        case PinRefusedError() if error.tries_left >= MIN_TRIES:
            return PinRefusal.WRONG, error.tries_left
        case PinRefusedError():
            return PinRefusal.ONE_TRY_LEFT, error.tries_left
        case PinTooRiskyError():
            return PinRefusal.ONE_TRY_LEFT, 1
        case PinBlockedError():
            return PinRefusal.BLOCKED, 0
        case PinPadCancelledError():
            return PinRefusal.CANCELLED, None
        case TransportError():
            return PinRefusal.INTERRUPTED, None
        case AnswerError() | UnknownCardError():
            return PinRefusal.NOT_POSSIBLE, None
        case ValueError():
            return PinRefusal.NOT_DIGITS, None
    return PinRefusal.NOT_POSSIBLE, None
