"""The counter's side of the technician's page: it opens the door, shows the code, and says what became of it.

Called by the thread that owns the state; nothing here waits. See `appliance.pairing.door` for the files.
"""

from __future__ import annotations

import logging
from collections.abc import Callable

from appliance.base.clock import NS_PER_S, Clock
from appliance.counter.face import WebDoor
from appliance.counter.face_inputs import DoorTold
from appliance.display.door_screen import DoorState
from appliance.pairing.door import CODE_DIGITS, DOOR_NS, MAX_WRONG_CODES, Door, DoorFiles

__all__ = ["DoorDesk"]

_log = logging.getLogger(__name__)

_ID_BYTES = 8

Tell = Callable[[DoorTold], None]


class DoorDesk:
    """One door after the other; a second press shows the door that is open.

    Args:
        files: shared with the bridge.
        clock: measures how long it is open.
        random_hex: that many random bytes in hexadecimal, to name a door.
        random_below: a random number below another, for the code.
        address: where the page is, `host:port`; None without a network.
    """

    def __init__(
        self,
        files: DoorFiles,
        clock: Clock,
        random_hex: Callable[[int], str],
        random_below: Callable[[int], int],
        address: Callable[[], str | None],
    ) -> None:
        self._files = files
        self._clock = clock
        self._random_hex = random_hex
        self._random_below = random_below
        self._address = address
        self._door: Door | None = None
        self._shown: WebDoor | None = None

    def start(self) -> None:
        """Shut what another life of this program left open: nobody would show its code."""
        self._shut()

    def open(self, tell: Tell) -> None:
        """Open a door for DOOR_NS, or show the one that is open."""
        self._shown = None
        if self._door is not None:
            self.look(tell)
        if self._door is not None:
            return
        code = f"{self._random_below(10**CODE_DIGITS):0{CODE_DIGITS}d}"
        until_ns = self._clock.monotonic_ns() + DOOR_NS
        door = Door(id=self._random_hex(_ID_BYTES), code=code, until_ns=until_ns)
        try:
            self._files.open_door(door)
        except OSError as error:
            _log.error("no door to the technician's page: %s", type(error).__name__)
            self._tell(tell, WebDoor(DoorState.FAILED))
            return
        self._door = door
        self.look(tell)

    def close(self) -> None:
        """The person shuts it: whoever is in is out."""
        self._door = None
        self._shut()

    def look(self, tell: Tell) -> None:
        """See whether somebody went in, guesses, or the time is over."""
        door = self._door
        if door is None:
            return
        now_ns = self._clock.monotonic_ns()
        visit = self._files.visit(door)
        if not door.is_open(now_ns):
            self.close()
            self._tell(tell, WebDoor(DoorState.TIME))
        elif visit.entered:
            self._tell(tell, WebDoor(DoorState.ENTERED, left_s=self._left_s(door, now_ns)))
        elif visit.wrong_codes >= MAX_WRONG_CODES:
            self.close()
            self._tell(tell, WebDoor(DoorState.CODES))
        else:
            left_s = self._left_s(door, now_ns)
            self._tell(tell, WebDoor(DoorState.OPEN, door.code, self._address(), left_s))

    @staticmethod
    def _left_s(door: Door, now_ns: int) -> int:
        return -(-(door.until_ns - now_ns) // NS_PER_S)

    def _shut(self) -> None:
        try:
            self._files.close_door()
        except OSError as error:
            _log.warning("the technician's page closes by its time only: %s", type(error).__name__)

    def _tell(self, tell: Tell, door: WebDoor) -> None:
        if door != self._shown:
            self._shown = door
            tell(DoorTold(door))
