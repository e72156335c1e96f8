"""The quirks of talking to a card, one named class each, composed around the raw exchange.

Reader levels differ: a TPDU reader under T=0 hands 61xx and 6Cxx to us, a short-APDU reader settles them
itself. The chain takes both.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Protocol

from appliance.cards.apdu import MAX_LE, CommandApdu, Ins, ResponseApdu, TransmissionProtocol, Transmit
from appliance.cards.errors import MalformedError

__all__ = [
    "MAX_RESPONSE_BYTES",
    "CorrectLength",
    "Exchange",
    "FetchResponse",
    "LogicalChannel",
    "ShortFormat",
    "standard_chain",
]

MAX_RESPONSE_BYTES = 16 * 1024
"""More than any file of a CPS or a Vitale; a card that goes on for ever is stopped here."""

_SW1_MORE_DATA = 0x61
_SW1_WRONG_LE = 0x6C
_CLA_CHANNEL_BITS = 0x03


class Exchange(Protocol):
    """One command in, one response out; raises TransportError when the exchange itself fails."""

    def exchange(self, command: CommandApdu) -> ResponseApdu:
        """Send it and wait for the answer."""
        ...


class ShortFormat:
    """Encodes short APDUs for the protocol in force and hands them to the reader."""

    def __init__(self, transmit: Transmit, protocol: TransmissionProtocol) -> None:
        self._transmit = transmit
        self._protocol = protocol

    def exchange(self, command: CommandApdu) -> ResponseApdu:
        """Encode, transmit, decode."""
        data, sw = self._transmit(command.encode(self._protocol))
        if len(data) > MAX_LE:
            raise MalformedError(f"a short response holds at most {MAX_LE} bytes, not {len(data)}")
        return ResponseApdu(bytes(data), sw)


class CorrectLength:
    """6Cxx: the card says the length it wants to be asked for; ask again, once, with that."""

    def __init__(self, inner: Exchange) -> None:
        self._inner = inner

    def exchange(self, command: CommandApdu) -> ResponseApdu:
        """Send, and send once more with the length the card named."""
        response = self._inner.exchange(command)
        if response.sw1 != _SW1_WRONG_LE or command.le is None:
            return response
        return self._inner.exchange(replace(command, le=response.sw2 or MAX_LE))


class FetchResponse:
    """61xx: data wait in the card; fetch them with GET RESPONSE, on the same logical channel."""

    def __init__(self, inner: Exchange) -> None:
        self._inner = inner

    def exchange(self, command: CommandApdu) -> ResponseApdu:
        """Send, then fetch until the card has no more.

        Raises:
            MalformedError: the card gives more than MAX_RESPONSE_BYTES, or announces data and gives none.
        """
        response = self._inner.exchange(command)
        collected = response.data
        while response.sw1 == _SW1_MORE_DATA:
            response = self._inner.exchange(
                CommandApdu(
                    command.cla & _CLA_CHANNEL_BITS, Ins.GET_RESPONSE, 0, 0, le=response.sw2 or MAX_LE
                )
            )
            if response.sw1 == _SW1_MORE_DATA and not response.data:
                raise MalformedError("the card announces data and gives none")
            collected += response.data
            if len(collected) > MAX_RESPONSE_BYTES:
                raise MalformedError(f"a response holds at most {MAX_RESPONSE_BYTES} bytes")
        return ResponseApdu(collected, response.sw)


class LogicalChannel:
    """Puts every command on one logical channel, as the CPS4's own applet wants it."""

    def __init__(self, inner: Exchange, channel: int) -> None:
        if not 0 <= channel <= _CLA_CHANNEL_BITS:
            raise ValueError("a basic logical channel is 0..3")
        self._inner = inner
        self._channel = channel

    def exchange(self, command: CommandApdu) -> ResponseApdu:
        """Send on the channel."""
        return self._inner.exchange(replace(command, cla=command.cla & ~_CLA_CHANNEL_BITS | self._channel))


def standard_chain(transmit: Transmit, protocol: TransmissionProtocol) -> Exchange:
    """What every card of ours is talked to through."""
    return FetchResponse(CorrectLength(ShortFormat(transmit, protocol)))
