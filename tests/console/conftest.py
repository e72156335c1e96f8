"""A stand of the page, a client of it without a browser, and Debian's Chromium."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from selenium import webdriver
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service

from appliance.simulation.console import Thumbnails
from tests.console.page import Page
from tests.console.stand import Stand

CHROMIUM = "/usr/bin/chromium"
CHROMEDRIVER = "/usr/bin/chromedriver"
# No connection but to the stand: without these, Chromium calls home at every start.
ARGUMENTS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--hide-scrollbars",
    "--ignore-certificate-errors",
    "--lang=fr",
)


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
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[webdriver.Chrome]:
    for program in (CHROMIUM, CHROMEDRIVER):
        if shutil.which(program) is None:
            pytest.skip(f"{program} is not installed (Debian packages chromium and chromium-driver)")
    options = Options()
    options.binary_location = CHROMIUM
    for argument in (*ARGUMENTS, f"--user-data-dir={tmp_path_factory.mktemp('chromium')}"):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driver = webdriver.Chrome(options=options, service=Service(CHROMEDRIVER))
    driver.set_page_load_timeout(30)
    yield driver
    driver.quit()


@pytest.fixture
def page(chromium: webdriver.Chrome, stand: Stand) -> Iterator[Page]:
    """A page that may not complain in the browser's console, unless its test says that it must."""
    stand.show_frame()
    stand.show_counter()
    stand.start()
    # A tab of its own: what another test left in its tab is not seen here.
    before = chromium.current_window_handle
    chromium.switch_to.new_window("tab")
    chromium.get_log("browser")
    made = Page(chromium, stand)
    yield made
    errors = made.errors()
    chromium.close()
    chromium.switch_to.window(before)
    assert made.expects_errors or errors == []
