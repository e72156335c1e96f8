"""Write the layouts of Linux PCs from these keymaps: `python -m tests.outputs.derive_layouts FOLDER`."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from tests.outputs.xkb import KERNEL_KEYBOARD, KERNEL_MODIFIERS, LinuxHost

LAYOUTS = {
    "fr-linux": ("fr", ""),
    "fr-oss-linux": ("fr", "oss"),
    "be-linux": ("be", ""),
    "ca-fr-linux": ("ca", "fr"),
    "us-linux": ("us", ""),
}
ROWS = {
    "E": (0, (0x35, 0x1E, 0x1F, 0x20, 0x21, 0x22, 0x23, 0x24, 0x25, 0x26, 0x27, 0x2D, 0x2E)),
    "D": (1, (0x14, 0x1A, 0x08, 0x15, 0x17, 0x1C, 0x18, 0x0C, 0x12, 0x13, 0x2F, 0x30)),
    "C": (1, (0x04, 0x16, 0x07, 0x09, 0x0A, 0x0B, 0x0D, 0x0E, 0x0F, 0x33, 0x34, 0x31)),
    "B": (0, (0x64, 0x1D, 0x1B, 0x06, 0x19, 0x05, 0x11, 0x10, 0x36, 0x37, 0x38)),
    "A": (3, (0x2C,)),
}
"""ISO/IEC 9995-1 rows: the number of the first place, and the HID usages from there on."""
LEVELS = {"plain": 0x00, "shift": 0x02, "altgr": 0x40, "altgr_shift": 0x42}
TABLES = [
    (prefix + level, modifiers, prefix != "")
    for prefix in ("", "caps_")
    for level, modifiers in LEVELS.items()
]
NOTHING = "□"
DEAD = {
    "dead_circumflex": "^", "dead_diaeresis": "¨", "dead_acute": "´", "dead_grave": "`", "dead_tilde": "~",
    "dead_cedilla": "¸", "dead_abovering": "˚", "dead_caron": "ˇ", "dead_macron": "¯", "dead_ogonek": "˛",
}  # fmt: skip
LATIN_END = 0x250

Keymap = tuple[str, str]
Stroke = tuple[int, int]


def _key(keymap: Keymap, stroke: Stroke, *, caps: bool) -> tuple[str, str]:
    """What a key writes, and the accent that it is dead for."""
    modifiers, usage = stroke
    host = LinuxHost(*keymap, caps_lock=caps)
    for bit, code in enumerate(KERNEL_MODIFIERS):
        if modifiers >> bit & 1:
            host.press(code)
    symbol = host.symbol(KERNEL_KEYBOARD[usage])
    host.press(KERNEL_KEYBOARD[usage])
    writes = host.text if len(host.text) == 1 and host.text.isprintable() and symbol not in DEAD else NOTHING
    return writes, DEAD.get(symbol, "")


def _composed(keymap: Keymap, dead: Stroke, letter: Stroke) -> str:
    host = LinuxHost(*keymap)
    reports = []
    for modifiers, usage in (dead, letter):
        reports += [
            bytes([modifiers]).ljust(8, b"\0"),
            bytes([modifiers, 0, usage]).ljust(8, b"\0"),
            bytes(8),
        ]
    return host.take_all(reports)


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def derive(keymap: Keymap) -> Iterator[str]:
    letters: dict[str, Stroke] = {}
    accents: dict[str, Stroke] = {}
    dead_keys: dict[str, list[str]] = {}
    for table, modifiers, caps in TABLES:
        yield f"\n[{table}]"
        for row, (first, usages) in ROWS.items():
            line = ""
            for index, usage in enumerate(usages):
                writes, accent = _key(keymap, (modifiers, usage), caps=caps)
                line += writes
                if accent:
                    dead_keys.setdefault(table, []).append(f"{row}{first + index:02} = {_quoted(accent)}")
                if not caps:
                    letters.setdefault(writes, (modifiers, usage))
                    accents.setdefault(accent, (modifiers, usage))
            yield f"{row} = {_quoted(line)}"
    del accents[""]
    yield "\n[dead_keys]"
    yield from (f"{table} = {{ {', '.join(keys)} }}" for table, keys in dead_keys.items())
    yield "\n[compose]"
    for accent, dead in accents.items():
        made = {
            letter: _composed(keymap, dead, stroke)
            for letter, stroke in letters.items()
            if letter == " " or (letter.isascii() and letter.isalpha())
        }
        pairs = "".join(a + b for a, b in made.items() if len(b) == 1 and ord(b) < LATIN_END)
        if pairs:
            yield f"{_quoted(accent)} = {_quoted(pairs)}"


def main(folder: Path) -> None:
    query = ["dpkg-query", "-W", "-f", "${Version}", "xkb-data"]
    version = subprocess.run(query, check=True, capture_output=True, text=True).stdout
    for name, keymap in LAYOUTS.items():
        title = keymap[0] + (f"({keymap[1]})" if keymap[1] else "")
        heading = (
            f"# {title} of xkeyboard-config (Debian xkb-data {version}), by tests/outputs/derive_layouts.py."
        )
        (folder / f"{name}.toml").write_text("\n".join([heading, *derive(keymap)]) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
