"""Pairing from the technician's page: who types the digits of the software's screen has read them."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Mapping

from appliance.base.clock import Clock
from appliance.counter.face import Pairing
from appliance.counter.face_inputs import PairingTold
from appliance.counter.pairing_desk import PairingDesk
from appliance.pairing.exchange import PairingFiles

__all__ = ["PagePairing"]


class PagePairing:
    """The desk of `comptoir clients pair`, driven by a page that asks again and again. Thread-safe."""

    def __init__(self, files: PairingFiles, clock: Clock) -> None:
        self._desk = PairingDesk(files, clock, secrets.token_hex)
        self._lock = threading.Lock()
        self._shown: Pairing | None = None

    def open(self) -> None:
        """Let a software ask."""
        with self._lock:
            self._desk.open(self._tell)

    def answer(self, number: str) -> bool:
        """The digits that were typed; whether they are those of the software that asks."""
        with self._lock:
            shown = self._shown
            if shown is None or not shown.awaits_answer or shown.number is None:
                return False
            same = secrets.compare_digest(number.encode(), shown.number.encode())
            self._desk.answer(same=same)
            return same

    def close(self) -> None:
        """No more."""
        with self._lock:
            self._desk.close()
            self._shown = None

    def state(self) -> Mapping[str, object] | None:
        """What the page shows; never the digits, which are to be read on the software's screen."""
        with self._lock:
            self._desk.look(self._tell)
            shown = self._shown
        if shown is None:
            return None
        return {
            "left_s": shown.left_s,
            "client": shown.client_name,
            "awaits_number": shown.awaits_answer,
            "end": None if shown.end is None else shown.end.value,
            "wait_s": shown.wait_s,
        }

    def _tell(self, what: PairingTold) -> None:
        self._shown = what.pairing
