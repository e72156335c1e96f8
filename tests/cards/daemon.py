"""One PC/SC daemon with virtual readers for all tests of a process, whatever folder they are in."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.base.clock import SystemClock
from appliance.simulation.cards.pcscd import SOCKET_VARIABLE, PcscdUnavailableError, VirtualReaders

__all__ = ["virtual_readers"]


@pytest.fixture(scope="session")
def virtual_readers() -> Iterator[VirtualReaders]:
    """One daemon a test process: the PC/SC library remembers its socket for the life of the process."""
    folder = Path(tempfile.mkdtemp(prefix="cv-"))
    before = os.environ.get(SOCKET_VARIABLE)
    try:
        with VirtualReaders(folder, SystemClock()) as virtual:
            os.environ[SOCKET_VARIABLE] = str(virtual.socket_path)
            yield virtual
    except PcscdUnavailableError as error:
        pytest.skip(str(error))
    finally:
        if before is None:
            os.environ.pop(SOCKET_VARIABLE, None)
        else:
            os.environ[SOCKET_VARIABLE] = before
        shutil.rmtree(folder, ignore_errors=True)
