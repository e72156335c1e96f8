"""Other versions of a built package: the same content under another number, or with one thing wrong."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

__all__ = ["Variants"]


class Variants:
    """Packages made from one, in one folder."""

    def __init__(self, package: Path, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(exist_ok=True)
        self._tree = folder / "tree"
        subprocess.run(["dpkg-deb", "-R", str(package), str(self._tree)], check=True)
        self._control = self._tree / "DEBIAN"

    def make(self, version: str, change: Callable[[Path], None] = lambda _: None) -> str:
        """A package of that version; gives its path as the Debian sees it.

        Args:
            version: as Debian numbers it.
            change: is given the unpacked package and may change files in it; they are put back afterwards.
        """
        kept = self._folder / "kept"
        shutil.copytree(self._control, kept)
        control = self._control / "control"
        text = re.sub(r"^Version: .*$", f"Version: {version}", control.read_text(), flags=re.MULTILINE)
        control.write_text(text)
        (self._tree / "usr/share/doc/comptoir/variant").write_text(version)
        change(self._tree)
        package = self._folder / f"comptoir_{version}.deb"
        subprocess.run(
            ["dpkg-deb", "--root-owner-group", "-Zzstd", "-z1", "--build", str(self._tree), str(package)],
            check=True, stdout=subprocess.DEVNULL,
        )  # fmt: skip
        shutil.rmtree(self._control)
        kept.rename(self._control)
        return f"/packages/{package.name}"
