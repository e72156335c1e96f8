"""CPS4: the ChipDoc applet, on logical channel 1.

Source: the PKCS#11 module the ANS publishes for the CPS; no trace of a real card is published.
"""

from __future__ import annotations

from typing import ClassVar

from appliance.cards.apdu import CommandApdu, Ins, Sw, TransmissionProtocol, Transmit
from appliance.cards.atr import CardFamily
from appliance.cards.cps import COUNTER, SW1_COUNTER, Cps
from appliance.cards.cps_files import ChipDocFiles
from appliance.cards.errors import StatusError
from appliance.cards.processors import LogicalChannel, standard_chain

__all__ = ["Cps4"]

_AID_CHIPDOC = bytes.fromhex("8025000001FF0100")
_AID_ISSUER_DOMAIN = bytes.fromhex("A0000001510000")
_AID_CPS2TER = bytes.fromhex("8025000001FF0002")

_COUNTER_MARK = 0xC0
_SET_CHIPDOC = 0x81
_TAG_CHIPDOC = 0x91
_SHA256_PKCS1 = 0x28
_KEY_MARK = 0x80
"""Set in a key's reference: the card is given the hash, not the message."""


class Cps4(Cps):
    """CPS4: the ChipDoc applet, on logical channel 1."""

    family = CardFamily.CPS4
    channel = 1

    def __init__(self, transmit: Transmit, protocol: TransmissionProtocol) -> None:
        card = LogicalChannel(standard_chain(transmit, protocol), self.channel)
        self._basic = standard_chain(transmit, protocol)
        super().__init__(transmit, card, ChipDocFiles(card))

    def select(self) -> bool:
        """Select the applet; where another program left the card elsewhere, by way of the issuer's domain."""
        if self._files.select_application(_AID_CHIPDOC):
            return True
        self._files.select_application(_AID_ISSUER_DOMAIN)
        self._basic.exchange(CommandApdu(0x00, Ins.SELECT, 0x04, 0x0C, _AID_CPS2TER))
        return self._files.select_application(_AID_CHIPDOC)

    def tries_left(self) -> int:
        """Ask with a VERIFY without data, which this card documents as a question."""
        response = self._card.exchange(CommandApdu(0x00, Ins.VERIFY, 0x00, self._pin.reference))
        if response.ok:
            # Already verified on this connection: the counter stands at its maximum.
            return self._max_tries
        if response.sw == Sw.AUTHENTICATION_BLOCKED:
            return 0
        if response.sw1 == SW1_COUNTER and response.sw2 & ~COUNTER == _COUNTER_MARK:
            return response.sw2 & COUNTER
        raise StatusError(response.sw, "reading the tries left")

    _max_tries: ClassVar[int] = 3

    def _verify_header(self) -> tuple[int, int, int, int]:
        return self.channel, Ins.VERIFY, 0x00, self._pin.reference

    def _compute_signature(self, reference: int, digest: bytes) -> bytes:
        environment = bytes((_TAG_CHIPDOC, 2, _SHA256_PKCS1, reference | _KEY_MARK))
        return self._sign_in(_SET_CHIPDOC, environment, digest)
