"""The device key: 32 random bytes made on the first start, from which every other key is derived."""

from __future__ import annotations

import contextlib
import os
import secrets
import stat
import tempfile
from pathlib import Path

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from appliance.journal.errors import (
    DeviceKeyAccessError,
    DeviceKeyError,
    DeviceKeyExposedError,
    DeviceKeyFileError,
    DeviceKeyLengthError,
)

__all__ = ["DEVICE_KEY_BYTES", "derive", "load_device_key", "load_or_create_device_key"]

DEVICE_KEY_BYTES = 32
_KEY_MODE = 0o600
_OTHERS = stat.S_IRWXG | stat.S_IRWXO
_INFO_PREFIX = b"comptoir/1/"
"""Keeps our derivations apart from those of any other program given the same key (RFC 5869 §3.2)."""


def load_or_create_device_key(path: Path) -> bytes:
    """The device's key, made and durably written on the first call.

    Several processes may call it at once on an empty directory: all get the same key.

    Raises:
        DeviceKeyLengthError: the file does not hold exactly DEVICE_KEY_BYTES bytes.
        DeviceKeyExposedError: group or others have any right on it.
        DeviceKeyFileError: it is a link, a directory or a device.
        DeviceKeyAccessError: it can be neither read nor created.
    """
    try:
        try:
            return _load(path)
        except FileNotFoundError:
            _create(path)
            return _load(path)
    except DeviceKeyError:
        raise
    except OSError as error:
        raise DeviceKeyAccessError(f"{path}: {error.strerror}") from error


def load_device_key(credential: Path) -> bytes:
    """The device's key as the service manager hands it over: a file whose rights are the manager's business.

    Raises:
        DeviceKeyLengthError: the file does not hold exactly DEVICE_KEY_BYTES bytes.
        DeviceKeyExposedError: everybody may read it.
        DeviceKeyFileError: it is a link, a directory or a device.
        DeviceKeyAccessError: it cannot be read.
    """
    try:
        # An access list lets the service in, and shows as rights of a group: no sign of exposure here.
        return _load(credential, forbidden=stat.S_IRWXO)
    except DeviceKeyError:
        raise
    except OSError as error:
        raise DeviceKeyAccessError(f"{credential}: {error.strerror}") from error


def derive(key: bytes, purpose: str) -> bytes:
    """A 32-byte key for one purpose, by HKDF-SHA-256 (RFC 5869); it says nothing of `key` or of the others.

    Args:
        key: the device key, or a key that was itself derived.
        purpose: what the result is for, for example `journal`; different purposes give unrelated keys.

    Raises:
        ValueError: `key` is not 32 bytes, or `purpose` is empty.
    """
    if len(key) != DEVICE_KEY_BYTES:
        raise ValueError(f"a key to derive from is {DEVICE_KEY_BYTES} bytes, not {len(key)}")
    if not purpose:
        raise ValueError("a derived key needs a purpose")
    info = _INFO_PREFIX + purpose.encode()
    return HKDF(algorithm=SHA256(), length=DEVICE_KEY_BYTES, salt=None, info=info).derive(key)


def _load(path: Path, forbidden: int = _OTHERS) -> bytes:
    # O_NONBLOCK: a FIFO put in the key's place must not hang the start.
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK)
    except OSError as error:
        if path.is_symlink():
            raise DeviceKeyFileError(str(path)) from error
        raise
    try:
        # Checked on the open descriptor: nothing can be exchanged between the check and the reading.
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise DeviceKeyFileError(str(path))
        if status.st_mode & forbidden:
            raise DeviceKeyExposedError(f"{path}: {stat.S_IMODE(status.st_mode):o}")
        key = os.read(descriptor, DEVICE_KEY_BYTES + 1)
    finally:
        os.close(descriptor)
    if len(key) != DEVICE_KEY_BYTES:
        raise DeviceKeyLengthError(f"{path}: {status.st_size} / {DEVICE_KEY_BYTES}")
    return key


def _create(path: Path) -> None:
    """Write a new key beside `path` and link it there, unless another process was first."""
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    temporary = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            os.fchmod(file.fileno(), _KEY_MODE)
            file.write(secrets.token_bytes(DEVICE_KEY_BYTES))
            file.flush()
            os.fsync(file.fileno())
        # A link, not a rename: it fails where a key already is, so a loser of the race never
        # replaces a key that the winner has already used.
        with contextlib.suppress(FileExistsError):
            path.hardlink_to(temporary)
    finally:
        temporary.unlink(missing_ok=True)
    # The loser of the race, too: it uses the winner's key, which may not be on the disk yet.
    directory = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)
