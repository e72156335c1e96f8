"""The device key: made once, durably, for its owner only; and what is derived from it."""

from __future__ import annotations

import hashlib
import hmac
import os
import stat
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from appliance.journal import device_key as module
from appliance.journal.device_key import (
    DEVICE_KEY_BYTES,
    derive,
    load_device_key,
    load_or_create_device_key,
)
from appliance.journal.errors import (
    DeviceKeyAccessError,
    DeviceKeyError,
    DeviceKeyExposedError,
    DeviceKeyFileError,
    DeviceKeyLengthError,
)


def _write(path: Path, content: bytes, mode: int = 0o600) -> None:
    path.write_bytes(content)
    path.chmod(mode)


def test_it_is_made_once_and_stays(tmp_path: Path) -> None:
    path = tmp_path / "device.key"
    key = load_or_create_device_key(path)
    assert len(key) == DEVICE_KEY_BYTES
    assert load_or_create_device_key(path) == key
    assert path.read_bytes() == key
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [entry.name for entry in tmp_path.iterdir()] == ["device.key"]
    assert load_or_create_device_key(tmp_path / "other.key") != key


def test_it_is_for_its_owner_whatever_the_umask(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        load_or_create_device_key(tmp_path / "device.key")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "device.key").stat().st_mode) == 0o600


def test_it_is_on_the_disk_before_it_has_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[str] = []

    def noted(name: str, original: Callable[..., object]) -> Callable[..., object]:
        def call(*args: object) -> object:
            calls.append(name)
            return original(*args)

        return call

    monkeypatch.setattr(module.os, "fsync", noted("fsync", os.fsync))
    monkeypatch.setattr(Path, "hardlink_to", noted("link", Path.hardlink_to))
    load_or_create_device_key(tmp_path / "device.key")
    assert calls == ["fsync", "link", "fsync"], "the content, its name, the directory"


def test_programs_that_start_together_get_one_key(tmp_path: Path) -> None:
    path = tmp_path / "device.key"
    together = threading.Barrier(8)
    keys: list[bytes] = []

    def start() -> None:
        together.wait()
        keys.append(load_or_create_device_key(path))

    threads = [threading.Thread(target=start) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(keys) == 8
    assert set(keys) == {path.read_bytes()}


def test_the_loser_of_the_race_takes_the_winners_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "device.key"
    link = Path.hardlink_to

    def later(self: Path, target: Path) -> None:
        _write(path, b"w" * DEVICE_KEY_BYTES)
        link(self, target)

    monkeypatch.setattr(Path, "hardlink_to", later)
    assert load_or_create_device_key(path) == b"w" * DEVICE_KEY_BYTES
    assert [entry.name for entry in tmp_path.iterdir()] == ["device.key"]


@pytest.mark.parametrize("length", [0, DEVICE_KEY_BYTES - 1, DEVICE_KEY_BYTES + 1, 10_000_000])
def test_a_key_of_another_length_is_refused_and_kept(tmp_path: Path, length: int) -> None:
    path = tmp_path / "device.key"
    _write(path, b"k" * length)
    with pytest.raises(DeviceKeyLengthError, match="longueur"):
        load_or_create_device_key(path)
    assert path.stat().st_size == length


@pytest.mark.parametrize("mode", [0o640, 0o620, 0o610, 0o604, 0o602, 0o601, 0o666])
def test_a_key_that_others_can_touch_is_refused(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "device.key"
    _write(path, b"k" * DEVICE_KEY_BYTES, mode)
    with pytest.raises(DeviceKeyExposedError, match="chmod 600"):
        load_or_create_device_key(path)


def test_a_key_that_only_its_owner_reads_is_taken(tmp_path: Path) -> None:
    path = tmp_path / "device.key"
    _write(path, b"k" * DEVICE_KEY_BYTES, 0o400)
    assert load_or_create_device_key(path) == b"k" * DEVICE_KEY_BYTES


def _link(path: Path) -> None:
    target = path.with_name("elsewhere")
    _write(target, b"k" * DEVICE_KEY_BYTES)
    path.symlink_to(target)


@pytest.mark.parametrize(
    "make",
    [Path.mkdir, os.mkfifo, _link, lambda path: path.symlink_to(path.with_name("nothing"))],
    ids=["directory", "fifo", "link", "dangling link"],
)
def test_what_is_not_a_file_is_refused(tmp_path: Path, make: Callable[[Path], None]) -> None:
    path = tmp_path / "device.key"
    make(path)
    with pytest.raises(DeviceKeyFileError):
        load_or_create_device_key(path)


def test_a_missing_directory_is_said(tmp_path: Path) -> None:
    with pytest.raises(DeviceKeyAccessError):
        load_or_create_device_key(tmp_path / "nowhere" / "device.key")


def test_no_error_holds_the_key(tmp_path: Path) -> None:
    path = tmp_path / "device.key"
    _write(path, b"fictitious key too short")
    with pytest.raises(DeviceKeyError) as caught:
        load_or_create_device_key(path)
    assert "fictitious" not in str(caught.value)


def test_derivation_is_hkdf_of_rfc_5869() -> None:
    """Computed apart, with the standard library's HMAC: extract with a zero salt, expand one block."""
    key = bytes(range(32))
    extracted = hmac.digest(bytes(32), key, hashlib.sha256)
    expected = hmac.digest(extracted, b"comptoir/1/journal\x01", hashlib.sha256)
    assert derive(key, "journal") == expected
    assert len({derive(key, purpose) for purpose in ("journal", "journal ", "check")} | {key}) == 4
    for wrong, purpose in ((key[1:], "journal"), (key + b"x", "journal"), (key, "")):
        with pytest.raises(ValueError):
            derive(wrong, purpose)


def test_a_key_handed_over_by_the_service_manager_is_taken_though_a_group_may_read_it(tmp_path: Path) -> None:
    _write(tmp_path / "device.key", bytes(range(32)), 0o440)
    assert load_device_key(tmp_path / "device.key") == bytes(range(32))
    with pytest.raises(DeviceKeyExposedError):
        load_or_create_device_key(tmp_path / "device.key")


def test_a_key_handed_over_must_be_one(tmp_path: Path) -> None:
    file = tmp_path / "device.key"
    with pytest.raises(DeviceKeyAccessError):
        load_device_key(file)
    _write(file, bytes(31))
    with pytest.raises(DeviceKeyLengthError):
        load_device_key(file)
    _write(file, bytes(32), 0o444)
    with pytest.raises(DeviceKeyExposedError):
        load_device_key(file)
