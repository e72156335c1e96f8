"""A simulated Pro Santé Connect on real TLS, and a client of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from joserfc.jwk import RSAKey

from appliance.base.clock import ManualClock, SystemClock
from appliance.prescriptions.pro_sante_connect.client import PscClient
from appliance.prescriptions.pro_sante_connect.configuration import PscConfiguration
from appliance.prescriptions.pro_sante_connect.session import PscSession
from appliance.prescriptions.pro_sante_connect.transport import Transport
from appliance.simulation.pro_sante_connect.app import ProviderServer, create_app
from appliance.simulation.pro_sante_connect.faults import Endpoint, Fault
from appliance.simulation.pro_sante_connect.keys import TlsFiles, make_tls_files
from appliance.simulation.pro_sante_connect.phone import Decision
from appliance.simulation.pro_sante_connect.provider import REALM, Provider, new_signing_key

PHARMACIST = "899700075122"
DOCTOR = "899900038441"
SECRET = "un secret d'essai + 100 %"


@dataclass
class Stand:
    """One provider and what its clients need."""

    provider: Provider
    clock: ManualClock
    files: TlsFiles
    secret_file: Path

    def configuration(self, **changes: object) -> PscConfiguration:
        values: dict[str, object] = {
            "issuer": self.provider.issuer,
            "client_id": "comptoir",
            "secret_file": self.secret_file,
            "authorities": self.files.authority,
            **changes,
        }
        return PscConfiguration(**values)  # type: ignore[arg-type]

    def client(self, *, deadline_s: float = 5.0, **changes: object) -> PscClient:
        configuration = self.configuration(**changes)
        transport = Transport(configuration.issuer, configuration.tls(), deadline_s=deadline_s)
        return PscClient(configuration, transport, self.clock, lambda below: below - 58, lambda: "une-fois")

    def session(self, national_id: str = PHARMACIST, **changes: object) -> PscSession:
        return PscSession(self.client(**changes), self.clock, national_id)

    def fault(self, endpoint: Endpoint, fault: Fault | None) -> None:
        if fault is None:
            self.provider.faults.pop(endpoint, None)
        else:
            self.provider.faults[endpoint] = fault

    def approve(self) -> None:
        self.provider.phone.decide(Decision.APPROVE)

    def refuse(self) -> None:
        self.provider.phone.decide(Decision.REFUSE)

    def opened(self, **changes: object) -> PscSession:
        """A session of the pharmacist that is open."""
        session = self.session(**changes)
        session.begin()
        self.approve()
        self.clock.advance(5)
        assert session.step() is not None
        return session


@pytest.fixture(scope="session")
def tls_files(tmp_path_factory: pytest.TempPathFactory) -> TlsFiles:
    return make_tls_files(tmp_path_factory.mktemp("psc"), datetime.now(UTC))


@pytest.fixture(scope="session")
def signing_key() -> RSAKey:
    return new_signing_key()


@pytest.fixture
def make_stand(tls_files: TlsFiles, signing_key: RSAKey, tmp_path: Path) -> Iterator[Callable[[], Stand]]:
    servers: list[ProviderServer] = []

    def make() -> Stand:
        clock = ManualClock(start=datetime(2026, 1, 5, 9, 0, tzinfo=UTC))
        secret_file = tmp_path / "secret"
        secret_file.write_text(SECRET + "\n")
        provider = Provider("", ("comptoir", SECRET), clock, signing_key=signing_key)
        server = ProviderServer(create_app(provider, SystemClock()), tls_files)
        server.__enter__()
        servers.append(server)
        provider.issuer = f"https://127.0.0.1:{server.port}{REALM}"
        return Stand(provider, clock, tls_files, secret_file)

    yield make
    for server in servers:
        server.__exit__()


@pytest.fixture
def stand(make_stand: Callable[[], Stand]) -> Stand:
    return make_stand()
