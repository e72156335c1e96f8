"""Setting a device up in a root of the test's own: all errors at once, and once is enough."""

from __future__ import annotations

import errno
import stat
from collections.abc import Sequence
from pathlib import Path

import click
import numpy as np
import pytest
from click.testing import CliRunner, Result
from PIL import Image

from appliance.base.clock import ManualClock
from appliance.capture.frame import Camera, CameraLostError, Frame
from appliance.cli import provision as module
from appliance.cli.provision import command, look_for_site
from appliance.cli.site_questions import ask_site
from appliance.cli.site_survey import Survey, survey
from appliance.decode.symbol import Symbol, Symbology
from appliance.health.probes import Ran
from appliance.provisioning.files import merged_settings, networkd_file, networkmanager_file
from appliance.provisioning.machine import DryMachine, RealMachine
from appliance.provisioning.qr import MAX_PAYLOAD_BYTES, QrTooLongError, payload_of, site_in, write_qr
from appliance.provisioning.site import MAX_SITE_BYTES, NetworkSite, Site
from appliance.provisioning.steps import (
    MAX_SECRET_BYTES,
    Outcome,
    ProvisionError,
    carry_out,
    checked_secret,
    read_secrets,
    steps_of,
)
from appliance.settings import Settings, SettingsError

SITE = """\
version = 1
[network]
mode = "static"
address = "192.168.1.20/24"
gateway = "192.168.1.1"
dns = ["192.168.1.1"]
[time]
servers = ["ntp.example"]
[settings.device]
name = "comptoir-1"
counter = 2
[settings.display]
driver = "sh1106"
address = 61
"""
NOWHERE = Path("site.toml")
QUIET = {"psc.secret": "s3cr3t\n"}


