"""`comptoir clients` beside a bridge at work."""

from __future__ import annotations

import ssl
import threading
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from appliance.base.clock import SystemClock
from appliance.cli import clients, common
from appliance.cli.journals import DEVICE_KEY_FILE, open_journal_in_use
from appliance.display.menu_screens import PairingEnd
from appliance.pairing.exchange import MAX_CLIENT_NAME_CHARACTERS, PairingFiles, Window
from appliance.texts import clients as texts
from tests.bridge.conftest import DEVICE_KEY, LONG_S, Bench
from tests.bridge.test_pairing import Lgo


class Shell:
    """Runs the command with the bench's settings."""

    def __init__(self, bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
        key = Path(bench.settings.paths.state_directory) / DEVICE_KEY_FILE
        key.write_bytes(DEVICE_KEY)
        key.chmod(0o600)
        monkeypatch.setattr(common.Settings, "load", lambda _: bench.settings)

    def run(self, *arguments: str, typed: str | None = None) -> tuple[int, str]:
        result = CliRunner().invoke(clients.command, [*arguments], input=typed)
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result.exit_code, result.output


@pytest.fixture
def shell(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> Shell:
    return Shell(bench, monkeypatch)


def test_who_is_paired(bench: Bench, shell: Shell) -> None:
    assert shell.run("list") == (0, texts.NO_CLIENT + "\n")
    client = bench.pair("t", "events")
    code, told = shell.run("list")
    assert code == 0
    assert told.splitlines()[1].split()[:4] == [client.id, "LGO", "0", "events"]
    assert texts.NEVER in told


def test_the_certificate_for_a_browser_is_the_one_that_is_served(bench: Bench, shell: Shell) -> None:
    code, told = shell.run("certificate")
    assert code == 0
    served = ssl.get_server_certificate(bench.server.address)
    assert ssl.PEM_cert_to_DER_cert(told) == ssl.PEM_cert_to_DER_cert(served)
    bench.identity.certificate_file.unlink()
    assert shell.run("certificate") == (1, f"Error: {texts.NO_CERTIFICATE}\n")


def test_a_client_gets_another_name_and_keeps_its_token(bench: Bench, shell: Shell) -> None:
    client = bench.pair("t")
    assert shell.run("rename", client.id, " Poste 2 ")[0] == 0
    assert bench.client("t").get("/v1/clients/me").json()["name"] == "Poste 2"
    assert shell.run("rename", "Poste 2", "é" * MAX_CLIENT_NAME_CHARACTERS)[0] == 0
    assert shell.run("rename", client.id, "é" * (MAX_CLIENT_NAME_CHARACTERS + 1))[0] == 1
    assert shell.run("rename", client.id, "a\x1bb")[0] == 1


def test_revoking_asks_first_and_voids_the_token(bench: Bench, shell: Shell) -> None:
    client = bench.pair("t")
    assert shell.run("revoke", client.id, typed="n\n")[0] == 1
    assert bench.client("t").get("/v1/clients/me").status_code == 200
    assert shell.run("revoke", client.id, "--yes")[0] == 0
    assert bench.client("t").get("/v1/clients/me").status_code == 401
    assert texts.UNKNOWN in shell.run("revoke", client.id, "--yes")[1]


def test_a_technician_s_token_is_shown_once_and_opens_the_metrics(bench: Bench, shell: Shell) -> None:
    code, told = shell.run("token", "Relevés")
    assert code == 0
    token = told.splitlines()[-1]
    assert bench.client(token).get("/metrics").status_code == 200
    assert bench.client(token).get("/v1/events").status_code == 403
    assert token not in shell.run("list")[1]


def test_a_name_of_two_is_not_guessed(bench: Bench, shell: Shell) -> None:
    for token in ("a", "b"):
        bench.journal.rename(bench.pair(token).id, "LGO")
    assert texts.AMBIGUOUS in shell.run("revoke", "LGO", "--yes")[1]
    assert len(bench.journal.clients()) == 2


def test_a_device_that_never_ran_gets_no_key_from_a_command(bench: Bench, tmp_path: Path) -> None:
    absent = tmp_path / "keys" / DEVICE_KEY_FILE
    with pytest.raises(FileNotFoundError), open_journal_in_use(bench.settings, SystemClock(), absent):
        pass
    assert not absent.exists()


@pytest.mark.parametrize("same", [True, False])
def test_pairing_from_the_shell(
    bench: Bench, shell: Shell, monkeypatch: pytest.MonkeyPatch, same: bool
) -> None:
    """The person types what the software shows; only that pairs."""
    lgo = Lgo(bench.url)
    clock = SystemClock()
    files = PairingFiles(Path(bench.settings.paths.runtime_directory))
    pause = threading.Event()
    answers: list[int] = []

    def software() -> None:
        while files.window(clock.monotonic_ns()) is None:
            pause.wait(0.05)
        assert lgo.begin().status_code == 201
        lgo.reveal()
        while (answer := lgo.progress()).status_code == 202:
            pause.wait(0.05)
        answers.append(answer.status_code)
        if not same:
            for _ in range(2):
                lgo.begin()
                lgo.http.delete(f"/v1/pairings/{lgo.id}")

    def typed(text: str, **_: object) -> str:
        assert text == texts.TYPE_NUMBER
        return f"{lgo.number[:3]} {lgo.number[3:]}" if same else ""

    monkeypatch.setattr(click, "prompt", typed)
    thread = threading.Thread(target=software)
    with lgo.http:
        thread.start()
        code, told = shell.run("pair")
        thread.join(LONG_S)
    assert answers == [200 if same else 410]
    end = PairingEnd.PAIRED if same else PairingEnd.TRIES
    assert texts.ENDS[end.value].format(name="LGO du comptoir 1") in told
    assert code == (0 if same else 1)
    assert len(bench.journal.clients()) == int(same)


def test_a_window_that_the_buttons_opened_is_left_alone(bench: Bench, shell: Shell) -> None:
    clock = SystemClock()
    files = PairingFiles(Path(bench.settings.paths.runtime_directory))
    files.open_window(Window(id="0a", until_ns=clock.monotonic_ns() + 80 * 10**9))
    code, told = shell.run("pair")
    assert code == 1
    assert texts.ENDS["busy"] in told
    assert files.window(clock.monotonic_ns()) is not None
