"""The device's key is made once, kept to itself, and outlives every certificate around it."""

from __future__ import annotations

import contextlib
import ipaddress
import ssl
import stat
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from appliance.base.clock import ManualClock
from appliance.bridge.identity import VALIDITY, DeviceIdentity, IdentityError, load_or_create_identity

DAY_S = 24 * 3600


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    return tmp_path / "bridge"


def certificate(identity: DeviceIdentity) -> x509.Certificate:
    return x509.load_pem_x509_certificate(identity.certificate_file.read_bytes())


def names(identity: DeviceIdentity) -> x509.SubjectAlternativeName:
    return certificate(identity).extensions.get_extension_for_class(x509.SubjectAlternativeName).value


def test_the_first_start_makes_a_p256_key_for_its_owner_alone(directory: Path, clock: ManualClock) -> None:
    identity = load_or_create_identity(directory, [], clock)
    key = serialization.load_pem_private_key(identity.key_file.read_bytes(), None)
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    assert isinstance(key.curve, ec.SECP256R1)
    assert stat.S_IMODE(identity.key_file.stat().st_mode) == 0o600
    assert stat.S_IMODE(directory.stat().st_mode) == 0o700
    assert identity.pin.startswith("sha256/")


def test_the_certificate_names_the_device_for_ten_years(directory: Path, clock: ManualClock) -> None:
    identity = load_or_create_identity(directory, ["Comptoir.local", "192.0.2.7", "0.0.0.0", "[::1]"], clock)
    found = certificate(identity)
    assert names(identity).get_values_for_type(x509.DNSName) == ["localhost", "comptoir.local"]
    assert names(identity).get_values_for_type(x509.IPAddress) == [
        ipaddress.ip_address(text) for text in ("127.0.0.1", "::1", "192.0.2.7")
    ]
    assert found.not_valid_after_utc - found.not_valid_before_utc == VALIDITY
    assert timedelta(days=3650) < VALIDITY
    assert found.not_valid_before_utc < clock.now()
    assert not found.extensions.get_extension_for_class(x509.BasicConstraints).value.ca


def test_a_strict_client_that_was_given_the_file_accepts_it(directory: Path, clock: ManualClock) -> None:
    identity = load_or_create_identity(directory, [], clock)
    context = ssl.create_default_context(cafile=str(identity.certificate_file))
    context.verify_flags |= ssl.VERIFY_X509_STRICT
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    client = context.wrap_bio(incoming, outgoing, server_hostname="127.0.0.1")
    server_in, server_out = ssl.MemoryBIO(), ssl.MemoryBIO()
    server = identity.server_context().wrap_bio(server_in, server_out, server_side=True)
    for _ in range(4):
        for peer, source, target in ((client, outgoing, server_in), (server, server_out, incoming)):
            with contextlib.suppress(ssl.SSLWantReadError):
                peer.do_handshake()
            target.write(source.read())
    assert client.version() == "TLSv1.3"


def test_a_second_start_changes_nothing(directory: Path, clock: ManualClock) -> None:
    first = load_or_create_identity(directory, ["a.local"], clock)
    files = [first.key_file.read_bytes(), first.certificate_file.read_bytes()]
    clock.advance(300 * DAY_S)
    second = load_or_create_identity(directory, [], clock)
    assert second == first
    assert [second.key_file.read_bytes(), second.certificate_file.read_bytes()] == files


def _remove(identity: DeviceIdentity, clock: ManualClock) -> None:
    identity.certificate_file.unlink()


def _damage(identity: DeviceIdentity, clock: ManualClock) -> None:
    content = identity.certificate_file.read_bytes()
    identity.certificate_file.write_bytes(content[: len(content) // 2])


def _grow_old(identity: DeviceIdentity, clock: ManualClock) -> None:
    clock.advance(VALIDITY.total_seconds() - 30 * DAY_S)


def _set_the_clock_back(identity: DeviceIdentity, clock: ManualClock) -> None:
    clock.start -= timedelta(days=400)


@pytest.mark.parametrize("happens", [_remove, _damage, _grow_old, _set_the_clock_back])
def test_a_certificate_of_no_use_is_renewed_and_the_pin_stays(
    directory: Path, clock: ManualClock, happens: object
) -> None:
    first = load_or_create_identity(directory, [], clock)
    before = certificate(first).serial_number
    happens(first, clock)  # type: ignore[operator]
    second = load_or_create_identity(directory, [], clock)
    assert second.pin == first.pin
    assert certificate(second).serial_number != before
    second.server_context()


def test_a_new_name_renews_the_certificate_and_the_pin_stays(directory: Path, clock: ManualClock) -> None:
    first = load_or_create_identity(directory, [], clock)
    second = load_or_create_identity(directory, ["neu.local"], clock)
    assert second.pin == first.pin
    assert "neu.local" in names(second).get_values_for_type(x509.DNSName)


def test_a_certificate_of_another_key_is_replaced(
    directory: Path, tmp_path: Path, clock: ManualClock
) -> None:
    mine = load_or_create_identity(directory, [], clock)
    other = load_or_create_identity(tmp_path / "other", [], clock)
    mine.certificate_file.write_bytes(other.certificate_file.read_bytes())
    again = load_or_create_identity(directory, [], clock)
    assert again.pin == mine.pin
    again.server_context()


@pytest.mark.parametrize("content", [b"", b"-----BEGIN PRIVATE KEY-----\n", b"\x00" * 64])
def test_a_damaged_key_is_never_replaced_in_silence(
    directory: Path, clock: ManualClock, content: bytes
) -> None:
    identity = load_or_create_identity(directory, [], clock)
    identity.key_file.write_bytes(content)
    with pytest.raises(IdentityError):
        load_or_create_identity(directory, [], clock)
    assert identity.key_file.read_bytes() == content


def test_a_key_of_another_kind_is_refused(directory: Path, clock: ManualClock) -> None:
    identity = load_or_create_identity(directory, [], clock)
    other = ec.generate_private_key(ec.SECP384R1())
    identity.key_file.write_bytes(
        other.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    with pytest.raises(IdentityError, match="P-256"):
        load_or_create_identity(directory, [], clock)


def test_a_key_that_others_may_read_is_closed_to_them(directory: Path, clock: ManualClock) -> None:
    identity = load_or_create_identity(directory, [], clock)
    identity.key_file.chmod(0o644)
    load_or_create_identity(directory, [], clock)
    assert stat.S_IMODE(identity.key_file.stat().st_mode) == 0o600
