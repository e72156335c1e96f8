"""`comptoir cards`: readers, cards, and what can be read, in words a technician understands."""

from __future__ import annotations

import contextlib
import json
import logging
import queue
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from appliance.base import log
from appliance.base.clock import NS_PER_S, SystemClock
from appliance.base.process import stop_on_signals
from appliance.cards.desk import CardDesk
from appliance.cards.identities import CpsHolder, VitaleIdentity
from appliance.cards.inputs import (
    CardFault,
    CardIn,
    CardInput,
    CardOut,
    CardRead,
    CardSession,
    ReadersChanged,
    ServiceCondition,
)
from appliance.cards.pcsc import SystemPcsc
from appliance.cards.trust import TrustFolderError, TrustStore
from appliance.cli.common import DEFAULT_SETTINGS
from appliance.settings import Settings, SettingsError
from appliance.texts import cards as texts

__all__ = ["LOOK_S", "command", "masked"]

LOOK_S = 5.0
"""Without --watch: how long cards that are in may take to be read."""

_TURN_S = 0.2
_NOTHING_TO_READ, _FOUND = 1, 0
_MASK = "•••••"
_IDENTITY_FIELDS = frozenset(
    {
        "family_name",
        "given_name",
        "birth_date",
        "nir",
        "card_number",
        "national_id",
        "rpps",
        "organizations",
    }
)


@click.command("cards", help=texts.HELP)
@click.option("--watch", is_flag=True, help=texts.HELP_WATCH)
@click.option("--json", "as_json", is_flag=True, help=texts.HELP_JSON)
@click.option("--show-identities", is_flag=True, help=texts.HELP_SHOW)
@click.option("--trust", type=click.Path(path_type=Path, file_okay=False, exists=True), help=texts.HELP_TRUST)
def command(*, watch: bool, as_json: bool, show_identities: bool, trust: Path | None) -> None:
    """Look at the readers once, or watch them until Ctrl-C."""
    log.configure(logging.WARNING)
    stopping = threading.Event()
    stop_on_signals(stopping)
    try:
        store = _authorities(trust)
    except (TrustFolderError, OSError, ValueError) as error:
        raise click.ClickException(str(error)) from None
    happened: queue.SimpleQueue[CardInput] = queue.SimpleQueue()
    desk = CardDesk(SystemPcsc(), store, SystemClock(), happened.put)
    desk.start()
    found = False
    try:
        seen = _watched(happened, stopping) if watch else _at_once(_looked_at(happened, stopping))
        for what in seen:
            found = found or isinstance(what, CardRead)
            for line in _json_lines(what, show_identities) if as_json else _lines(what, show_identities):
                click.echo(line)
    finally:
        desk.stop()
    sys.exit(_FOUND if watch or found else _NOTHING_TO_READ)


def _authorities(folder: Path | None) -> TrustStore:
    """Those of the folder; without one those that the counter is configured with, where that can be read."""
    if folder is None:
        with contextlib.suppress(SettingsError):
            folder = Settings.load(DEFAULT_SETTINGS).cards.authorities
    return TrustStore.from_folder(folder) if folder is not None else TrustStore()


def _watched(happened: queue.SimpleQueue[CardInput], stopping: threading.Event) -> Iterator[CardInput]:
    while not stopping.is_set():
        try:
            yield happened.get(timeout=_TURN_S)
        except queue.Empty:
            continue


def _looked_at(happened: queue.SimpleQueue[CardInput], stopping: threading.Event) -> Iterator[CardInput]:
    """What is told until every card that is in was read or refused, or LOOK_S is over."""
    clock = SystemClock()
    until_ns = clock.monotonic_ns() + round(LOOK_S * NS_PER_S)
    unread: set[CardSession] = set()
    seen_readers = False
    while not stopping.is_set() and clock.monotonic_ns() < until_ns:
        try:
            what = happened.get(timeout=_TURN_S)
        except queue.Empty:
            continue
        yield what
        if isinstance(what, CardIn):
            unread.add(what.session)
        elif isinstance(what, CardRead | CardFault | CardOut):
            unread.discard(what.session)
        seen_readers = seen_readers or isinstance(what, ReadersChanged)
        if seen_readers and not unread:
            return


