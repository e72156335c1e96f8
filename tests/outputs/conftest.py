"""Fixtures of the outputs' tests: a real journal with a clock moved by hand."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.journal import Journal
from tests.journal.world import World


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path)
    with world.closing:
        yield world


@pytest.fixture
def journal(world: World) -> Journal:
    return world.open()
