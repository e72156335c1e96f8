"""Where the pages of the open visits lie for the bridge: sealed files on the tmpfs, never on the disk.

The counter puts them there and takes them away with their visit; a client may take them away before. Each
file names its visit and its page by keyed digests and its time in clear; the picture and all that is known
of it are sealed for that name.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from appliance.base.clock import NS_PER_S, Clock
from appliance.decode.sightings import MAX_PAGE_BYTES
from appliance.journal.device_key import derive
from appliance.journal.envelope import JournalKey
from appliance.prescriptions.sealed_folder import SealedFolder

__all__ = ["LIFETIME_NS", "MAX_SHELF_BYTES", "PageEntry", "PageShelf", "ShelfFullError"]

LIFETIME_NS: Final = 600 * NS_PER_S
"""A page that nobody fetched is gone ten minutes after it was taken, however long its visit lasts."""

MAX_SHELF_BYTES: Final = 24 * 1024 * 1024
"""Of all pages: some twenty of A4. /run of the smallest board (512 MiB) has some 40 MiB."""

_HEAD_BYTES: Final = 4096
_SEAL_BYTES: Final = 64
_NAME: Final = re.compile(r"([0-9a-f]{32})-([0-9]{20})-([0-9a-f]{32})")
_LENGTH_BYTES: Final = 4


class ShelfFullError(Exception):
    """The pages of the open visits take all the room there is; end a visit, or fetch and erase its pages."""


@dataclass(frozen=True, slots=True)
class PageEntry:
    """What is said of a page beside its picture: nothing of whose it is.

    Attributes:
        page: its id.
        number: 1 for the first of its visit.
        width_px, height_px, dpi: of the picture.
        width_mm, height_mm: of the sheet.
        real_dpi: dots an inch that the camera resolved; None where there is no print to tell by.
        is_sharp: whether that is enough for a scan.
        is_upright: whether codes or text said which way is up.
    """

    page: str
    number: int
    width_px: int
    height_px: int
    dpi: int
    width_mm: float
    height_mm: float
    real_dpi: float | None
    is_sharp: bool
    is_upright: bool


class PageShelf:
    """One shelf, as either program uses it.

    Args:
        directory: on the tmpfs.
        device_key: from which its keys are derived; the eye, which makes the pages, has none.
        clock: of their age.
    """

    def __init__(self, directory: Path, device_key: bytes, clock: Clock) -> None:
        key = JournalKey(derive(device_key, "pages on the tmpfs"))
        self._names = derive(device_key, "names of pages on the tmpfs")
        self._folder = SealedFolder(directory, key, MAX_PAGE_BYTES + _HEAD_BYTES + _SEAL_BYTES)
        self._clock = clock

    def put(self, visit: str, entry: PageEntry, jpeg: bytes) -> None:
        """Keep a page, in place of the one of that id.

        Raises:
            ShelfFullError: MAX_SHELF_BYTES would be exceeded.
            OSError: no space or no right.
        """
        page = self._digest(entry.page)
        older = [name for name in self._of(visit) if name.endswith(page)]
        used = sum(self._size(name) for name in self._folder.names() if name not in older)
        if used + len(jpeg) > MAX_SHELF_BYTES:
            raise ShelfFullError
        head = json.dumps(asdict(entry)).encode()
        name = f"{self._digest(visit)}-{self._clock.monotonic_ns():020d}-{page}"
        self._folder.put(name, len(head).to_bytes(_LENGTH_BYTES) + head + jpeg)
        for one in older:
            if one != name:
                self._folder.remove(one)

    def pages(self, visit: str) -> list[tuple[PageEntry, bytes]]:
        """The pages of a visit and their JPEG files, in the order in which they were laid."""
        found = []
        for name in self._of(visit):
            content = None if self._is_old(name) else self._folder.get(name)
            if content is not None:
                end = _LENGTH_BYTES + int.from_bytes(content[:_LENGTH_BYTES])
                found.append((PageEntry(**json.loads(content[_LENGTH_BYTES:end])), content[end:]))
        return sorted(found, key=lambda one: one[0].number)

    def drop(self, visit: str) -> bool:
        """Erase the pages of a visit; whether there were any."""
        names = self._of(visit)
        for name in names:
            self._folder.remove(name)
        return bool(names)

    def sweep(self) -> None:
        """Erase what is older than LIFETIME_NS, and what is no page of ours."""
        for name in self._folder.names():
            if _NAME.fullmatch(name) is None or self._is_old(name):
                self._folder.remove(name)

    def clear(self) -> None:
        """Erase all: a program that starts knows of no visit, and one that ends leaves nothing."""
        for name in self._folder.names():
            self._folder.remove(name)

    def _of(self, visit: str) -> list[str]:
        digest = self._digest(visit)
        return [name for name in self._folder.names() if name.startswith(f"{digest}-")]

    def _is_old(self, name: str) -> bool:
        parts = _NAME.fullmatch(name)
        return parts is None or self._clock.monotonic_ns() - int(parts[2]) >= LIFETIME_NS

    def _size(self, name: str) -> int:
        try:
            return (self._folder.directory / name).stat().st_size
        except OSError:
            return 0

    def _digest(self, name: str) -> str:
        return hmac.digest(self._names, name.encode(errors="surrogatepass"), hashlib.sha256).hex()[:32]
