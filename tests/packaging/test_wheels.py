"""Which pins of the lock go into the Debian package."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from scripts.wheels import select

_LOCK = """\
alone==1.0 \\
    --hash=sha256:00
    # via project (pyproject.toml)
builder==2.0 \\
    --hash=sha256:11
    # via project (pyproject.toml)
numbers==1.0 ; python_full_version < '3.12' \\
    --hash=sha256:22
    # via alone
numbers==2.0 ; python_full_version >= '3.12' \\
    --hash=sha256:33
    # via alone
part==3.0 \\
    --hash=sha256:44
    # via builder
shared==4.0 \\
    --hash=sha256:55
    # via
    #   alone
    #   builder
"""


def _heads(pins: list[str]) -> list[str]:
    return [pin.split(" ", 1)[0] for pin in pins]


def test_what_only_a_left_out_one_wants_goes_with_it() -> None:
    chosen = select(_LOCK, frozenset({"builder"}), "3.13", "aarch64")
    assert _heads(chosen) == ["alone==1.0", "numbers==2.0", "shared==4.0"]


def test_markers_are_the_target_s_and_hashes_stay() -> None:
    chosen = select(_LOCK, frozenset(), "3.11", "x86_64")
    assert "numbers==1.0 \\\n    --hash=sha256:22" in chosen
    assert ";" not in "".join(chosen)


@pytest.mark.parametrize("machine", ["x86_64", "aarch64"])
def test_the_package_has_each_dependency_of_the_project_once(machine: str) -> None:
    lock = Path("requirements/run.lock").read_text(encoding="utf-8")
    project = tomllib.loads(Path("pyproject.toml").read_text(encoding="utf-8"))["project"]
    direct = {canonicalize_name(Requirement(text).name) for text in project["dependencies"]}
    chosen = select(lock, frozenset({"pyscard", "hatchling", "editables"}), "3.13", machine)
    names = [head.split("==")[0] for head in _heads(chosen)]
    assert len(names) == len(set(names))
    assert direct - set(names) == {"pyscard"}
    assert "pathspec" not in names
