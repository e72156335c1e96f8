"""Each check, on a machine that the test makes up: files, programs, services that answer or do not."""

from __future__ import annotations

import json
import socket
import sqlite3
import ssl
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from appliance.base.clock import ManualClock
from appliance.health.checks.attached import AttachedCheck
from appliance.health.checks.bus import BusCheck
from appliance.health.checks.camera import CAMERA_SILENT_S, PictureFacts, camera_checks
from appliance.health.checks.certificates import WARNING_DAYS, CertificatesCheck
from appliance.health.checks.clock import ClockCheck
from appliance.health.checks.disk import (
    LEAST_BYTES,
    LOW_BYTES,
    DiskCheck,
    DiskWearCheck,
    free_bytes,
    is_read_only,
)
from appliance.health.checks.journal import (
    MANY_WAITING,
    JournalDepthCheck,
    JournalIntegrityCheck,
    JournalWritesCheck,
)
from appliance.health.checks.keyboard import KeyboardCheck
from appliance.health.checks.lgo import ContractCheck, LgoCheck
from appliance.health.checks.network import DnsCheck, ReachableCheck, handshake
from appliance.health.checks.pcscd import PcscdCheck, PolkitCheck
from appliance.health.checks.processor import TemperatureCheck, ThrottlingCheck, VoltageCheck
from appliance.health.checks.readers import ReadersCheck
from appliance.health.checks.served import ServedCheck
from appliance.health.checks.units import UNITS, UnitsCheck, WatchdogCheck
from appliance.health.model import Answer, Check, Verdict
from appliance.health.probes import Ran
from appliance.outputs.report import Report
from tests.health.samples import Commands


def said(check: Check) -> tuple[str, str]:
    """Level and code; that there are words for it is part of it."""
    verdict = Verdict(check.id, check.ask())
    return verdict.level.value, verdict.code


SHARP = PictureFacts(silent_s=0.1, frames_per_s=15, level=180, clipped=0.0, blur_px=0.8)


@pytest.mark.parametrize(
    ("facts", "answers"),
    [
        (SHARP, ["ok ok"] * 4),
        (PictureFacts(), ["fault missing", *["unknown no_picture"] * 2, "unknown nothing_seen"]),
        (
            PictureFacts(silent_s=CAMERA_SILENT_S, frames_per_s=15, level=180, blur_px=0.8),
            ["fault lost", *["unknown no_picture"] * 2, "unknown nothing_seen"],
        ),
        (
            PictureFacts(silent_s=0, frames_per_s=7.4, level=49.9, blur_px=1.21),
            ["ok ok", "warning slow", "warning dark", "warning blurred"],
        ),
        (
            PictureFacts(silent_s=0, frames_per_s=7.5, level=255, clipped=0.021, blur_px=None),
            ["ok ok", "ok ok", "warning glare", "unknown nothing_seen"],
        ),
    ],
)
def test_the_camera(facts: PictureFacts, answers: list[str]) -> None:
    assert [" ".join(said(check)) for check in camera_checks(lambda: facts, 15)] == answers


def test_what_hangs_on_the_pins() -> None:
    assert said(AttachedCheck("display", "none", lambda: False)) == ("unused", "unused")
    assert said(AttachedCheck("lamp", "gpio", lambda: True)) == ("ok", "ok")
    assert said(AttachedCheck("buttons", "gpio", lambda: False)) == ("fault", "missing")


@pytest.mark.parametrize(
    ("mirror", "answer"),
    [
        (None, ("unknown", "starting")),
        ({"service": "unknown", "readers": []}, ("unknown", "starting")),
        ({"service": "absent", "readers": []}, ("fault", "no_service")),
        ({"service": "refused", "readers": []}, ("fault", "refused")),
        ({"service": "running", "readers": []}, ("fault", "missing")),
        ({"service": "running", "readers": [{"condition": "mute"}]}, ("warning", "mute")),
        ({"service": "running", "readers": [{"condition": "card"}]}, ("ok", "ok")),
    ],
)
def test_the_readers(tmp_path: Path, mirror: object, answer: tuple[str, str]) -> None:
    file = tmp_path / "cards.json"
    if mirror is not None:
        file.write_text(json.dumps(mirror))
    assert said(ReadersCheck(file, is_wanted=True)) == answer
    assert said(ReadersCheck(file, is_wanted=False)) == ("unused", "unused")


