"""Everything that can go wrong with the journal, each with its remedy.

::

    JournalError
    ├── JournalFullError           no space left, on the disk or within the journal's bound
    ├── JournalBusyError           another process kept the journal too long
    ├── JournalCorruptError        broken, and replacing it did not help
    ├── JournalUnavailableError    cannot be opened or written at all
    ├── JournalClosedError         used after close()
    ├── InvalidEventError          an event that the journal refuses
    ├── InvalidRequestError        a read, an acknowledgement or a pairing out of bounds
    ├── UnknownClientError         not paired, or no longer
    └── TooManyClientsError        the bound of paired clients is reached
    DeviceKeyError
    ├── DeviceKeyLengthError       not 32 bytes
    ├── DeviceKeyExposedError      others may read it
    ├── DeviceKeyFileError         a link, a folder, a device
    └── DeviceKeyAccessError       the file system said no
"""

from __future__ import annotations

from typing import ClassVar

from appliance.texts.journal import JOURNAL_ERROR_TEXTS

__all__ = [
    "DeviceKeyAccessError",
    "DeviceKeyError",
    "DeviceKeyExposedError",
    "DeviceKeyFileError",
    "DeviceKeyLengthError",
    "InvalidEventError",
    "InvalidRequestError",
    "JournalBusyError",
    "JournalClosedError",
    "JournalCorruptError",
    "JournalError",
    "JournalFullError",
    "JournalUnavailableError",
    "TooManyClientsError",
    "UnknownClientError",
]


class _SpokenError(Exception):
    """Its text is French, cause then remedy, and never holds what an event holds.

    Attributes:
        code: stable name of the failure, the key of its text.
        detail: technical precision in English (a bound, an SQLite error name, a path), for the log.
    """

    code: ClassVar[str]

    def __init__(self, detail: str = "") -> None:
        self.detail = detail
        text = JOURNAL_ERROR_TEXTS[self.code]
        super().__init__(f"{text} ({detail})" if detail else text)


class JournalError(_SpokenError):
    """The journal could not do what was asked; the subclasses say what to do."""

    code = "journal"


class JournalFullError(JournalError, OSError):
    """No space left on the disk or within the journal's bound: free some; what was durable still is."""

    code = "journal_full"


class JournalBusyError(JournalError, TimeoutError):
    """Another process held the journal for longer than the busy time-out: try again."""

    code = "journal_busy"


class JournalCorruptError(JournalError):
    """The journal broke again right after it was examined or replaced: check the disk."""

    code = "journal_corrupt"


class JournalUnavailableError(JournalError, OSError):
    """The journal's files cannot be opened or written: check the directory and its rights."""

    code = "journal_unavailable"


class JournalClosedError(JournalError):
    """The journal was used after `close()`: open it again."""

    code = "journal_closed"


class InvalidEventError(JournalError, ValueError):
    """An event's kind, payload, visit or sighting is out of bounds: correct the caller."""

    code = "invalid_event"


class InvalidRequestError(JournalError, ValueError):
    """A read, an acknowledgement or a client is out of bounds: correct the caller."""

    code = "invalid_request"


class UnknownClientError(JournalError, LookupError):
    """No paired client with this id receives events: pair it."""

    code = "unknown_client"


class TooManyClientsError(JournalError):
    """As many clients are paired as the journal takes: revoke one first."""

    code = "too_many_clients"


class DeviceKeyError(_SpokenError):
    """The device key cannot be used; the subclasses say why."""

    code = "device_key"


class DeviceKeyLengthError(DeviceKeyError):
    """The key file is not exactly as long as the key: restore it."""

    code = "device_key_length"


class DeviceKeyExposedError(DeviceKeyError, PermissionError):
    """Group or others may read the key file: chmod 600."""

    code = "device_key_exposed"


class DeviceKeyFileError(DeviceKeyError):
    """What lies at the key's path is not a regular file: check the path."""

    code = "device_key_file"


class DeviceKeyAccessError(DeviceKeyError, OSError):
    """The file system refused to read or create the key file: check directory and rights."""

    code = "device_key_access"
