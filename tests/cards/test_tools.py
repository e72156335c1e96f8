"""Other people's tools, and our command, see the virtual cards as what they claim to be."""

from __future__ import annotations

import json
import shutil
import ssl
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from appliance.cards.inputs import CardRead
from appliance.simulation.cards.vitale import VirtualVitale2

if TYPE_CHECKING:
    from appliance.simulation.cards.catalogue import CardBox

    from .conftest import RealBench

from appliance.simulation.cards.catalogue import FAMILY

NAMES = ("CORSE", "ANTHONY", "PHARMACH", "CAROLE", "899700075122", "180032B02040123", "19800302")


def _run(*arguments: str, allowed: tuple[int, ...] = (0,)) -> str:
    if shutil.which(arguments[0]) is None:
        pytest.skip(f"{arguments[0]} is not installed (Debian packages opensc and pcsc-tools)")
    done = subprocess.run(arguments, capture_output=True, text=True, timeout=40, check=False)
    assert done.returncode in allowed, done.stdout + done.stderr
    return done.stdout


@pytest.fixture
def cards(real_bench: RealBench, box: CardBox) -> RealBench:
    real_bench.insert(0, box.take("cps3"))
    real_bench.insert(1, VirtualVitale2(FAMILY))
    real_bench.heard.wait(CardRead, 2)
    return real_bench


def test_opensc_knows_the_card_and_reads_its_directory(cards: RealBench) -> None:
    assert "IAS-ECC" in _run("opensc-tool", "--reader", "0", "--name")
    dump = _run("pkcs15-tool", "--reader", "0", "--dump")
    for expected in (
        "PKCS#15 Card [CPX IAS]",
        "Certificat de Signature CPS",
        "Certificat d'Authentification CPS",
        "Key ref        : 129 (0x81)",
        "Key ref        : 130 (0x82)",
        "min_len:4, max_len:4",
    ):
        assert expected in dump


def test_opensc_reads_the_same_certificate(cards: RealBench) -> None:
    identifier = "e828bd080f8025000001ff001001"
    pem = _run("pkcs15-tool", "--reader", "0", "--read-certificate", identifier)
    certificate = cards.heard.of(CardRead)
    der = next(read.content.certificates[0].der for read in certificate if hasattr(read.content, "rpps"))
    assert ssl.PEM_cert_to_DER_cert(pem[pem.index("-----BEGIN") :]) == der


def test_pcsc_scan_lists_both(cards: RealBench) -> None:
    shown = _run("timeout", "2", "pcsc_scan", "-n", allowed=(0, 124))
    assert "3B AC 00 40 2A 00 12 25 00 64 80 00 03 10 00 90 00" in shown
    assert "3B 75 13 00 00 45 09 EA 90 00" in shown


def _comptoir(*options: str) -> str:
    return _run(sys.executable, "-m", "appliance", "cards", *options)


def test_the_command_masks_identities(cards: RealBench) -> None:
    for shown in (_comptoir(), _comptoir("--json")):
        assert not [name for name in NAMES if name in shown]
    assert "carte Vitale" in _comptoir()


def test_the_command_shows_them_when_told(cards: RealBench) -> None:
    shown = _comptoir("--json", "--show-identities")
    assert [name for name in NAMES if name in shown] == list(NAMES)
    lines = [json.loads(line) for line in shown.splitlines()]
    assert [line["what"] for line in lines] == ["ReadersChanged", "CardRead", "CardRead"]


def test_the_command_without_a_daemon_says_so(cards: RealBench) -> None:
    cards.kill_daemon()
    shown = _run(sys.executable, "-m", "appliance", "cards", allowed=(1,))
    assert "pcscd" in shown
