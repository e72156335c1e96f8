"""A signed repository of packages, as the editor makes one."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

__all__ = ["Repository", "Signer"]


class Signer:
    """A key of its own, in a folder that only gpg uses."""

    def __init__(self, home: Path) -> None:
        self._home = home
        home.mkdir(mode=0o700)
        self._gpg("--quick-gen-key", "--passphrase", "", "editor@example.org", "ed25519", "sign", "1d")

    def public_key(self) -> bytes:
        """For `Signed-By`."""
        return self._gpg("--export")

    def sign(self, release: Path, signed: Path) -> None:
        """Write InRelease."""
        self._gpg("--yes", "--clearsign", "--output", str(signed), str(release))

    def _gpg(self, *arguments: str) -> bytes:
        command = ["gpg", "--homedir", str(self._home), "--batch", "--quiet", "--pinentry-mode", "loopback"]
        return subprocess.run([*command, *arguments], check=True, capture_output=True).stdout


class Repository:
    """A folder with packages and a signed index."""

    def __init__(self, folder: Path, signer: Signer) -> None:
        self._folder = folder
        self._signer = signer
        folder.mkdir()

    def offer(self, *packages: Path) -> None:
        """Offer exactly these."""
        for file in self._folder.iterdir():
            file.unlink()
        for package in packages:
            (self._folder / package.name).hardlink_to(package)
        for name in ("packages", "release"):
            made = subprocess.run(
                ["apt-ftparchive", name, "."], cwd=self._folder, check=True, capture_output=True
            )
            (self._folder / name.capitalize()).write_bytes(made.stdout)
        self._signer.sign(self._folder / "Release", self._folder / "InRelease")

    def copy(self, folder: Path) -> None:
        """Another folder with the same."""
        shutil.copytree(self._folder, folder)
