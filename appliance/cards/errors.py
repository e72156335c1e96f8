"""What can go wrong with a card, by what to do about it.

CardError
├── TransportError          the exchange itself failed; the connection is to be dropped
│   ├── ServiceGoneError    the PC/SC daemon stopped
│   ├── ReaderGoneError     the reader was unplugged
│   ├── CardRemovedError    the card was taken out
│   ├── CardResetError      somebody else reset the card
│   ├── CardMuteError       the card does not answer
│   ├── CardBusyError       another program keeps the card
│   ├── AccessRefusedError  the system does not let us use the readers
│   └── PcscError           anything else the PC/SC layer said
├── AnswerError             the card answered, and not what its specification says
│   ├── StatusError         a status word that is not success
│   └── MalformedError      data that do not parse, or are larger than any real card's
├── UnknownCardError        no application we know is on the card
├── PinError
│   ├── PinRefusedError     wrong code
│   ├── PinBlockedError     no try left
│   ├── PinTooRiskyError    one try left: we do not try it
│   └── PinNeededError      the card wants its code first
└── SigningError            no signature by the holder's card
    ├── CpsAbsentError      no card that signs is in
    ├── CpsWithdrawnError   the card was taken out before it had signed
    ├── CodeWantedError     the holder is to give the code first
    └── SignatureRefusedError the card or its reader does not do it

No text of these errors ever holds what a card or a person said.
"""

from __future__ import annotations

__all__ = [
    "AccessRefusedError",
    "AnswerError",
    "CardBusyError",
    "CardError",
    "CardMuteError",
    "CardRemovedError",
    "CardResetError",
    "CodeWantedError",
    "CpsAbsentError",
    "CpsWithdrawnError",
    "MalformedError",
    "PcscError",
    "PinBlockedError",
    "PinError",
    "PinNeededError",
    "PinRefusedError",
    "PinTooRiskyError",
    "ReaderGoneError",
    "ServiceGoneError",
    "SignatureRefusedError",
    "SigningError",
    "StatusError",
    "TransportError",
    "UnknownCardError",
]


class CardError(Exception):
    """Something about a card or its reader; the subclasses say what to do."""


class TransportError(CardError):
    """The exchange with the card failed; drop the connection and everything read through it."""


class ServiceGoneError(TransportError):
    """The PC/SC daemon is not there; drop the context and establish another one later."""


class ReaderGoneError(TransportError):
    """The reader is not there any more; list the readers again."""


class CardRemovedError(TransportError):
    """The card was taken out; wait for the next one."""


class CardResetError(TransportError):
    """Another program reset the card: its PIN state is gone; connect again if the card is still the same."""


class CardMuteError(TransportError):
    """The card does not answer; have it taken out, wiped and put in again."""


class CardBusyError(TransportError):
    """Another program keeps the card for itself; close that program."""


class AccessRefusedError(TransportError):
    """The system refuses us the readers; install the polkit rule for our user."""


class PcscError(TransportError):
    """The PC/SC layer failed in another way; its code is kept for the technician."""

    def __init__(self, code: int, call: str) -> None:
        super().__init__(f"{call} failed with 0x{code & 0xFFFFFFFF:08X}")
        self.code = code & 0xFFFFFFFF


class AnswerError(CardError):
    """The card answered, and not what its specification says; it cannot be read."""


class StatusError(AnswerError):
    """A status word that is not success; `sw` says which."""

    def __init__(self, sw: int, doing: str) -> None:
        super().__init__(f"{doing}: the card answered {sw:04X}")
        self.sw = sw


class MalformedError(AnswerError, ValueError):
    """Data that do not parse, or are larger than any real card's."""


class UnknownCardError(CardError):
    """No application we know is on the card."""


class PinError(CardError):
    """The card's code; the subclasses say what the holder can do."""


class PinRefusedError(PinError):
    """The code was wrong; `tries_left` says how many tries the card still gives."""

    def __init__(self, tries_left: int) -> None:
        super().__init__(f"the code was refused, {tries_left} tries left")
        self.tries_left = tries_left


class PinBlockedError(PinError):
    """No try is left; the card is unblocked with its unblocking code, on the issuer's own tool."""


class PinTooRiskyError(PinError):
    """One try is left and we do not risk it; the holder checks the code with the issuer's own tool."""


class PinNeededError(PinError):
    """The card wants its code before it does this; ask for it."""


class SigningError(CardError):
    """The holder's card has not signed; the subclasses say what to do before trying again."""


class CpsAbsentError(SigningError):
    """No CPS that signs is in a reader, or it is not read yet; put one in."""


class CpsWithdrawnError(SigningError):
    """The CPS was taken out before it had signed: its holder is not there any more; put it in again."""


class CodeWantedError(SigningError):
    """The code of the CPS is not in force; its holder types it on the counter."""


class SignatureRefusedError(SigningError):
    """The card or its reader failed or did not answer in time; have the card taken out and put in again."""
