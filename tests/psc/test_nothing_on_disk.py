"""A whole session of Pro Santé Connect in the counter: none of its tokens is in any file of the device."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.counter.psc_desk import PscDesk
from appliance.counter.psc_inputs import PscAsked
from appliance.counter.psc_state import PscPhase
from appliance.prescriptions.pro_sante_connect.tokens import TokenAnswer
from appliance.simulation.pro_sante_connect.provider import ACCESS_S
from tests.counter.test_runtime import Device

from .conftest import PHARMACIST, SECRET, Stand


@pytest.fixture
def device(stand: Stand) -> Iterator[Device]:
    with tempfile.TemporaryDirectory(prefix="ct-") as name:
        device = Device(Path(name))
        device.psc = PscDesk(stand.client, stand.clock, PHARMACIST)
        yield device
        device.close()


def phase(device: Device) -> PscPhase:
    assert device.runtime is not None
    return device.runtime.state.psc.phase


def tokens(device: Device) -> TokenAnswer | None:
    assert device.psc is not None
    session = device.psc._session
    return None if session is None else session._tokens


def words_in_files(folder: Path, words: set[str]) -> list[str]:
    """Which of the words stand in a file, by name or by content."""
    found = []
    for path in folder.rglob("*"):
        content = path.read_bytes() if path.is_file() else b""
        found += [word for word in words if word in path.name or word.encode() in content]
    return found


def test_tokens_of_a_session_are_in_no_file_while_it_lasts_nor_after(device: Device, stand: Stand) -> None:
    device.start()
    assert device.runtime is not None
    device.runtime._queue.put(PscAsked(device.clock.monotonic_ns()))
    device.wait(lambda: phase(device) is PscPhase.WAITING)
    stand.approve()
    stand.clock.advance(5)
    device.wait(lambda: phase(device) is PscPhase.OPEN)
    first = tokens(device)
    assert first is not None
    stand.clock.advance(ACCESS_S)
    device.wait(lambda: tokens(device) not in {None, first})
    second = tokens(device)
    assert second is not None
    given = (word for one in (first, second) for word in (one.access_token, one.refresh_token, one.id_token))
    words = {SECRET, *(word for word in given if word is not None)}
    assert len(words) >= 6
    device.wait(lambda: "session.opened" in device.kinds())
    # The search finds what is there.
    assert words_in_files(device.directory, {"counter.json", "Ready"}) != []
    assert words_in_files(device.directory, words) == []
    device.stop()
    assert "session.closed" in device.kinds()
    assert stand.provider.live_tokens == 0
    assert words_in_files(device.directory, words) == []
