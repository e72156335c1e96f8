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

__all__ = ["DEVICE_KEY_FILE", "open_journal"]

DEVICE_KEY_FILE = "device.key"
"""In the state directory, or a credential of that name where a service manager hands it over."""

_log = logging.getLogger(__name__)


@contextmanager
def open_journal(
    settings: Settings, clock: Clock, on_loss: Callable[[], None] = lambda: None
) -> Iterator[tuple[Journal, bytes]]:
    """The journal and the device key, for as long as the context lasts; `on_loss` hears of a lost journal."""

    def lost(loss: JournalLoss) -> None:
        _log.error("journal: %s, %d waiting events saved", loss.reason.value, loss.salvaged_events)
        on_loss()

    state = Path(settings.paths.state_directory)
    volatile = Path(settings.paths.runtime_directory) / "secrets"
    volatile.mkdir(mode=0o770, exist_ok=True)
    handed_over = credential(DEVICE_KEY_FILE)
    if handed_over is not None:
        device_key = load_device_key(handed_over)
    else:
        device_key = load_or_create_device_key(state / DEVICE_KEY_FILE)
    with Journal.open(
        state / "journal.db",
        device_key,
        clock=clock,
        volatile_directory=volatile,
        on_loss=lost,
        event_lifetime=timedelta(hours=settings.journal.event_lifetime_h),
    ) as journal:
        yield journal, device_key
