"""A stand of the page, a client of it without a browser, and Debian's Chromium."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from selenium.webdriver import Chrome

from appliance.simulation.console import Thumbnails
from tests.console import chromium
from tests.console.page import Page
from tests.console.stand import Stand


@pytest.fixture(scope="session")
def thumbnails() -> Thumbnails:
    """Drawn once for all tests: each takes a third of a second."""
    return Thumbnails()


@pytest.fixture
def stand(tmp_path: Path, thumbnails: Thumbnails) -> Iterator[Stand]:
    with Stand(tmp_path, thumbnails=thumbnails) as made:
        yield made


@pytest.fixture
def client(stand: Stand) -> FlaskClient:
    """Requests with a technician's token, from the page's own origin."""
    made = stand.make_app().test_client()
    made.environ_base.update(
        HTTP_AUTHORIZATION=f"Bearer {stand.token}",
        HTTP_ORIGIN="https://localhost",
        HTTP_HOST="localhost",
        **{"wsgi.url_scheme": "https"},
    )
    return made


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chrome]:
    if reason := chromium.missing():
        pytest.skip(reason)
    driver = chromium.start(tmp_path_factory.mktemp("chromium"))
    yield driver
    driver.quit()


@pytest.fixture
def page(browser: Chrome, stand: Stand) -> Iterator[Page]:
    """A page that may not complain in the browser's console, unless its test says that it must."""
    stand.show_frame()
    stand.show_counter()
    stand.start()
    # A tab of its own: what another test left in its tab is not seen here, nor which tab it ended in.
    before = browser.window_handles[0]
    browser.switch_to.window(before)
    browser.get("about:blank")
    browser.switch_to.new_window("tab")
    browser.get_log("browser")
    made = Page(browser, stand)
    yield made
    errors = made.errors()
    browser.close()
    browser.switch_to.window(before)
    assert made.expects_errors or errors == []
