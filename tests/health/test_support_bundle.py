"""A bundle after a day at the counter: every identity of that day is looked for in it, and none is there."""

from __future__ import annotations

import io
import json
import logging
import re
import stat
import tarfile
from collections.abc import Sequence
from pathlib import Path

import pyrage
import pytest
from click.testing import CliRunner

from appliance.base.clock import ManualClock
from appliance.cli import support_bundle as module
from appliance.cli.support_bundle import command, parts_of
from appliance.health.probes import Ran
from appliance.journal import Journal
from appliance.journal.device_key import load_or_create_device_key
from appliance.settings import Settings
from appliance.support.bundle import MAX_PART_BYTES, BundleError, bundled, encrypted
from appliance.support.redaction import MASK, redact
from tests.counter.test_day import Day

CUSTOMERS = 40
"""Of each kind five: all that a counter sees in a day, ten times shorter."""

NIRS = ("297022A02077878", "180032B02040123", "2 97 02 2A 020 778 78", "180032B020401")


def identities(day: Day) -> set[str]:
    """Names long enough not to be in a log by chance, numbers of prescriptions and of people."""
    prescriptions = {f"2026{number:014}" for number in range(CUSTOMERS)}
    return {name for name in day.data if len(name) >= 6} | prescriptions | set(NIRS)


@pytest.fixture(scope="module")
def day() -> Day:
    played = Day(7)
    for _ in played.customers(CUSTOMERS):
        pass
    return played


@pytest.fixture
def settings(tmp_path: Path, day: Day) -> Settings:
    """A device whose journal holds that day, and a log that leaked every identity."""
    for name in ("state", "run", "run/secrets"):
        (tmp_path / name).mkdir()
    made = Settings.model_validate(
        {
            "paths": {"state_directory": str(tmp_path / "state"), "runtime_directory": str(tmp_path / "run")},
            "pro_sante_connect": {"client_id": "client-of-the-pharmacy", "national_id": "810002673899"},
            "display": {"driver": "none"},
        }
    )
    key = load_or_create_device_key(tmp_path / "state/device.key")
    with Journal.open(
        tmp_path / "state/journal.db",
        key,
        clock=ManualClock(),
        volatile_directory=tmp_path / "run/secrets",
        on_loss=lambda loss: pytest.fail(str(loss)),
    ) as journal:
        for event in day.scene.events:
            journal.append(event.kind.value, event.payload, visit=event.visit, secret=event.secret)
        assert journal.last_id() > CUSTOMERS
    return made


def leaking_log(told: Sequence[str]) -> str:
    """Lines as journald prints them, with identities as careless code would have logged them."""
    lines = [
        "2026-12-01T09:00:00+0100 comptoir-1 comptoir[412]: 2026-12-01 09:00:00,123 INFO counter: serving"
    ]
    for number, identity in enumerate(told):
        head = f"2026-12-01T09:00:{number % 60:02}+0100 comptoir-1 comptoir[412]:"
        lines += [
            f"{head} ValueError: could not read {identity} here",
            f'{head} {{"family_name": "{identity}", "state": "ok"}}',
            f"{head} patient={identity}",
        ]
        if identity.replace(" ", "").isalnum() and any(letter.isdigit() for letter in identity):
            lines.append(f"{head} looking up {identity} at the base")
    return "\n".join(lines)


def opened(bundle: bytes) -> dict[str, str]:
    with tarfile.open(fileobj=io.BytesIO(bundle)) as archive:
        files = {member.name: archive.extractfile(member) for member in archive.getmembers()}
        return {name: file.read().decode() for name, file in files.items() if file is not None}


def test_a_day_leaves_nobody_in_the_bundle(
    settings: Settings, day: Day, caplog: pytest.LogCaptureFixture
) -> None:
    told = sorted(identities(day))
    assert len(told) > 3 * CUSTOMERS
    log = leaking_log(told)
    assert all(identity in log for identity in told)

    def run(arguments: Sequence[str]) -> Ran:
        return Ran(0, log) if arguments[0] == "journalctl" else Ran(127)

    with caplog.at_level(logging.DEBUG):
        files = opened(bundled(parts_of(settings, ManualClock(), run), 0))
    everything = "\n".join([*files.values(), *files, caplog.text])
    assert [identity for identity in told if identity in everything] == []
    assert not {"client-of-the-pharmacy", "810002673899"} & set(re.findall(r"[\w-]+", everything))
    kept = files["comptoir-support/log.txt"]
    assert "2026-12-01T09:00:00+0100 comptoir-1 comptoir[412]" in kept
    assert "INFO counter: serving" in kept
    assert "ValueError" in kept
    assert json.loads(files["comptoir-support/journal.json"])["last_id"] > CUSTOMERS
    assert json.loads(files["comptoir-support/doctor.json"])["checks"]
    assert json.loads(files["comptoir-support/settings.json"])["display"]["driver"] == "none"


