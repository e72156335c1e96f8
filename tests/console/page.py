"""The page as a person uses it, driven in Chromium."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from selenium.common.exceptions import StaleElementReferenceException
from selenium.webdriver import ActionChains, Chrome
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.ui import WebDriverWait

from tests.console import chromium
from tests.console.stand import Stand

WAIT_S = 30
"""For a page that is broken: one on a busy machine has what it waits for sooner."""
BAD = frozenset({"SEVERE", "WARNING"})
READ_BACK = "Multiple readback operations"
"""Chromium's advice to tests that look at pixels."""


class Page:
    """One page of a stand."""

    def __init__(self, driver: Chrome, stand: Stand) -> None:
        self.driver = driver
        self.stand = stand
        self.expects_errors = False

    def open(self, link: str | None = None, *, width: int = 1280, height: int = 1600) -> None:
        """Open in a fresh tab state, and wait until the page has decided what to show."""
        self.resize(width, height)
        self.driver.get(link or self.stand.link())
        self.wait(lambda: not self.find("#opening").is_displayed())

    def open_ready(self, **size: int) -> None:
        """Open and wait for the picture and the choice of things to lay."""
        self.open(**size)
        self.wait(lambda: self.find("#live").is_displayed())
        self.wait(lambda: len(self.all(".tile-picture[src]")) == len(self.all(".tile")) > 0)

    def resize(self, width: int, height: int) -> None:
        chromium.resize(self.driver, width, height)

    def wait(self, condition: Callable[[], Any]) -> Any:
        # A part of the page that is drawn anew while it is looked at is looked at again.
        patient = WebDriverWait(
            self.driver, WAIT_S, poll_frequency=0.05, ignored_exceptions=[StaleElementReferenceException]
        )
        return patient.until(lambda _: condition())

    def find(self, selector: str) -> WebElement:
        return self.driver.find_element(By.CSS_SELECTOR, selector)

    def all(self, selector: str) -> list[WebElement]:
        return self.driver.find_elements(By.CSS_SELECTOR, selector)

    def text(self, selector: str) -> str:
        return " ".join(self.find(selector).text.split())

    def run(self, script: str, *arguments: object) -> Any:
        return self.driver.execute_script(script, *arguments)

    def box(self, selector: str) -> dict[str, float]:
        """Where an element is, in pixels of the window."""
        script = "const b = document.querySelector(arguments[0]).getBoundingClientRect();"
        found: dict[str, float] = self.run(
            script + "return {x: b.x, y: b.y, width: b.width, height: b.height};", selector
        )
        return found

    def picture_point(self, x: float, y: float) -> tuple[int, int]:
        """Pixels of the window of a place in the picture, given in fractions."""
        box = self.box("#picture")
        return round(box["x"] + x * box["width"]), round(box["y"] + y * box["height"])

    def middle(self, selector: str) -> tuple[int, int]:
        box = self.box(selector)
        return round(box["x"] + box["width"] / 2), round(box["y"] + box["height"] / 2)

    def drag(self, start: tuple[int, int], end: tuple[int, int]) -> None:
        """With the mouse."""
        actions = ActionChains(self.driver, duration=0)
        pointer = actions.w3c_actions.pointer_action
        pointer.move_to_location(*start)
        pointer.pointer_down()
        for step in (0.1, 0.5, 0.9, 1.0):
            pointer.move_to_location(*(round(a + (b - a) * step) for a, b in zip(start, end, strict=True)))
        pointer.pointer_up()
        actions.perform()

    def touch_drag(self, start: tuple[int, int], end: tuple[int, int]) -> None:
        """With a finger."""

        def touch(kind: str, points: list[dict[str, int]]) -> None:
            self.driver.execute_cdp_cmd("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

        touch("touchStart", [{"x": start[0], "y": start[1]}])
        for step in (0.1, 0.3, 0.5, 0.7, 0.9, 1.0):
            x, y = (round(a + (b - a) * step) for a, b in zip(start, end, strict=True))
            touch("touchMove", [{"x": x, "y": y}])
        touch("touchEnd", [])

    def keys(self, *keys: str) -> None:
        """To whatever has the focus."""
        ActionChains(self.driver, duration=0).send_keys(*keys).perform()

    def chord(self, modifier: str, key: str) -> None:
        ActionChains(self.driver, duration=0).key_down(modifier).send_keys(key).key_up(modifier).perform()

    def focus(self, selector: str) -> None:
        self.run("document.querySelector(arguments[0]).focus({focusVisible: true})", selector)

    def focused(self) -> WebElement:
        return self.driver.switch_to.active_element

    def lay(self, slug: str) -> None:
        """Lay by keyboard, and wait until it lies."""
        before = len(self.all(".handle"))
        self.focus(f'[data-slug="{slug}"]')
        self.keys(Keys.ENTER)
        self.wait(lambda: len(self.all(".handle")) == before + 1)

    def lying(self) -> list[str]:
        """Slugs in the scene file that no hand takes away."""
        return [each.slug for each in self.stand.scene().objects if each.removed_at_ns is None]

    def errors(self) -> list[str]:
        """What the browser's console complains about."""
        entries = self.driver.get_log("browser")
        return [
            each["message"] for each in entries if each["level"] in BAD and READ_BACK not in each["message"]
        ]
