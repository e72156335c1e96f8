"""Every parser of a card's answers, as a function of bytes that may raise our own errors and no other.

The default run tries each a few hundred times (test_fuzz.py); `make fuzz-cards` ten minutes each.
"""

from __future__ import annotations

import contextlib
import random
from collections.abc import Callable
from datetime import UTC, datetime

from cryptography.hazmat.primitives.serialization import Encoding

from appliance.base.clock import SystemClock
from appliance.cards.apdu import CommandApdu, ResponseApdu, Sw, TransmissionProtocol
from appliance.cards.certificate import facts_of, load_certificate
from appliance.cards.cps3 import Cps3
from appliance.cards.cps_files import ChipDocFiles, IasFiles
from appliance.cards.errors import CardError
from appliance.cards.holder import read_card_number
from appliance.cards.pinpad import check_pinpad_answer, find_pinpad
from appliance.cards.pkcs15 import (
    application_path,
    parse_certificates,
    parse_directory,
    parse_keys,
    parse_pins,
)
from appliance.cards.recognise import read_card
from appliance.cards.tlv import parse, walk
from appliance.cards.trust import TrustStore
from appliance.cards.vitale import read_vitale
from appliance.simulation.cards.catalogue import FAMILY, CardBox
from appliance.simulation.cards.vitale import VirtualVitale2

NOW = datetime.now(UTC)
MAX_COMMANDS = 4000
"""No read asks more of a card, whatever the card answers."""

_BOX = CardBox(NOW, SystemClock(), random.Random(1))


def _answers_of(name: str) -> list[bytes]:
    """What a whole read of a good card answers: the seeds."""
    card = _BOX.take(name)
    card.reset()
    answers: list[bytes] = []

    def transmit(command: bytes | bytearray) -> tuple[bytes, int]:
        answer = card.transmit(bytes(command))
        answers.append(answer)
        return answer[:-2], int.from_bytes(answer[-2:], "big")

    read_card(transmit, TransmissionProtocol.T0, card.atr, TrustStore(), NOW)
    return answers


_ATRS = [_BOX.take(name).atr for name in ("cps3", "cps4", "vitale")] + [b""]
SEEDS: list[bytes] = sorted({answer[:-2] for name in ("cps3", "cps4") for answer in _answers_of(name)})
SEEDS += [answer[:-2] for answer in _answers_of("vitale-family")]
SEEDS += [bytes((len(seed),)) + seed for seed in SEEDS if len(seed) < 256]
SEEDS += [certificate.public_bytes(Encoding.DER) for certificate in _BOX.authorities]


def _directory(data: bytes) -> None:
    application_path(data, bytes.fromhex("E828BD080F8025000001FF0010"))


def _certificate(data: bytes) -> None:
    TrustStore(_BOX.authorities).verdict(load_certificate(data), NOW)
    facts_of(load_certificate(data))


def _whole_read(data: bytes) -> None:
    """A card that answers good answers and slices of the data, as the data's own bytes decide."""
    if not data:
        return
    cards = (_BOX.take("cps3"), _BOX.take("cps4"), VirtualVitale2(FAMILY))
    card = cards[data[0] % 3]
    card.reset()
    at = 0
    commands = 0

    def transmit(command: bytes | bytearray) -> tuple[bytes, int]:
        nonlocal at, commands
        commands += 1
        assert commands < MAX_COMMANDS, "a read asks for ever"
        at = (at + 1) % len(data)
        answer = card.transmit(bytes(command))
        if data[at] % 8 == 0:
            answer = data[at : at + data[at]] + (answer[-2:] if data[at] % 16 else data[:2].ljust(2, b"\0"))
        return answer[:-2][:256], int.from_bytes(answer[-2:], "big")

    atr = _ATRS[data[-1] % len(_ATRS)]
    read_card(transmit, TransmissionProtocol.T0, atr, TrustStore(_BOX.authorities), NOW)


class _Echo:
    """A card that answers slices of the data, in their order, and says success."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def transmit(self, command: bytes | bytearray) -> tuple[bytes, int]:
        """The next slice; its first byte says how long it is."""
        size = self._data[self._at % len(self._data)] if self._data else 0
        answer = self._data[self._at + 1 : self._at + 1 + size]
        self._at += 1 + size
        return answer, Sw.SUCCESS

    def exchange(self, command: CommandApdu) -> ResponseApdu:
        """The same above the processors."""
        return ResponseApdu(*self.transmit(command.encode(TransmissionProtocol.T1)))


class _Files(_Echo):
    """A card whose every file is the data."""

    def transmit(self, command: bytes | bytearray) -> tuple[bytes, int]:
        """What stands at the offset asked for; a short file identifier asks for the start."""
        if command[1] != 0xB0:
            return b"", Sw.SUCCESS
        start = 0 if command[2] & 0x80 else command[2] << 8 | command[3]
        return self._data[start : start + (command[-1] or 256)], Sw.SUCCESS


def _vitale_files(data: bytes) -> None:
    read_vitale(_Files(data))


def _file_control(data: bytes) -> None:
    """FCI of a file, both dialects, and the data object of the tries left."""
    for files in (IasFiles(_Echo(data)), ChipDocFiles(_Echo(data))):
        with contextlib.suppress(CardError):
            files.read(bytes.fromhex("3F00D003"))
    Cps3(_Echo(data).transmit, TransmissionProtocol.T1).tries_left()


def _pinpad(data: bytes) -> None:
    with contextlib.suppress(CardError):
        find_pinpad(data)
    check_pinpad_answer(data)


TARGETS: dict[str, Callable[[bytes], object]] = {
    "tlv": lambda data: list(walk(parse(data))),
    "ef.dir": _directory,
    "ef.odf": parse_directory,
    "certificate list": parse_certificates,
    "key list": parse_keys,
    "pin list": parse_pins,
    "card number": read_card_number,
    "certificate": _certificate,
    "pinpad": _pinpad,
    "vitale files": _vitale_files,
    "file control": _file_control,
    "whole read": _whole_read,
}


def run_one(name: str, data: bytes) -> None:
    """Our own errors are the right answer to nonsense; anything else leaves."""
    with contextlib.suppress(CardError):
        TARGETS[name](data)


def mutate(seed: bytes, source: random.Random) -> bytes:
    """A seed with a few things wrong."""
    data = bytearray(seed)
    for _ in range(source.randrange(1, 6)):
        kind = source.randrange(5)
        at = source.randrange(len(data) + 1)
        if kind == 0 and data:
            data[at % len(data)] = source.randrange(256)
        elif kind == 1:
            data[at:at] = source.randbytes(source.randrange(1, 8))
        elif kind == 2:
            del data[at : at + source.randrange(1, 8)]
        elif kind == 3 and data:
            data[at % len(data)] ^= 1 << source.randrange(8)
        else:
            other = source.choice(SEEDS)
            data[at:at] = other[: source.randrange(len(other) + 1)]
    return bytes(data[:8192])
