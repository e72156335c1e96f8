"""These tests install the Debian package in a clean Debian 13: `make test-deb`."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.under_debian.variants import Variants
from tests.under_systemd.machine import Container

if not os.environ.get("COMPTOIR_DEBIAN_ROOT"):
    collect_ignore_glob = ["test_*.py"]


class Debian(Container):
    """A Debian without the package."""

    python_of_the_programs = "/usr/lib/comptoir/bin/python"


@pytest.fixture(scope="module")
def debian(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Debian]:
    """A clean Debian, booted: what is written goes into a layer above the kept one."""
    layers = tmp_path_factory.mktemp("debian")
    root, upper, work = (layers / name for name in ("root", "upper", "work"))
    for folder in (root, upper, work):
        folder.mkdir()
    lower = os.environ["COMPTOIR_DEBIAN_ROOT"]
    options = f"lowerdir={lower},upperdir={upper},workdir={work}"
    subprocess.run(["mount", "-t", "overlay", "overlay", "-o", options, str(root)], check=True)
    try:
        with Debian(root) as booted:
            yield booted
    finally:
        subprocess.run(["umount", str(root)], check=True)
        shutil.rmtree(layers, ignore_errors=True)


@pytest.fixture(scope="module")
def variants(debian: Debian) -> Variants:
    """Makes other versions of the package that was built, in a folder that the Debian sees."""
    folder = debian.root / "packages"
    folder.mkdir()
    return Variants(Path(os.environ["COMPTOIR_DEB"]), folder)
