"""The status of prescriptions through TLSi: one of the sources behind the port."""

from __future__ import annotations

from appliance.base.clock import Clock
from appliance.prescriptions.port import Deadline, StatusQuery
from appliance.prescriptions.status import PrescriptionStatus
from appliance.prescriptions.tlsi.client import Call, TlsiClient, bad_answer
from appliance.prescriptions.tlsi.ordonnance_operations import CONSULT_ACTION, question, read_status
from appliance.prescriptions.tlsi.xml import XmlRefusedError

__all__ = ["TlsiSource"]


class TlsiSource:
    """Asks the national base; several threads at once.

    Args:
        client: how a téléservice is called.
        url: of the ordonnances' service.
        clock: time.
    """

    name = "tlsi"

    def __init__(self, client: TlsiClient, url: str, clock: Clock) -> None:
        self._client = client
        self._call = Call(url, CONSULT_ACTION, idempotent=True)
        self._clock = clock

    def look_up(self, query: StatusQuery, *, deadline: Deadline) -> PrescriptionStatus:
        """Ask the base, and wait for its answer until the deadline.

        Raises:
            LookUpError: no status; see the port.
        """
        answered = self._client.call(self._call, lambda: question(query), deadline)
        try:
            return read_status(answered, query, self._clock.now())
        except XmlRefusedError as error:
            raise bad_answer(error.rule) from error
