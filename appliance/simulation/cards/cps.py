"""Virtual CPS3 and CPS4: files, code with its tries, signature, as the ANS' own module drives them."""

from __future__ import annotations

from abc import abstractmethod

from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.hazmat.primitives.hashes import SHA256

from appliance.cards.apdu import MAX_LE, Ins, Sw
from appliance.simulation.cards.card import Command, T0Card, status
from appliance.simulation.cards.der import tlv
from appliance.simulation.cards.filesystem import Df, Ef, FileSystem
from appliance.simulation.cards.igc import Professional, TestIgc
from appliance.simulation.cards.pkcs15_files import AID_CONTACT, CardKey, FileIds, application_files, ef_dir

__all__ = ["DEMO_PIN", "MAX_TRIES", "VirtualCps3", "VirtualCps4"]

DEMO_PIN = b"1234"
"""The code of every virtual CPS, as of the ANS' own test cards."""
MAX_TRIES = 3

_PIN_REFERENCE = 0x01
_COUNTER = 0x63C0
_MF = bytes.fromhex("3F00")
_APPLICATION_ID = bytes.fromhex("0001")
_SIGNATURE_KEY, _AUTHENTICATION_KEY = 0x81, 0x82
_DIGEST_BYTES = 32
_P2_SELECT = frozenset({0x00, 0x04, 0x0C, 0x02})
_NO_FCI = 0x0C
_PSO_SIGN = (0x9E, 0x9A)
_ISSUER_NUMBER = bytes.fromhex("8025000001")

_EF_ATR = bytes.fromhex(
    "80 43 01 B8 46 04 04 B0 EC C1 47 03 94 01 80 4F 08 80 25 00 00 01 FF 01 00"
    "E0 10 02 02 01 04 02 02 01 04 02 02 01 00 02 02 01 00 78 08 06 06 2B 81 22 F8 78 02 82 02 90 00"
)
"""As published from a CPS3: a stray 80 first, the root application, buffers of 260 and 256 bytes."""


