"""Runs the appliance's programs where no systemd does: starts them, brings them back, ends them all."""

from __future__ import annotations

import contextlib
import json
import logging
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from appliance.base.clock import NS_PER_S, Clock
from appliance.base.files import replace_volatile
from appliance.base.process import SUPERVISED

__all__ = ["STOP_S", "Supervisor", "comptoir_command"]

_log = logging.getLogger(__name__)

STOP_S = 1.0
"""Between asking the programs to end and ending them."""

_LOOK_S = 0.05
_FIRST_BACKOFF_S = 0.1
_LAST_BACKOFF_S = 1.0
_STEADY_NS = 10 * NS_PER_S
"""A program that ran so long is well: its next end is a new trouble, not the same one."""


def comptoir_command(*arguments: str) -> list[str]:
    """The command line of one of our programs, run by this same Python."""
    return [sys.executable, "-m", "appliance", *arguments]


@dataclass(slots=True)
class _Program:
    command: Sequence[str]
    process: subprocess.Popen[bytes] | None = None
    started_ns: int = 0
    due_ns: int = 0
    backoff_s: float = _FIRST_BACKOFF_S
    starts: int = 0


@dataclass(slots=True)
class Supervisor:
    """Keeps programs running until told to stop.

    Args:
        commands: name of a program, to its command line.
        pids_file: where the names and pids stand, for whoever wants to look or to kill one.
        clock: time.
    """

    commands: Mapping[str, Sequence[str]]
    pids_file: Path
    clock: Clock
    _programs: dict[str, _Program] = field(init=False)

    def __post_init__(self) -> None:
        """Prepare; nothing runs yet."""
        self._programs = {name: _Program(command) for name, command in self.commands.items()}

    def run(self, stopping: threading.Event) -> None:
        """Start all, bring back what ends, until `stopping`; returns when nothing runs any more."""
        try:
            while not stopping.is_set():
                changed = [self._look_after(name, program) for name, program in self._programs.items()]
                if any(changed):
                    self._write_pids()
                stopping.wait(_LOOK_S)
        finally:
            self._end_all()

    def _look_after(self, name: str, program: _Program) -> bool:
        """Start it if it is due; whether its pid changed."""
        now_ns = self.clock.monotonic_ns()
        if program.process is not None:
            code = program.process.poll()
            if code is None:
                return False
            if now_ns - program.started_ns > _STEADY_NS:
                program.backoff_s = _FIRST_BACKOFF_S
            _log.warning("%s ended (%s), started again in %.1f s", name, _how(code), program.backoff_s)
            program.process = None
            program.due_ns = now_ns + round(program.backoff_s * NS_PER_S)
            program.backoff_s = min(2 * program.backoff_s, _LAST_BACKOFF_S)
        if now_ns < program.due_ns:
            return False
        environment = {**os.environ, SUPERVISED: str(os.getpid())}
        program.process = subprocess.Popen(program.command, stdin=subprocess.DEVNULL, env=environment)
        program.started_ns = now_ns
        program.starts += 1
        return True

    def _write_pids(self) -> None:
        running = {
            name: {"pid": program.process.pid, "starts": program.starts}
            for name, program in self._programs.items()
            if program.process is not None
        }
        with contextlib.suppress(OSError):
            replace_volatile(self.pids_file, json.dumps(running).encode())

    def _end_all(self) -> None:
        running = [program.process for program in self._programs.values() if program.process is not None]
        for process in running:
            process.terminate()
        until_ns = self.clock.monotonic_ns() + round(STOP_S * NS_PER_S)
        for process in running:
            left_s = max(0.0, (until_ns - self.clock.monotonic_ns()) / NS_PER_S)
            try:
                process.wait(left_s)
            except subprocess.TimeoutExpired:
                _log.warning("pid %d did not end when asked: killed", process.pid)
                process.kill()
                process.wait()


def _how(code: int) -> str:
    if code >= 0:
        return f"exit {code}"
    try:
        return signal.Signals(-code).name
    except ValueError:
        return f"signal {-code}"
