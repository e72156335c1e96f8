"""A Linux PC as the judge of what was typed: the kernel's table, libxkbcommon and Compose.

Nothing of the wedge is used here: the HID usages are those of the kernel's own table, the keymaps and the
Compose sequences those that X11 and Wayland desktops load. ctypes, since PyPI's binding has to be compiled.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterable
from ctypes import (
    POINTER,
    Structure,
    byref,
    c_char_p,
    c_int,
    c_size_t,
    c_uint32,
    c_void_p,
    create_string_buffer,
)

# drivers/hid/hid-input.c, hid_keyboard[]: evdev code of each usage of page 7, from usage 0 on.
KERNEL_KEYBOARD = (
    0, 0, 0, 0, 30, 48, 46, 32, 18, 33, 34, 35, 23, 36, 37, 38,
    50, 49, 24, 25, 16, 19, 31, 20, 22, 47, 17, 45, 21, 44, 2, 3,
    4, 5, 6, 7, 8, 9, 10, 11, 28, 1, 14, 15, 57, 12, 13, 26,
    27, 43, 43, 39, 40, 41, 51, 52, 53, 58, 59, 60, 61, 62, 63, 64,
    65, 66, 67, 68, 87, 88, 99, 70, 119, 110, 102, 104, 111, 107, 109, 106,
    105, 108, 103, 69, 98, 55, 74, 78, 96, 79, 80, 81, 75, 76, 77, 71,
    72, 73, 82, 83, 86,
)  # fmt: skip
KERNEL_MODIFIERS = (29, 42, 56, 125, 97, 54, 100, 126)
"""The same table at usages 0xE0 to 0xE7: the bits of the first byte of a report."""
EVDEV_OFFSET = 8
CAPS_LOCK = 58
NUM_LOCK = 69

_COMPOSE_NOTHING, _COMPOSE_COMPOSING, _COMPOSE_COMPOSED, _COMPOSE_CANCELLED = range(4)
_FEED_IGNORED = 0
_UP, _DOWN = 0, 1


class _RuleNames(Structure):
    _fields_ = [(name, c_char_p) for name in ("rules", "model", "layout", "variant", "options")]


def _library() -> ctypes.CDLL:
    library = ctypes.CDLL("libxkbcommon.so.0")
    pointers = {
        "xkb_context_new": [c_int],
        "xkb_keymap_new_from_names": [c_void_p, POINTER(_RuleNames), c_int],
        "xkb_state_new": [c_void_p],
        "xkb_compose_table_new_from_locale": [c_void_p, c_char_p, c_int],
        "xkb_compose_state_new": [c_void_p, c_int],
    }
    for name, arguments in pointers.items():
        function = getattr(library, name)
        function.restype, function.argtypes = c_void_p, arguments
    numbers = {
        "xkb_state_update_key": [c_void_p, c_uint32, c_int],
        "xkb_state_key_get_one_sym": [c_void_p, c_uint32],
        "xkb_state_key_get_utf8": [c_void_p, c_uint32, c_char_p, c_size_t],
        "xkb_state_led_name_is_active": [c_void_p, c_char_p],
        "xkb_compose_state_feed": [c_void_p, c_uint32],
        "xkb_compose_state_get_status": [c_void_p],
        "xkb_compose_state_get_utf8": [c_void_p, c_char_p, c_size_t],
        "xkb_keysym_get_name": [c_uint32, c_char_p, c_size_t],
    }
    for name, arguments in numbers.items():
        function = getattr(library, name)
        function.restype, function.argtypes = c_int, arguments
    library.xkb_state_key_get_one_sym.restype = c_uint32
    library.xkb_compose_state_reset.argtypes = [c_void_p]
    return library


_XKB = _library()
_CONTEXT = _XKB.xkb_context_new(0)
_COMPOSE = _XKB.xkb_compose_table_new_from_locale(_CONTEXT, b"fr_FR.UTF-8", 0)
_KEYMAPS: dict[tuple[str, str], int] = {}


def _keymap(layout: str, variant: str) -> int:
    if (layout, variant) not in _KEYMAPS:
        names = _RuleNames(b"evdev", b"pc105", layout.encode(), variant.encode(), b"")
        keymap = _XKB.xkb_keymap_new_from_names(_CONTEXT, byref(names), 0)
        assert keymap, f"no keymap {layout}({variant})"
        _KEYMAPS[layout, variant] = keymap
    return _KEYMAPS[layout, variant]


class LinuxHost:
    """A desktop with this keymap: takes boot keyboard reports, gives what a text field then holds."""

    def __init__(self, layout: str, variant: str = "", *, caps_lock: bool = False) -> None:
        self._state = _XKB.xkb_state_new(_keymap(layout, variant))
        self._compose = _XKB.xkb_compose_state_new(_COMPOSE, 0)
        self._down: list[int] = []
        self._text: list[str] = []
        self.lone_symbols: list[str] = []
        """Names of what was pressed and wrote nothing."""
        if caps_lock:
            self.press(CAPS_LOCK)
            self.release(CAPS_LOCK)
        assert self.caps_lock == caps_lock

    @property
    def text(self) -> str:
        return "".join(self._text)

    @property
    def caps_lock(self) -> bool:
        return bool(_XKB.xkb_state_led_name_is_active(self._state, b"Caps Lock"))

    @property
    def num_lock(self) -> bool:
        return bool(_XKB.xkb_state_led_name_is_active(self._state, b"Num Lock"))

    @property
    def held(self) -> list[int]:
        return list(self._down)

    def take(self, report: bytes) -> None:
        """Do with a report what the kernel does: modifiers first, then keys down, then keys up."""
        assert len(report) == 8
        assert report[1] == 0
        now = [code for bit, code in enumerate(KERNEL_MODIFIERS) if report[0] >> bit & 1]
        now += [KERNEL_KEYBOARD[usage] for usage in report[2:] if usage]
        for code in now:
            if code not in self._down:
                self.press(code)
        for code in self._down:
            if code not in now:
                self.release(code)
        self._down = now

    def take_all(self, reports: Iterable[bytes]) -> str:
        for report in reports:
            self.take(report)
        assert not self._down, "a key is still down"
        return self.text

    def press(self, code: int) -> None:
        key = code + EVDEV_OFFSET
        symbol = _XKB.xkb_state_key_get_one_sym(self._state, key)
        buffer = create_string_buffer(64)
        _XKB.xkb_state_key_get_utf8(self._state, key, buffer, 64)
        self._feed(symbol, buffer.value.decode())
        _XKB.xkb_state_update_key(self._state, key, _DOWN)

    def release(self, code: int) -> None:
        _XKB.xkb_state_update_key(self._state, code + EVDEV_OFFSET, _UP)

    def symbol(self, code: int) -> str:
        """The name of what a key would give now."""
        buffer = create_string_buffer(64)
        _XKB.xkb_keysym_get_name(_XKB.xkb_state_key_get_one_sym(self._state, code + EVDEV_OFFSET), buffer, 64)
        return buffer.value.decode()

    def _feed(self, symbol: int, text: str) -> None:
        if _XKB.xkb_compose_state_feed(self._compose, symbol) == _FEED_IGNORED:
            return
        status = _XKB.xkb_compose_state_get_status(self._compose)
        if status == _COMPOSE_NOTHING:
            self._text.append(text)
        elif status == _COMPOSE_COMPOSED:
            buffer = create_string_buffer(64)
            _XKB.xkb_compose_state_get_utf8(self._compose, buffer, 64)
            self._text.append(buffer.value.decode())
            _XKB.xkb_compose_state_reset(self._compose)
        elif status == _COMPOSE_CANCELLED:
            self._text.append("<cancelled>")
            _XKB.xkb_compose_state_reset(self._compose)
