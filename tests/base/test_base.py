"""What every package stands on: durable files, threads that stop, clocks, levels of the log."""

from __future__ import annotations

import logging
import os
import threading
from datetime import timedelta
from pathlib import Path

import pytest

from appliance.base import log
from appliance.base.clock import ManualClock, SystemClock
from appliance.base.files import replace_durably, replace_volatile
from appliance.base.threads import StoppableThread, ZombieThreadError, stop_all


@pytest.mark.parametrize("replace", [replace_durably, replace_volatile])
def test_a_file_is_replaced_whole_with_its_mode_and_nothing_left_beside(replace, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    path = tmp_path / "file"
    replace(path, b"old", mode=0o600)
    replace(path, b"new", mode=0o640)
    assert path.read_bytes() == b"new"
    assert path.stat().st_mode & 0o777 == 0o640
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("replace", [replace_durably, replace_volatile])
def test_a_failed_write_leaves_the_old_content_and_no_part(replace, tmp_path: Path, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    path = tmp_path / "file"
    replace(path, b"old")

    def full(_descriptor: int, _mode: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fchmod", full)
    with pytest.raises(OSError, match="No space"):
        replace(path, b"new")
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_durable_file_is_synced_before_it_takes_its_name(tmp_path: Path, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    steps = []
    really_replace = Path.replace

    def replace(self: Path, target: Path) -> Path:
        steps.append("rename")
        return really_replace(self, target)

    monkeypatch.setattr(os, "fsync", lambda _: steps.append("sync"))
    monkeypatch.setattr(Path, "replace", replace)
    replace_durably(tmp_path / "file", b"x")
    assert steps == ["sync", "rename", "sync"]


def test_threads_are_told_to_stop_and_joined() -> None:
    ended = []
    threads = [StoppableThread(f"t{n}", lambda s, n=n: (s.wait(), ended.append(n))) for n in range(3)]
    for thread in threads[:2]:
        thread.start()
    stop_all(threads)
    assert sorted(ended) == [0, 1]


def test_a_thread_that_does_not_end_is_named() -> None:
    release = threading.Event()
    thread = StoppableThread("stubborn", lambda _: (release.wait(), None)[1])
    thread.start()
    with pytest.raises(ZombieThreadError, match="stubborn"):
        thread.stop(timeout_s=0.01)
    release.set()
    thread.stop()


def test_a_failed_thread_keeps_its_error_and_logs_only_its_type(caplog: pytest.LogCaptureFixture) -> None:
    def work(_: threading.Event) -> None:
        raise ValueError("ADRTROIS")

    thread = StoppableThread("t", work)
    thread.start()
    thread.stop()
    assert isinstance(thread.failure, ValueError)
    assert "ValueError" in caplog.text
    assert "ADRTROIS" not in caplog.text


def test_a_manual_clock_moves_only_when_told() -> None:
    clock = ManualClock()
    start = clock.now()
    clock.advance(1.5)
    clock.sleep(0.5)
    assert clock.monotonic_ns() == 2_000_000_000
    assert clock.now() - start == timedelta(seconds=2)


def test_the_system_clock_is_aware_and_monotonic() -> None:
    clock = SystemClock()
    before = clock.monotonic_ns()
    clock.sleep(0)
    assert clock.monotonic_ns() >= before
    assert clock.now().tzinfo is not None


def test_traffic_is_below_debug_and_warned_about(capsys: pytest.CaptureFixture[str]) -> None:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    try:
        log.configure(log.TRAFFIC)
        assert log.TRAFFIC < logging.DEBUG
        assert "TRAFFIC logging is on" in capsys.readouterr().err
        log.configure()
        logging.getLogger("x").debug("not at the level of production")
        assert capsys.readouterr().err == ""
    finally:
        root.handlers[:] = handlers
        root.setLevel(level)
