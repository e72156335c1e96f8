"""How the counter comes to its readers: settings, authorities, what is missing."""

from __future__ import annotations

import builtins
from pathlib import Path
from typing import Any

import click
import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from appliance.base.clock import ManualClock
from appliance.cards.trust import MAX_AUTHORITIES, MAX_AUTHORITY_FILE_BYTES
from appliance.cli.counter import _readers, _trust
from appliance.counter.readers import Readers
from appliance.settings import Settings, SettingsError
from appliance.simulation.cards.catalogue import CardBox
from appliance.simulation.cards.igc_folder import authorities_folder, load_or_create

from .conftest import NOW


def _settings(tmp_path: Path, text: str) -> Settings:
    file = tmp_path / "comptoir.toml"
    file.write_text(text)
    return Settings.load(file)


def test_cards_are_wanted_unless_said_otherwise(tmp_path: Path) -> None:
    assert _settings(tmp_path, "").cards.enabled
    assert _settings(tmp_path, "").cards.authorities is None
    assert not _settings(tmp_path, "[cards]\nenabled = false\n").cards.enabled


@pytest.mark.parametrize(
    "text", ['enabled = "oui"', "enabled = 1", "authorities = 3", "authority = '/x'", "authorities = ['/x']"]
)
def test_what_is_no_setting_of_cards_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(SettingsError, match="cards"):
        _settings(tmp_path, f"[cards]\n{text}\n")


def test_without_cards_there_is_no_desk(tmp_path: Path) -> None:
    settings = _settings(tmp_path, "[cards]\nenabled = false\n")
    assert _readers(settings, ManualClock(), tmp_path) is None


def test_with_cards_there_is_one_that_does_not_run_yet(tmp_path: Path) -> None:
    assert isinstance(_readers(_settings(tmp_path, ""), ManualClock(), tmp_path), Readers)


def test_without_the_library_the_counter_does_without_cards(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    real = builtins.__import__

    def missing(name: str, *arguments: Any, **named: Any) -> Any:
        if name == "appliance.cards.pcsc":
            raise ImportError(name)
        return real(name, *arguments, **named)

    monkeypatch.setattr(builtins, "__import__", missing)
    assert _readers(_settings(tmp_path, ""), ManualClock(), tmp_path) is None
    assert "PC/SC library is missing" in caplog.text


def test_authorities_are_taken_from_their_folder(tmp_path: Path) -> None:
    igc = load_or_create(tmp_path, NOW)
    assert set(_trust(authorities_folder(tmp_path)).authorities) == set(igc.authorities)
    assert _trust(None).authorities == ()


def test_every_program_of_a_demonstration_finds_the_same_authorities(tmp_path: Path) -> None:
    made, found = load_or_create(tmp_path, NOW), load_or_create(tmp_path, NOW)
    assert made.authorities == found.authorities
    keys = tmp_path / "test-igc"
    assert all(path.stat().st_mode & 0o077 == 0 for path in (keys, *keys.glob("*.key")) if path.is_file())


@pytest.mark.parametrize("content", [b"", b"\x30\x00", b"-----BEGIN CERTIFICATE-----\n"], ids=len)
def test_a_folder_with_what_is_no_certificate_stops_the_counter(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "ac.crt").write_bytes(content)
    with pytest.raises(click.ClickException, match=str(tmp_path)):
        _trust(tmp_path)


def test_a_folder_that_is_not_there_stops_the_counter(tmp_path: Path) -> None:
    with pytest.raises(click.ClickException, match="absent"):
        _trust(tmp_path / "absent")


def test_as_many_authorities_as_there_may_be_and_one_more(tmp_path: Path, box: CardBox) -> None:
    pem = box.authorities[0].public_bytes(Encoding.PEM)
    for number in range(MAX_AUTHORITIES):
        (tmp_path / f"{number}.pem").write_bytes(pem)
    assert len(_trust(tmp_path).authorities) == MAX_AUTHORITIES
    (tmp_path / "more.pem").write_bytes(pem)
    with pytest.raises(click.ClickException):
        _trust(tmp_path)


@pytest.mark.parametrize(("over", "is_taken"), [(0, True), (1, False)])
def test_a_file_is_as_large_as_it_may_be(tmp_path: Path, box: CardBox, over: int, is_taken: bool) -> None:
    pem = box.authorities[0].public_bytes(Encoding.PEM)
    (tmp_path / "ac.pem").write_bytes(pem + b"\n" * (MAX_AUTHORITY_FILE_BYTES - len(pem) + over))
    if is_taken:
        assert len(_trust(tmp_path).authorities) == 1
        return
    with pytest.raises(click.ClickException):
        _trust(tmp_path)
