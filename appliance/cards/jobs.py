"""What a slot's thread is asked to do."""

from __future__ import annotations

from dataclasses import dataclass, field

from appliance.cards.inputs import CardSession

__all__ = ["Close", "Forget", "Job", "PreparePin", "PresentPin", "PresentPinOnPad", "Read", "Sign"]


@dataclass(frozen=True, slots=True)
class Read:
    """Read the card and say who it is; with `announce` False only take it again, for its code."""

    session: CardSession
    atr: bytes
    announce: bool = True


@dataclass(frozen=True, slots=True)
class PreparePin:
    """Ask the card how many tries are left, and the reader whether it has keys."""

    session: CardSession


@dataclass(frozen=True, slots=True)
class PresentPin:
    """Present this code, once; it is overwritten whatever happens."""

    session: CardSession
    pin: bytearray = field(repr=False)


@dataclass(frozen=True, slots=True)
class PresentPinOnPad:
    """Have the code typed on the reader's own keys."""

    session: CardSession


@dataclass(frozen=True, slots=True, repr=False)
class Sign:
    """Sign this SHA-256 digest; `request` names the demand in the answer."""

    session: CardSession
    request: str
    digest: bytes


@dataclass(frozen=True, slots=True)
class Forget:
    """Make the card forget its code, which stays in."""

    session: CardSession


@dataclass(frozen=True, slots=True)
class Close:
    """The card is out: let go of it."""

    session: CardSession


Job = Read | PreparePin | PresentPin | PresentPinOnPad | Sign | Forget | Close
