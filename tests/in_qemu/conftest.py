"""These tests boot the image that `make image-qemu` made: `make image-test`."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from tests.in_qemu.machine import ROOT, Card, Machine

if not os.environ.get("COMPTOIR_IMAGE_TEST"):
    collect_ignore_glob = ["test_*.py"]


@pytest.fixture(scope="session")
def machine() -> Iterator[Machine]:
    """A card larger than the image that was flashed, given a key, and booted for the first time."""
    card = Card("driven")
    card.grow(2048)
    log = ROOT / "build/image/qemu/driven.log"
    log.unlink(missing_ok=True)
    try:
        with Machine(card, log=log) as booted:
            booted.wait_for_ssh()
            yield booted
    finally:
        card.remove()
