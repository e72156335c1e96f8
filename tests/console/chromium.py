"""Debian's Chromium, without a screen and without a call home."""

from __future__ import annotations

import shutil
from pathlib import Path

from selenium.webdriver import Chrome
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service

BROWSER = "/usr/bin/chromium"
DRIVER = "/usr/bin/chromedriver"

# No connection but to the bridge: without these, Chromium looks for its makers at every start.
_ARGUMENTS = (
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


def missing() -> str:
    """Why Chromium cannot be started, or an empty text."""
    absent = [program for program in (BROWSER, DRIVER) if shutil.which(program) is None]
    return f"{', '.join(absent)} not installed (Debian packages chromium, chromium-driver)" if absent else ""


def start(profile: Path) -> Chrome:
    """A browser with an empty profile; `quit` ends it."""
    options = Options()
    options.binary_location = BROWSER
    for argument in (*_ARGUMENTS, f"--user-data-dir={profile}"):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driver = Chrome(options=options, service=Service(DRIVER))
    driver.set_page_load_timeout(30)
    return driver


def resize(driver: Chrome, width: int, height: int) -> None:
    """Give the page a window of that many CSS pixels; a headless window itself does not get so narrow."""
    metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
