"""What is said to the broker: topics, payloads, how long they hold. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum, unique
from typing import Any

from appliance.journal.model import Event, EventState

__all__ = ["MAX_HEALTH_BYTES", "MAX_TOPIC_CHARS", "EventContents", "Message", "Topics"]

MAX_TOPIC_CHARS = 200
"""Prefix (64), device (32), `events` and the kind of an event (64), with their slashes."""

MAX_HEALTH_BYTES = 32 * 1024

_PREFIX = re.compile(r"[A-Za-z0-9_-]{1,32}(/[A-Za-z0-9_-]{1,32}){0,3}")
_MAX_PREFIX_CHARS = 64
_DEVICE = re.compile(r"[A-Za-z0-9_-]{1,32}")


@unique
class EventContents(StrEnum):
    """What of an event leaves the pharmacy."""

    NONE = "none"
    """No event at all."""
    WITHOUT_IDENTITIES = "without_identities"
    """Id, time and kind: what the journal itself keeps once an event is erased."""
    WITH_IDENTITIES = "with_identities"
    """All of it: names, NIR, prescriptions."""


@dataclass(frozen=True, slots=True)
class Message:
    """One publication.

    Attributes:
        topic: where.
        payload: JSON.
        retained: whether the broker gives it to who subscribes later.
        expiry_s: how long it holds (MQTT 5 §3.3.2.3.3); None is for ever.
    """

    topic: str
    payload: bytes = field(repr=False)
    retained: bool = False
    expiry_s: int | None = None


@dataclass(frozen=True, slots=True)
class Topics:
    """The topics of one device, all below `prefix/device`.

    Attributes:
        prefix: one to four levels of letters, digits, `_` and `-`; no wildcard can be in it.
        device: one level.
    """

    prefix: str
    device: str

    def __post_init__(self) -> None:
        """Refuse what would be a wildcard, or too long."""
        if len(self.prefix) > _MAX_PREFIX_CHARS or not _PREFIX.fullmatch(self.prefix):
            raise ValueError("the prefix has one to four levels of letters, digits, _ and -")
        if not _DEVICE.fullmatch(self.device):
            raise ValueError("a device is one level of letters, digits, _ and -")

    def birth(self, software: str, at: datetime) -> Message:
        """That the device is there; retained."""
        return self._message(
            "state", {"state": "online", "software": software, "since": _time(at)}, retained=True
        )

    def will(self) -> Message:
        """That it is not; the broker's word when the connection is lost, the device's own when it ends."""
        return self._message("state", {"state": "offline"}, retained=True)

    def health(self, health: Mapping[str, Any], at: datetime, expiry_s: int) -> Message:
        """How the device is; retained, and gone by itself where it is not renewed.

        Raises:
            ValueError: more than MAX_HEALTH_BYTES.
        """
        message = self._message("health", {"at": _time(at), **health}, retained=True, expiry_s=expiry_s)
        if len(message.payload) > MAX_HEALTH_BYTES:
            raise ValueError(f"health has {len(message.payload)} of {MAX_HEALTH_BYTES} bytes")
        return message

    def event(self, event: Event, contents: EventContents, expiry_s: int) -> Message | None:
        """One event, as much of it as the contents allow; None where that is nothing.

        A secret (an appli carte Vitale code) never leaves the device this way, whatever is set.
        """
        if contents is EventContents.NONE or event.state is EventState.SECRET:
            return None
        told: dict[str, Any] = {"id": event.id, "at": _time(event.at), "kind": event.kind}
        if contents is EventContents.WITH_IDENTITIES:
            told |= {"visit": event.visit, "payload": event.payload}
        return self._message(f"events/{event.kind}", told, expiry_s=expiry_s)

    def _message(
        self, leaf: str, content: Mapping[str, Any], *, retained: bool = False, expiry_s: int | None = None
    ) -> Message:
        # ASCII: a lone surrogate that a code held survives as an escape.
        payload = json.dumps(content, separators=(",", ":"), allow_nan=False).encode("ascii")
        return Message(f"{self.prefix}/{self.device}/{leaf}", payload, retained, expiry_s)


def _time(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
