"""What the tests of TLSi stand on: an IGC, cards that sign in software, a base on a port, clients of it."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding

from appliance.base.clock import Clock, SystemClock
from appliance.cards.signing import CpsSigner
from appliance.cards.trust import TrustStore
from appliance.prescriptions.port import Deadline, StatusQuery
from appliance.prescriptions.status import PrescriptionStatus
from appliance.prescriptions.tlsi.assertion import Practice
from appliance.prescriptions.tlsi.client import TlsiClient
from appliance.prescriptions.tlsi.envelope import Software
from appliance.prescriptions.tlsi.insi import InsiClient
from appliance.prescriptions.tlsi.source import TlsiSource
from appliance.prescriptions.tlsi.transport import HttpsPost, tls_context
from appliance.simulation.cards.catalogue import CAROLE, OLIVIER
from appliance.simulation.cards.igc import IssuedKey, Professional, TestIgc
from appliance.simulation.national_base.gate import KNOWN_IDAM, Gate, Igc
from appliance.simulation.national_base.keys import BaseKeys
from appliance.simulation.national_base.records import fictitious_records
from appliance.simulation.national_base.server import BaseServer
from appliance.simulation.national_base.service import SimulatedBase
from appliance.simulation.national_base.whims import Whim, Whims, WhimsHolder

SAMPLES_AT = datetime(2022, 4, 12, 16, tzinfo=UTC)
"""An hour after the published assertion was signed."""
DEADLINE_S = 20.0
PRACTICE = Practice("991118019", "SA33")
SOFTWARE = Software(KNOWN_IDAM, "urn:lps:comptoir:0.1", "0.1", "00000000-0000-4000-8000-000000000001")
RECORDS = fictitious_records(datetime.now(UTC).date())


def shared(*parts: str) -> Path:
    """A file of the published material, which is not part of the project."""
    folder = Path(os.environ.get("COMPTOIR_TLSI", "../shared/tlsi"))
    if not folder.is_dir():
        pytest.skip("the published INSi material is not here (COMPTOIR_TLSI)")
    return folder.joinpath(*parts)


@dataclass(frozen=True)
class SoftSigner:
    """A card in software; counts what it signs."""

    issued: IssuedKey
    signed: list[bytes] = field(default_factory=list, compare=False)

    @property
    def certificate_der(self) -> bytes:
        return self.issued.certificate.public_bytes(Encoding.DER)

    def sign(self, data: bytes) -> bytes:
        self.signed.append(data)
        return self.issued.key.sign(data, PKCS1v15(), SHA256())


class Cards:
    """Signers of one IGC, made when first wanted: a key takes a while."""

    def __init__(self) -> None:
        self.igc = TestIgc(datetime.now(UTC))
        self._other: TestIgc | None = None
        self._issued: dict[tuple[str, bool], IssuedKey] = {}

    def signer(self, holder: Professional = CAROLE, *, signature: bool = True) -> SoftSigner:
        name = (holder.national_id, signature)
        if name not in self._issued:
            self._issued[name] = self.igc.issue(holder, signature=signature)
        return SoftSigner(self._issued[name])

    @property
    def pharmacist(self) -> SoftSigner:
        return self.signer(CAROLE)

    @property
    def nurse(self) -> SoftSigner:
        return self.signer(OLIVIER)

    @property
    def stranger(self) -> SoftSigner:
        """A pharmacist's card of an IGC that nobody trusts."""
        if self._other is None:
            self._other = TestIgc(datetime.now(UTC))
        return SoftSigner(self._other.issue(CAROLE, signature=True))


@dataclass
class Stand:
    """A base that runs, and how to get clients of it."""

    server: BaseServer
    keys: BaseKeys
    whims: WhimsHolder
    cards: Cards
    igc: list[Igc]
    clock: Clock = field(default_factory=SystemClock)
    clients: list[TlsiClient] = field(default_factory=list)

    def behave(self, whim: Whim = Whim.NONE, latency_s: float = 0.0, clock_offset_s: float = 0.0) -> None:
        self.whims.whims = Whims(whim, latency_s, clock_offset_s)

    def client(
        self,
        login: Callable[[], CpsSigner] | None,
        *,
        mutual: bool = False,
        software: Software = SOFTWARE,
        clock: Clock | None = None,
    ) -> TlsiClient:
        certificate = (self.keys.software_certificate, self.keys.software_key) if mutual else (None, None)
        post = HttpsPost(tls_context(self.keys.authority, *certificate))
        made = TlsiClient(post, login, software, PRACTICE, clock or self.clock)
        self.clients.append(made)
        return made

    def source(self, signer: CpsSigner | None = None, software: Software = SOFTWARE) -> TlsiSource:
        login = self.cards.pharmacist if signer is None else signer
        return TlsiSource(self.client(lambda: login, software=software), self.server.url, self.clock)

    def insi(self, signer: CpsSigner | None = None) -> InsiClient:
        login = self.cards.nurse if signer is None else signer
        return InsiClient(self.client(lambda: login), self.server.url)

    def deadline(self, seconds: float = DEADLINE_S) -> Deadline:
        return Deadline(self.clock, seconds)

    def look_up(self, number: str, seconds: float = DEADLINE_S) -> PrescriptionStatus:
        return self.source().look_up(StatusQuery(number), deadline=self.deadline(seconds))


def make_base(igc: list[Igc]) -> SimulatedBase:
    return SimulatedBase(Gate(lambda: igc[0]), RECORDS)


def igc_of(cards: Cards, revoked: tuple[int, ...] = ()) -> Igc:
    return Igc(TrustStore(cards.igc.authorities), (cards.igc.revocation_list(revoked),))
