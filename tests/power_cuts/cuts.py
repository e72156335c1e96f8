"""Cuts the power of programs that write, again and again, and looks at what is left.

python -m tests.power_cuts.cuts --cuts 500
"""

from __future__ import annotations

import argparse
import contextlib
import multiprocessing
import os
import random
import secrets
import select
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing.process import BaseProcess
from pathlib import Path

from appliance.journal import JournalError
from tests.power_cuts.disk import Disk, keep_mounts_to_oneself, why_no_disk
from tests.power_cuts.programs import PROGRAMS, Say
from tests.power_cuts.witness import Witness

__all__ = ["Report", "cut_power"]

_FORK = multiprocessing.get_context("fork")
_CUTS_A_LIFE = 25
"""Then a new device begins, so that first starts are cut, too."""
_AT_MOST_S = 0.5
"""Power lasts at most so long after the first promise; before it, as long as it takes, or is cut there."""
_SILENCE_S = 60.0

Program = Callable[[Path, Path, bytes, int, Say], None]


class Report:
    """What was done."""

    def __init__(self) -> None:
        self.cuts = 0
        self.promises = 0


def cut_power(cuts: int, seed: int, folder: Path, before: Callable[[], object] = bool) -> Report:
    """Cut so many times.

    Args:
        cuts: how often.
        seed: chooses the instants, and what the kernel wrote out by itself.
        folder: for the disk, and for what is in memory.
        before: is called in each program before it begins.

    Raises:
        AssertionError: something that was promised is not there.
    """
    with ProcessPoolExecutor(1, _FORK, keep_mounts_to_oneself) as own:
        return own.submit(_cut_power, cuts, seed, folder, before).result()


def _cut_power(cuts: int, seed: int, folder: Path, before: Callable[[], object]) -> Report:
    choice = random.Random(seed)
    report = Report()
    while report.cuts < cuts:
        witness = Witness()
        with Disk(folder) as disk:
            for _ in range(min(_CUTS_A_LIFE, cuts - report.cuts)):
                memory = folder / "memory"
                _one_life(disk, memory, witness, choice, before)
                disk.power_on()
                shutil.rmtree(memory, ignore_errors=True)
                witness.examine(disk.root, memory)
                report.cuts += 1
        report.promises += witness.said
    return report


def _one_life(
    disk: Disk, memory: Path, witness: Witness, choice: random.Random, before: Callable[[], object]
) -> None:
    """Power on, programs at work, power off."""
    boot = secrets.token_bytes(16)
    reading, writing = os.pipe()
    programs = [
        _start(program, disk.root, memory, boot, witness.last_number, writing, before) for program in PROGRAMS
    ]
    os.close(writing)
    heard = bytearray()
    try:
        _until_the_cut(disk, programs, reading, heard, choice)
    finally:
        _kill(programs)
    # A line is written in one piece (shorter than PIPE_BUF), so each that is there is whole.
    for line in heard.decode().splitlines():
        witness.hear(line)
    with os.fdopen(reading, "rb") as rest:
        for late in rest.read().decode().splitlines():
            witness.hear_after_the_cut(late)


def _until_the_cut(
    disk: Disk, programs: list[BaseProcess], reading: int, heard: bytearray, choice: random.Random
) -> None:
    # One in five is cut in the middle of its start, before anything was promised.
    if choice.random() > 0.2 and not select.select([reading], [], [], _SILENCE_S)[0]:
        raise AssertionError("no program did anything")
    _listen(reading, heard, choice.uniform(0, _AT_MOST_S))
    if choice.random() < 0.5:
        disk.write_some_out(choice)
    # Either the disk goes first, in the middle of what the programs write, or they go first.
    if choice.random() < 0.5:
        _listen(reading, heard, 0.0)
        disk.cut()
    else:
        _kill(programs)
        _listen(reading, heard, 0.0)
        disk.cut()


def _start(
    program: Program,
    disk: Path,
    memory: Path,
    boot: bytes,
    number: int,
    writing: int,
    before: Callable[[], object],
) -> BaseProcess:
    def say(line: str) -> None:
        os.write(writing, line.encode() + b"\n")

    def run() -> None:
        # What it complains of when the disk goes is not what is looked for.
        with Path(os.devnull).open("w", encoding="utf-8") as sys.stderr:
            before()
            with contextlib.suppress(OSError, JournalError):
                program(disk, memory, boot, number, say)

    process = _FORK.Process(target=run, daemon=True)
    process.start()
    return process


def _listen(reading: int, heard: bytearray, seconds: float) -> None:
    """Take what is said for so long, and at least what was said already."""
    until = time.monotonic() + seconds
    while select.select([reading], [], [], max(0.0, until - time.monotonic()))[0]:
        piece = os.read(reading, 65536)
        if not piece:
            return
        heard += piece
        if seconds and time.monotonic() > until:
            return


def _kill(programs: list[BaseProcess]) -> None:
    for program in programs:
        program.kill()
    for program in programs:
        program.join()


def main() -> None:
    """The slow proof: `make power-cuts`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cuts", type=int, default=500)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(2**32))
    arguments = parser.parse_args()
    if reason := why_no_disk():
        raise SystemExit(f"the power cannot be cut here: {reason}")
    print(f"seed {arguments.seed}", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        report = cut_power(arguments.cuts, arguments.seed, Path(folder))
    print(f"{report.cuts} cuts, {report.promises} promises, all kept")


if __name__ == "__main__":
    main()
