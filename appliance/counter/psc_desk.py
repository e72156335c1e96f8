"""Pro Santé Connect at work for the counter: one thread, which alone knows the tokens.

It is told by effects and answers by inputs. A new client is made for each login, so that a changed secret or
authority counts without a restart.
"""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable

from appliance.base.clock import NS_PER_S, Clock
from appliance.counter.outputs import EndPscSession, PscEffect, StartPscLogin
from appliance.counter.psc_inputs import PscEnded, PscHappening, PscLoggedIn, PscNumber, PscRefused
from appliance.prescriptions.pro_sante_connect.client import PscClient
from appliance.prescriptions.pro_sante_connect.errors import NoIdentityError, PscError
from appliance.prescriptions.pro_sante_connect.session import Opened, Over, PscSession

__all__ = ["PscDesk"]

_log = logging.getLogger(__name__)

_LOOK_S = 0.2


class PscDesk:
    """See the module.

    Args:
        make_client: a client of the provider; raises PscError where the settings do not allow one.
        clock: time.
        national_id: who logs in where no CPS says it; None where only a CPS may.
    """

    def __init__(self, make_client: Callable[[], PscClient], clock: Clock, national_id: str | None) -> None:
        self._make_client = make_client
        self._clock = clock
        self._national_id = national_id
        self._told: queue.SimpleQueue[PscEffect] = queue.SimpleQueue()
        self._session: PscSession | None = None
        self._attempt = 0

    def do(self, effect: PscEffect) -> None:
        """Carry an effect out; returns at once."""
        self._told.put(effect)

    def run(self, put: Callable[[PscHappening], None], stopping: threading.Event) -> None:
        """Log in, keep sessions up and end them, until `stopping`; then end the last one."""
        try:
            while not stopping.is_set():
                self.turn(put, self._wait_s())
        finally:
            self._close()

    def turn(self, put: Callable[[PscHappening], None], wait_s: float) -> None:
        """Take one effect, waited for so long, then do what is due."""
        try:
            effect: PscEffect | None = (
                self._told.get(timeout=wait_s) if wait_s > 0 else self._told.get_nowait()
            )
        except queue.Empty:
            effect = None
        match effect:
            case StartPscLogin():
                self._close()
                self._start(effect, put)
            case EndPscSession():
                if effect.attempt == self._attempt:
                    self._close()
        self._step(put)

    def _wait_s(self) -> float:
        if self._session is None:
            return _LOOK_S
        left_s = (self._session.due_ns - self._clock.monotonic_ns()) / NS_PER_S
        return min(max(left_s, 0.0), _LOOK_S)

    def _start(self, effect: StartPscLogin, put: Callable[[PscHappening], None]) -> None:
        self._attempt = effect.attempt
        try:
            national_id = effect.national_id or self._national_id
            if national_id is None:
                raise NoIdentityError("no CPS, and no number in the settings")
            session = PscSession(self._make_client(), self._clock, national_id)
            pending = session.begin()
        except PscError as error:
            self._refused(error, put)
            return
        self._session = session
        put(PscNumber(effect.attempt, pending.number, pending.expires_ns, self._clock.monotonic_ns()))

    def _step(self, put: Callable[[PscHappening], None]) -> None:
        if self._session is None:
            return
        try:
            outcome = self._session.step()
        except PscError as error:
            self._session = None
            self._refused(error, put)
            return
        now_ns = self._clock.monotonic_ns()
        match outcome:
            case Opened():
                put(PscLoggedIn(self._attempt, outcome.who, outcome.until, now_ns))
            case Over():
                self._session = None
                put(PscEnded(self._attempt, outcome.reason, now_ns))

    def _refused(self, error: PscError, put: Callable[[PscHappening], None]) -> None:
        # These texts hold no identity, no token and nothing that the server wrote.
        _log.warning("no login at Pro Santé Connect: %s: %s", type(error).__name__, error)
        put(PscRefused(self._attempt, error.refusal, self._clock.monotonic_ns()))

    def _close(self) -> None:
        session, self._session = self._session, None
        if session is not None:
            session.close()
