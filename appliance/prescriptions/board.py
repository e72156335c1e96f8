"""What counter and bridge tell each other of prescriptions: the statuses known, requests, the current visit.

The bridge writes what the pharmacy software said, and leaves letters for the counter; the counter writes
what it found out itself, and a picture of the visit. All lies sealed on the tmpfs and goes with the power.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from appliance.base.clock import Clock
from appliance.identifiers.discreet import Discreet
from appliance.journal.device_key import derive
from appliance.journal.envelope import JournalKey
from appliance.prescriptions.sealed_folder import SealedFolder
from appliance.prescriptions.status import InvalidStatusError, PrescriptionStatus

__all__ = [
    "MAX_KNOWN",
    "MAX_LETTERS",
    "Board",
    "BoardFullError",
    "CloseVisit",
    "Letter",
    "RefreshPrescription",
    "SayStatus",
]

MAX_KNOWN: Final = 256
"""Statuses kept; the oldest makes room. They serve whoever asks again, and a program that restarts."""

MAX_LETTERS: Final = 64
"""Letters that wait for a counter that is away for a moment."""

_VISIT: Final = "visit"


class BoardFullError(Exception):
    """The counter takes no letters; try again in a moment, and see that it runs."""


@dataclass(frozen=True, slots=True, repr=False)
class SayStatus(Discreet):
    """The pharmacy software says the status of a prescription."""

    status: PrescriptionStatus


@dataclass(frozen=True, slots=True, repr=False)
class RefreshPrescription(Discreet):
    """The pharmacy software wants a prescription looked up again."""

    prescription_id: str


@dataclass(frozen=True, slots=True)
class CloseVisit:
    """The pharmacy software ends a visit."""

    visit: str


Letter = SayStatus | RefreshPrescription | CloseVisit


class Board:
    """One board, as either program uses it.

    Args:
        directory: on the tmpfs.
        device_key: from which its keys are derived.
        clock: orders the letters.
    """

    def __init__(self, directory: Path, device_key: bytes, clock: Clock) -> None:
        # Sealed as the journal seals what lives for seconds, under a key of its own.
        key = JournalKey(derive(device_key, "prescriptions on the tmpfs"))
        self._names = derive(device_key, "names of prescriptions on the tmpfs")
        self._known = SealedFolder(directory / "known", key)
        self._letters = SealedFolder(directory / "letters", key)
        self._picture = SealedFolder(directory / "picture", key)
        self._clock = clock

    def keep(self, status: PrescriptionStatus) -> None:
        """Keep what is known of a prescription; only the last.

        Raises:
            OSError: no space or no right.
        """
        self._known.put(self._name(status.prescription_id), json.dumps(status.to_json()).encode())
        for name in self._known.names()[:-MAX_KNOWN]:
            self._known.remove(name)

    def find(self, prescription_id: str) -> PrescriptionStatus | None:
        """What is known of a prescription."""
        content = self._known.get(self._name(prescription_id))
        return None if content is None else _status(json.loads(content))

    def post(self, letter: Letter) -> None:
        """Leave a letter for the counter; ring the doorbell afterwards.

        Raises:
            BoardFullError: MAX_LETTERS wait.
            OSError: no space or no right.
        """
        if len(self._letters.names()) >= MAX_LETTERS:
            raise BoardFullError
        # CLOCK_MONOTONIC first: letters are taken in the order in which they were left.
        name = f"{self._clock.monotonic_ns():020d}-{secrets.token_hex(4)}"
        self._letters.put(name, json.dumps(_written(letter)).encode())

    def take(self) -> list[Letter]:
        """The letters that wait, in order; they are gone from the board."""
        letters = []
        for name in sorted(self._letters.names()):
            content = self._letters.get(name)
            self._letters.remove(name)
            letter = None if content is None else _read(json.loads(content))
            if letter is not None:
                letters.append(letter)
        return letters

    def show_visit(self, visit: Mapping[str, object] | None) -> None:
        """Let the bridge know the current visit; None where there is none.

        Raises:
            OSError: no space or no right.
        """
        self._picture.put(_VISIT, json.dumps(visit).encode())

    def visit(self) -> dict[str, object] | None:
        """The current visit, as the counter last showed it."""
        content = self._picture.get(_VISIT)
        visit = None if content is None else json.loads(content)
        return visit if isinstance(visit, dict) else None

    def _name(self, prescription_id: str) -> str:
        number = prescription_id.encode(errors="surrogatepass")
        return hmac.digest(self._names, number, hashlib.sha256).hex()


def _written(letter: Letter) -> dict[str, object]:
    match letter:
        case SayStatus():
            return {"kind": "status", "status": letter.status.to_json()}
        case RefreshPrescription():
            return {"kind": "refresh", "prescription_id": letter.prescription_id}
        case CloseVisit():
            return {"kind": "close", "visit": letter.visit}


def _read(document: Mapping[str, object]) -> Letter | None:
    """The letter; None for one of a newer or older program of ours."""
    match document:
        case {"kind": "status", "status": dict(status)}:
            said = _status(status)
            return None if said is None else SayStatus(said)
        case {"kind": "refresh", "prescription_id": str(prescription_id)}:
            return RefreshPrescription(prescription_id)
        case {"kind": "close", "visit": str(visit)}:
            return CloseVisit(visit)
    return None


def _status(document: Mapping[str, object]) -> PrescriptionStatus | None:
    try:
        return PrescriptionStatus.from_json(document)
    except InvalidStatusError:
        return None
