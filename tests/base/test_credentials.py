"""What the service manager hands over, found by its name."""

from __future__ import annotations

from pathlib import Path

import pytest

from appliance.base.credentials import credential


def test_a_credential_is_found_by_its_name(tmp_path: Path) -> None:
    (tmp_path / "device.key").write_bytes(b"x")
    environment = {"CREDENTIALS_DIRECTORY": str(tmp_path)}
    assert credential("device.key", environment) == tmp_path / "device.key"
    assert credential("other", environment) is None


@pytest.mark.parametrize("environment", [{}, {"CREDENTIALS_DIRECTORY": ""}])
def test_without_a_service_manager_there_is_none(environment: dict[str, str]) -> None:
    assert credential("device.key", environment) is None


@pytest.mark.parametrize("name", ["", "../device.key", "a/b", "Device", ".hidden", "x" * 65])
def test_a_name_that_leaves_the_folder_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match="name"):
        credential(name, {"CREDENTIALS_DIRECTORY": str(tmp_path)})