def test_the_journal_is_written_and_not_too_deep() -> None:
    assert said(JournalWritesCheck(lambda: True)) == ("ok", "ok")
    assert said(JournalWritesCheck(lambda: False)) == ("fault", "full")
    assert said(JournalDepthCheck(lambda: MANY_WAITING - 1)) == ("ok", "ok")
    assert said(JournalDepthCheck(lambda: MANY_WAITING)) == ("warning", "many")


def test_the_journal_is_whole_or_not(tmp_path: Path) -> None:
    file = tmp_path / "a journal?.db"
    check = JournalIntegrityCheck(file)
    assert said(check) == ("unknown", "never_ran")
    with sqlite3.connect(file) as database:
        database.execute("CREATE TABLE t (a)")
        database.executemany("INSERT INTO t VALUES (?)", [("x" * 500,)] * 100)
    database.close()
    before = file.read_bytes()
    assert said(check) == ("ok", "ok")
    assert file.read_bytes() == before
    file.write_bytes(before[:4096] + b"\xff" * 4096 + before[8192:])
    assert said(check) == ("fault", "damaged")
    file.write_bytes(b"no database at all" * 400)
    assert said(check) == ("fault", "damaged")


def test_the_software_and_the_contract() -> None:
    links = {"present": "ok ok", "absent": "warning absent", "never": "warning never"}
    assert {link: " ".join(said(LgoCheck(lambda link=link: link))) for link in links} == links
    assert said(ContractCheck("lgo", is_demonstration=True)) == ("unused", "unused")
    assert said(ContractCheck("simulated", is_demonstration=False)) == ("warning", "simulated")
    assert said(ContractCheck("tlsi", is_demonstration=True)) == ("warning", "demonstration")
    assert said(ContractCheck("tlsi", is_demonstration=False)) == ("ok", "ok")


def units(*states: str, restarts: int = 0, watch: str = "10s", load: str = "loaded") -> Ran:
    lines = (
        f"Id={unit}\nLoadState={load}\nActiveState={state}\nNRestarts={restarts}\nWatchdogUSec={watch}\n"
        for unit, state in zip(UNITS, states, strict=True)
    )
    return Ran(0, "\n".join(lines))


@pytest.mark.parametrize(
    ("shown", "answer"),
    [
        (units("active", "active", "active"), ("ok", "ok")),
        (units("active", "failed", "active"), ("fault", "down")),
        (units("active", "activating", "deactivating"), ("ok", "ok")),
        (units("active", "active", "active", restarts=1), ("ok", "ok")),
        (units("active", "active", "active", restarts=2), ("warning", "restarts")),
        (units("inactive", "inactive", "inactive", load="not-found"), ("unknown", "not_installed")),
        (Ran(1, "Failed to connect to bus"), ("unknown", "no_systemd")),
        (Ran(127), ("unknown", "no_systemd")),
        (Ran(0, "garbage"), ("unknown", "no_systemd")),
    ],
)
def test_the_units(shown: Ran, answer: tuple[str, str]) -> None:
    assert said(UnitsCheck(Commands({"systemctl show": shown}))) == answer


@pytest.mark.parametrize(
    ("watch", "manager", "state", "answer"),
    [
        ("10s", "14s", "active", ("ok", "ok")),
        ("10s", "14s", None, ("ok", "ok")),
        ("10s", "14s", "inactive", ("warning", "machine_unwatched")),
        ("10s", "0", "active", ("warning", "machine_unwatched")),
        ("infinity", "14s", "active", ("fault", "units_unwatched")),
    ],
)
def test_the_watchdog(
    tmp_path: Path, watch: str, manager: str, state: str | None, answer: tuple[str, str]
) -> None:
    run = Commands(
        {
            "systemctl show --property RuntimeWatchdogUSec": Ran(0, f"RuntimeWatchdogUSec={manager}\n"),
            "systemctl show": units("active", "active", "active", watch=watch),
        }
    )
    if state is not None:
        (tmp_path / "watchdog0").mkdir()
        (tmp_path / "watchdog0/state").write_text(f"{state}\n")
    assert said(WatchdogCheck(run, tmp_path)) == answer


