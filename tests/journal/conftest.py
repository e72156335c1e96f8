"""Fixtures of the journal's tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.journal import Journal
from tests.journal.world import Disk, World


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    """The bytes of the state directory; closed after the journals are."""
    disk = Disk(tmp_path / "state")
    yield disk
    disk.close()


@pytest.fixture
def world(tmp_path: Path, disk: Disk) -> Iterator[World]:
    world = World(tmp_path)
    with world.closing:
        yield world


@pytest.fixture
def journal(world: World) -> Journal:
    return world.open()
