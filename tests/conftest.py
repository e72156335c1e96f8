"""What every test shares."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.cards.daemon import virtual_readers  # noqa: F401 - a fixture, of which a process has one


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what must run in a row, the whole appliance and the browser: all else fills in beside it."""
    items.sort(key=lambda item: item.get_closest_marker("xdist_group") is None)


@pytest.fixture(scope="session")
def corpus() -> Path:
    """The folder of real pictures, measured where it is present."""
    folder = Path(os.environ.get("COMPTOIR_CORPUS", Path(__file__).parents[2] / "shared" / "corpus"))
    if not (folder / "manifest.json").is_file():
        pytest.skip(f"the corpus of real pictures is not here ({folder}); set COMPTOIR_CORPUS to measure it")
    return folder
