"""Typing a card's code with three buttons, seen by others and yet not told to them.

Up and down turn a wheel of ten digits, OK takes the digit shown; the wheel starts at another digit each time,
so that counting presses tells nothing. Going back erases a digit, and gives up where there is none.
"""

from __future__ import annotations

from collections.abc import Callable

from appliance.cards.apdu import wipe

__all__ = ["DIGITS", "MAX_PIN_DIGITS", "PinTyping"]

DIGITS = 10
MAX_PIN_DIGITS = 12
_ASCII_ZERO = 0x30
_HIDDEN = "•"


class PinTyping:
    """One code being typed; `take` hands it over, `erase` forgets it.

    Args:
        length: how many digits the code has.
        draw: a digit from 0 to 9 that nobody can foresee, drawn anew for each place (`secrets.randbelow`).
    """

    def __init__(self, length: int, draw: Callable[[int], int]) -> None:
        if not 1 <= length <= MAX_PIN_DIGITS:
            raise ValueError(f"a code is 1 to {MAX_PIN_DIGITS} digits")
        self._length = length
        self._draw = draw
        self._typed = bytearray()
        self._shown = draw(DIGITS)

    @property
    def shown(self) -> int:
        """The digit under the finger."""
        return self._shown

    @property
    def hidden(self) -> str:
        """What was typed, as dots."""
        return _HIDDEN * len(self._typed)

    @property
    def is_complete(self) -> bool:
        """Whether all digits are typed."""
        return len(self._typed) == self._length

    def turn(self, steps: int) -> None:
        """Turn the wheel: 1 is up, -1 is down."""
        self._shown = (self._shown + steps) % DIGITS

    def press(self) -> None:
        """Take the digit shown; the wheel jumps elsewhere. Nothing more is taken once complete."""
        if not self.is_complete:
            self._typed.append(_ASCII_ZERO + self._shown)
            self._shown = self._draw(DIGITS)

    def back(self) -> bool:
        """Erase the last digit; false when there is none, which is giving up."""
        if not self._typed:
            return False
        self._typed[-1] = 0
        del self._typed[-1]
        return True

    def take(self) -> bytearray:
        """Hand the code over, ASCII digits, to who wipes it; nothing of it stays here.

        Raises:
            ValueError: it is not complete.
        """
        if not self.is_complete:
            raise ValueError("the code is not complete")
        taken = bytearray(self._typed)
        self.erase()
        return taken

    def erase(self) -> None:
        """Forget what was typed."""
        wipe(self._typed)
        self._typed.clear()

    def __repr__(self) -> str:
        """How many digits are missing, none of them."""
        return f"<PinTyping {len(self._typed)} of {self._length}>"
