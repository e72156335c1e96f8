"""These tests boot a Debian with the appliance's units: `make test-systemd`."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.under_systemd.machine import Machine

if not os.environ.get("COMPTOIR_SYSTEMD_ROOT"):
    collect_ignore_glob = ["test_*.py"]


@pytest.fixture(scope="session")
def machine() -> Iterator[Machine]:
    """A booted machine; every test leaves its units running."""
    with Machine(Path(os.environ["COMPTOIR_SYSTEMD_ROOT"])) as booted:
        yield booted
