"""What `comptoir lgo` shows of the events: a line each, with names and numbers masked unless asked."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from rich.table import Table
from rich.text import Text

from appliance.texts import lgo as texts
from appliance.texts.console import CONSOLE_TEXTS
from appliance.texts.kinds import KIND_TEXTS
from appliance.texts.statuses import FAILURES, STANDINGS

__all__ = ["MAX_ROWS", "EventTable", "summary"]

MAX_ROWS: Final = 20
"""Fits a terminal of 24 lines with its head."""

_MAX_CELL: Final = 100
_WORD: Final = re.compile(r"[a-z][a-z0-9_]{0,31}")


@dataclass(slots=True)
class _Row:
    event_id: int
    at: str
    title: str
    content: str
    acked: str


class EventTable:
    """The last events, newest at the foot."""

    def __init__(self, url: str, *, identities: bool, hold: bool) -> None:
        self._url = url
        self._identities = identities
        self._unacked = texts.HELD if hold else texts.NOT_YET
        self._rows: deque[_Row] = deque(maxlen=MAX_ROWS)
        self._count = 0
        self.notice = ""

    def add(self, event_id: int, at: str, kind: str, payload: Mapping[str, Any]) -> None:
        """An event came; one that comes again keeps its line."""
        if any(row.event_id == event_id for row in self._rows):
            return
        self._count += 1
        content = summary(kind, payload, identities=self._identities)
        self._rows.append(_Row(event_id, _local(at), _title(kind), content, self._unacked))

    def acknowledged(self, event_ids: set[int]) -> None:
        """The device has been told."""
        for row in self._rows:
            if row.event_id in event_ids:
                row.acked = texts.ACKED

    def __rich__(self) -> Table:
        """As it is now."""
        caption = self.notice or texts.LISTENS.format(count=self._count)
        table = Table(title=texts.TITLE.format(url=self._url), caption=caption, expand=True)
        for name in texts.COLUMNS:
            table.add_column(name, overflow="ellipsis", no_wrap=True)
        for row in self._rows:
            # Text, not markup: a code may hold brackets.
            cells = (str(row.event_id), row.at, row.title, row.content, row.acked)
            table.add_row(*map(Text, cells))
        return table


def summary(kind: str, payload: Mapping[str, Any], *, identities: bool) -> str:
    """What an event holds, in a line; without `identities` nothing that names a person or a prescription."""
    parts = []
    if kind == "code.read":
        parts = [KIND_TEXTS.get(str(payload.get("kind")), texts.OTHER)]
        content = payload.get("payload")
        if isinstance(content, Mapping):
            parts += _people(content, identities=identities)
    elif kind == "prescription.status":
        status, failure = payload.get("status"), payload.get("failure")
        state = status.get("state") if isinstance(status, Mapping) else None
        why = FAILURES.get(str(failure), str(failure))
        parts = [STANDINGS.get(str(state), texts.FAILED.format(why=why))]
        parts += _people(payload, identities=identities)
    elif kind.startswith("card."):
        parts = _words(payload, "family", "reason")
        content = payload.get("content")
        if isinstance(content, Mapping):
            parts += _people(content, identities=identities)
    else:
        parts = _words(payload, "state", "reason", "verdict")
    return _printable(" · ".join(parts))


def _words(payload: Mapping[str, Any], *keys: str) -> list[str]:
    """Stable words of the contract; anything else may name somebody."""
    return [value for key in keys if isinstance(value := payload.get(key), str) and _WORD.fullmatch(value)]


def _people(content: Mapping[str, Any], *, identities: bool) -> list[str]:
    """Names and the number of a prescription, wherever the contract puts them."""
    person = content.get("patient") or content.get("holder") or content
    found = []
    if isinstance(person, Mapping):
        names = [person.get(key) for key in ("family_name", "birth_name", "given_name", "given_names")]
        found = [" ".join(str(name) for name in names if isinstance(name, str) and name)]
    number = content.get("prescription_id")
    if number is not None:
        found.append(texts.NUMBER.format(number=number))
    found = [text for text in found if text]
    return found if identities else [texts.MASKED] * bool(found)


def _title(kind: str) -> str:
    known = CONSOLE_TEXTS.get(f"event.{kind}")
    return known if known is not None else _printable(kind)


def _printable(text: str) -> str:
    return "".join(character if character.isprintable() else "·" for character in text)[:_MAX_CELL]


def _local(at: str) -> str:
    try:
        return f"{datetime.fromisoformat(at).astimezone():%H:%M:%S}"
    except ValueError:
        return "?"