@pytest.mark.parametrize(
    "text",
    [
        "297022A02077878",
        "2 97 02 2A 020 778 78",
        "1 80 03 75 116 045 12",
        "810002673899",
        "20260100000000000001",
        "12/03/1987",
        "1987-03-12",
        "MARTIN DUPONT",
        "LE GALL ANNE-MARIE",
        "nom : Martin",
        "given_name='Zoé'",
        '"birth_date": "19870312"',
        "Authorization: Bearer abc.def",
        "8f3a2b9c1d4e5f60718293a4b5c6d7e8",
        "KeyError: 'Zoé Martin'",
    ],
)
def test_what_is_taken_out(text: str) -> None:
    redacted = redact(f"comptoir: {text}")
    assert MASK in redacted
    assert not set(re.findall(r"\w{3,}", text)) & set(re.findall(r"\w{3,}", redacted)) - {
        *("nom", "given_name", "birth_date", "Authorization", "KeyError")
    }


@pytest.mark.parametrize(
    "text",
    [
        "2026-12-01T09:00:00+0100 comptoir-1 comptoir-counter.service: Main process exited, status=78",
        "the camera gives 15 frames/s at 2304x1296",
        "https://192.168.1.20:8443",
        "/dev/mmcblk0p2  29G  4.1G  24G  15% /",
    ],
)
def test_what_stays(text: str) -> None:
    assert redact(text) == text


def test_a_bundle_is_for_the_editor_alone() -> None:
    identity = pyrage.x25519.Identity.generate()
    bundle = bundled({"a.txt": "hello"}, 0)
    sealed = encrypted(bundle, str(identity.to_public()))
    assert b"hello" not in sealed
    assert opened(pyrage.decrypt(sealed, [identity])) == {"comptoir-support/a.txt": "hello"}
    with pytest.raises(pyrage.DecryptError):
        pyrage.decrypt(sealed, [pyrage.x25519.Identity.generate()])
    with pytest.raises(BundleError):
        encrypted(bundle, "age1" + "q" * 58)


@pytest.mark.parametrize("characters", [MAX_PART_BYTES, MAX_PART_BYTES + 2])
def test_the_bound_of_a_part(characters: int) -> None:
    files = opened(bundled({"a.txt": "x " * (characters // 2)}, 0))
    assert len(files["comptoir-support/a.txt"]) == MAX_PART_BYTES


@pytest.mark.parametrize("is_encrypted", [True, False])
def test_the_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, is_encrypted: bool) -> None:
    identity = pyrage.x25519.Identity.generate()
    file = tmp_path / "comptoir.toml"
    file.write_text(
        f'[paths]\nstate_directory = "{tmp_path}/state"\nruntime_directory = "{tmp_path}/run"\n'
        f'[support]\nrecipient = "{identity.to_public() if is_encrypted else ""}"\n'
    )
    (tmp_path / "out").mkdir()
    monkeypatch.setattr(module, "run_command", lambda _arguments: Ran(127))
    ran = CliRunner().invoke(command, ["--settings", str(file), "--output", str(tmp_path / "out")])
    assert ran.exit_code == 0, ran.output
    (written,) = (tmp_path / "out").iterdir()
    assert written.name.endswith(".tar.gz.age" if is_encrypted else ".tar.gz")
    assert stat.S_IMODE(written.stat().st_mode) == 0o600
    content = written.read_bytes()
    files = opened(pyrage.decrypt(content, [identity]) if is_encrypted else content)
    assert json.loads(files["comptoir-support/journal.json"]) == {"not_readable": "FileNotFoundError"}
    assert ("Non chiffré" in ran.output) is not is_encrypted