def test_the_card_service(tmp_path: Path) -> None:
    path = tmp_path / "pcscd.comm"

    def check(ran: Ran) -> tuple[str, str]:
        return said(PcscdCheck(Commands({"systemctl is-enabled": ran}), path, is_wanted=True))

    assert check(Ran(0, "enabled")) == ("fault", "stopped")
    assert check(Ran(1, "disabled")) == ("fault", "stopped")
    assert check(Ran(1, "Failed to get unit file state")) == ("fault", "not_installed")
    assert check(Ran(127)) == ("unknown", "no_systemd")
    assert said(PcscdCheck(Commands({}), path, is_wanted=False)) == ("unused", "unused")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(path))
        assert check(Ran(127)) == ("ok", "ok")


def test_polkit_s_rule_is_wanted_where_the_daemon_asks(tmp_path: Path) -> None:
    rule = tmp_path / "50-comptoir-pcscd.rules"
    check = PolkitCheck(tmp_path, (tmp_path / "elsewhere", rule), is_wanted=True)
    assert said(check) == ("ok", "not_asked")
    (tmp_path / "org.debian.pcsc-lite.policy").touch()
    assert said(check) == ("fault", "no_rule")
    rule.touch()
    assert said(check) == ("ok", "ok")
    assert said(PolkitCheck(tmp_path, (), is_wanted=False)) == ("unused", "unused")


def test_the_bus_of_the_screen(tmp_path: Path) -> None:
    assert said(BusCheck(tmp_path, "png", "i2c", 1)) == ("unused", "unused")
    assert said(BusCheck(tmp_path, "ssd1306", "i2c", 1)) == ("fault", "missing")
    (tmp_path / "i2c-1").touch()
    (tmp_path / "spidev0.0").touch()
    assert said(BusCheck(tmp_path, "ssd1306", "i2c", 1)) == ("ok", "ok")
    assert said(BusCheck(tmp_path, "sh1106", "spi", 0)) == ("ok", "ok")
    assert said(BusCheck(tmp_path, "sh1106", "spi", 1)) == ("fault", "missing")


@pytest.mark.parametrize(
    ("free", "answer"),
    [
        (LOW_BYTES, ("ok", "ok")),
        (LOW_BYTES - 1, ("warning", "low")),
        (LEAST_BYTES, ("warning", "low")),
        (LEAST_BYTES - 1, ("fault", "full")),
    ],
)
def test_the_disk(tmp_path: Path, free: int, answer: tuple[str, str]) -> None:
    assert said(DiskCheck(tmp_path, lambda _path: free, lambda _path: False)) == answer
    assert said(DiskCheck(tmp_path, lambda _path: free, lambda _path: True)) == ("fault", "read_only")
    not_made = tmp_path / "to/be/made"
    assert (
        said(DiskCheck(not_made, lambda path: free if path == tmp_path else 0, lambda _path: False)) == answer
    )
    assert free_bytes(tmp_path) > 0
    assert not is_read_only(tmp_path)


