"""Opening the device's journal, the same way in every program that needs it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from appliance.base.clock import Clock
from appliance.base.credentials import credential
from appliance.journal import Journal, JournalLoss
from appliance.journal.device_key import load_device_key, load_or_create_device_key
from appliance.settings import Settings

__all__ = ["DEVICE_KEY_FILE", "INSTALLED_KEY_FILE", "JOURNAL_FILE", "open_journal", "open_journal_in_use"]

DEVICE_KEY_FILE = "device.key"
"""In the state directory, or a credential of that name where a service manager hands it over."""

INSTALLED_KEY_FILE = Path("/var/lib/comptoir-keys") / DEVICE_KEY_FILE
"""Where `comptoir-keys.service` keeps it on an installed device: root alone reads it."""

JOURNAL_FILE = "journal.db"

_log = logging.getLogger(__name__)


@contextmanager
def open_journal(
    settings: Settings, clock: Clock, on_loss: Callable[[], None] = lambda: None
) -> Iterator[tuple[Journal, bytes]]:
    """The journal and the device key, for as long as the context lasts; `on_loss` hears of a lost journal."""
    state = Path(settings.paths.state_directory)
    (Path(settings.paths.runtime_directory) / "secrets").mkdir(mode=0o770, exist_ok=True)
    handed_over = credential(DEVICE_KEY_FILE)
    if handed_over is not None:
        device_key = load_device_key(handed_over)
    else:
        device_key = load_or_create_device_key(state / DEVICE_KEY_FILE)
    with _opened(settings, device_key, clock, on_loss) as journal:
        yield journal, device_key


@contextmanager
def open_journal_in_use(
    settings: Settings, clock: Clock, installed_key: Path = INSTALLED_KEY_FILE
) -> Iterator[Journal]:
    """The journal beside the programs that work with it, for a command over SSH: nothing missing is made.

    Raises:
        FileNotFoundError: the device has never run.
        PermissionError: only root, or who runs the programs, may.
    """
    state = Path(settings.paths.state_directory)
    own_key = state / DEVICE_KEY_FILE
    key_file = own_key if own_key.exists() else installed_key
    for needed in (state / JOURNAL_FILE, key_file):
        needed.stat()
    with _opened(settings, load_or_create_device_key(key_file), clock, lambda: None) as journal:
        yield journal


@contextmanager
def _opened(
    settings: Settings, device_key: bytes, clock: Clock, on_loss: Callable[[], None]
) -> Iterator[Journal]:
    def lost(loss: JournalLoss) -> None:
        _log.error("journal: %s, %d waiting events saved", loss.reason.value, loss.salvaged_events)
        on_loss()

    with Journal.open(
        Path(settings.paths.state_directory) / JOURNAL_FILE,
        device_key,
        clock=clock,
        volatile_directory=Path(settings.paths.runtime_directory) / "secrets",
        on_loss=lost,
        event_lifetime=timedelta(hours=settings.journal.event_lifetime_h),
    ) as journal:
        yield journal
