"""`comptoir demo`: the whole appliance on this machine, on a simulated counter or a real camera."""

from __future__ import annotations

import json
import secrets
import shutil
import socket
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import click

from appliance.base import log
from appliance.base.clock import SystemClock
from appliance.base.files import replace_volatile
from appliance.base.process import stop_on_signals
from appliance.capture.sources import NotACameraError, driver_for
from appliance.cli.journals import open_journal
from appliance.settings import Settings
from appliance.simulation.cards.igc_folder import authorities_folder, load_or_create
from appliance.simulation.cards.pcscd import SOCKET_VARIABLE, PcscdUnavailableError, check_installed
from appliance.simulation.cards.program import clear_folder, daemon_socket
from appliance.simulation.national_base.gate import KNOWN_IDAM
from appliance.simulation.national_base.program import load_or_create_keys
from appliance.simulation.national_base.server import PATH
from appliance.simulation.pro_sante_connect.program import (
    CLIENT_ID,
    client_secret_file,
    issuer,
    tls_files,
)
from appliance.simulation.pro_sante_connect.program import prepare as prepare_psc
from appliance.simulation.supervisor import Supervisor, comptoir_command
from appliance.texts.demo import BANNER, CLIENT_NAME, PAGE_NAME, PORT_TAKEN, STATUS_HELP
from appliance.texts.virtual_cards import UNAVAILABLE

__all__ = ["command"]

_HOST = "127.0.0.1"
_TOKEN_BYTES = 16
_BILLING_ID = "2B9990015"
"""A test FINESS, as the base's pharmacist bills by."""
_HOLD_S = 3.0
"""Each picture of a folder lies there for long enough to be looked at."""

_SIZES = {"1920x1080": (1920, 1080), "2304x1296": (2304, 1296), "4608x2592": (4608, 2592)}


@click.command("demo", help="Montrer tout l'appareil ici, avec sa page dans un navigateur.")
@click.option("--camera", metavar="CHEMIN", help="Caméra (/dev/video0), vidéo, image ou dossier d'images.")
@click.option("--port", default=8443, show_default=True, type=click.IntRange(0, 65535), help="Port HTTPS.")
@click.option("--size", default="2304x1296", show_default=True, type=click.Choice(list(_SIZES)))
@click.option("--rate", default=15, show_default=True, type=click.IntRange(1, 60), help="Images par seconde.")
@click.option("--token", envvar="COMPTOIR_DEMO_TOKEN", help="Jeton du LGO (sinon tiré au hasard).")
@click.option(
    "--status",
    default="simulated",
    show_default=True,
    type=click.Choice(["simulated", "tlsi"]),
    help=STATUS_HELP,
)
@click.option(
    "--ready-file", type=click.Path(path_type=Path), help="Fichier où écrire l'adresse et le jeton (JSON)."
)
def command(
    camera: str | None,
    port: int,
    size: str,
    rate: int,
    token: str | None,
    status: str,
    ready_file: Path | None,
) -> None:
    """Run the three programs under a supervisor until Ctrl-C; nothing is left behind."""
    log.configure()
    stopping = threading.Event()
    stop_on_signals(stopping)
    driver = _driver(camera)
    port = _free_port(port)
    token = token or secrets.token_urlsafe(_TOKEN_BYTES)
    page_token = secrets.token_urlsafe(_TOKEN_BYTES)
    with _folder() as folder:
        psc_port = _free_port(0)
        prepare_psc(folder / "run", datetime.now(UTC))
        partners = {**_told_by(folder, status), **_e_cps(folder, psc_port)}
        settings_file = _write_settings(folder, partners, driver, camera, port, _SIZES[size], rate)
        settings = Settings.load(settings_file)
        _pair(settings, token, page_token)
        load_or_create(settings.paths.state_directory, datetime.now(UTC))
        url = f"https://{_HOST}:{port}"
        click.echo(BANNER.format(url=url, token=token, page_token=page_token))
        if ready_file is not None:
            _say_ready(
                ready_file, {"url": url, "token": token, "page_token": page_token, "folder": str(folder)}
            )
        runtime = settings.paths.runtime_directory
        programs = _programs(settings_file, runtime, psc_port, virtual_cards=_has_readers())
        if status == "tlsi":
            programs["national-base"] = comptoir_command("national-base", "--settings", str(settings_file))
        try:
            Supervisor(programs, folder / "run" / "programs.json", SystemClock()).run(stopping)
        finally:
            clear_folder(runtime)


def _has_readers() -> bool:
    """Whether virtual readers can run here; where not, it is said which package is missing."""
    try:
        check_installed()
    except PcscdUnavailableError as error:
        click.echo(UNAVAILABLE.format(reason=error))
        return False
    return True


