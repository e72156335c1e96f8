"""Prints the part of requirements/run.lock that is to be installed on another Python or machine.

pip judges environment markers by the Python it runs on; this judges them by the target's, and leaves out what
only builds the project and what the target's system gives.
"""

from __future__ import annotations

import argparse
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from packaging.requirements import Requirement

_ROOT = Path(__file__).resolve().parent.parent
_VIA = re.compile(r"^ +# +(?:via +)?([A-Za-z0-9._-]+)")


@dataclass(frozen=True, slots=True)
class _Pin:
    requirement: Requirement
    wanted_by: frozenset[str]
    text: str


def _pins(lock: str) -> Iterator[_Pin]:
    """The entries of a lock: a requirement, its hashes, and comments that say who wants it."""
    for block in re.split(r"\n(?=[A-Za-z0-9])", lock.strip()):
        requirement = Requirement(block.split("\\", 1)[0])
        lines = block.split("\n")
        comments = [line for line in lines if line.lstrip().startswith("#")]
        wanted_by = frozenset(
            match[1] for line in comments if (match := _VIA.match(line)) and match[1] != "via"
        )
        yield _Pin(requirement, wanted_by, "\n".join(line for line in lines if line not in comments))


def select(lock: str, without: frozenset[str], python: str, machine: str) -> list[str]:
    """The pins that hold on that target, less those that are left out and what nobody else wants.

    Args:
        lock: a requirements file with hashes, as uv writes it.
        without: names of what is left out.
        python: the minor version, as "3.13".
        machine: as uname(1) says it.
    """
    target = {
        "python_version": python,
        "python_full_version": f"{python}.0",
        "platform_machine": machine,
        "sys_platform": "linux",
        "platform_python_implementation": "CPython",
        "implementation_name": "cpython",
    }
    pins = [
        pin for pin in _pins(lock) if not pin.requirement.marker or pin.requirement.marker.evaluate(target)
    ]
    gone = set(without)
    while more := {
        pin.requirement.name
        for pin in pins
        if pin.wanted_by and pin.wanted_by <= gone and pin.requirement.name not in gone
    }:
        gone |= more
    # The marker was judged here; pip would judge it again, by its own Python.
    return [
        re.sub(r" ;[^\\\n]*(?= \\)", "", pin.text, count=1)
        for pin in pins
        if pin.requirement.name not in gone
    ]


def main() -> None:
    """Print what the arguments ask for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--python", required=True)
    parser.add_argument("--machine", required=True)
    parser.add_argument("--without", nargs="*", default=[])
    arguments = parser.parse_args()
    project = tomllib.loads((_ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    building = {Requirement(text).name for text in project["optional-dependencies"]["build"]}
    lock = (_ROOT / "requirements/run.lock").read_text(encoding="utf-8")
    chosen = select(lock, frozenset(building | set(arguments.without)), arguments.python, arguments.machine)
    print("\n".join(chosen))


if __name__ == "__main__":
    main()
