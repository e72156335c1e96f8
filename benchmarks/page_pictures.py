"""Pictures of the console page for the documentation, of the real demonstration at work.

    python -m benchmarks.page_pictures [FOLDER]

Starts `comptoir demo`, opens its page in Debian's Chromium, lays things on the counter, and writes one PNG a
state and width to FOLDER (default docs/page). Only fictitious people are on them.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import WebDriverWait

from appliance.counter.face import MenuPage
from appliance.counter.menu import LISTS, Entry
from appliance.display.buttons import Button
from appliance.simulation.catalogue import ITEMS
from tests.console import chromium
from tests.system.appliance_process import Appliance, running

_WAIT_S = 30
_WINDOWS = ((360, 780), (768, 1024), (1280, 800), (1920, 1080))
_LONGEST_PX = 3000
_SETTLED_MS = 900
"""Longer than any movement of the page and any hand of the simulated counter."""

_PUT = """
fetch(`api/scene/objects/${crypto.randomUUID()}`, {
  method: "PUT",
  headers: {
    Authorization: `Bearer ${sessionStorage.getItem("comptoir.jeton")}`,
    "Content-Type": "application/json",
  },
  body: JSON.stringify(arguments[0]),
});
"""


@dataclass
class Photographer:
    """Takes pictures of one page."""

    driver: Chrome
    appliance: Appliance
    folder: Path

    def open(self, *, token: bool = True) -> None:
        """Open the page anew, with or without its token."""
        chromium.resize(self.driver, 1280, 800)
        self.driver.get("about:blank")
        link = f"{self.appliance.url}/console/"
        self.driver.get(f"{link}#jeton={self.appliance.page_token}" if token else link)

    def wait(self, condition: Callable[[], Any]) -> None:
        """Wait until something is so."""
        WebDriverWait(self.driver, _WAIT_S, poll_frequency=0.1).until(lambda _: condition())

    def all(self, selector: str) -> list[Any]:
        """The elements of a selector, possibly none."""
        return self.driver.find_elements(By.CSS_SELECTOR, selector)

    def click(self, selector: str) -> None:
        """Click, wherever the element is scrolled to."""
        self.driver.execute_script("document.querySelector(arguments[0]).click()", selector)

    def lay(self, slug: str, x: float, y: float) -> None:
        """Lay something where it hides nothing, by the page's own call."""
        self.wait(lambda: len(self.all(".tile-picture[src]")) == len(self.all(".tile")) > 0)
        lying = len(self.all(".handle"))
        body = {"slug": slug, "x": x, "y": y, "angle_deg": ITEMS[slug].default_angle_deg}
        self.driver.execute_script(_PUT, body)
        self.wait(lambda: len(self.all(".handle")) == lying + 1)
        self.settle()

    def settle(self) -> None:
        """Let movements come to rest."""
        self.driver.execute_async_script("setTimeout(arguments[1], arguments[0])", _SETTLED_MS)

    def take(self, name: str, width: int, height: int, *, whole: bool = False) -> None:
        """One picture; `whole` shows the page to its end instead of what a window of that height shows."""
        chromium.resize(self.driver, width, height)
        self.settle()
        if whole:
            long = self.driver.execute_script("return document.documentElement.scrollHeight")
            chromium.resize(self.driver, width, min(max(height, long), _LONGEST_PX))
            self.settle()
        self.driver.execute_script("document.activeElement.blur(); scrollTo(0, 0)")
        (self.folder / f"{name}.png").write_bytes(self.driver.get_screenshot_as_png())


def usual(photographer: Photographer) -> None:
    """The page at every width, with a sheet and a phone under the camera."""
    photographer.open(token=False)
    photographer.wait(lambda: photographer.all("#gate:not([hidden])"))
    photographer.take("token", 1280, 800)
    photographer.open()
    photographer.wait(lambda: photographer.all("#live:not([hidden])"))
    photographer.lay("ordonnance", 0.615, 0.5)
    photographer.lay("telephone-carte-vitale", 0.105, 0.5)
    for kind in ("ordonnance", "ins", "opaque"):
        tone = f'.event.is-acknowledged[data-tone="{kind}"]'
        photographer.wait(lambda tone=tone: photographer.all(tone))
    for width, height in _WINDOWS:
        photographer.take(f"page-{width}", width, height, whole=width < 1280)


def unusual(photographer: Photographer) -> None:
    """Two people on one sheet; then no LGO and no camera."""
    photographer.open()
    photographer.lay("ordonnance-discordante", 0.5, 0.5)
    photographer.wait(lambda: photographer.all('.event[data-tone="danger"]'))
    photographer.take("discordance", 1280, 1080)
    photographer.click("#lgo-switch")
    photographer.lay("boite-perimee", 0.5, 0.5)
    photographer.driver.execute_script("""
      document.querySelector("#world-camera").value = "unplugged";
      document.querySelector("#world-camera").dispatchEvent(new Event("change"));
    """)
    photographer.wait(lambda: photographer.all('#status-camera[data-state="bad"]'))
    photographer.take("camera-lost", 1280, 1080)


def technician(photographer: Photographer) -> None:
    """The technician's page: its way in, then at two widths; the door is opened with the buttons."""
    appliance, driver = photographer.appliance, photographer.driver
    down = Button.DOWN.value
    to_technician = LISTS[MenuPage.ROOT].index(Entry.TECHNICIAN)
    to_page = LISTS[MenuPage.TECHNICIAN].index(Entry.WEB)
    buttons = ["ok", *[down] * to_technician, "ok", *[down] * to_page, "ok"]
    for button in buttons:
        _press(appliance, button)
    door_file = appliance.folder / "run" / "pairing" / "door.json"
    photographer.wait(door_file.exists)
    chromium.resize(driver, 1280, 800)
    driver.get(f"{appliance.url}/technicien/")
    photographer.wait(lambda: photographer.all("#gate:not([hidden])"))
    photographer.take("technician-code", 1280, 800)
    field = driver.find_element(By.ID, "gate-code")
    field.send_keys(json.loads(door_file.read_text())["code"], Keys.ENTER)
    photographer.wait(lambda: photographer.all("#live:not([hidden])"))
    appliance.lay("ordonnance", 0.5, 0.5)
    photographer.wait(lambda: photographer.all(".outline-line"))
    photographer.wait(lambda: photographer.all("#oled.is-lit"))
    for width, height in ((1280, 800), (360, 780)):
        photographer.take(f"technician-{width}", width, height, whole=True)


def _press(appliance: Appliance, button: str) -> None:
    headers = {"Authorization": f"Bearer {appliance.page_token}"}
    body = {"button": button, "held": False}
    appliance.client.post("/console/api/buttons", json=body, headers=headers).raise_for_status()


def main() -> int:
    """Take all pictures; exit 1 where there is no Chromium."""
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else "docs/page")
    folder.mkdir(parents=True, exist_ok=True)
    if reason := chromium.missing():
        print(reason, file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory() as profile:
        driver = chromium.start(Path(profile))
        try:
            for scene in (usual, unusual, technician):
                with running("--size", "1920x1080") as appliance:
                    scene(Photographer(driver, appliance, folder))
        finally:
            driver.quit()
    print(*sorted(path.name for path in folder.glob("*.png")), sep="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
