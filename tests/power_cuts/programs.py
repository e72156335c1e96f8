"""What writes while the power is there, each a process: the counter, the bridge with its LGO, durable files.

Each says to a witness, a pipe whose other end outlives the cut, what it was told is done, and only then.
"""

from __future__ import annotations

import hashlib
import os
import random
from collections.abc import Callable
from pathlib import Path

from appliance.base.clock import SystemClock
from appliance.base.files import replace_durably
from appliance.journal import Journal, JournalLoss, Sighting
from appliance.journal.device_key import load_or_create_device_key

__all__ = ["CLIENT_TOKEN", "PROGRAMS", "Say", "journal_of", "settings_content"]

CLIENT_TOKEN = "token-of-the-lgo"
KIND = "code.read"

Say = Callable[[str], None]


def journal_of(disk: Path, memory: Path, on_loss: Callable[[JournalLoss], None], boot: bytes) -> Journal:
    """The journal on that disk, as a program opens it."""
    state = disk / "comptoir"
    state.mkdir(exist_ok=True)
    key = load_or_create_device_key(state / "device.key")
    return Journal.open(
        state / "journal.db",
        key,
        clock=SystemClock(),
        volatile_directory=memory,
        on_loss=on_loss,
        boot_id=boot,
    )


def settings_content(number: int) -> bytes:
    """A file's content that shows whether it is whole."""
    body = f"{number} ".encode() * 400
    return hashlib.sha256(body).hexdigest().encode() + b"\n" + body


def _lost(loss: JournalLoss) -> None:
    raise AssertionError(f"the journal lost something while it was written: {loss.reason.name}")


def counter(disk: Path, memory: Path, boot: bytes, number: int, say: Say) -> None:
    """Events, some of a sighting, one or several at a time."""
    choice = random.Random(number)
    with journal_of(disk, memory, _lost, boot) as journal:
        while True:
            number += 1
            sighting = Sighting(f"sighting-{number}", os.urandom(32)) if choice.random() < 0.7 else None
            payload = {"number": number, "text": "é" * choice.randint(0, 2000)}
            stored = journal.append(KIND, payload, sighting=sighting)
            say(f"stored {stored.event_id} {number}")
            if sighting is not None and choice.random() < 0.3:
                journal.presentation_gone(sighting.id)
            if choice.random() < 0.05:
                journal.sweep()


def bridge(disk: Path, memory: Path, boot: bytes, number: int, say: Say) -> None:
    """An LGO that is paired, reads, and acknowledges most."""
    choice = random.Random(number)
    digest = hashlib.sha256(CLIENT_TOKEN.encode()).digest()
    with journal_of(disk, memory, _lost, boot) as journal:
        client = journal.client_by_token(CLIENT_TOKEN) or journal.add_client("LGO", digest, ["events"])
        say(f"paired {client.id}")
        while True:
            for event in journal.read(client.id, 0, 20):
                say(f"given {event.id} {event.payload['number']}")
                if choice.random() < 0.8:
                    journal.acknowledge(client.id, [event.id])
                    say(f"acknowledged {event.id}")


def files(disk: Path, memory: Path, boot: bytes, number: int, say: Say) -> None:
    """Preferences, calibration, certificates: whole files written again and again."""
    del memory, boot
    while True:
        number += 1
        replace_durably(disk / "preferences.json", settings_content(number))
        say(f"written {number}")


PROGRAMS = (counter, bridge, files)
