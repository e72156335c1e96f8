"""Client of the Comptoir counter scanner: pair once, then take events over and say statuses.

device = pair("https://192.168.1.20:8443", "Mon LGO", show=print)
with Comptoir(device) as comptoir:
for event in comptoir.events():
take_over(event)
"""

from __future__ import annotations

from comptoir_client.client import Comptoir, Event
from comptoir_client.errors import (
    ComptoirError,
    NotPairedError,
    PairingFailedError,
    ProblemError,
    WrongKeyError,
)
from comptoir_client.pairing import Ceremony, Device, pair

__all__ = [
    "Ceremony",
    "Comptoir",
    "ComptoirError",
    "Device",
    "Event",
    "NotPairedError",
    "PairingFailedError",
    "ProblemError",
    "WrongKeyError",
    "pair",
]