class _VirtualCps(T0Card):
    """What the two generations share."""

    def __init__(
        self, igc: TestIgc, holder: Professional, ids: FileIds, pin: bytes, aids: tuple[bytes, ...]
    ) -> None:
        super().__init__()
        self._pin = pin
        self.tries_left = MAX_TRIES
        self.verify_count = 0
        """How many codes were ever presented: what a test of careful software counts."""
        self._verified = False
        self._signing_with: int | None = None
        keys = (
            CardKey(
                "CPS_PRIV_SIG",
                "Certificat de Signature CPS",
                self._reference(_SIGNATURE_KEY),
                signature=True,
                issued=igc.issue(holder, signature=True),
            ),
            CardKey(
                "CPS_PRIV_AUT",
                "Certificat d'Authentification CPS",
                self._reference(_AUTHENTICATION_KEY),
                signature=False,
                issued=igc.issue(holder, signature=False),
            ),
        )
        self._keys = {key.reference: key for key in keys}
        application = Df(
            _APPLICATION_ID,
            (AID_CONTACT,),
            (
                *application_files(ids, keys, _PIN_REFERENCE, self.model),
                Ef(bytes.fromhex("7001"), b"\x01"),
                Ef(bytes.fromhex("D107"), b"\0" * 64),
                Ef(bytes.fromhex("D120"), b"\x30\x02\x04\x00", needs_pin=True),
            ),
        )
        number = bytes.fromhex((holder.card_number + "F" * 10)[:10])
        root = Df(
            _MF,
            aids,
            (
                Ef(bytes.fromhex("2F00"), ef_dir(), sfi=0x1E),
                Ef(bytes.fromhex("2F01"), _EF_ATR, sfi=0x1D),
                Ef(bytes.fromhex("D003"), tlv(0x5A, _ISSUER_NUMBER, number)),
            ),
            (application,),
        )
        self._files = FileSystem(root)

    model: str

    @staticmethod
    @abstractmethod
    def _reference(key: int) -> int: ...

    def reset(self) -> None:
        """Selection, code and chosen key are forgotten; the tries are not."""
        super().reset()
        self._files.reset()
        self._verified = False
        self._signing_with = None

    @abstractmethod
    def _pin_status(self) -> int:
        """What a VERIFY without a code answers."""

    @abstractmethod
    def _choose_key(self, command: Command) -> tuple[bytes, int]: ...

    def _run(self, command: Command) -> tuple[bytes, int]:
        """The instructions that both generations know."""
        match command.ins:
            case Ins.SELECT:
                return self._select(command)
            case Ins.READ_BINARY:
                return self._read(command)
            case Ins.VERIFY:
                return self._verify(command) if command.data else status(self._pin_status())
            case Ins.MANAGE_SECURITY_ENVIRONMENT:
                return self._choose_key(command)
            case Ins.PERFORM_SECURITY_OPERATION:
                return self._sign(command)
        return status(Sw.INS_NOT_SUPPORTED)

    def _select(self, command: Command) -> tuple[bytes, int]:
        match command.p1:
            case 0x00:
                data, sw = self._files.select_identifier(command.data)
            case 0x02:
                data, sw = self._files.select_file(command.data)
            case 0x03:
                data, sw = self._files.select_parent()
            case 0x09:
                data, sw = self._files.select_path(command.data, from_root=False)
            case _:
                return status(Sw.WRONG_P1_P2)
        return (b"" if command.p2 == _NO_FCI else data), sw

    def _read(self, command: Command) -> tuple[bytes, int]:
        return self._files.read(command.p1, command.p2, command.le or MAX_LE, verified=self._verified)

    def _verify(self, command: Command) -> tuple[bytes, int]:
        if command.p1 or command.p2 != _PIN_REFERENCE:
            return status(Sw.REFERENCE_NOT_FOUND)
        if self.tries_left == 0:
            return status(Sw.AUTHENTICATION_BLOCKED)
        self.verify_count += 1
        if command.data == self._pin:
            self.tries_left = MAX_TRIES
            self._verified = True
            return status(Sw.SUCCESS)
        self._verified = False
        self.tries_left -= 1
        return status(_COUNTER | self.tries_left)

    def _sign(self, command: Command) -> tuple[bytes, int]:
        if (command.p1, command.p2) != _PSO_SIGN:
            return status(Sw.WRONG_P1_P2)
        if self._signing_with is None:
            return status(Sw.CONDITIONS_NOT_SATISFIED)
        if not self._verified:
            return status(Sw.SECURITY_STATUS_NOT_SATISFIED)
        if len(command.data) != _DIGEST_BYTES:
            return status(Sw.WRONG_DATA)
        key = self._keys[self._signing_with].issued.key
        return key.sign(command.data, PKCS1v15(), Prehashed(SHA256())), Sw.SUCCESS


