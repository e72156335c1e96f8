"""Asking: a check that breaks, hangs or speaks nonsense costs its own answer and nobody else's."""

from __future__ import annotations

import json
import sys
import threading
from pathlib import Path

import pytest

from appliance.base.clock import NS_PER_S, ManualClock, SystemClock
from appliance.health.fixes import fix_all, fixable
from appliance.health.model import Answer, Level, Verdict
from appliance.health.probes import (
    MAX_OUTPUT_CHARS,
    MAX_SMALL_FILE_BYTES,
    Ran,
    is_there,
    read_small,
    run_command,
)
from appliance.health.published import MAX_PUBLISHED_BYTES, publish, read_published
from appliance.health.registry import REGISTRY, Source
from appliance.health.run import ask_all
from tests.health.samples import Commands, Told


class Hanging:
    id = "display"

    def __init__(self) -> None:
        self.released = threading.Event()

    def ask(self) -> Answer:
        self.released.wait(30)
        return Answer.ok()


def test_the_others_answer_though_one_breaks_and_one_hangs_and_one_has_no_words() -> None:
    hanging = Hanging()
    checks = (Told("camera"), hanging, Told("clock", Answer.ok()), Told("disk", Answer.fault("gone_fishing")))
    try:
        verdicts = ask_all(checks, SystemClock(), deadline_s=0.3)
    finally:
        hanging.released.set()
    assert [(one.id, one.level, one.code) for one in verdicts] == [
        ("camera", Level.UNKNOWN, "broken"),
        ("display", Level.UNKNOWN, "no_answer"),
        ("clock", Level.OK, "ok"),
        ("disk", Level.UNKNOWN, "broken"),
    ]
    assert "IndexError" in verdicts[0].cause


def test_what_a_program_publishes_the_others_read(tmp_path: Path) -> None:
    clock = ManualClock()
    assert read_published(tmp_path / "absent", clock) == ()
    lgo, camera = Verdict("lgo", Answer.warning("never")), Verdict("camera", Answer.fault("lost"))
    hot = Verdict("temperature", Answer.fault("hot", degrees=90))
    publish(tmp_path / "checks", Source.COUNTER, [lgo], clock)
    publish(tmp_path / "checks", Source.EYE, [camera], clock)
    publish(tmp_path / "checks", Source.SYSTEM, [hot], clock)
    assert read_published(tmp_path / "checks", clock) == (camera, hot, lgo)
    clock.advance(60)
    assert read_published(tmp_path / "checks", clock) == (camera, hot, lgo)
    clock.advance(0.001)
    silent = {one.id for one in read_published(tmp_path / "checks", clock) if one.code == "silent"}
    assert silent == {name for name, source in REGISTRY.items() if source in {Source.EYE, Source.COUNTER}}


def test_a_program_speaks_of_its_own_checks_only(tmp_path: Path) -> None:
    clock = ManualClock()
    publish(tmp_path, Source.EYE, [Verdict("disk", Answer.fault("full", mebibytes=0))], clock)
    assert read_published(tmp_path, clock) == ()
    forged = {
        "at_ns": 0,
        "checks": [{"id": "disk", "level": "fault", "code": "full", "values": {"mebibytes": "0"}}],
    }
    (tmp_path / "eye.json").write_text(json.dumps(forged))
    assert read_published(tmp_path, clock) == ()


@pytest.mark.parametrize(
    "content",
    [
        "",
        "{",
        "[]",
        '{"at_ns": 0}',
        '{"at_ns": -1, "checks": []}',
        f'{{"at_ns": {NS_PER_S}, "checks": []}}',  # of a boot that is not this one
        '{"at_ns": 0, "checks": [{"id": "camera", "level": "splendid", "code": "ok"}]}',
        '{"at_ns": 0, "checks": [{"id": "camera", "level": "fault", "code": "no_such_code"}]}',
        '{"at_ns": 0, "checks": [{"id": "camera", "level": "ok", "code": "ok", "values": {"a": "\\u0000"}}]}',
        json.dumps({"at_ns": 0, "checks": [], "more": "x" * MAX_PUBLISHED_BYTES}),
    ],
)
def test_a_file_that_lies_is_silence(tmp_path: Path, content: str) -> None:
    (tmp_path / "eye.json").write_text(content)
    verdicts = read_published(tmp_path, ManualClock())
    assert {one.id for one in verdicts} == {name for name, source in REGISTRY.items() if source is Source.EYE}
    assert {one.code for one in verdicts} == {"silent"}


def test_the_bound_of_a_published_file(tmp_path: Path) -> None:
    empty = json.dumps({"at_ns": 0, "checks": [], "more": ""})
    padded = json.dumps({"at_ns": 0, "checks": [], "more": "x" * (MAX_PUBLISHED_BYTES - len(empty))})
    (tmp_path / "eye.json").write_text(padded)
    assert read_published(tmp_path, ManualClock()) == ()


def test_fixes_are_run_in_order_and_end_where_one_fails() -> None:
    verdicts = (
        Verdict("units", Answer.fault("down", units="comptoir-eye")),
        Verdict("clock", Answer.warning("switched_off")),
        Verdict("disk", Answer.fault("full", mebibytes=1)),
    )
    assert [one.id for one in fixable(verdicts)] == ["units", "clock"]
    run = Commands({"systemd-tmpfiles": Ran(0), "systemctl": Ran(1), "timedatectl set-ntp true": Ran(0)})
    done = [(command[0], is_done) for command, is_done in fix_all(verdicts, run)]
    assert done == [("systemd-tmpfiles", True), ("systemctl", False), ("timedatectl", True)]


def test_programs_are_run_with_a_bound(tmp_path: Path) -> None:
    assert run_command(["/nowhere/at/all"]).is_missing
    assert run_command([sys.executable, "-c", "print('é'); raise SystemExit(3)"]) == Ran(3, "é\n")
    long = run_command([sys.executable, "-c", f"print('x' * {MAX_OUTPUT_CHARS + 1})"])
    assert len(long.output) == MAX_OUTPUT_CHARS
    file = tmp_path / "file"
    file.write_bytes(b"x" * (MAX_SMALL_FILE_BYTES + 1))
    assert read_small(file) == "x" * MAX_SMALL_FILE_BYTES
    assert read_small(tmp_path / "absent") is None
    assert is_there(file)
    assert not is_there(tmp_path / "absent")
    assert not is_there(file / "below a file")
