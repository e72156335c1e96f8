"""The page's own files: no outside resource, nothing inline, every text from the catalogue."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import appliance.bridge.console
from appliance.texts.console import CONSOLE_TEXTS
from appliance.texts.technician import TECHNICIAN_TEXTS

FOLDER = Path(appliance.bridge.console.__file__).parent
TEMPLATE = FOLDER / "templates" / "page.html"
SCRIPTS = sorted((FOLDER / "static").glob("*.js"))
FILES = [TEMPLATE, *sorted((FOLDER / "static").iterdir())]
NAMED_BY_THE_DEVICE = (
    "device.held",
    "event.",
    "kind.",
    "reason.",
    "screen.",
    "symbology.",
    "trait.",
    "verdict.",
    "warning.",
)
"""Stems of keys whose end is a value that comes from the device."""


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_nothing_comes_from_outside(file: Path) -> None:
    text = file.read_text()
    addresses = re.findall(r"(?:https?:)?//[a-z0-9.-]+\.[a-z]+[^\s\"')]*", text)
    assert [address for address in addresses if "www.w3.org" not in address] == []
    assert "data:" not in text.replace("data-", "")
    assert "@import" not in text


def test_nothing_is_inline() -> None:
    page = TEMPLATE.read_text()
    assert re.findall(r"\son[a-z]+=", page) == []
    assert re.findall(r"\sstyle=", page) == []
    assert "<style" not in page
    assert re.findall(r"<script(?![^>]*\ssrc=)", page) == []


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda file: file.name)
def test_no_script_makes_markup_of_text(script: Path) -> None:
    text = script.read_text()
    for sink in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "new Function"):
        assert sink not in text


def written_keys() -> set[str]:
    """Every key that the template and the scripts write; fields have a call of their own."""
    keys = set(re.findall(r"""t\["([a-z_.]+)"\]""", TEMPLATE.read_text()))
    for script in SCRIPTS:
        text = script.read_text()
        keys |= set(re.findall(r"""["`]([a-z_]+(?:\.[a-zA-Z_]+)+)["`]""", text))
        keys |= {f"field.{name}" for name in re.findall(r"""field\([^"]*"([a-z0-9_]+)\"""", text)}
    return keys


def stems() -> tuple[str, ...]:
    found = re.findall(
        r"""[`"]([a-z_.]+\.)(?:\$\{|" \+)""", "".join(each.read_text() for each in [TEMPLATE, *SCRIPTS])
    )
    return (*found, *NAMED_BY_THE_DEVICE)


def test_every_text_that_is_asked_for_exists() -> None:
    asked = {
        key for key in re.findall(r"""t\["([a-z_.]+)"\]""", TEMPLATE.read_text()) if not key.endswith(".")
    }
    for script in SCRIPTS:
        asked |= set(re.findall(r"""\b(?:t|count)\(\s*"([a-z_.]+)\"""", script.read_text()))
    assert asked
    # Scripts are shared by the two pages; the technician's texts hold the other's.
    assert asked - TECHNICIAN_TEXTS.keys() == set()


def test_every_text_is_asked_for() -> None:
    written, begun = written_keys(), stems()
    plural = {key.removesuffix("_one") for key in written}
    unused = {
        key
        for key in CONSOLE_TEXTS
        if key not in written and not key.startswith(begun) and key.removesuffix("_one") not in plural
    }
    # The picture's second lines and the fields' medicine numbers are named by a choice in the script.
    assert {key for key in unused if not key.endswith(".text")} <= {"field.cip13", "field.gtin"}


def test_french_signs_stay_with_their_words() -> None:
    for key, text in CONSOLE_TEXTS.items():
        assert not re.search(r" [:;?!»%]|« ", text), key


def test_every_file_is_small_enough_to_read() -> None:
    for file in FILES:
        assert len(file.read_text().splitlines()) <= 500, file.name
