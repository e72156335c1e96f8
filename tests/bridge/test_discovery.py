"""The announcement, heard by a real browser of multicast DNS on the loopback."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from zeroconf import IPVersion, ServiceBrowser, ServiceInfo, ServiceListener, Zeroconf

from appliance.base.threads import StoppableThread
from appliance.bridge import discovery
from appliance.bridge.contract import API_VERSION
from appliance.bridge.discovery import SERVICE_TYPE, Discovery, addresses_of, device_name
from tests.bridge.conftest import LONG_S

KEY = bytes(range(0xA0, 0xC0))
LOOP = "127.0.0.1"


class Heard(ServiceListener):
    """What a browser finds, and what it loses."""

    def __init__(self) -> None:
        self.changed = threading.Condition()
        self.names: list[str] = []

    def add_service(self, _: Zeroconf, type_: str, name: str) -> None:
        assert type_ == SERVICE_TYPE
        with self.changed:
            self.names.append(name)
            self.changed.notify_all()

    def remove_service(self, _: Zeroconf, type_: str, name: str) -> None:
        with self.changed:
            self.names.remove(name)
            self.changed.notify_all()

    def update_service(self, _: Zeroconf, type_: str, name: str) -> None:
        return

    def wait(self, *names: str) -> None:
        with self.changed:
            assert self.changed.wait_for(lambda: set(names) == set(self.names) & {NAME, *names}, LONG_S)


NAME = f"Comptoir a0a1a2.{SERVICE_TYPE}"


@contextmanager
def browsing() -> Iterator[tuple[Zeroconf, Heard]]:
    browser = Zeroconf(interfaces=[LOOP], ip_version=IPVersion.V4Only)
    heard = Heard()
    try:
        ServiceBrowser(browser, SERVICE_TYPE, heard)
        yield browser, heard
    finally:
        browser.close()


def test_a_browser_finds_the_device_and_hears_it_leave() -> None:
    with browsing() as (browser, heard):
        thread = StoppableThread("discovery", Discovery(KEY, 8443, lambda: [LOOP]).run)
        thread.start()
        heard.wait(NAME)
        info = ServiceInfo(SERVICE_TYPE, NAME)
        assert info.request(browser, LONG_S * 1000)
        assert info.port == 8443
        assert info.parsed_addresses() == [LOOP]
        assert info.server == "comptoir-a0a1a2.local."
        said = {"id": "a0a1a2", "v": API_VERSION, "fp": "a0a1a2a3a4a5a6a7"}
        assert info.decoded_properties == said
        thread.stop(LONG_S)
        assert thread.failure is None
        heard.wait()


def test_a_network_that_comes_later_is_told_then() -> None:
    found = iter([(), (), (LOOP,)])
    with browsing() as (_, heard):
        discover = Discovery(KEY, 8443, lambda: next(found, (LOOP,)), look_s=0.01)
        thread = StoppableThread("discovery", discover.run)
        thread.start()
        heard.wait(NAME)
        thread.stop(LONG_S)
        assert thread.failure is None


@pytest.mark.parametrize("error", [OSError(19, "No such device"), RuntimeError("no loop")])
def test_a_network_without_multicast_stops_nothing(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, error: Exception
) -> None:
    def refuse(**_: object) -> Zeroconf:
        raise error

    monkeypatch.setattr(discovery, "Zeroconf", refuse)
    stopping = threading.Event()
    asked: list[int] = []

    def addresses() -> list[str]:
        asked.append(1)
        if len(asked) == 3:
            stopping.set()
        return [LOOP]

    with caplog.at_level(logging.WARNING):
        Discovery(KEY, 8443, addresses, look_s=0).run(stopping)
    assert len(asked) == 3
    assert type(error).__name__ in caplog.text


def test_addresses_that_cannot_be_listed_stop_nothing() -> None:
    stopping = threading.Event()
    stopping.set()

    def addresses() -> list[str]:
        raise OSError

    Discovery(KEY, 8443, addresses).run(stopping)


@pytest.mark.parametrize(
    ("host", "local", "told"),
    [
        ("192.168.1.20", "10.0.0.1", ("192.168.1.20",)),
        ("0.0.0.0", "10.0.0.1", ("10.0.0.1",)),
        ("0.0.0.0", None, ()),
        ("0.0.0.0", LOOP, ()),
        (LOOP, "10.0.0.1", ()),
        ("comptoir.example", "10.0.0.1", ()),
        ("fe80::1", "10.0.0.1", ()),
        ("::", "10.0.0.1", ()),
    ],
)
def test_which_address_is_told(host: str, local: str | None, told: tuple[str, ...]) -> None:
    assert addresses_of(host, lambda: local) == told


def test_the_name_holds_nothing_of_the_machine() -> None:
    assert device_name(KEY) == "comptoir-a0a1a2.local"
