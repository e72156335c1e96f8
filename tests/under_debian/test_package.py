"""The package in a running Debian: installed, upgraded, broken, taken back, removed, purged; what survives.

One story, told in order: each step begins with what the one before left.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.under_debian.conftest import Debian
from tests.under_debian.variants import Variants
from tests.under_systemd.machine import PROGRAMS, SETTINGS

pytestmark = [pytest.mark.timeout(900), pytest.mark.xdist_group("debian")]

_BEFORE = "0.0.1"
_LATER = "99.0"

_READY = """
import ssl, urllib.request
context = ssl._create_unverified_context()
print(urllib.request.urlopen("https://127.0.0.1:8443/v1/ready", context=context).read().decode())
"""

_SETTINGS_FILE = "/etc/comptoir/comptoir.toml"
_STATE = (_SETTINGS_FILE, "/var/lib/comptoir/journal.db", "/var/lib/comptoir-keys/device.key")


def _install(debian: Debian, package: str, *options: str) -> None:
    # The test's own disk needs no syncs; nobody cuts its power.
    debian.run("dpkg", "--force-unsafe-io", *options, "--install", package)


def _serves(debian: Debian) -> None:
    for program in PROGRAMS:
        debian.wait_active(program)
    debian.wait_until(
        lambda: json.loads(debian.python("bridge", _READY) or "{}") == {"ready": True},
        "the bridge's readiness",
    )


def _version(debian: Debian) -> str:
    return debian.run("dpkg-query", "-W", "-f", "${Version} ${db:Status-Status}", "comptoir", check=False)


def _kept(debian: Debian) -> dict[str, str]:
    """A digest of each thing that must survive; journals grow, so of the journal its client."""
    digests = {path: debian.run("sha256sum", path) for path in (_SETTINGS_FILE, _STATE[2])}
    digests["clients"] = debian.run("comptoir", "clients", "list")
    return digests


@pytest.fixture(scope="module")
def kept(debian: Debian, variants: Variants) -> dict[str, str]:
    """What the first installation has, once a technician set it up."""
    _install(debian, variants.make(_BEFORE))
    debian.run("sh", "-c", f"cat > {_SETTINGS_FILE}", text=SETTINGS)
    debian.run("systemctl", "restart", "comptoir.target")
    debian.run("systemctl", "reset-failed")
    _serves(debian)
    debian.run("comptoir", "clients", "token", "supervision")
    return _kept(debian)


def test_installing_starts_everything_as_its_own_user(debian: Debian, kept: dict[str, str]) -> None:
    assert _version(debian) == f"{_BEFORE} installed"
    assert debian.run("systemctl", "--failed", "--plain", "--no-legend") == ""
    assert debian.run("systemctl", "is-enabled", "comptoir.target") == "enabled"
    for program in PROGRAMS:
        user = debian.run("ps", "-o", "user:32=", "-p", str(debian.pid(program)))
        assert user == f"comptoir-{program}"
    assert debian.run("sh", "-c", "dpkg --verify comptoir; dpkg --audit") == ""
    assert kept


def test_the_readers_are_debian_s_pyscard_and_may_be_asked(debian: Debian, kept: dict[str, str]) -> None:
    code = "import smartcard, smartcard.System as s; print(smartcard.__file__, s.readers())"
    assert debian.python("counter", code) == "/usr/lib/python3/dist-packages/smartcard/__init__.py []"


def test_everything_is_compiled_so_that_a_start_compiles_nothing(
    debian: Debian, kept: dict[str, str]
) -> None:
    site = "/usr/lib/comptoir/lib/python3.13/site-packages/appliance"
    assert debian.run("find", f"{site}/cli/__pycache__", "-name", "counter.cpython-313.pyc") != ""


def test_an_upgrade_starts_the_new_one_and_keeps_all(
    debian: Debian, variants: Variants, kept: dict[str, str]
) -> None:
    before = debian.pid("counter")
    _install(debian, variants.make(_LATER))
    assert _version(debian) == f"{_LATER} installed"
    debian.wait_active("counter", other_than=before)
    _serves(debian)
    assert _kept(debian) == kept


def test_a_broken_postinst_leaves_the_older_one_working(
    debian: Debian, variants: Variants, kept: dict[str, str]
) -> None:
    def break_it(tree: Path) -> None:
        (tree / "DEBIAN/postinst").write_text("#!/bin/sh\nexit 1\n")

    before = {program: debian.pid(program) for program in PROGRAMS}
    broken = variants.make("99.1", break_it)
    with pytest.raises(AssertionError, match="dpkg ended with 1"):
        _install(debian, broken)
    assert {program: debian.pid(program) for program in PROGRAMS} == before
    _serves(debian)
    assert _kept(debian) == kept


def test_going_back_keeps_all(debian: Debian, kept: dict[str, str]) -> None:
    before = debian.pid("counter")
    _install(debian, f"/packages/comptoir_{_BEFORE}.deb", "--force-downgrade")
    assert _version(debian) == f"{_BEFORE} installed"
    debian.wait_active("counter", other_than=before)
    _serves(debian)
    assert _kept(debian) == kept


def test_removing_stops_all_and_keeps_the_state(debian: Debian, kept: dict[str, str]) -> None:
    digests = [debian.run("sha256sum", path) for path in (_SETTINGS_FILE, _STATE[2])]
    debian.run("dpkg", "--remove", "comptoir")
    for program in PROGRAMS:
        assert debian.show(f"comptoir-{program}.service", "ActiveState") == "inactive"
    assert debian.run("sh", "-c", "test -e /usr/lib/comptoir || echo gone") == "gone"
    assert [debian.run("sha256sum", path) for path in (_SETTINGS_FILE, _STATE[2])] == digests
    assert debian.run("ls", _STATE[1]) == _STATE[1]


def test_installing_anew_finds_the_state(debian: Debian, kept: dict[str, str]) -> None:
    _install(debian, f"/packages/comptoir_{_LATER}.deb")
    _serves(debian)
    assert _kept(debian) == kept


def test_purging_leaves_nothing_of_a_patient(debian: Debian, kept: dict[str, str]) -> None:
    debian.run("dpkg", "--purge", "comptoir")
    places = "/etc/comptoir /var/lib/comptoir* /usr/lib/comptoir /run/comptoir /etc/systemd/system/*/compt*"
    assert debian.run("sh", "-c", f"ls -d {places} 2>/dev/null", check=False) == ""
    assert _version(debian) == ""
