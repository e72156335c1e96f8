"""A Windows PC as the judge of what was typed, written apart from the wedge.

The semantics are those of the kbd*.dll tables (kbd.h: CAPLOK, WCH_DEAD, DEADTRANS), of ToUnicode and of
Alt with a number. The characters were set down row by row of scan codes from what is engraved on such
keyboards, not from the wedge's files. It is no Windows: that a real one agrees is proven on site
(docs/wedge.md).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from tests.outputs.xkb import KERNEL_KEYBOARD, NUM_LOCK

# Up to 0x58, the kernel's evdev codes are the scan codes of set 1 that Windows' layouts start from.
_ROWS = (range(0x02, 0x0E), range(0x10, 0x1C), range(0x1E, 0x29), range(0x2C, 0x36))
_TILDE, _BACKSLASH, _LEFT_OF_Z, _SPACE, _CAPS = 0x29, 0x2B, 0x56, 0x39, 0x3A
_KEYPAD = dict(zip((0x52, 0x4F, 0x50, 0x51, 0x4B, 0x4C, 0x4D, 0x47, 0x48, 0x49), range(10), strict=True))
_CTRL, _SHIFT, _ALT, _ALTGR = 0x01, 0x02, 0x04, 0x40

_CIRCUMFLEX = dict(zip("aeiouAEIOU ", "âêîôûÂÊÎÔÛ^", strict=True))
_DIAERESIS = dict(zip("aeiouyAEIOU ", "äëïöüÿÄËÏÖÜ¨", strict=True))
_GRAVE = dict(zip("aeiouAEIOU ", "àèìòùÀÈÌÒÙ`", strict=True))
_ACUTE = dict(zip("aeiouyAEIOUY ", "áéíóúýÁÉÍÓÚÝ´", strict=True))
_TILDE_MARK = dict(zip("anoANO ", "ãñõÃÑÕ~", strict=True))
_CEDILLA = dict(zip("cC ", "çÇ¸", strict=True))


@dataclass(frozen=True)
class Dll:
    """A layout file: three shift states by scan code, which keys are CAPLOK, which characters are dead."""

    plain: dict[int, str]
    shift: dict[int, str]
    altgr: dict[int, str]
    caplok: frozenset[int]
    dead: dict[str, dict[str, str]] = field(default_factory=dict)
    dead_at: frozenset[tuple[int, int]] = frozenset()


def _rows(*rows: str, tilde: str = "", backslash: str = "", left_of_z: str = "") -> dict[int, str]:
    keys = {
        code: character
        for codes, row in zip(_ROWS, rows, strict=True)
        for code, character in zip(codes, row, strict=True)
        if character != "·"
    }
    return keys | {
        code: character
        for code, character in ((_TILDE, tilde), (_BACKSLASH, backslash), (_LEFT_OF_Z, left_of_z))
        if character
    }


_ALL = frozenset(code for codes in _ROWS for code in codes) | {_BACKSLASH}
_NONE = (12 * "·", 12 * "·", 11 * "·", 10 * "·")
_LETTERS = frozenset({*range(0x10, 0x1A), *range(0x1E, 0x27), *range(0x2C, 0x33)})

KBDFR = Dll(
    _rows(
        "&é\"'(-è_çà)=", "azertyuiop^$", "qsdfghjklmù", "wxcvbn,;:!", tilde="²", backslash="*", left_of_z="<"
    ),
    _rows("1234567890°+", "AZERTYUIOP¨£", "QSDFGHJKLM%", "WXCVBN?./§", backslash="µ", left_of_z=">"),
    _rows("·~#{[|`\\^@]}", "··€········¤", *_NONE[2:]),
    _ALL,
    {"^": _CIRCUMFLEX, "¨": _DIAERESIS, "~": _TILDE_MARK, "`": _GRAVE},
    frozenset({(0x1A, 0), (0x1A, 1), (0x03, 2), (0x08, 2)}),
)
KBDBE = Dll(
    _rows(
        "&é\"'(§è!çà)-", "azertyuiop^$", "qsdfghjklmù", "wxcvbn,;:=", tilde="²", backslash="µ", left_of_z="<"
    ),
    _rows(
        "1234567890°_", "AZERTYUIOP¨*", "QSDFGHJKLM%", "WXCVBN?./+", tilde="³", backslash="£", left_of_z=">"
    ),
    _rows("|@#··^··{}··", "··€·······[]", "··········´", "·········~", backslash="`", left_of_z="\\"),
    _ALL,
    {"^": _CIRCUMFLEX, "¨": _DIAERESIS, "´": _ACUTE, "`": _GRAVE, "~": _TILDE_MARK},
    frozenset({(0x1A, 0), (0x1A, 1), (0x28, 2), (_BACKSLASH, 2), (0x35, 2)}),
)
KBDCA = Dll(
    _rows(
        "1234567890-=", "qwertyuiop^¸", "asdfghjkl;`", "zxcvbnm,.é", tilde="#", backslash="<", left_of_z="«"
    ),
    _rows(
        '!"/$%?&*()_+', "QWERTYUIOP^¨", "ASDFGHJKL:`", "ZXCVBNM'.É", tilde="|", backslash=">", left_of_z="»"
    ),
    _rows(
        "±@£¢¤¬¦²³¼½¾", "········§¶[]", "·········~{", "······µ¯·´", tilde="\\", backslash="}", left_of_z="°"
    ),
    _LETTERS | {0x35},
    {"^": _CIRCUMFLEX, "¸": _CEDILLA, "`": _GRAVE, "¨": _DIAERESIS, "´": _ACUTE},
    frozenset({(0x1A, 0), (0x1A, 1), (0x1B, 0), (0x1B, 1), (0x28, 0), (0x28, 1), (0x35, 2)}),
)
KBDUS = Dll(
    _rows("1234567890-=", "qwertyuiop[]", "asdfghjkl;'", "zxcvbnm,./", tilde="`", backslash="\\"),
    _rows("!@#$%^&*()_+", "QWERTYUIOP{}", 'ASDFGHJKL:"', "ZXCVBNM<>?", tilde="~", backslash="|"),
    _rows(*_NONE),
    _LETTERS,
)  # fmt: skip


class WindowsHost:
    """A text field of a Windows PC with this layout file: takes reports, gives what it then holds."""

    def __init__(self, dll: Dll, *, caps_lock: bool = False, num_lock: bool = True) -> None:
        self._dll = dll
        self.caps_lock = caps_lock
        self.num_lock = num_lock
        self._down: set[int] = set()
        self._modifiers = 0
        self._pending = ""
        """A dead key that waits for its letter."""
        self._number = ""
        self._text: list[str] = []

    @property
    def text(self) -> str:
        return "".join(self._text) + self._pending

    def take_all(self, reports: Iterable[bytes]) -> str:
        for report in reports:
            self.take(report)
        assert not self._down
        assert not self._modifiers, "a key is still down"
        return self.text

    def take(self, report: bytes) -> None:
        if self._modifiers & _ALT and not report[0] & _ALT:
            self._end_number()
        self._modifiers = report[0]
        now = {KERNEL_KEYBOARD[usage] for usage in report[2:] if usage}
        for code in now - self._down:
            self._press(code)
        self._down = now

    def _press(self, code: int) -> None:
        if code == _CAPS:
            self.caps_lock = not self.caps_lock
        elif code == NUM_LOCK:
            self.num_lock = not self.num_lock
        elif self._modifiers & _ALT:
            assert code in _KEYPAD, "a menu's shortcut was pressed"
            # With Num Lock off these are arrows; some versions count them all the same, none has to.
            assert self.num_lock, "the number pad moves the cursor"
            self._number += str(_KEYPAD[code])
        elif self._modifiers & _CTRL:
            assert code == 0x1B, "a shortcut was pressed"
            self._text.append("\x1d")
        elif code == _SPACE:
            self._write(" ", is_dead=False)
        else:
            self._key(code)

    def _key(self, code: int) -> None:
        state = 2 if self._modifiers & _ALTGR else 1 if self._modifiers & _SHIFT else 0
        assert not (state == 2 and self._modifiers & _SHIFT), "no layout here has such a level"
        if state < 2 and self.caps_lock and code in self._dll.caplok:
            state = 1 - state
        character = (self._dll.plain, self._dll.shift, self._dll.altgr)[state].get(code)
        assert character is not None, "the key writes nothing"
        self._write(character, is_dead=(code, state) in self._dll.dead_at)

    def _write(self, character: str, *, is_dead: bool) -> None:
        if self._pending:
            # ToUnicode: what does not combine gives both.
            both = self._pending + character
            self._text.append(self._dll.dead[self._pending].get(character, both))
            self._pending = ""
        elif is_dead:
            self._pending = character
        else:
            self._text.append(character)

    def _end_number(self) -> None:
        assert len(self._number) == 4
        assert self._number[0] == "0", "without a 0 it is counted in the OEM code page"
        code = int(self._number)
        self._text.append(chr(code) if code < 0x20 else bytes([code]).decode("cp1252"))
        self._number = ""
