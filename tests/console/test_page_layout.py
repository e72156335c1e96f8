"""The page from a phone to a wide screen: nothing cut off, nothing over something else, everything named."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path

import pytest

import appliance.bridge.console
from appliance.decode.payloads import interpret
from appliance.simulation.catalogue import ITEMS
from tests.console.page import Page

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("chromium-world")]

WIDTHS = [360, 480, 719, 720, 768, 1139, 1140, 1280, 1839, 1840, 1920]

# Lines of text that lie over each other, or are cut off by their own box, with what they say.
COLLISIONS = """
const shown = (element) => {
  for (let at = element; at; at = at.parentElement) {
    if (at.matches(".picture, .unseen, .toast, .skip, details:not([open]) > :not(summary)")) return false;
    if (getComputedStyle(at).visibility === "hidden") return false;
  }
  return element.checkVisibility();
};
const clip = (element, box) => {
  let {left, top, right, bottom} = box;
  for (let at = element; at; at = at.parentElement) {
    if (getComputedStyle(at).overflow === "visible") continue;
    const frame = at.getBoundingClientRect();
    left = Math.max(left, frame.left); right = Math.min(right, frame.right);
    top = Math.max(top, frame.top); bottom = Math.min(bottom, frame.bottom);
  }
  return {left, top, right, bottom};
};
const lines = [];
const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
while (walker.nextNode()) {
  const node = walker.currentNode;
  if (!node.textContent.trim() || !shown(node.parentElement)) continue;
  const range = document.createRange();
  range.selectNodeContents(node);
  for (const box of range.getClientRects()) {
    const seen = clip(node.parentElement, box);
    if (seen.right - seen.left <= 1 || seen.bottom - seen.top <= 1) continue;
    lines.push({text: node.textContent.trim(), ...seen});
  }
}
const found = [];
for (let i = 0; i < lines.length; i++) for (let j = i + 1; j < lines.length; j++) {
  const [a, b] = [lines[i], lines[j]];
  const across = Math.min(a.right, b.right) - Math.max(a.left, b.left);
  const down = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
  // Boxes of lines may touch by their leading; letters do not.
  if (across > 1 && down > 4) found.push([a.text, b.text]);
}
for (const line of lines) {
  if (line.right > innerWidth + 1 || line.left < -1) found.push([line.text, "window"]);
}
return {found, lines: lines.length};
"""

UNNAMED = """
const name = (element) => (element.getAttribute("aria-label") || element.textContent ||
  (element.labels && [...element.labels].map((label) => label.textContent).join(" ")) || "").trim();
return [...document.querySelectorAll("button, select, input, [tabindex='0'], [role=img]")]
  .filter((element) => element.checkVisibility())
  .filter((element) => !name(element) && !element.getAttribute("aria-labelledby"))
  .map((element) => element.outerHTML);
"""

SMALL_TARGETS = """
return [...document.querySelectorAll("button, select, input")].filter((element) => element.checkVisibility())
  .map((element) => [element.getBoundingClientRect(), element])
  .filter(([box]) => box.width < 24 || box.height < 24).map(([, element]) => element.outerHTML);
"""


def busy(page: Page) -> None:
    """A page with as much on it as a person may put there."""
    for slug in ("ordonnance-discordante", "boite-perimee", "telephone-carte-vitale"):
        for symbology, content in ITEMS[slug].symbols:
            page.stand.add_event("code.read", {**interpret(symbology, content).to_json(), "sighting": slug})
    page.stand.add_event("visit.opened", {})
    page.stand.add_event(
        "identity.discordance", {"verdict": "discordant", "traits": ["given_name"], "events": []}
    )
    page.open_ready()
    for slug in ("ordonnance-discordante", "boite-perimee", "telephone-carte-vitale"):
        page.lay(slug)
    page.wait(lambda: len(page.all(".event.is-acknowledged")) == len(page.all(".event")) > 5)


@pytest.mark.parametrize("is_busy", [False, True], ids=["bare", "busy"])
def test_at_every_width_everything_has_its_place(page: Page, is_busy: bool) -> None:
    if is_busy:
        busy(page)
    else:
        page.open_ready()
    for width in WIDTHS:
        page.resize(width, 1000)
        page.wait(lambda width=width: page.run("return innerWidth") == width)
        assert page.run("return document.documentElement.scrollWidth") <= width, width
        collisions = page.run(COLLISIONS)
        assert collisions["lines"] > 30
        assert collisions["found"] == [], width
        assert page.run(SMALL_TARGETS) == [], width
        for panel in page.all(".panel"):
            if panel.is_displayed():
                cut = page.run("return arguments[0].scrollWidth - arguments[0].clientWidth", panel)
                assert cut <= 1, (width, panel.get_attribute("class"))


@pytest.mark.parametrize("width", [360, 1280])
def test_the_gate_fits(page: Page, width: int) -> None:
    page.open(page.stand.url, width=width)
    page.run("sessionStorage.clear()")
    page.open(page.stand.url, width=width)
    page.wait(lambda: page.find("#gate").is_displayed())
    assert page.run("return document.documentElement.scrollWidth") == width
    assert page.run(COLLISIONS)["found"] == []


def test_text_twice_as_large_still_fits(page: Page) -> None:
    busy(page)
    page.run("document.documentElement.style.fontSize = '200%'")
    page.resize(1280, 1000)
    assert page.run("return document.documentElement.scrollWidth") <= 1280
    assert page.run(COLLISIONS)["found"] == []


def test_everything_that_can_be_used_has_a_name(page: Page) -> None:
    busy(page)
    assert page.run(UNNAMED) == []
    assert (
        page.run("return [...document.images].filter((image) => image.getAttribute('alt') === null).length")
        == 0
    )
    assert page.run("return document.documentElement.lang") == "fr"


def test_headings_go_down_one_step_at_a_time(page: Page) -> None:
    busy(page)
    levels = page.run(
        """return [...document.querySelectorAll("h1, h2, h3, h4")].filter((each) => each.checkVisibility())
             .map((each) => Number(each.tagName[1]))"""
    )
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_ids_are_unique(page: Page) -> None:
    busy(page)
    ids = page.run("return [...document.querySelectorAll('[id]')].map((each) => each.id)")
    assert len(ids) == len(set(ids))


def luminance(colour: str) -> float:
    """Relative luminance (WCAG 2.2) of `#rrggbb`."""
    channels = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize(
    ("ink", "ground"),
    [
        ("ink", "paper"),
        ("ink", "sunken"),
        ("ink-soft", "panel"),
        ("ink-soft", "sunken"),
        ("ink-soft", "accent-soft"),
        ("accent-dark", "panel"),
        ("warn", "warn-soft"),
        ("bad", "bad-soft"),
        ("bad", "panel"),
        *(
            (f"kind-{kind}", "panel")
            for kind in ("ordonnance", "ins", "prescriber", "medicine", "twodoc", "link", "opaque")
        ),
    ],
)
def test_texts_can_be_told_from_their_ground(ink: str, ground: str) -> None:
    css = (Path(appliance.bridge.console.__file__).parent / "static" / "base.css").read_text()
    palette = {
        name: value if len(value) == 7 else "#" + "".join(2 * c for c in value[1:])
        for name, value in re.findall(r"--([a-z-]+): (#[0-9a-f]{3,6});", css)
    }
    assert contrast(palette[ink], palette[ground]) >= (4.2 if ink.startswith("kind-") else 4.5)