def _at_once(seen: Iterator[CardInput]) -> Iterator[CardInput]:
    """The readers as they last were, then what is in them: nothing has gone in while one looked."""
    everything = list(seen)
    yield from [what for what in everything if isinstance(what, ReadersChanged)][-1:]
    yield from (what for what in everything if not isinstance(what, ReadersChanged | CardIn))


def _json_lines(what: CardInput, show: bool) -> Iterator[str]:
    document: dict[str, Any] = {"what": type(what).__name__}
    if isinstance(what, ReadersChanged):
        document["service"] = str(what.service)
        document["readers"] = [{"name": r.name, "condition": str(r.condition)} for r in what.readers]
    else:
        document["reader"] = what.session.reader
        document["counter"] = what.session.counter
    if isinstance(what, CardIn):
        document["family"] = str(what.family) if what.family else None
    elif isinstance(what, CardFault):
        document["kind"] = str(what.kind)
    elif isinstance(what, CardRead):
        content = what.content.to_json()
        document["content"] = content if show else masked(content)
    yield json.dumps(document, ensure_ascii=False)


def masked(value: Any, name: str = "") -> Any:
    """The same document, the texts that name somebody replaced by dots, always as many."""
    if isinstance(value, dict):
        return {key: masked(inside, key) for key, inside in value.items()}
    if isinstance(value, list):
        return [masked(inside, name) for inside in value]
    if isinstance(value, str) and name in _IDENTITY_FIELDS:
        return _MASK
    return value


def _lines(what: CardInput, show: bool) -> Iterator[str]:
    if isinstance(what, ReadersChanged):
        yield from _reader_lines(what)
    elif isinstance(what, CardIn):
        family = texts.CARD_FAMILIES[what.family] if what.family else texts.FAMILY_UNKNOWN
        yield texts.CARD_IN.format(reader=what.session.reader, family=family)
    elif isinstance(what, CardOut):
        yield texts.CARD_OUT.format(reader=what.session.reader)
    elif isinstance(what, CardFault):
        remedy = texts.FAULT_REMEDIES[what.kind]
        yield texts.FAULT.format(reader=what.session.reader, fault=texts.FAULTS[what.kind], remedy=remedy)
    elif isinstance(what, CardRead):
        if isinstance(what.content, VitaleIdentity):
            yield from _vitale_lines(what.session.reader, what.content, show)
        else:
            yield from _cps_lines(what.session.reader, what.content, show)


def _reader_lines(what: ReadersChanged) -> Iterator[str]:
    if what.service is not ServiceCondition.RUNNING:
        yield texts.SERVICE[what.service]
    elif not what.readers:
        yield texts.SERVICE["no_reader"]
    for reader in what.readers:
        yield f"{reader.name} : {texts.READERS[reader.condition]}"


def _vitale_lines(reader: str, identity: VitaleIdentity, show: bool) -> Iterator[str]:
    count = len(identity.beneficiaries)
    people = texts.BENEFICIARY if count == 1 else texts.BENEFICIARIES.format(count=count)
    yield texts.VITALE.format(reader=reader, people=people)
    for person in identity.beneficiaries:
        fields = (person.family_name, person.given_name, str(person.birth_date or "?"), person.nir or "?")
        yield "  " + ", ".join(field if show else _MASK for field in fields)
        yield from _warning_lines(person.warnings)
    yield from _warning_lines(identity.warnings)


def _cps_lines(reader: str, holder: CpsHolder, show: bool) -> Iterator[str]:
    fields = (holder.family_name, holder.given_name, holder.national_id)
    name = ", ".join(field if show else _MASK for field in fields)
    yield texts.HOLDER.format(
        reader=reader, family=texts.CARD_FAMILIES[holder.family], profession=holder.profession, name=name
    )
    for certificate in holder.certificates:
        yield texts.CERTIFICATE.format(
            label=certificate.label,
            end=certificate.not_after.strftime("%d/%m/%Y"),
            verdict=texts.VERDICTS[certificate.verdict],
        )
    yield from _warning_lines(holder.warnings)


def _warning_lines(warnings: tuple[str, ...]) -> Iterator[str]:
    for warning in warnings:
        yield f"  {texts.CARD_WARNINGS[warning]}"
