"""`comptoir lgo`: pairing, watching, acknowledging, and that it names nobody unless asked."""

from __future__ import annotations

import base64
import io
import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from comptoir_client import Comptoir, Device
from rich.console import Console

from appliance.cli.lgo import command, follow
from appliance.cli.lgo_table import MAX_ROWS, EventTable, summary
from appliance.texts import lgo as texts
from tests.bridge.conftest import Bench
from tests.bridge.test_kit import Person

TOKEN = "b" * 32
NUMBER = "202106180921110041"
PATIENT = {"family_name": "ADRTROIS", "given_name": "Toussaint", "birth_date": "1960-01-01"}
BENEFICIARY = {"birth_name": "ADRTROIS", "given_names": "Toussaint"}
NAMED: list[tuple[str, dict[str, Any]]] = [
    ("code.read", {"kind": "ordonnance", "payload": {"prescription_id": NUMBER, "patient": PATIENT}}),
    ("code.read", {"kind": "ins", "payload": {**PATIENT, "matricule": "160012B02077713"}}),
    ("code.read", {"kind": NUMBER, "text": "ADRTROIS"}),
    ("prescription.status", {"prescription_id": NUMBER, "status": {"state": "dispensed"}, "failure": None}),
    ("prescription.status", {"prescription_id": NUMBER, "status": None, "failure": "unreachable"}),
    ("card.read", {"reader": "Lecteur", "content": {"holder": BENEFICIARY}}),
    ("card.unreadable", {"reader": "ADRTROIS", "reason": "mute"}),
    ("session.opened", {"family_name": "ADRTROIS", "given_name": "Toussaint"}),
    ("x.future", {"reason": "ADRTROIS Toussaint", "state": NUMBER}),
]


def device(bench: Bench, token: str = TOKEN) -> Device:
    return Device(bench.url, token, bench.identity.key_sha256)


def drawn(table: EventTable) -> str:
    console = Console(width=140, record=True, file=io.StringIO())
    console.print(table)
    return console.export_text()


@pytest.mark.parametrize(("kind", "payload"), NAMED)
def test_nobody_is_named_unless_asked(kind: str, payload: dict[str, Any]) -> None:
    masked = summary(kind, payload, identities=False)
    for secret in ("ADRTROIS", "Toussaint", NUMBER, "160012B02077713"):
        assert secret not in masked


def test_names_and_numbers_are_shown_to_who_asks() -> None:
    shown = summary(*NAMED[0], identities=True)
    assert "ADRTROIS Toussaint" in shown
    assert NUMBER in shown


@pytest.mark.parametrize("payload", [{}, {"payload": None}, {"payload": 7, "kind": None}, {"content": []}])
@pytest.mark.parametrize("kind", ["code.read", "prescription.status", "card.read", "a.b"])
def test_odd_payloads_are_lines_too(kind: str, payload: dict[str, Any]) -> None:
    assert isinstance(summary(kind, payload, identities=True), str)


def test_the_table_keeps_the_newest_and_draws_no_markup() -> None:
    table = EventTable("https://192.0.2.7", identities=True, hold=False)
    for number in range(MAX_ROWS + 1):
        table.add(number + 1, "2026-01-05T09:00:00Z", "[bold]x", {"reason": "a"})
    table.add(MAX_ROWS + 1, "2026-01-05T09:00:00Z", "again", {})
    text = drawn(table)
    assert "[bold]x" in text
    assert "again" not in text
    assert texts.LISTENS.format(count=MAX_ROWS + 1) in text
    table.acknowledged({MAX_ROWS + 1})
    assert texts.ACKED in drawn(table)


@pytest.mark.parametrize("hold", [False, True])
def test_events_are_acknowledged_unless_held(bench: Bench, hold: bool) -> None:
    client = bench.pair(TOKEN, "events")
    first = bench.append()
    table = EventTable(bench.url, identities=False, hold=hold)
    turns = iter([False, True])
    with Comptoir(device(bench)) as comptoir:
        follow(comptoir, table, hold=hold, stopping=lambda: next(turns))
    waiting = [event.id for event in bench.journal.read(client.id, 0, 10)]
    assert waiting == ([first] if hold else [])
    assert (texts.HELD if hold else texts.ACKED) in drawn(table)


def test_a_device_that_is_away_is_waited_for(bench: Bench) -> None:
    bench.pair(TOKEN, "events")
    table = EventTable(bench.url, identities=False, hold=False)
    turns = iter([False, True])
    slept: list[float] = []
    with Comptoir(device(bench)) as comptoir:
        bench.server.stop()
        follow(comptoir, table, hold=False, stopping=lambda: next(turns), sleep=slept.append)
    assert slept
    assert texts.AWAY in drawn(table)


def test_the_whole_command_pairs_shows_and_says_when_it_is_revoked(bench: Bench, tmp_path: Path) -> None:
    kept = tmp_path / "config" / "lgo.json"
    person = Person(bench)
    bench.append()

    def press_then_revoke() -> None:
        request = person.asked()
        person.compare(request.number)
        bench.waiting(1)
        (client,) = bench.journal.clients()
        bench.journal.revoke(client.id)

    with ThreadPoolExecutor(1) as pool:
        done = pool.submit(press_then_revoke)
        result = CliRunner().invoke(command, [bench.url, "--kept", str(kept)], input="\n")
        done.result()
    assert result.exit_code == 1
    assert texts.PAIRED.format(file=kept) in result.output
    assert texts.NOT_PAIRED.format(file=kept) in result.output
    assert kept.stat().st_mode & 0o777 == 0o600
    found = json.loads(kept.read_text())
    assert base64.b64decode(found["key_sha256"]) == bench.identity.key_sha256
    assert found["token"] not in result.output


@pytest.mark.parametrize(
    "content", ["", "[]", "{}", '{"url": "https://192.0.2.9", "token": "x", "key_sha256": ""}']
)
def test_a_file_that_is_none_is_said(tmp_path: Path, content: str) -> None:
    kept = tmp_path / "lgo.json"
    kept.write_text(content)
    result = CliRunner().invoke(command, ["https://192.0.2.7", "--kept", str(kept)])
    assert result.exit_code == 1
    assert "n'est pas celui d'un appairage" in result.output


def test_nobody_there_is_said(tmp_path: Path, bench: Bench) -> None:
    url = bench.url
    bench.server.stop()
    result = CliRunner().invoke(command, [url, "--kept", str(tmp_path / "lgo.json")], input="\n")
    assert result.exit_code == 1
    assert texts.UNREACHABLE.format(url=url) in result.output
