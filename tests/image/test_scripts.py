"""What runs at boot, on folders of its own: name and SSH key of the card, site file, setting of updates."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tests.image.definition import FOLDER

_SCRIPTS = FOLDER / "overlay/common/usr/lib/comptoir-image"
_CARD_SCRIPTS = FOLDER / "overlay/card/usr/lib/comptoir-image"
_MAX_KEYS_BYTES = 65_536
"""As `identity` has it."""


class Box:
    """A card's folders; commands that reach beyond them are stand-ins that note how they were called."""

    def __init__(self, folder: Path) -> None:
        self.boot, self.data, self.run = folder / "boot", folder / "data", folder / "run"
        self.hostname, self.calls = folder / "hostname", folder / "calls"
        self.etc = folder / "etc"
        for made in (self.boot, self.data, self.etc):
            made.mkdir()
        (self.etc / "hostname").write_text("comptoir\n")
        self._bin = folder / "bin"
        self._bin.mkdir()

    def stand_in(self, name: str, body: str = "") -> Path:
        path = self._bin / name
        path.write_text(f'#!/bin/sh\necho {name} "$@" >> {self.calls}\n{body}\n')
        path.chmod(0o755)
        return path

    def start(self, script: Path) -> subprocess.CompletedProcess[str]:
        environment = {
            "PATH": os.environ["PATH"],
            "COMPTOIR_IMAGE_BOOT": str(self.boot),
            "COMPTOIR_IMAGE_DATA": str(self.data),
            "COMPTOIR_IMAGE_RUN": str(self.run),
            "COMPTOIR_IMAGE_ETC": str(self.etc),
            "COMPTOIR_IMAGE_HOSTNAME": str(self.hostname),
            "COMPTOIR_IMAGE_NFT": str(self._bin / "nft"),
            "COMPTOIR_IMAGE_COMPTOIR": str(self._bin / "comptoir"),
            "COMPTOIR_IMAGE_MOUNT": str(self._bin / "mount"),
            "COMPTOIR_IMAGE_WRITABLE": str(self._bin / "writable"),
        }
        return subprocess.run(
            [str(script)], env=environment, capture_output=True, text=True, check=False, timeout=60
        )

    def called(self) -> list[str]:
        return self.calls.read_text().splitlines() if self.calls.exists() else []


@pytest.fixture
def box(tmp_path: Path) -> Box:
    made = Box(tmp_path)
    made.stand_in("nft")
    made.stand_in("mount")
    made.stand_in("writable")
    return made


def _public_key() -> str:
    key = Ed25519PrivateKey.generate().public_key()
    return key.public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH).decode()


def test_a_card_chooses_its_name_once(box: Box) -> None:
    assert box.start(_SCRIPTS / "identity").returncode == 0
    first = box.hostname.read_text()
    box.start(_SCRIPTS / "identity")

    assert first.startswith("comptoir-")
    assert len(first.strip()) == len("comptoir-") + 4
    assert box.hostname.read_text() == first == (box.data / "hostname").read_text()


def test_a_name_that_was_given_is_left_alone(box: Box) -> None:
    (box.etc / "hostname").write_text("pharmacie\n")

    assert box.start(_SCRIPTS / "identity").returncode == 0
    assert not box.hostname.exists()


def test_without_a_key_ssh_stays_closed_and_has_no_key_of_its_own(box: Box) -> None:
    box.start(_SCRIPTS / "identity")

    assert not (box.run / "authorized_keys").exists()
    assert not list((box.data / "ssh").iterdir())
    assert box.called() == []