@pytest.mark.parametrize(
    ("errors", "life", "answer"),
    [
        (None, None, ("ok", "not_told")),
        ("0", None, ("ok", "not_told")),
        ("3", "0x01 0x01", ("fault", "errors")),
        (None, "0x01 0x08", ("ok", "ok")),
        (None, "0x01 0x09", ("warning", "worn")),
        (None, "0x0b 0x01", ("fault", "worn")),
        (None, "what", ("ok", "not_told")),
    ],
)
def test_the_wear_of_the_disk(
    tmp_path: Path, errors: str | None, life: str | None, answer: tuple[str, str]
) -> None:
    for name, text in (("fs/ext4/mmcblk0p2/errors_count", errors), ("block/mmcblk0/device/life_time", life)):
        if text is not None:
            (tmp_path / name).parent.mkdir(parents=True)
            (tmp_path / name).write_text(f"{text}\n")
    assert said(DiskWearCheck(tmp_path)) == answer


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        (None, ("unknown", "not_told")),
        ("warm\n", ("unknown", "not_told")),
        ("-5000\n", ("ok", "ok")),
        ("74400\n", ("ok", "ok")),
        ("75000\n", ("warning", "hot")),
        ("82000\n", ("fault", "hot")),
    ],
)
def test_the_temperature(tmp_path: Path, text: str | None, answer: tuple[str, str]) -> None:
    if text is not None:
        file = tmp_path / "class/thermal/thermal_zone0/temp"
        file.parent.mkdir(parents=True)
        file.write_text(text)
    assert said(TemperatureCheck(tmp_path)) == answer


@pytest.mark.parametrize(
    ("bits", "speed", "voltage"),
    [
        (0x00000, ("ok", "ok"), ("ok", "ok")),
        (0x00001, ("ok", "ok"), ("fault", "now")),
        (0x10000, ("ok", "ok"), ("warning", "earlier")),
        (0x00004, ("warning", "now"), ("ok", "ok")),
        (0x80000, ("warning", "earlier"), ("ok", "ok")),
        (0x50005, ("warning", "now"), ("fault", "now")),
    ],
)
def test_the_firmware_s_bits_by_sysfs_or_by_its_program(
    tmp_path: Path, bits: int, speed: tuple[str, str], voltage: tuple[str, str]
) -> None:
    program = Commands({"vcgencmd": Ran(0, f"throttled=0x{bits:x}\n")})
    assert said(ThrottlingCheck(tmp_path, program)) == speed
    assert said(VoltageCheck(tmp_path, program)) == voltage
    file = tmp_path / "devices/platform/soc/soc:firmware/get_throttled"
    file.parent.mkdir(parents=True)
    file.write_text(f"{bits:x}\n")
    assert said(ThrottlingCheck(tmp_path, Commands({}))) == speed
    assert said(VoltageCheck(tmp_path, Commands({}))) == voltage


def test_the_kernel_s_own_alarm_of_voltage(tmp_path: Path) -> None:
    assert said(VoltageCheck(tmp_path, Commands({}))) == ("unknown", "not_told")
    assert said(ThrottlingCheck(tmp_path, Commands({}))) == ("unknown", "not_told")
    folder = tmp_path / "class/hwmon/hwmon1"
    folder.mkdir(parents=True)
    (folder / "name").write_text("rpi_volt\n")
    for alarm, answer in (("0", ("ok", "ok")), ("1", ("fault", "now"))):
        (folder / "in0_lcrit_alarm").write_text(f"{alarm}\n")
        assert said(VoltageCheck(tmp_path, Commands({}))) == answer


@pytest.mark.parametrize(
    ("shown", "answer"),
    [
        (Ran(0, "NTP=yes\nNTPSynchronized=yes\n"), ("ok", "ok")),
        (Ran(0, "NTP=yes\nNTPSynchronized=no\n"), ("warning", "not_yet")),
        (Ran(0, "NTP=no\nNTPSynchronized=no\n"), ("warning", "switched_off")),
        (Ran(1, "Failed to connect to bus"), ("unknown", "no_systemd")),
    ],
)
def test_the_clock(shown: Ran, answer: tuple[str, str]) -> None:
    run = Commands({"timedatectl": shown})
    assert said(ClockCheck(run, ManualClock())) == answer
    never_set = ManualClock(start=datetime(1970, 1, 1, tzinfo=UTC))
    assert said(ClockCheck(run, never_set)) == ("fault", "wrong")


def failing(error: Exception) -> Callable[..., None]:
    def fail(*_what: object) -> None:
        raise error

    return fail


