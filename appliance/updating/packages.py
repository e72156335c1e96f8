"""apt and dpkg: what is offered, signed by whom, and putting it in place."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from appliance.texts import update as texts
from appliance.updating.errors import UpdateRefusedError

__all__ = ["Packages", "run"]

_NAME = "comptoir"
_VERSION = re.compile(r"[0-9][A-Za-z0-9.+~-]{0,63}")
_DEADLINE_S = 1800.0
_WRITABLE = Path("/usr/lib/comptoir-image/writable")
"""On a card with a read-only system: what makes it writable while a command runs."""


def run(command: Sequence[str]) -> subprocess.CompletedProcess[str]:
    """Run a command of the system, deaf to the end of the technician's session, and keep what it says."""
    environment = os.environ | {"LC_ALL": "C.UTF-8", "DEBIAN_FRONTEND": "noninteractive"}
    return subprocess.run(
        command, capture_output=True, text=True, check=False, timeout=_DEADLINE_S, env=environment,
        stdin=subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip


class Packages:
    """The package `comptoir` of one signed source.

    apt verifies the source's signature, and each package by the hash that the signed index gives.
    """

    def __init__(self, source: Path, folder: Path, directory: Path | None = None) -> None:
        """Use a source.

        Args:
            source: of sources.list(5), with `Signed-By`.
            folder: for lists and downloads.
            directory: a repository in a folder (a USB key) in place of the source's address.
        """
        self._source = source
        self._folder = folder
        self._directory = directory

    def installed(self) -> str:
        """The version in place.

        Raises:
            UpdateRefusedError: it is not installed as a package.
        """
        done = run(["dpkg-query", "-W", "-f", "${Version}", _NAME])
        if done.returncode != 0 or not _VERSION.fullmatch(done.stdout):
            raise UpdateRefusedError(texts.NOT_A_PACKAGE)
        return done.stdout

    def refresh(self) -> None:
        """Fetch the signed index.

        Raises:
            UpdateRefusedError: it is out of reach, or not signed by the editor.
        """
        shutil.rmtree(self._lists, ignore_errors=True)
        (self._lists / "partial").mkdir(parents=True)
        self._own_source()
        done = run(["apt-get", *self._options(), "update"])
        if done.returncode != 0:
            said = done.stderr.lower()
            is_unsigned = any(word in said for word in ("sign", "no_pubkey", "openpgp", "sqv", "gpgv"))
            raise UpdateRefusedError(texts.BAD_SIGNATURE if is_unsigned else texts.UNREACHABLE)

    def offered(self) -> str:
        """The newest version of the source.

        Raises:
            UpdateRefusedError: it has none.
        """
        versions = [
            fields[1].strip()
            for line in run(["apt-cache", *self._options(), "madison", _NAME]).stdout.splitlines()
            if len(fields := line.split("|")) == 3
        ]
        newest = ""
        for version in filter(_VERSION.fullmatch, versions):
            if not newest or self.is_newer(version, newest):
                newest = version
        if not newest:
            raise UpdateRefusedError(texts.NOTHING_OFFERED)
        return newest

    def is_newer(self, version: str, than: str) -> bool:
        """By Debian's order of versions."""
        return run(["dpkg", "--compare-versions", version, "gt", than]).returncode == 0

    def fetch(self, version: str) -> Path:
        """Download that version; its hash is the signed index's.

        Raises:
            UpdateRefusedError: the source has no such version, or not as its index says.
        """
        if not _VERSION.fullmatch(version):
            raise UpdateRefusedError(texts.NO_SUCH_VERSION.format(version=version))
        place = self._folder / "fetched"
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir()
        # apt downloads into the working directory.
        done = run(["env", "-C", str(place), "apt-get", *self._options(), "download", f"{_NAME}={version}"])
        found = list(place.glob("*.deb"))
        if done.returncode != 0 or len(found) != 1:
            raise UpdateRefusedError(texts.NO_SUCH_VERSION.format(version=version))
        return found[0]

    def version_of(self, package: Path) -> str | None:
        """What a package file says it is; None where it is none."""
        done = run(["dpkg-deb", "--field", str(package), "Version"])
        return done.stdout.strip() if done.returncode == 0 else None

    def install(self, package: Path) -> bool:
        """Put a package file in place; returns whether dpkg was content."""
        return self._writing(
            ["apt-get", "install", "--yes", "--allow-downgrades", "--no-install-recommends",
             "--option", "Dpkg::Options::=--force-confold", str(package)]
        )  # fmt: skip

    def put_back(self, package: Path) -> bool:
        """Put the older one back, whatever state the newer one is in; returns whether dpkg was content."""
        return self._writing(["dpkg", "--force-downgrade,confold", "--install", str(package)])

    def _writing(self, command: list[str]) -> bool:
        prefix = [str(_WRITABLE)] if _WRITABLE.exists() else []
        return run([*prefix, *command]).returncode == 0

    @property
    def _lists(self) -> Path:
        return self._folder / "lists"

    @property
    def _list(self) -> Path:
        return self._folder / "source.sources"

    def _own_source(self) -> None:
        try:
            text = self._source.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError):
            raise UpdateRefusedError(texts.NO_SOURCE.format(path=self._source)) from None
        if not re.search(r"^Signed-By:\s*\S", text, re.MULTILINE):
            raise UpdateRefusedError(texts.NO_KEY.format(path=self._source))
        if self._directory is not None:
            text = re.sub(
                r"^(Types|URIs|Suites|Components|Trusted|Enabled):.*\n?", "", text, flags=re.MULTILINE
            )
            text = f"Types: deb\nURIs: file:{self._directory.resolve()}\nSuites: ./\n{text}"
        # Never the source's own word that it may be trusted unsigned.
        text = re.sub(r"^(Trusted|Allow-[A-Za-z-]+|Check-[A-Za-z-]+):.*\n?", "", text, flags=re.MULTILINE)
        self._list.write_text(text, encoding="utf-8")

    def _options(self) -> list[str]:
        """Only this source, with lists of its own; nothing of the system's apt is touched."""
        return [
            "--option", f"Dir::Etc::SourceList={self._list}",
            "--option", "Dir::Etc::SourceParts=-",
            "--option", f"Dir::State::Lists={self._lists}",
            "--option", "Dir::Cache::PkgCache=",
            "--option", "Dir::Cache::SrcPkgCache=",
            "--option", "APT::Update::Error-Mode=any",
            "--option", "APT::Sandbox::User=root",
        ]  # fmt: skip