def test_a_key_on_the_boot_partition_opens_ssh(box: Box) -> None:
    key = _public_key()
    (box.boot / "authorized_keys").write_bytes(f"{key} un poste\r\n".encode())
    assert box.start(_SCRIPTS / "identity").returncode == 0
    host_key = (box.data / "ssh/ssh_host_ed25519_key").read_bytes()
    box.start(_SCRIPTS / "identity")

    assert (box.run / "authorized_keys").read_text() == f"{key} un poste\n"
    assert (box.data / "ssh/ssh_host_ed25519_key").read_bytes() == host_key
    assert (box.data / "ssh/ssh_host_ed25519_key").stat().st_mode & 0o077 == 0
    assert (box.run / "ssh.nft").read_text() == "add element inet comptoir open_tcp { 22 }\n"
    assert box.called() == [f"nft -f {box.run}/ssh.nft"] * 2


def test_a_key_that_is_taken_away_closes_ssh(box: Box) -> None:
    (box.boot / "authorized_keys").write_text(_public_key())
    box.start(_SCRIPTS / "identity")
    (box.boot / "authorized_keys").unlink()
    box.start(_SCRIPTS / "identity")

    assert not (box.run / "authorized_keys").exists()
    assert not (box.run / "ssh.nft").exists()


@pytest.mark.parametrize("content", ["motdepasse\n", "-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n"])
def test_what_is_no_public_key_is_refused_and_the_box_goes_on(box: Box, content: str) -> None:
    (box.boot / "authorized_keys").write_text(content)
    done = box.start(_SCRIPTS / "identity")

    assert done.returncode == 0
    assert "ne contient pas de clé publique lisible" in done.stderr
    assert "motdepasse" not in done.stderr
    assert not (box.run / "authorized_keys").exists()


@pytest.mark.parametrize(("size", "opens"), [(_MAX_KEYS_BYTES, True), (_MAX_KEYS_BYTES + 1, False)])
def test_keys_have_a_bound(box: Box, size: int, *, opens: bool) -> None:
    content = f"{_public_key()}\n"
    (box.boot / "authorized_keys").write_text(content + "#" * (size - len(content) - 1) + "\n")
    box.start(_SCRIPTS / "identity")

    assert (box.run / "authorized_keys").exists() is opens


def test_a_site_file_is_used_once(box: Box) -> None:
    (box.boot / "site.toml").write_text("name = 'x'\n")
    (box.boot / "site.erreur.txt").write_text("hier\n")
    box.stand_in("writable", '"$@"')
    box.stand_in("comptoir", "echo fait")
    done = box.start(_SCRIPTS / "site")

    assert done.returncode == 0
    assert box.called() == [
        f"writable {box.boot.parent}/bin/comptoir provision --file {box.boot}/site.toml",
        f"comptoir provision --file {box.boot}/site.toml",
        f"mount -o remount,rw {box.boot}",
        f"mount -o remount,ro {box.boot}",
    ]
    assert sorted(path.name for path in box.boot.iterdir()) == ["site.toml.fait"]


def test_what_is_wrong_with_a_site_file_is_told_on_the_card(box: Box) -> None:
    (box.boot / "site.toml").write_text("nom = 'x'\n")
    box.stand_in("writable", '"$@"')
    box.stand_in("comptoir", "echo 'nom : clé inconnue' >&2; exit 2")
    done = box.start(_SCRIPTS / "site")

    assert done.returncode != 0
    assert (box.boot / "site.toml").exists()
    assert (box.boot / "site.erreur.txt").read_bytes() == "nom : clé inconnue\r\n".encode()
    assert box.called()[-1] == f"mount -o remount,ro {box.boot}"


@pytest.mark.parametrize(
    ("line", "exit_code", "asked"),
    [
        ("updates=security\r", 0, True),
        ("updates = none", 0, False),
        ("# updates=security", 0, False),
        ("updates=toujours", 78, False),
    ],
)
def test_updates_are_asked_for_where_the_card_says_so(
    box: Box, line: str, exit_code: int, *, asked: bool
) -> None:
    (box.boot / "image.conf").write_text(f"{line}\n")
    done = box.start(_CARD_SCRIPTS / "updates")

    assert done.returncode == exit_code
    assert bool(box.called()) is asked
