"""`make fuzz-cards`, `make fuzz-tlsi`: every parser of foreign bytes for ten minutes, guided by its code.

Two targets at a time, each in a process of its own. Atheris (libFuzzer) guides where it is installed, that is
on x86-64; elsewhere seeds are mutated blindly. An error that is not ours ends the target and names the input.
"""

from __future__ import annotations

import argparse
import importlib
import importlib.util
import random
import re
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

MINUTES = 10.0
AT_ONCE = 2
MAX_INPUT_BYTES = 8192
INPUT_LIMIT_S = 20
"""libFuzzer calls an input that takes longer a hang."""

_RUNS = re.compile(r"(?:stat::number_of_executed_units:|runs:)\s*(\d+)")
_COVER = re.compile(r"cov: (\d+)")


def fuzz_guided(module: str, package: str, name: str, seconds: float, folder: Path) -> None:
    """One target under libFuzzer; it ends the process itself."""
    atheris: Any = importlib.import_module("atheris")
    with atheris.instrument_imports(include=[package]):
        targets = importlib.import_module(module)
    corpus = folder / "corpus"
    corpus.mkdir()
    for number, seed in enumerate(targets.SEEDS):
        (corpus / f"seed-{number}").write_bytes(seed)
    options = {
        "max_total_time": round(seconds),
        "max_len": MAX_INPUT_BYTES,
        "timeout": INPUT_LIMIT_S,
        "print_final_stats": 1,
        "artifact_prefix": f"{folder}/",
    }
    arguments = [f"-{option}={value}" for option, value in options.items()]
    atheris.Setup([name, *arguments, str(corpus)], lambda data: targets.run_one(name, bytes(data)))
    atheris.Fuzz()


def fuzz_blindly(module: str, name: str, seconds: float) -> None:
    """One target, seeds with a few things wrong."""
    targets = importlib.import_module(module)
    source = random.Random(time.time_ns())
    until = time.monotonic() + seconds
    runs = 0
    while time.monotonic() < until:
        fresh = source.randrange(10) == 0
        data = (
            source.randbytes(source.randrange(300))
            if fresh
            else targets.mutate(source.choice(targets.SEEDS), source)
        )
        try:
            targets.run_one(name, data)
        except BaseException:
            print(f"{name}: {data.hex()}")
            raise
        runs += 1
    print(f"runs: {runs}")


def _start(module: str, package: str, name: str, seconds: float) -> str:
    """Run a target in its own process; the line of the table."""
    with tempfile.TemporaryDirectory(prefix="fuzz-") as folder:
        began = time.monotonic()
        done = subprocess.run(
            [
                *(sys.executable, "-m", "tests.fuzz", module, package, "--target", name),
                *("--seconds", str(seconds), "--folder", folder),
            ],
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
        )
        said = done.stdout + done.stderr
        crashes = [path.read_bytes().hex() for path in Path(folder).glob("*-*") if path.is_file()]
    runs = _RUNS.findall(said)
    cover = _COVER.findall(said)
    line = f"{name}: {runs[-1] if runs else '?'} runs in {(time.monotonic() - began) / 60:.1f} min"
    line += f", {cover[-1]} places reached" if cover else ""
    if done.returncode == 0:
        return f"{line}, only our own errors"
    return "\n".join([f"{line}, FAILED", said[-4000:], *crashes])


def main() -> int:
    """All targets, or one in this process."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("module", help="module of the targets: TARGETS, SEEDS, run_one, mutate")
    parser.add_argument("package", help="package whose code guides")
    parser.add_argument("--minutes", type=float, default=MINUTES)
    parser.add_argument("--target")
    parser.add_argument("--seconds", type=float, default=MINUTES * 60)
    parser.add_argument("--folder", type=Path)
    asked = parser.parse_args()
    if asked.target:
        if importlib.util.find_spec("atheris"):
            fuzz_guided(asked.module, asked.package, asked.target, asked.seconds, asked.folder)
        else:
            fuzz_blindly(asked.module, asked.target, asked.seconds)
        return 0
    names = list(importlib.import_module(asked.module).TARGETS)
    failed = False
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for line in pool.map(
            lambda name: _start(asked.module, asked.package, name, asked.minutes * 60), names
        ):
            print(line, flush=True)
            failed = failed or "FAILED" in line
    return int(failed)


if __name__ == "__main__":
    raise SystemExit(main())
