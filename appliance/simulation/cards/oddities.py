"""Cards that go wrong, one way each."""

from __future__ import annotations

import threading
from random import Random

from appliance.base.clock import Clock
from appliance.simulation.cards.card import PulledOutError, VirtualCard

__all__ = ["GARBAGE_KINDS", "GarbageCard", "MuteCard", "SilentCard", "SlowCard", "WrongCard", "YankedCard"]

_NOT_FOUND = bytes.fromhex("6A82")
_TOO_LONG_ATR = b"\x3b" + b"\0" * 40

GARBAGE_KINDS = ("random", "short", "long", "wrong length for ever", "more data for ever")


class MuteCard:
    """Present, and no answer to reset: a card upside down, or a dead chip.

    The virtual reader learns of it by an answer longer than any ATR may be.
    """

    atr = _TOO_LONG_ATR

    def reset(self) -> None:
        """Nothing happens."""

    def transmit(self, raw: bytes) -> bytes:
        """Never reached: a mute card is not powered."""
        return _NOT_FOUND


class WrongCard:
    """A bank card: it answers, and has none of our applications."""

    atr = bytes.fromhex("3B6500002063CB6800")

    def reset(self) -> None:
        """Nothing to forget."""

    def transmit(self, raw: bytes) -> bytes:
        """No such file, whatever is asked."""
        return _NOT_FOUND


class _Wrapper:
    """Another card, with something wrong."""

    def __init__(self, card: VirtualCard) -> None:
        self._card = card

    @property
    def atr(self) -> bytes:
        """The other card's."""
        return self._card.atr

    def reset(self) -> None:
        """Reset the other card."""
        self._card.reset()


class SlowCard(_Wrapper):
    """Takes its time over every command."""

    def __init__(self, card: VirtualCard, seconds: float, clock: Clock) -> None:
        super().__init__(card)
        self._seconds = seconds
        self._clock = clock

    def transmit(self, raw: bytes) -> bytes:
        """Wait, then answer."""
        self._clock.sleep(self._seconds)
        return self._card.transmit(raw)


class YankedCard(_Wrapper):
    """Is pulled out during its n-th command (1 is the first since it was made)."""

    def __init__(self, card: VirtualCard, at_command: int) -> None:
        super().__init__(card)
        self._left = at_command

    def transmit(self, raw: bytes) -> bytes:
        """Answer until the hand comes."""
        self._left -= 1
        if self._left <= 0:
            raise PulledOutError
        return self._card.transmit(raw)


class SilentCard(_Wrapper):
    """Stops answering at its n-th command and never answers again, until `release` is set."""

    def __init__(self, card: VirtualCard, at_command: int) -> None:
        super().__init__(card)
        self._left = at_command
        self.release = threading.Event()

    def transmit(self, raw: bytes) -> bytes:
        """Answer, then no more."""
        self._left -= 1
        if self._left <= 0:
            self.release.wait()
            raise PulledOutError
        return self._card.transmit(raw)


class GarbageCard(_Wrapper):
    """Answers nonsense of one kind from its n-th command on."""

    def __init__(self, card: VirtualCard, kind: str, at_command: int, random: Random) -> None:
        super().__init__(card)
        if kind not in GARBAGE_KINDS:
            raise ValueError(f"the kinds of nonsense are {', '.join(GARBAGE_KINDS)}")
        self._kind = kind
        self._left = at_command
        self._random = random

    def transmit(self, raw: bytes) -> bytes:
        """Answer, then nonsense."""
        self._left -= 1
        if self._left > 0:
            return self._card.transmit(raw)
        match self._kind:
            case "short":
                return b"\x90"
            case "long":
                return self._random.randbytes(300) + b"\x90\x00"
            case "wrong length for ever":
                return b"\x6c\x10"
            case "more data for ever":
                return self._random.randbytes(16) + b"\x61\x10"
        return self._random.randbytes(self._random.randrange(2, 258))