def test_names_and_services() -> None:
    assert said(DnsCheck((), failing(OSError()))) == ("unused", "unused")
    assert said(DnsCheck(("base.example",), lambda _host: None)) == ("ok", "ok")
    assert said(DnsCheck(("base.example",), failing(socket.gaierror()))) == ("fault", "unknown_host")
    asked: list[tuple[str, int]] = []
    for check_id in ("base", "psc"):
        check = ReachableCheck(check_id, "https://base.example/lps", lambda *where: asked.append(where))
        assert said(check) == ("ok", "ok")
        assert asked.pop() == ("base.example", 443)
        assert said(ReachableCheck(check_id, "", failing(OSError()))) == ("unused", "unused")
        for error, code in ((TimeoutError(), "unreachable"), (ssl.SSLCertVerificationError(), "untrusted")):
            where = "https://base.example:8443/"
            assert said(ReachableCheck(check_id, where, failing(error))) == ("fault", code)


def test_a_closed_port_is_not_reached() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    assert said(ReachableCheck("base", f"https://127.0.0.1:{port}/", handshake(None))) == (
        "fault",
        "unreachable",
    )


def certificate(until: datetime) -> bytes:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "test")])
    made = x509.CertificateBuilder(name, name, key.public_key(), 1, until - timedelta(days=800), until)
    return made.sign(key, hashes.SHA256()).public_bytes(Encoding.PEM)


def test_certificates_by_the_first_that_ends(tmp_path: Path) -> None:
    clock = ManualClock()
    now, day = clock.now(), timedelta(days=1)
    good, file = tmp_path / "good.pem", tmp_path / "other.pem"
    good.write_bytes(certificate(now + 700 * day))
    for until, answer in (
        (now + WARNING_DAYS * day, ("ok", "ok")),
        (now + WARNING_DAYS * day - timedelta(seconds=1), ("warning", "soon")),
        (now, ("fault", "expired")),
    ):
        file.write_bytes(certificate(now + 300 * day) + certificate(until))
        check = CertificatesCheck({"a": good, "b": file}, clock)
        assert said(check) == answer
        assert check.ask().values["name"] == "b"
    assert said(CertificatesCheck({}, clock)) == ("unused", "unused")
    for content in (b"", b"no certificate"):
        file.write_bytes(content)
        assert said(CertificatesCheck({"b": file}, clock)) == ("fault", "unreadable")
    assert said(CertificatesCheck({"b": tmp_path / "absent"}, clock)) == ("fault", "unreadable")


@pytest.mark.parametrize(
    ("host", "code"),
    [
        ("127.0.0.1", "loopback"),
        ("::1", "loopback"),
        ("localhost", "loopback"),
        ("0.0.0.0", "ok"),
        ("pi.local", "ok"),
    ],
)
def test_the_address_of_the_bridge(host: str, code: str) -> None:
    check = ServedCheck(host, 8443)
    assert said(check)[1] == code
    assert isinstance(check.ask(), Answer)


def test_a_journal_that_who_asks_may_not_see(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def closed(_path: Path, **_how: object) -> None:
        raise PermissionError

    monkeypatch.setattr(Path, "stat", closed)
    assert said(JournalIntegrityCheck(tmp_path / "journal.db")) == ("unknown", "not_readable")


def test_the_keyboard_says_whether_a_pc_is_there_and_what_it_did_not_get() -> None:
    assert said(KeyboardCheck(is_wished=False, report=lambda: Report(present=True))) == ("unused", "unused")
    assert said(KeyboardCheck(is_wished=True, report=lambda: None)) == ("unknown", "silent")
    assert said(KeyboardCheck(is_wished=True, report=Report)) == ("warning", "absent")
    typed = KeyboardCheck(is_wished=True, report=lambda: Report(present=True, taken=7, refused=2, expired=1))
    assert said(typed) == ("ok", "ok")
    told = Verdict("keyboard", typed.ask()).cause
    assert told == "Tapés : 7 ; refusés ou coupés : 2 ; trop tard : 1."
