"""A slot's line to its card: connections that belong to one session, transactions, calls that are watched."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from appliance.base.clock import Clock
from appliance.cards.apdu import Transmit
from appliance.cards.errors import CardRemovedError, TransportError
from appliance.cards.inputs import CardSession
from appliance.cards.readers import PcscConnection, PcscContext, PcscService, SlotState, unaware
from appliance.cards.watchdog import CallWatch, Waiting

__all__ = ["SlotLink"]

_log = logging.getLogger(__name__)


class SlotLink:
    """One thread uses it; `watch` may be read by another."""

    def __init__(self, service: PcscService, clock: Clock) -> None:
        self._service = service
        self._context: PcscContext | None = None
        self.watch = CallWatch(clock)

    def connect(self, session: CardSession) -> PcscConnection:
        """A connection to the card of the session and to no other.

        The counter is asked for once the connection stands: a connection does not survive its card, so if the
        counter is right now, it was right when the connection was made.

        Raises:
            CardRemovedError: another card is in by now, or none.
            TransportError: as the service says.
        """
        if self._context is None:
            self._context = self._service.establish()
        with self.watch.waiting(Waiting.CONNECT, session):
            connection = self._context.connect(session.reader)
        try:
            slots = self._context.wait([unaware(session.reader)], 0.0)
        except TransportError:
            connection.close()
            raise
        if not any(_is_card_of(slot, session) for slot in slots):
            connection.close()
            raise CardRemovedError("another card is in")
        return connection

    @contextmanager
    def transaction(self, connection: PcscConnection, session: CardSession) -> Iterator[None]:
        """Keep every other program away from the card for the while."""
        with self.watch.waiting(Waiting.CONNECT, session):
            connection.begin()
        try:
            yield
        finally:
            # After a failure the card may be out: the first error is the one that counts.
            try:
                connection.end()
            except TransportError as error:
                _log.debug("a transaction ended with %s", type(error).__name__)

    def transmit_through(self, connection: PcscConnection, session: CardSession) -> Transmit:
        """The connection's transmit, watched."""

        def transmit(command: bytes | bytearray) -> tuple[bytes, int]:
            with self.watch.waiting(Waiting.ANSWER, session):
                return connection.transmit(command)

        return transmit

    def drop(self) -> None:
        """Let go of the service: its context died or is not wanted any more."""
        if self._context is not None:
            self._context.release()
            self._context = None


def _is_card_of(slot: SlotState, session: CardSession) -> bool:
    return slot.reader == session.reader and slot.is_present and slot.counter == session.counter
