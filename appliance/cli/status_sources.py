"""From the settings to the status of prescriptions: the one place where its source is chosen by its name."""

from __future__ import annotations

from pathlib import Path

from appliance.base.clock import Clock
from appliance.cards.signing import SignatureDesk
from appliance.cli.tlsi import tlsi_client_of, tlsi_source_of
from appliance.counter.look_ups import LookUps
from appliance.counter.status_desk import StatusDesk
from appliance.counter.status_state import Asking, StatusPolicy
from appliance.journal.doorbell import Doorbell
from appliance.prescriptions.board import Board
from appliance.prescriptions.memory import PresentationMemory
from appliance.prescriptions.port import StatusSource
from appliance.settings import Settings
from appliance.simulation.prescriptions import SimulatedBase

__all__ = ["board_of", "status_desk_of"]


def board_of(settings: Settings, device_key: bytes, clock: Clock) -> Board:
    """What counter and bridge share; both make it of the same settings."""
    return Board(Path(settings.paths.runtime_directory) / "prescriptions", device_key, clock)


def status_desk_of(
    settings: Settings,
    device_key: bytes,
    doorbell: Doorbell,
    clock: Clock,
    signatures: SignatureDesk | None = None,
) -> StatusDesk:
    """The status of prescriptions as the settings want it; `signatures` by the CPS, where cards are read."""
    wanted = settings.prescriptions
    policy, source = _source_of(settings, device_key, clock, signatures)
    look_ups = None
    if source is not None:
        look_ups = LookUps(source, clock, timeout_s=wanted.timeout_s, workers=wanted.look_ups)
    return StatusDesk(
        policy=policy,
        look_ups=look_ups,
        memory=PresentationMemory(
            Path(settings.paths.state_directory) / "presentations.db",
            device_key,
            lambda: clock.now().astimezone(),
        ),
        board=board_of(settings, device_key, clock),
        doorbell=doorbell,
        clock=clock,
    )


def _source_of(
    settings: Settings, device_key: bytes, clock: Clock, signatures: SignatureDesk | None
) -> tuple[StatusPolicy, StatusSource | None]:
    """How the status comes, and from whom; the LGO is not asked, it is awaited."""
    match settings.prescriptions.source:
        case "lgo":
            return StatusPolicy(Asking.AWAIT), None
        case "simulated":
            base = SimulatedBase(clock, lambda: clock.now().astimezone().date())
            return StatusPolicy(Asking.ASK), base
        case "tlsi":
            client = tlsi_client_of(settings, device_key, clock, signatures)
            policy = StatusPolicy(Asking.ASK, needs_card=settings.tlsi.login == "cps")
            return policy, tlsi_source_of(settings, client, clock)
        case "none":
            return StatusPolicy(), None
