"""Who may ask the simulated base: what it checks before it answers anything."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from cryptography import x509

from appliance.cards.identities import ChainVerdict
from appliance.cards.trust import TrustStore
from appliance.prescriptions.tlsi.assertion import (
    AssertionRefusedError,
    VerifiedAssertion,
    verify_assertion,
)
from appliance.prescriptions.tlsi.envelope import Fault, Request
from appliance.prescriptions.tlsi.faults import FAULT_CAUSES
from appliance.texts.statuses import CAUSES

__all__ = [
    "ASSERTION_LIFETIME",
    "CLOCK_TOLERANCE",
    "KNOWN_IDAM",
    "MAX_REMEMBERED",
    "PHARMACIST",
    "Gate",
    "GateRefusedError",
    "Igc",
    "sender_fault",
]

ASSERTION_LIFETIME: Final = timedelta(hours=1)
"""As long as the real services take one, by a public client's note."""
CLOCK_TOLERANCE: Final = timedelta(minutes=5)
"""Of a message's own time, and of an assertion from the future."""
MAX_REMEMBERED: Final = 10_000
"""Messages whose ids are kept against replay, the oldest forgotten first."""
PHARMACIST: Final = 21
"""Profession code (nomenclature G15)."""
KNOWN_IDAM: Final = "COMPTOIR-DEMO"
"""The one authorisation number that the base knows."""

_TRUSTED: Final = frozenset({ChainVerdict.TRUSTED, ChainVerdict.TEST})
_BY_RULE: Final = {"unsigned": "demo_assertion"}


class GateRefusedError(Exception):
    """The base does not answer this request; `fault` is what it says instead."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.fault = sender_fault(code)


def sender_fault(code: str) -> Fault:
    """A fault that blames the sender, by the code of its Erreur."""
    text = CAUSES[FAULT_CAUSES[code][1]].title
    return Fault(by_sender=True, subcode="siram_100", code=code, severity="erreur", text=text)


@dataclass(frozen=True, slots=True)
class Igc:
    """What the base knows of the cards' IGC: its authorities, and their revocation lists."""

    trust: TrustStore
    lists: tuple[x509.CertificateRevocationList, ...] = ()

    def is_revoked(self, certificate: x509.Certificate) -> bool:
        """Whether a list signed by the certificate's own issuer names it."""
        for one in self.lists:
            issuers = (a for a in self.trust.authorities if a.subject == one.issuer == certificate.issuer)
            for issuer in issuers:
                key = issuer.public_key()
                if one.is_signature_valid(key):  # type: ignore[arg-type]  # a CA's key signs
                    return one.get_revoked_certificate_by_serial_number(certificate.serial_number) is not None
        return False


class Gate:
    """The checks, in their order; any thread.

    Args:
        igc: gives the IGC as it is now.
    """

    def __init__(self, igc: Callable[[], Igc]) -> None:
        self._igc = igc
        self._lock = threading.Lock()
        self._seen: OrderedDict[str, None] = OrderedDict()

    def admit(
        self, request: Request, now: datetime, *, pharmacist_only: bool, by_certificate: bool
    ) -> VerifiedAssertion | None:
        """Check a request.

        Args:
            request: as read.
            now: the base's time, aware.
            pharmacist_only: whether the operation is for pharmacists.
            by_certificate: whether the connection showed a software certificate, which then is the login.

        Returns:
            The verified assertion; None where the connection's certificate is the login.

        Raises:
            GateRefusedError: it is not admitted.
        """
        if request.idam != KNOWN_IDAM:
            raise GateRefusedError("desir_550")
        if abs(request.sent_at - now) > CLOCK_TOLERANCE:
            raise GateRefusedError("demo_horloge")
        assertion = None
        if request.assertion is not None:
            assertion = self._check(request, now)
        elif pharmacist_only or not by_certificate:
            raise GateRefusedError("demo_assertion")
        if pharmacist_only and assertion is not None and assertion.facts.profession_code != PHARMACIST:
            raise GateRefusedError("demo_profession")
        # Last: a message that was refused may be sent again once it is mended.
        self._remember(request.message_id)
        return assertion

    def _check(self, request: Request, now: datetime) -> VerifiedAssertion:
        if request.assertion is None:
            raise GateRefusedError("demo_assertion")
        try:
            assertion = verify_assertion(request.assertion, now)
        except AssertionRefusedError as error:
            raise GateRefusedError(_BY_RULE.get(error.rule, "demo_signature")) from error
        igc = self._igc()
        if igc.trust.verdict(assertion.certificate, now) not in _TRUSTED:
            raise GateRefusedError("demo_autorite")
        if igc.is_revoked(assertion.certificate):
            raise GateRefusedError("demo_revocation")
        if not -CLOCK_TOLERANCE <= now - assertion.issued_at <= ASSERTION_LIFETIME:
            raise GateRefusedError("demo_horloge")
        return assertion

    def _remember(self, message_id: str) -> None:
        with self._lock:
            if message_id in self._seen:
                raise GateRefusedError("demo_rejeu")
            self._seen[message_id] = None
            if len(self._seen) > MAX_REMEMBERED:
                self._seen.popitem(last=False)
