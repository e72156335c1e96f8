"""The update itself: nothing changes before a way back is on the disk, and nobody is interrupted by it."""

from __future__ import annotations

import contextlib
import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from appliance.base.clock import NS_PER_S, Clock
from appliance.counter.update_watch import NOTE_NAME, write_update_note
from appliance.texts import update as texts
from appliance.updating.errors import UpdateRefusedError, UpdateReturnedError, UpdateStuckError
from appliance.updating.folder import UpdateFolder
from appliance.updating.packages import Packages
from appliance.updating.wellness import WellnessProbe

__all__ = ["FREE_SCREENS", "Updater", "Wish", "counter_is_free"]

FREE_SCREENS: Final = frozenset({"Ready", "Resting", "Starting", "CameraLost", "Fault", "Updating"})
"""What the screen shows while nobody and nothing is at the counter."""

_MAX_STATUS_BYTES = 4096
_POLL_S = 2.0
_STILL_FREE = 3
"""So often in a row the counter must be free: between two sheets of one person it is, for a moment."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked for.

    Attributes:
        version: that one, or the newest.
        allow_older: going back is meant.
        wait_s: how long to wait for a free counter.
    """

    version: str | None = None
    allow_older: bool = False
    wait_s: int = 900


def counter_is_free(runtime_directory: Path) -> bool:
    """Whether nobody stands at the counter, by its own word; a counter that does not run serves nobody."""
    try:
        with (runtime_directory / "counter.json").open("rb") as file:
            said = json.loads(file.read(_MAX_STATUS_BYTES))
    except FileNotFoundError:
        return True
    except (OSError, ValueError):
        return False
    return isinstance(said, dict) and said.get("screen") in FREE_SCREENS


class Updater:
    """One update; `tell` is given each French line for the technician."""

    def __init__(
        self,
        packages: Packages,
        folder: UpdateFolder,
        probe: WellnessProbe,
        runtime_directory: Path,
        clock: Clock,
        tell: Callable[[str], None],
    ) -> None:
        self._packages = packages
        self._folder = folder
        self._probe = probe
        self._runtime = runtime_directory
        self._clock = clock
        self._tell = tell

    def offer(self, wish: Wish) -> str | None:
        """The version that would be put in place; None where it is there already.

        Raises:
            UpdateRefusedError: see `Packages`; or it is older, and that is not meant.
        """
        self._folder.prepare()
        old = self._packages.installed()
        self._packages.refresh()
        new = wish.version or self._packages.offered()
        if new == old:
            return None
        if not self._packages.is_newer(new, old) and not wish.allow_older:
            raise UpdateRefusedError(texts.OLDER.format(new=new, old=old))
        return new

    def update(self, wish: Wish) -> str | None:
        """Put it in place; gives the version that is, None where it was there already.

        Raises:
            UpdateRefusedError: nothing was changed.
            UpdateReturnedError: it did not do; the one before is back.
            UpdateStuckError: neither does.
        """
        new = self.offer(wish)
        if new is None:
            return None
        old = self._packages.installed()
        self._fetch(old, new)
        self._wait_for_a_free_counter(wish.wait_s)
        self._tell(texts.INSTALLING.format(new=new))
        before = self._probe.now()
        with self._shown_on_the_screen() as percent:
            self._folder.begin(old, new)
            percent(20)
            why: str | None = texts.NOT_INSTALLED
            if self._packages.install(self._folder.new):
                percent(70)
                why = self._probe.is_as_well_as(before)
            if why is None:
                self._folder.accept()
                return new
            percent(None)
            is_back = self._packages.put_back(self._folder.installed)
            worse = self._probe.is_as_well_as(before) if is_back else texts.NOT_INSTALLED
            if worse is not None:
                # The attempt stays: the next start tries once more to put the old one back.
                raise UpdateStuckError(texts.STUCK.format(new=new, old=old, why=worse))
            self._folder.end()
        raise UpdateReturnedError(texts.RETURNED.format(new=new, old=old, why=why))

    def _fetch(self, old: str, new: str) -> None:
        """Both packages on the disk: the candidate, and the way back."""
        if self._packages.version_of(self._folder.installed) != old:
            try:
                self._folder.keep(self._packages.fetch(old), self._folder.installed)
            except UpdateRefusedError:
                raise UpdateRefusedError(texts.NO_WAY_BACK.format(version=old)) from None
        self._folder.keep(self._packages.fetch(new), self._folder.new)

    def _wait_for_a_free_counter(self, wait_s: int) -> None:
        until_ns = self._clock.monotonic_ns() + wait_s * NS_PER_S
        free_looks, is_said = 0, False
        while True:
            free_looks = free_looks + 1 if counter_is_free(self._runtime) else 0
            if free_looks >= _STILL_FREE:
                return
            if free_looks == 0 and not is_said:
                self._tell(texts.WAITING)
                is_said = True
            if self._clock.monotonic_ns() >= until_ns and free_looks == 0:
                raise UpdateRefusedError(texts.SOMEBODY)
            self._clock.sleep(_POLL_S)

    @contextlib.contextmanager
    def _shown_on_the_screen(self) -> Iterator[Callable[[int | None], None]]:
        def percent(so_far: int | None) -> None:
            # An update must not end for want of a picture.
            with contextlib.suppress(OSError):
                write_update_note(self._runtime, so_far, self._clock)

        percent(0)
        try:
            yield percent
        finally:
            with contextlib.suppress(OSError):
                (self._runtime / NOTE_NAME).unlink(missing_ok=True)
            shutil.rmtree(self._folder.directory / "fetched", ignore_errors=True)
