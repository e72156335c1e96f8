"""Why there is no login, or none any more: each class one cause and its remedy, `refusal` its name.

* of the way there: UnreachableError, UntrustedServerError, BadAnswerError, BusyError
* of this device: NotConfiguredError, ClientRefusedError, NoIdentityError, ClockError
* of the person: UnknownUserError, DeniedError, ExpiredError, OtherPersonError, NotPharmacistError
* of what was given: BadTokenError
"""

from __future__ import annotations

from enum import StrEnum, unique
from typing import ClassVar

__all__ = [
    "BadAnswerError",
    "BadTokenError",
    "BusyError",
    "ClientRefusedError",
    "ClockError",
    "DeniedError",
    "ExpiredError",
    "NoIdentityError",
    "NotConfiguredError",
    "NotPharmacistError",
    "OtherPersonError",
    "PscError",
    "PscRefusal",
    "SessionEnd",
    "UnknownUserError",
    "UnreachableError",
    "UntrustedServerError",
]


@unique
class PscRefusal(StrEnum):
    """Why, in one word; texts and remedies go by it."""

    UNREACHABLE = "unreachable"
    UNTRUSTED_SERVER = "untrusted_server"
    BAD_ANSWER = "bad_answer"
    BUSY = "busy"
    NOT_CONFIGURED = "not_configured"
    CLIENT_REFUSED = "client_refused"
    UNKNOWN_USER = "unknown_user"
    NO_IDENTITY = "no_identity"
    DENIED = "denied"
    EXPIRED = "expired"
    CANCELLED = "cancelled"
    BAD_TOKEN = "bad_token"  # noqa: S105 - a word for a screen
    CLOCK = "clock"
    NOT_PHARMACIST = "not_pharmacist"
    OTHER_PERSON = "other_person"


@unique
class SessionEnd(StrEnum):
    """Why a session that was open is over."""

    ASKED = "asked"
    CARD_REMOVED = "card_removed"
    TIME = "time"
    UNREACHABLE = "unreachable"
    REVOKED = "revoked"
    REFUSED = "refused"
    STOPPED = "stopped"


class PscError(Exception):
    """No login. Texts of these errors hold no identity, no token and nothing that the server wrote."""

    refusal: ClassVar[PscRefusal]


class UnreachableError(PscError):
    """The service does not answer in time: look at the network, then try again."""

    refusal = PscRefusal.UNREACHABLE


class UntrustedServerError(PscError):
    """Its certificate comes from no known authority: a captive portal, or somebody between; call support."""

    refusal = PscRefusal.UNTRUSTED_SERVER


class BadAnswerError(PscError):
    """What answered does not speak the protocol (a page, too much, a redirection): look at the network."""

    refusal = PscRefusal.BAD_ANSWER


class BusyError(PscError):
    """The service says that it cannot now (HTTP 5xx or 429): try again later."""

    refusal = PscRefusal.BUSY


class NotConfiguredError(PscError):
    """Client id, secret or authorities cannot be used: correct the settings."""

    refusal = PscRefusal.NOT_CONFIGURED


class ClientRefusedError(PscError):
    """The service does not know this client, or not for CIBA: have it declared for this service."""

    refusal = PscRefusal.CLIENT_REFUSED


class UnknownUserError(PscError):
    """The service knows nobody by this number, or no active e-CPS: look at the number and at the e-CPS."""

    refusal = PscRefusal.UNKNOWN_USER


class NoIdentityError(PscError):
    """Nobody to log in is known: put the CPS into the reader, or set a number in the settings."""

    refusal = PscRefusal.NO_IDENTITY


class DeniedError(PscError):
    """The person refused on the telephone: begin again if that was not meant."""

    refusal = PscRefusal.DENIED


class ExpiredError(PscError):
    """Nobody answered on the telephone in time: begin again."""

    refusal = PscRefusal.EXPIRED


class BadTokenError(PscError):
    """The token is not of this login, this client or this service: call support, do not work with it."""

    refusal = PscRefusal.BAD_TOKEN


class ClockError(PscError):
    """The token is of another time: look at the device's clock."""

    refusal = PscRefusal.CLOCK


class NotPharmacistError(PscError):
    """The person is no pharmacist: only a pharmacist may log in here."""

    refusal = PscRefusal.NOT_PHARMACIST


class OtherPersonError(PscError):
    """Another person than the one asked for answered: begin again with the right one."""

    refusal = PscRefusal.OTHER_PERSON
