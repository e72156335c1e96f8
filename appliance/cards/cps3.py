"""CPS3: the IAS ECC application.

Source: the PKCS#11 module the ANS publishes for the CPS, and traces of real cards published with OpenSC.
"""

from __future__ import annotations

from enum import IntEnum, unique

from appliance.cards.apdu import MAX_LE, CommandApdu, Ins, TransmissionProtocol, Transmit
from appliance.cards.atr import CardFamily
from appliance.cards.cps import AID_CONTACT, AID_CONTACTLESS, Cps
from appliance.cards.cps_files import MF, IasFiles
from appliance.cards.errors import MalformedError
from appliance.cards.processors import standard_chain
from appliance.cards.tlv import find, parse, walk

__all__ = ["Cps3"]

_SET_FOR_COMPUTATION = 0x41
_TAG_ALGORITHM = 0x80
_TAG_PRIVATE_KEY = 0x84
_SHA256_PKCS1 = 0x42


@unique
class _PinData(IntEnum):
    TRIES_LEFT = 0x9B
    USES_LEFT = 0x9D


class Cps3(Cps):
    """CPS3: IAS ECC."""

    family = CardFamily.CPS3

    def __init__(self, transmit: Transmit, protocol: TransmissionProtocol) -> None:
        card = standard_chain(transmit, protocol)
        super().__init__(transmit, card, IasFiles(card))

    def select(self) -> bool:
        """Select the contact application, else the contactless one."""
        if self._files.select_application(AID_CONTACT):
            return True
        self._contactless = self._files.select_application(AID_CONTACTLESS)
        return self._contactless

    def tries_left(self) -> int:
        """Ask for the code's data object; an empty VERIFY would cost a try on some cards of this family."""
        self._files.select(MF)
        data_object = bytes(
            (0x4D, 0x08, 0x70, 0x06, 0xBF, 0x81, self._pin.reference & 0x7F, 0x02, 0xA0, 0x80)
        )
        command = CommandApdu(0x00, Ins.GET_DATA, 0x3F, 0xFF, data_object, le=MAX_LE)
        fields = tuple(walk(parse(self._succeed(command, "reading the tries left"))))
        left, uses = find(fields, _PinData.TRIES_LEFT), find(fields, _PinData.USES_LEFT)
        if left is None or len(left.value) != 1:
            raise MalformedError("the card does not say how many tries are left")
        # A code whose allowance of uses is spent counts as blocked, whatever its tries.
        return 0 if uses is not None and not any(uses.value) else left.value[0]

    def _verify_header(self) -> tuple[int, int, int, int]:
        # tries_left() left the root selected, where the code lives.
        return 0x00, Ins.VERIFY, 0x00, self._pin.reference

    def _compute_signature(self, reference: int, digest: bytes) -> bytes:
        self._files.select(self._application)
        algorithm = bytes((_TAG_ALGORITHM, 1, _SHA256_PKCS1))
        key = bytes((_TAG_PRIVATE_KEY, 1, reference))
        return self._sign_in(_SET_FOR_COMPUTATION, algorithm + key, digest)