def _programs(
    settings_file: Path, runtime: Path, psc_port: int, *, virtual_cards: bool
) -> dict[str, list[str]]:
    """The command line of each program; with virtual cards, the counter sees their daemon and no other."""

    def program(name: str, *extra: str) -> list[str]:
        return comptoir_command(name, "--settings", str(settings_file), *extra)

    programs = {
        "counter": program("counter"),
        "eye": program("eye"),
        "bridge": program("bridge", "--console", "--phone"),
        "psc": program("psc", "--port", str(psc_port)),
    }
    if virtual_cards:
        programs["counter"][:0] = ["env", f"{SOCKET_VARIABLE}={daemon_socket(runtime)}"]
        programs["bridge"].append("--virtual-cards")
        programs["virtual-cards"] = program("virtual-cards")
    return programs


@contextmanager
def _folder() -> Iterator[Path]:
    """A folder of its own for state and runtime files, in memory where there is one; removed at the end."""
    parent = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108 - tmpfs, as on the device
    folder = Path(tempfile.mkdtemp(prefix="comptoir-demo-", dir=parent))
    try:
        for name in ("state", "run"):
            (folder / name).mkdir(mode=0o700)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _free_port(port: int) -> int:
    """The port, if it is free; 0 picks one."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((_HOST, port))
        except OSError:
            raise click.ClickException(PORT_TAKEN.format(port=port)) from None
        return int(probe.getsockname()[1])


def _driver(camera: str | None) -> str:
    if camera is None:
        return "simulated"
    try:
        return driver_for(camera)
    except NotACameraError as error:
        raise click.ClickException(str(error)) from None


def _told_by(folder: Path, status: str) -> dict[str, dict[str, object]]:
    """The settings of whoever says the status: a base without a network, or one that wants the CPS."""
    if status != "tlsi":
        return {"prescriptions": {"source": status}}
    keys = load_or_create_keys(folder / "state", datetime.now(UTC))
    url = f"https://{_HOST}:{_free_port(0)}{PATH}"
    return {
        "prescriptions": {"source": "tlsi"},
        "tlsi": {
            "url": url,
            "insi_url": url,
            "authorities": str(keys.authority),
            "idam": KNOWN_IDAM,
            "billing_id": _BILLING_ID,
        },
    }


def _e_cps(folder: Path, port: int) -> dict[str, dict[str, object]]:
    """The settings of the login at the simulated Pro Santé Connect."""
    runtime = folder / "run"
    return {
        "pro_sante_connect": {
            "enabled": True,
            "issuer": issuer(port),
            "client_id": CLIENT_ID,
            "client_secret_file": str(client_secret_file(runtime)),
            "authorities": str(tls_files(runtime).authority),
        }
    }


def _write_settings(
    folder: Path,
    partners: dict[str, dict[str, object]],
    driver: str,
    camera: str | None,
    port: int,
    size: tuple[int, int],
    rate: int,
) -> Path:
    values: dict[str, dict[str, object]] = {
        "paths": {
            "state_directory": str(folder / "state"),
            "runtime_directory": str(folder / "run"),
        },
        "camera": {
            "driver": driver,
            "width": size[0],
            "height": size[1],
            "frames_per_s": rate,
            **({} if camera is None else {"device": camera, "loop": True, "hold_s": _HOLD_S}),
        },
        "display": {"driver": "png"},
        "buttons": {"driver": "socket"},
        "sound": {"driver": "recorded"},
        "lamp": {"driver": "recorded"},
        "counter": {"test_identities": True},
        "cards": {"authorities": str(authorities_folder(folder / "state"))},
        **partners,
        "bridge": {"host": _HOST, "port": port},
    }
    path = folder / "comptoir.toml"
    path.write_text(
        "\n".join(
            f"[{section}]\n" + "".join(f"{key} = {json.dumps(value)}\n" for key, value in entries.items())
            for section, entries in values.items()
        )
    )
    return path


def _pair(settings: Settings, token: str, page_token: str) -> None:
    """Two clients: an LGO of one's own and the page must not take each other's events."""
    with open_journal(settings, SystemClock()) as (journal, _):
        journal.add_client(CLIENT_NAME, sha256(token.encode()).digest(), ["events", "status"])
        journal.add_client(
            PAGE_NAME, sha256(page_token.encode()).digest(), ["events", "status", "technician"]
        )


def _say_ready(path: Path, content: dict[str, str]) -> None:
    replace_volatile(path, json.dumps(content).encode(), mode=0o600)
