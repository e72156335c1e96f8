"""The device's events, at least once each, and what the software says of prescriptions."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self
from urllib.parse import quote

import httpx

from comptoir_client.errors import ProblemError, checked
from comptoir_client.pairing import Device
from comptoir_client.pinning import PinnedContext

__all__ = ["Comptoir", "Event"]

WAIT_S = 25
"""The longest long poll that a device takes."""

_ANSWER_S = 10.0
_LONGEST_PAUSE_S = 30.0
_LATER = frozenset({429, 503})
_RESET = frozenset({"cursor_ahead", "ack_ahead"})
"""The device was replaced or reset: its ids begin anew."""


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened at the counter; unknown kinds and members are to be ignored.

    Attributes:
        id: grows; the same event may be given again, its id says so.
        at: UTC, RFC 3339.
        kind: for example `code.read`.
        visit: what belongs to the same patient at the counter.
        payload: depends on the kind.
    """

    id: int
    at: str
    kind: str
    visit: str | None
    payload: Mapping[str, Any] = field(repr=False)


class Comptoir:
    """A paired device; a context manager.

    Args:
        device: of `pair`.
        sleep: waits so many seconds.
    """

    def __init__(self, device: Device, *, sleep: Callable[[float], None] = time.sleep) -> None:
        self._sleep = sleep
        self._http = httpx.Client(
            base_url=device.url,
            headers={"Authorization": f"Bearer {device.token}"},
            verify=PinnedContext(device.key_sha256),
            timeout=httpx.Timeout(_ANSWER_S, read=WAIT_S + _ANSWER_S),
            trust_env=False,
        )

    def events(self, *, stopping: Callable[[], bool] = lambda: False) -> Iterator[Event]:
        """Events as they happen, for ever; each is acknowledged when the next one is asked for.

        So the body of a `for` acknowledges by coming to its end, and what it left by an exception is given
        again. A device that is away is waited for.

        Raises:
            NotPairedError: the token was revoked.
            WrongKeyError: another key.
        """
        after, failures = 0, 0
        handled: list[int] = []
        while not stopping():
            try:
                if handled:
                    self.acknowledge(handled)
                    handled = []
                answer = self.poll(after)
                failures = 0
            except httpx.TransportError:
                failures += 1
                self._sleep(min(2.0 ** (failures - 1), _LONGEST_PAUSE_S))
                continue
            except ProblemError as error:
                if error.code in _RESET:
                    after, handled = 0, []
                elif error.status in _LATER:
                    self._sleep(error.retry_after_s or 1.0)
                else:
                    raise
                continue
            for event in answer:
                yield event
                after = event.id
                handled.append(event.id)
                # At once, for the counter shows that the LGO has it; what fails is said again above.
                handled = self._not_acknowledged(handled)

    def _not_acknowledged(self, event_ids: list[int]) -> list[int]:
        """What the device could not be told now."""
        try:
            self.acknowledge(event_ids)
        except httpx.TransportError:
            return event_ids
        except ProblemError as error:
            if error.status in _LATER:
                self._sleep(error.retry_after_s or 1.0)
            return event_ids
        return []

    def poll(self, after: int = 0, *, wait_s: int = WAIT_S, limit: int = 50) -> list[Event]:
        """One long poll: what waits beyond `after`, or as soon as it happens; empty when nothing came."""
        asked = {"after": after, "wait": wait_s, "limit": limit}
        found = checked(self._http.get("/v1/events", params=asked)).json()["events"]
        return [Event(**{name: event[name] for name in Event.__slots__}) for event in found]

    def acknowledge(self, event_ids: Iterable[int]) -> None:
        """Say that these events were taken over; repeating is harmless."""
        checked(self._http.post("/v1/events/ack", json={"ids": list(event_ids)}))

    def put_status(self, prescription_id: str, state: str, **more: object) -> None:
        """Say the status of a prescription, as the LGO had it from the national base.

        Args:
            prescription_id: as the event `code.read` gave it.
            state: `unknown`, `not_found`, `to_dispense`, `partly_dispensed`, `dispensed`, `cancelled` or
                `expired`.
            more: further members of the document, such as `lines`.
        """
        path = f"/v1/prescriptions/{quote(prescription_id, safe='')}/status"
        checked(self._http.put(path, json={"state": state, **more}))

    def visit(self) -> dict[str, Any]:
        """What lies at the counter of the patient of the moment."""
        return self._object("/v1/visits/current")

    def status(self) -> dict[str, Any]:
        """How the device is."""
        return self._object("/v1/status")

    def unpair(self) -> None:
        """The token is void from now on."""
        checked(self._http.delete("/v1/clients/me"))

    def close(self) -> None:
        """End the connections."""
        self._http.close()

    def __enter__(self) -> Self:
        """The device."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Close."""
        self.close()

    def _object(self, path: str) -> dict[str, Any]:
        return dict(checked(self._http.get(path)).json())