class System:
    """Programs of a Raspberry Pi OS that note what they are asked; `broken` fails once."""

    def __init__(self, root: Path, broken: str = "") -> None:
        self.root = root
        self.broken = broken
        self.ran: list[str] = []

    def __call__(self, arguments: Sequence[str]) -> Ran:
        line = " ".join(arguments)
        self.ran.append(line)
        if self.broken and line.startswith(self.broken):
            self.broken = ""
            return Ran(1)
        if line.startswith("hostnamectl hostname"):
            (self.root / "etc/hostname").write_text(f"{arguments[-1]}\n")
        if line.startswith("timedatectl set-timezone"):
            (self.root / "etc/localtime").unlink(missing_ok=True)
            (self.root / "etc/localtime").symlink_to(f"/usr/share/zoneinfo/{arguments[-1]}")
        if line.startswith("raspi-config"):
            (self.root / "dev").mkdir()
            (self.root / "dev/i2c-1").touch()
        return Ran(0)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A clean system with NetworkManager and raspi-config."""
    for folder in ("etc/NetworkManager", "usr/bin"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "etc/hostname").write_text("raspberrypi\n")
    (tmp_path / "usr/bin/raspi-config").touch()
    return tmp_path


def check(text: str) -> None:
    Settings.parse(text.encode(), NOWHERE)


def provision(root: Path, system: System, site: str = SITE) -> dict[str, Outcome]:
    machine = RealMachine(root, system)
    steps = steps_of(Site.parse(site.encode(), NOWHERE), QUIET, machine, check)
    return {result.what.split(" (")[0]: result.outcome for result in carry_out(steps)}


def test_once_it_is_done_nothing_is_left_to_do(root: Path) -> None:
    first, again = System(root), System(root)
    assert set(provision(root, first).values()) == {Outcome.DONE}
    before = {path: path.stat().st_mtime_ns for path in root.rglob("*") if path.is_file()}
    outcomes = provision(root, again)
    assert set(outcomes.values()) == {Outcome.WAS_DONE}
    assert set(outcomes) == {
        "Réglages",
        "Nom de l'appareil",
        "Réseau",
        "Serveurs de temps",
        "Fuseau horaire",
        "Secret psc.secret",
        "Bus I2C",
        "Services",
    }
    assert {path: path.stat().st_mtime_ns for path in root.rglob("*") if path.is_file()} == before
    assert [line for line in again.ran if not line.startswith(("systemctl cat", "systemctl is-active"))] == []
    settings = Settings.load(root / "etc/comptoir/comptoir.toml")
    assert (settings.device.name, settings.device.counter, settings.display.address) == ("comptoir-1", 2, 61)


def test_a_change_restarts_the_programs_and_nothing_else(root: Path) -> None:
    provision(root, System(root))
    system = System(root)
    outcomes = provision(root, system, SITE.replace("address = 61", "address = 60"))
    assert [what for what, outcome in outcomes.items() if outcome is Outcome.DONE] == ["Réglages", "Services"]
    assert "systemctl --no-block restart comptoir.target" in system.ran


def test_a_secret_is_root_s_alone_and_never_in_the_settings(root: Path) -> None:
    provision(root, System(root))
    secret = root / "etc/comptoir/psc.secret"
    assert secret.read_text() == QUIET["psc.secret"]
    assert stat.S_IMODE(secret.stat().st_mode) == 0o600
    assert (
        stat.S_IMODE((root / "etc/NetworkManager/system-connections/comptoir.nmconnection").stat().st_mode)
        == 0o600
    )
    drop_in = (root / "etc/systemd/system/comptoir-counter.service.d/psc.conf").read_text()
    assert drop_in == "[Service]\nLoadCredential=psc.secret:/etc/comptoir/psc.secret\n"
    others = [path for path in root.rglob("*") if path.is_file() and path != secret]
    assert not [path for path in others if b"s3cr3t" in path.read_bytes()]


@pytest.mark.parametrize("broken", ["hostnamectl", "timedatectl", "raspi-config", "systemctl daemon-reload"])
def test_what_failed_is_gone_on_with(root: Path, broken: str) -> None:
    system = System(root, broken)
    outcomes = provision(root, system)
    (failed,) = (what for what, outcome in outcomes.items() if outcome is Outcome.FAILED)
    assert outcomes["Réglages"] is Outcome.DONE
    again = provision(root, system)
    assert again[failed] is Outcome.DONE
    assert set(again.values()) == {Outcome.DONE, Outcome.WAS_DONE}
    assert set(provision(root, System(root)).values()) == {Outcome.WAS_DONE}


def test_a_dry_run_shows_all_but_secrets_and_changes_nothing(root: Path) -> None:
    said: list[str] = []
    before = sorted(root.rglob("*"))
    machine = DryMachine(said.append, root, System(root))
    steps = steps_of(Site.parse(SITE.encode(), NOWHERE), QUIET, machine, check)
    outcomes = [result.outcome for result in carry_out(steps)]
    assert set(outcomes) == {Outcome.DONE}
    assert sorted(root.rglob("*")) == before
    text = "\n".join(said)
    assert "$ hostnamectl hostname comptoir-1" in text
    assert "+ /etc/comptoir/psc.secret (0600)" in text
    assert "s3cr3t" not in text
    assert 'driver = "sh1106"' in text


def test_all_errors_are_said_at_once() -> None:
    wrong = (
        "version = 2\n[network]\nmode = 'static'\n[time]\nzone = 'no zone!'\n"
        "[settings.display]\nadress = 60\nrotate = 1\n[settings.device]\ncounter = 100\n[settigns]\n"
    )
    with pytest.raises(SettingsError) as caught:
        Site.parse(wrong.encode(), NOWHERE)
    keys = {problem.key for problem in caught.value.problems}
    assert keys == {
        "version",
        "network",
        "time.zone",
        "settings.display.adress",
        "settings.display.rotate",
        "settings.device.counter",
        "settigns",
    }


@pytest.mark.parametrize(
    "network",
    [
        {"mode": "static", "address": "192.168.1.20"},
        {"mode": "static", "address": "192.168.1.20/33"},
        {"mode": "dhcp", "address": "192.168.1.20/24"},
        {"mode": "static", "address": "192.168.1.20/24", "gateway": "box"},
        {"mode": "static", "address": "192.168.1.20/24", "dns": ["192.168.1.1"] * 5},
        {"interface": "x" * 16},
        {"interface": "eth0\n[connection]"},
    ],
)
def test_a_network_that_is_none(network: dict[str, object]) -> None:
    with pytest.raises(ValueError):
        NetworkSite.model_validate(network)


def test_what_the_network_s_programs_read() -> None:
    static = Site.parse(SITE.encode(), NOWHERE).network
    assert "address1=192.168.1.20/24,192.168.1.1\ndns=192.168.1.1;" in networkmanager_file(static)
    assert "Address=192.168.1.20/24\nGateway=192.168.1.1\nDNS=192.168.1.1" in networkd_file(static)
    dhcp = NetworkSite(mode="dhcp")
    assert "[ipv4]\nmethod=auto" in networkmanager_file(dhcp)
    assert "DHCP=yes" in networkd_file(dhcp)
    six = NetworkSite(mode="static", address="fd00::2/64", dns=("fd00::1", "192.168.1.1"))
    assert "[ipv6]\nmethod=manual\naddress1=fd00::2/64\ndns=fd00::1;" in networkmanager_file(six)


def test_what_a_technician_wrote_stays() -> None:
    present = '# by hand\n[display]\ndriver = "ssd1306"  # the new one\nrotate = 2\n\n[bridge]\nport = 9000\n'
    merged = merged_settings(present, {"display": {"driver": "sh1106"}, "device": {"counter": 3}})
    assert merged.startswith('# by hand\n[display]\ndriver = "sh1106"  # the new one\nrotate = 2\n')
    assert "[bridge]\nport = 9000\n" in merged
    assert Settings.parse(merged.encode(), NOWHERE).device.counter == 3
    assert merged_settings(merged, {"device": {"counter": 3}}) == merged
    inline = merged_settings("display = { rotate = 2 }\n", {"display": {"driver": "none"}})
    settings = Settings.parse(inline.encode(), NOWHERE)
    assert (settings.display.rotate, settings.display.driver) == (2, "none")


def test_settings_that_would_not_be_usable_stop_it_before_anything(root: Path) -> None:
    (root / "etc/comptoir").mkdir()
    (root / "etc/comptoir/comptoir.toml").write_text('[buttons]\ndriver = "gpio"\nup = 19\n')
    with pytest.raises(SettingsError, match="19"):
        provision(root, System(root))
    (root / "etc/comptoir/comptoir.toml").write_text("[buttons\n")
    with pytest.raises(ProvisionError, match="TOML"):
        provision(root, System(root))


def test_bounds(tmp_path: Path) -> None:
    short = b"version = 1\n#"
    Site.parse(short + b"x" * (MAX_SITE_BYTES - len(short)), NOWHERE)
    with pytest.raises(SettingsError):
        Site.parse(short + b"x" * (MAX_SITE_BYTES + 1 - len(short)), NOWHERE)
    assert checked_secret("psc.secret", b"x" * MAX_SECRET_BYTES)
    for content in (b"x" * (MAX_SECRET_BYTES + 1), b"", b" \n", b"two\nlines", b"\xff"):
        with pytest.raises(ProvisionError):
            checked_secret("psc.secret", content)
    (tmp_path / "mqtt.password").write_text("pass\n")
    (tmp_path / "other").write_text("not asked for\n")
    assert read_secrets(tmp_path) == {"mqtt.password": "pass\n"}


def symbol(content: bytes, symbology: Symbology = Symbology.QR_CODE) -> Symbol:
    return Symbol(symbology, content, ((0, 0), (1, 0), (1, 1), (0, 1)), "]Q1", "zxing")


def test_a_code_holds_a_site_or_is_none() -> None:
    payload = payload_of(SITE.encode())
    found = site_in((symbol(b"https://example.org"), symbol(payload)))
    assert found == Site.parse(SITE.encode(), NOWHERE)
    assert site_in(()) is None
    assert site_in((symbol(payload, Symbology.DATA_MATRIX), symbol(SITE.encode()))) is None
    with pytest.raises(SettingsError):
        site_in((symbol(payload + b"[settings.display]\n"),))
    padding = b"#" + b"x" * (MAX_PAYLOAD_BYTES - len(payload) - 1)
    assert site_in((symbol(payload_of(SITE.encode() + padding)),)) is not None
    with pytest.raises(QrTooLongError):
        payload_of(SITE.encode() + padding + b"x")
    assert site_in((symbol(payload + padding + b"x"),)) is None


class Showing(Camera):
    """A camera that gives these pictures, then breaks."""

    def __init__(self, *pictures: np.ndarray) -> None:
        self._pictures = list(pictures)

    def open(self) -> None:
        pass

    def capture(self, _timeout_s: float) -> Frame:
        if not self._pictures:
            raise CameraLostError("no more")
        return Frame(self._pictures.pop(0), 0, 0)

    def close(self) -> None:
        pass


def test_a_code_is_written_and_read_by_the_camera(tmp_path: Path) -> None:
    file = tmp_path / "site.toml"
    file.write_text(SITE)
    ran = CliRunner().invoke(command, ["--file", str(file), "--make-qr", str(tmp_path / "site.png")])
    assert ran.exit_code == 0, ran.output
    shown = np.asarray(Image.open(tmp_path / "site.png").convert("L"))
    blank = np.full_like(shown, 255)
    site = look_for_site(Showing(blank, shown), ManualClock())
    assert site.settings["device"]["name"] == "comptoir-1"
    with pytest.raises(ProvisionError, match="caméra"):
        look_for_site(Showing(blank), ManualClock())


def test_a_code_that_is_not_shown_is_not_waited_for_for_ever() -> None:
    class Blank(Showing):
        def capture(self, _timeout_s: float) -> Frame:
            clock.advance(1)
            return Frame(np.full((200, 200), 255, np.uint8), 0, 0)

    clock = ManualClock()
    with pytest.raises(ProvisionError, match="QR"):
        look_for_site(Blank(), clock)


def run(*arguments: str) -> Result:
    return CliRunner().invoke(command, list(arguments))


def test_the_command(root: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = tmp_path / "site.toml"
    file.write_text(SITE)
    system = System(root)
    monkeypatch.setattr(module, "RealMachine", lambda where: RealMachine(where, system))
    monkeypatch.setattr(module, "all_verdicts", lambda _settings, _clock: ())
    dry = run("--file", str(file), "--root", str(root), "--dry-run")
    assert dry.exit_code == 0
    assert "à faire" in dry.output
    assert "Rien n'a été changé." in dry.output
    assert not (root / "etc/comptoir").exists()
    done = run("--file", str(file), "--root", str(root))
    assert done.exit_code == 0, done.output
    assert "Mise en service terminée." in done.output
    again = run("--file", str(file), "--root", str(root))
    assert "déjà fait" in again.output
    file.write_text("version = 3\n")
    wrong = run("--file", str(file), "--root", str(root))
    assert (wrong.exit_code, "version" in wrong.output) == (78, True)
    assert run("--file", str(file), "--qr").exit_code == 2
    assert run("--make-qr", str(tmp_path / "a.png")).exit_code == 2


def test_a_step_that_failed_is_said_with_what_to_do(
    root: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "site.toml"
    file.write_text(SITE)
    monkeypatch.setattr(module, "RealMachine", lambda where: RealMachine(where, System(root, "hostnamectl")))
    ran = run("--file", str(file), "--root", str(root))
    assert ran.exit_code == 1
    assert "hostnamectl hostname comptoir-1" in ran.output
    assert "relancer" in ran.output


FOUND = Survey(camera="v4l2", panel=0x3D, has_spi=False, has_gpio=True, readers=1)


def test_questions_offer_what_was_found() -> None:
    @click.command()
    def asking() -> None:
        site, secrets = ask_site(FOUND, Settings(), "raspberrypi")
        text = repr((site, secrets))
        click.echo(f"RESULT {text}")

    # Return at each question; « non » is the default of the e-CPS.
    ran = CliRunner().invoke(asking, input="\n" * 30)
    assert ran.exit_code == 0, ran.output
    result = ran.output.split("RESULT ")[1]
    for part in (
        "'name': 'raspberrypi'",
        "'driver': 'v4l2'",
        "'address': 61",
        "'buttons': {'driver': 'gpio'}",
    ):
        assert part in result
    assert "écran I2C en 0x3D" in ran.output


def test_a_wrong_answer_is_asked_again_and_a_secret_is_not_shown() -> None:
    @click.command()
    def asking() -> None:
        found = Survey(camera=None, panel=None, has_spi=False, has_gpio=False, readers=0)
        site, secrets = ask_site(found, Settings(), "pi")
        click.echo(f"RESULT {site['settings']['device']} {site['network']} {sorted(secrets)}")

    answers = [
        *("Comptoir 1", "comptoir-1"),  # no host name, then one
        *("100", "2"),  # beyond the bound, then within
        *("", "none", "", "", "", "", "", ""),  # camera, display, buttons, lamp, sound, cards, bridge, source
        *("o", "client-1", "s3cr3t"),
        *("static", "192.168.1.20", "192.168.1.20/24", "192.168.1.1", "192.168.1.1", ""),
    ]
    ran = CliRunner().invoke(asking, input="\n".join(answers) + "\n")
    assert ran.exit_code == 0, ran.output
    assert "{'name': 'comptoir-1', 'counter': 2}" in ran.output
    assert "'address': '192.168.1.20/24'" in ran.output
    assert "['psc.secret']" in ran.output
    assert "99 au plus" in ran.output
    assert "s3cr3t" not in ran.output


def test_looking_around(root: Path) -> None:
    nothing = survey(RealMachine(root, lambda _line: Ran(127)), lambda _address: False, lambda: 0)
    assert nothing == Survey(None, None, has_spi=False, has_gpio=False, readers=0)
    (root / "dev").mkdir()
    for name in ("spidev0.0", "gpiochip0", "video0"):
        (root / "dev" / name).touch()
    found = survey(RealMachine(root, lambda _line: Ran(127)), lambda address: address == 0x3D, lambda: 2)
    assert found == Survey("v4l2", 0x3D, has_spi=True, has_gpio=True, readers=2)
    listing = Ran(0, "Available cameras\n-----\n0 : imx708 [4608x2592]")
    assert survey(RealMachine(root, lambda _line: listing), lambda _a: False, lambda: 0).camera == "picamera2"


def test_a_code_cannot_be_written_where_there_is_no_folder(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="No such"):
        write_qr(payload_of(SITE.encode()), tmp_path / "absent/site.png")


def test_a_read_only_system_is_set_up_as_far_as_it_can_be(root: Path) -> None:
    class ReadOnly(RealMachine):
        def write(self, name: str, content: str, mode: int) -> None:
            if not name.startswith("/etc/comptoir"):
                raise OSError(errno.EROFS, "Read-only file system")
            super().write(name, content, mode)

    steps = steps_of(Site.parse(SITE.encode(), NOWHERE), QUIET, ReadOnly(root, System(root)), check)
    results = {result.what.split(" (")[0]: result for result in carry_out(steps)}
    assert "comptoir-writable" in results["Réseau"].reason
    assert results["Serveurs de temps"].outcome is Outcome.FAILED
    assert results["Réglages"].outcome is Outcome.DONE
    assert results["Services"].outcome is Outcome.DONE
