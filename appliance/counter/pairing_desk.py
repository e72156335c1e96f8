"""The counter's side of pairing: it opens windows, shows who asks, and passes on what the person answered.

Called by the thread that owns the state, or by a command over SSH; nothing here waits. See
`appliance.pairing.exchange` for the files, and `docs/bridge.md` for the ceremony.
"""

from __future__ import annotations

import logging
from collections.abc import Callable

from appliance.base.clock import NS_PER_S, Clock
from appliance.counter.face import Pairing
from appliance.counter.face_inputs import PairingTold
from appliance.display.menu_screens import PairingEnd
from appliance.pairing.exchange import (
    MAX_TRIES,
    WINDOW_NS,
    Decision,
    PairingFiles,
    Request,
    Window,
    pause_after_ns,
)

__all__ = ["PairingDesk"]

_log = logging.getLogger(__name__)

_ID_BYTES = 8

Tell = Callable[[PairingTold], None]


class PairingDesk:
    """One window after the other; a pause that grows after those whose tries were used up.

    The pause is forgotten with the program: whoever may restart it has the buttons, or root, already.

    Args:
        files: shared with the bridge.
        clock: measures windows and pauses.
        random_hex: that many random bytes in hexadecimal, to name a window.
    """

    def __init__(self, files: PairingFiles, clock: Clock, random_hex: Callable[[int], str]) -> None:
        self._files = files
        self._clock = clock
        self._random_hex = random_hex
        self._window: Window | None = None
        self._shown = Pairing()
        self._request: Request | None = None
        self._accepted = ""
        self._refused = ""
        self._failed_windows = 0
        self._pause_until_ns = 0

    def start(self) -> None:
        """Close what another life of this program left open: nobody would show its digits."""
        try:
            self._files.close_window()
        except OSError as error:
            _log.warning("an old window for pairing closes by its time only: %s", type(error).__name__)

    def open(self, tell: Tell) -> None:
        """Let software ask for WINDOW_NS; tells that it may, or why it may not."""
        now_ns = self._clock.monotonic_ns()
        self._request, self._shown = None, Pairing()
        self._accepted = self._refused = ""
        if now_ns < self._pause_until_ns:
            self._ended(tell, PairingEnd.PAUSE)
            return
        try:
            if self._window is None and self._files.window(now_ns) is not None:
                self._ended(tell, PairingEnd.BUSY)
                return
            window = Window(id=self._random_hex(_ID_BYTES), until_ns=now_ns + WINDOW_NS)
            self._files.open_window(window)
        except OSError as error:
            _log.error("no window for pairing: %s", type(error).__name__)
            self._ended(tell, PairingEnd.FAILED)
            return
        self._window = window
        self._tell(tell, Pairing(left_s=WINDOW_NS // NS_PER_S))

    def answer(self, *, same: bool) -> None:
        """The person compared the digits; counts for those that were shown last."""
        request = self._request
        if self._window is None or request is None or self._accepted:
            return
        try:
            self._files.decide(Decision(reference=request.reference, accepted=same))
        except OSError as error:
            _log.error("the answer to a pairing cannot be given: %s", type(error).__name__)
            return
        if same:
            self._accepted = request.reference
        else:
            self._refused = request.reference

    def close(self) -> None:
        """The person wants none any more. What was accepted before is still given to its software."""
        if self._window is None:
            return
        request = self._files.request(self._window)
        if request is not None and request.is_paired:
            self._failed_windows = 0
        elif request is not None and request.tries >= MAX_TRIES:
            self._failed_windows += 1
            self._pause_until_ns = self._clock.monotonic_ns() + pause_after_ns(self._failed_windows)
        self._window = None
        try:
            self._files.close_window()
        except OSError as error:
            _log.warning("the window for pairing closes by its time only: %s", type(error).__name__)

    def look(self, tell: Tell) -> None:
        """See whether a software asks, or is paired, and how much time is left."""
        window = self._window
        if window is None:
            return
        now_ns = self._clock.monotonic_ns()
        request = self._files.request(window)
        if request is not None and request.is_paired:
            self.close()
            self._ended(tell, PairingEnd.PAIRED, request.name)
        elif request is not None and request.is_over and request.tries >= MAX_TRIES:
            self.close()
            self._ended(tell, PairingEnd.TRIES)
        elif not window.is_open(now_ns):
            self.close()
            self._ended(tell, PairingEnd.TIME)
        else:
            self._request = request if request is not None and self._is_asking(request) else None
            left_s = -(-(window.until_ns - now_ns) // NS_PER_S)
            self._tell(tell, self._seen(left_s))

    def _is_asking(self, request: Request) -> bool:
        return bool(request.number) and not request.is_over and request.reference != self._refused

    def _seen(self, left_s: int) -> Pairing:
        request = self._request
        if request is None:
            return Pairing(left_s)
        answered = self._accepted == request.reference
        return Pairing(left_s, request.number, request.name, answered)

    def _tell(self, tell: Tell, pairing: Pairing) -> None:
        if pairing != self._shown:
            self._shown = pairing
            tell(PairingTold(pairing, self._clock.monotonic_ns()))

    def _ended(self, tell: Tell, end: PairingEnd, client_name: str = "") -> None:
        now_ns = self._clock.monotonic_ns()
        wait_s = -(-max(self._pause_until_ns - now_ns, 0) // NS_PER_S)
        self._shown = Pairing()
        tell(PairingTold(Pairing(end=end, client_name=client_name, wait_s=wait_s), now_ns))