class VirtualCps3(_VirtualCps):
    """CPS3, IAS ECC."""

    atr = bytes.fromhex("3BAC00402A001225006480000310009000")
    model = "CPX IAS"

    def __init__(self, igc: TestIgc, holder: Professional, pin: bytes = DEMO_PIN) -> None:
        ids = FileIds(*(bytes.fromhex(text) for text in ("7002", "7005", "7004", "B001")))
        super().__init__(igc, holder, ids, pin, (bytes.fromhex("8025000001FF0100"),))

    @staticmethod
    def _reference(key: int) -> int:
        return key

    def execute(self, command: Command) -> tuple[bytes, int]:
        """One command of the IAS ECC card."""
        if command.cla != 0:
            return status(Sw.CLA_NOT_SUPPORTED)
        return self._get_data(command) if command.ins == Ins.GET_DATA else self._run(command)

    def _select(self, command: Command) -> tuple[bytes, int]:
        if command.p2 not in _P2_SELECT or (command.p2 == 0 and command.p1 not in {0x00, 0x04}):
            return status(Sw.WRONG_P1_P2)
        if command.p1 == 0x04:
            data, sw = self._files.select_aid(command.data)
        elif command.p1 == 0x08:
            data, sw = self._files.select_path(command.data, from_root=True)
        else:
            return super()._select(command)
        return (b"" if command.p2 == _NO_FCI else data), sw

    def _pin_status(self) -> int:
        return Sw.SUCCESS if self._verified else _COUNTER | self.tries_left

    def _get_data(self, command: Command) -> tuple[bytes, int]:
        wanted = bytes.fromhex("4D087006BF81") + bytes((_PIN_REFERENCE,)) + bytes.fromhex("02A080")
        if (command.p1, command.p2) != (0x3F, 0xFF) or command.data != wanted or not self._files.at_root:
            return status(Sw.REFERENCE_NOT_FOUND)
        counters = tlv(0x9A, bytes((MAX_TRIES,))) + tlv(0x9B, bytes((self.tries_left,)))
        counters += tlv(0x9C, b"\xff\xff") + tlv(0x9D, b"\xff\xff")
        return tlv(0x70, tlv(0xBF8100 | _PIN_REFERENCE, tlv(0xA0, counters))), Sw.SUCCESS

    def _choose_key(self, command: Command) -> tuple[bytes, int]:
        prefix = bytes.fromhex("800142 8401")
        if (command.p1, command.p2) != (0x41, 0xB6):
            return status(Sw.WRONG_P1_P2)
        if command.data[:-1] != prefix or command.data[-1] != _SIGNATURE_KEY or self._files.at_root:
            return status(Sw.REFERENCE_NOT_FOUND)
        self._signing_with = command.data[-1]
        return status(Sw.SUCCESS)


class VirtualCps4(_VirtualCps):
    """CPS4, ChipDoc applet, reached on logical channel 1 only."""

    atr = bytes.fromhex("3B9B188001001225006480040100009044")
    model = "ChipDoc"

    _CHANNEL = 0x01
    _AID = bytes.fromhex("8025000001FF0100")
    _AIDS_ELSEWHERE = frozenset({bytes.fromhex("A0000001510000"), bytes.fromhex("8025000001FF0002")})

    def __init__(self, igc: TestIgc, holder: Professional, pin: bytes = DEMO_PIN) -> None:
        ids = FileIds(*(bytes.fromhex(text) for text in ("4401", "4403", "4405", "4501")))
        super().__init__(igc, holder, ids, pin, (self._AID,))
        self._selected = False

    @staticmethod
    def _reference(key: int) -> int:
        return key & 0x7F | 0x20

    def reset(self) -> None:
        """The applet is to be selected again."""
        super().reset()
        self._selected = False

    def execute(self, command: Command) -> tuple[bytes, int]:
        """One command of the ChipDoc applet, or of the card around it."""
        if command.ins == Ins.SELECT and command.p1 == 0x04:
            return self._select_applet(command)
        if command.cla != self._CHANNEL:
            return status(Sw.CLA_NOT_SUPPORTED)
        if not self._selected:
            return status(Sw.CONDITIONS_NOT_SATISFIED)
        return self._run(command)

    def _select_applet(self, command: Command) -> tuple[bytes, int]:
        if command.cla == self._CHANNEL and command.data == self._AID:
            self._selected = True
            data, sw = self._files.select_aid(self._AID)
            return (b"" if command.p2 == _NO_FCI else data), sw
        known = command.data in self._AIDS_ELSEWHERE
        return status(Sw.SUCCESS if known else Sw.FILE_NOT_FOUND)

    def _pin_status(self) -> int:
        if self._verified:
            return Sw.SUCCESS
        return _COUNTER | self.tries_left if self.tries_left else Sw.AUTHENTICATION_BLOCKED

    def _choose_key(self, command: Command) -> tuple[bytes, int]:
        if (command.p1, command.p2) != (0x81, 0xB6):
            return status(Sw.WRONG_P1_P2)
        if command.data[:-1] != bytes.fromhex("910228"):
            return status(Sw.WRONG_DATA)
        reference = command.data[-1] & 0x7F
        if reference != self._reference(_SIGNATURE_KEY):
            return status(Sw.REFERENCE_NOT_FOUND)
        self._signing_with = reference
        return status(Sw.SUCCESS)
