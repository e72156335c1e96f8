"""`comptoir update` in a running Debian, with real apt, dpkg, signatures and systemd: one story, in order."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.under_debian.conftest import Debian
from tests.under_debian.repository import Repository, Signer
from tests.under_debian.variants import Variants
from tests.under_systemd.machine import PROGRAMS, SETTINGS

pytestmark = [pytest.mark.timeout(900), pytest.mark.xdist_group("debian")]

_SOURCE = """\
Types: deb
URIs: file:/repository
Suites: ./
Signed-By: /etc/apt/keyrings/comptoir.gpg
"""


@pytest.fixture(scope="module")
def repository(debian: Debian, variants: Variants, tmp_path_factory: pytest.TempPathFactory) -> Repository:
    """The first version installed, a source set up, nothing in it yet."""
    debian.run("dpkg", "--force-unsafe-io", "--install", variants.make("1.0"))
    debian.run("sh", "-c", "cat > /etc/comptoir/comptoir.toml", text=SETTINGS)
    debian.run("systemctl", "restart", "comptoir.target")
    for program in PROGRAMS:
        debian.wait_active(program)
    signer = Signer(tmp_path_factory.mktemp("gnupg") / "home")
    keyring = debian.root / "etc/apt/keyrings/comptoir.gpg"
    keyring.parent.mkdir(exist_ok=True)
    keyring.write_bytes(signer.public_key())
    (debian.root / "etc/apt/sources.list.d/comptoir.sources").write_text(_SOURCE)
    return Repository(debian.root / "repository", signer)


def _package(debian: Debian, version: str) -> Path:
    return debian.root / f"packages/comptoir_{version}.deb"


def _version(debian: Debian) -> str:
    return debian.run("dpkg-query", "-W", "-f", "${Version} ${db:Status-Status}", "comptoir", check=False)


def _in_the_middle(debian: Debian) -> bool:
    return (debian.root / "var/lib/comptoir-update/attempt").exists()


def _says(debian: Debian, *options: str) -> tuple[int, str]:
    """Exit status and words of an update."""
    said = debian.run("sh", "-c", f"comptoir update {' '.join(options)} 2>&1; echo status $?", check=False)
    status = re.search(r"status (\d+)$", said)
    assert status is not None
    return int(status[1]), said


def test_an_index_of_a_stranger_is_refused(
    debian: Debian, variants: Variants, repository: Repository, tmp_path: Path
) -> None:
    variants.make("2.0")
    stranger = Repository(debian.root / "stranger", Signer(tmp_path / "home"))
    stranger.offer(_package(debian, "1.0"), _package(debian, "2.0"))
    status, said = _says(debian, "--from", "/stranger")
    assert status == 1
    assert "n'est pas signée" in said
    assert _version(debian) == "1.0 installed"


def test_a_package_that_was_exchanged_is_refused(debian: Debian, repository: Repository) -> None:
    repository.offer(_package(debian, "1.0"), _package(debian, "2.0"))
    repository.copy(debian.root / "exchanged")
    exchanged = debian.root / "exchanged/comptoir_2.0.deb"
    content = bytearray(exchanged.read_bytes())
    content[-1] ^= 1
    exchanged.write_bytes(content)
    status, said = _says(debian, "--from", "/exchanged")
    assert status == 1
    assert "pas telle que signée" in said
    assert _version(debian) == "1.0 installed"


def test_nothing_is_put_in_place_while_somebody_stands_there(debian: Debian, repository: Repository) -> None:
    debian.run("systemctl", "stop", "comptoir-counter.service")
    (debian.root / "run").mkdir(exist_ok=True)
    debian.run("sh", "-c", """echo '{"screen": "OrdonnanceRead"}' > /run/comptoir/counter.json""")
    status, said = _says(debian, "--wait", "0")
    debian.run("rm", "/run/comptoir/counter.json")
    debian.run("systemctl", "start", "comptoir-counter.service")
    assert status == 1
    assert "quelqu'un au comptoir" in said
    assert _version(debian) == "1.0 installed"


def test_a_cut_in_the_middle_leads_back_at_the_next_start(debian: Debian, repository: Repository) -> None:
    debian.run("systemd-run", "--unit=cut", "comptoir", "update")

    def is_half_done() -> bool:
        return _in_the_middle(debian) and not _version(debian).endswith(" installed")

    debian.wait_until(is_half_done, "the middle of an update", 300)
    debian.cut()
    with debian:
        for program in PROGRAMS:
            debian.wait_active(program)
        assert _version(debian) == "1.0 installed"
        assert not _in_the_middle(debian)
        assert debian.run("sh", "-c", "dpkg --audit; dpkg --verify comptoir") == ""
        _good_bad_older(debian, repository)


def _good_bad_older(debian: Debian, repository: Repository) -> None:
    """What follows in the Debian that was started anew."""
    status, said = _says(debian)
    assert (status, _version(debian)) == (0, "2.0 installed"), said
    for program in PROGRAMS:
        debian.wait_active(program)

    status, said = _says(debian, "--version", "1.0")
    assert status == 1
    assert "plus ancienne" in said

    _bad(debian)
    repository.offer(_package(debian, "2.0"), _package(debian, "3.0"))
    status, said = _says(debian)
    assert (status, _version(debian)) == (3, "2.0 installed"), said
    assert "comptoir-eye.service" in said
    for program in PROGRAMS:
        debian.wait_active(program)
    assert not _in_the_middle(debian)


def _bad(debian: Debian) -> None:
    """A version 3.0 whose eye ends at once."""
    variants = Variants(_package(debian, "2.0"), debian.root / "packages/bad")
    unit = "usr/lib/systemd/system/comptoir-eye.service"

    def change(tree: Path) -> None:
        text = (tree / unit).read_text()
        (tree / unit).write_text(text.replace("ExecStart=/usr/bin/comptoir eye", "ExecStart=/bin/false"))

    variants.make("3.0", change)
    (debian.root / "packages/bad/comptoir_3.0.deb").rename(_package(debian, "3.0"))
