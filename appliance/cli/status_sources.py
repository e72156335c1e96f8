"""From the settings to the status of prescriptions: the one place where its source is chosen by its name."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from appliance.base.clock import Clock
from appliance.counter.look_ups import LookUps
from appliance.counter.status_desk import StatusDesk
from appliance.counter.status_state import Asking, StatusPolicy
from appliance.journal.doorbell import Doorbell
from appliance.pages.shelf import PageShelf
from appliance.prescriptions.board import Board
from appliance.prescriptions.memory import PresentationMemory
from appliance.prescriptions.port import StatusSource
from appliance.settings import Settings
from appliance.simulation.prescriptions import SimulatedBase

if TYPE_CHECKING:
    from appliance.prescriptions.tlsi.client import TlsiClient

__all__ = ["board_of", "page_shelf_of", "status_desk_of"]


def board_of(settings: Settings, device_key: bytes, clock: Clock) -> Board:
    """What counter and bridge share; both make it of the same settings."""
    return Board(Path(settings.paths.runtime_directory) / "prescriptions", device_key, clock)


def page_shelf_of(settings: Settings, device_key: bytes, clock: Clock) -> PageShelf:
    """Where captured pages lie; counter and bridge make it of the same settings."""
    return PageShelf(Path(settings.paths.runtime_directory) / "pages", device_key, clock)


def status_desk_of(
    settings: Settings,
    device_key: bytes,
    doorbell: Doorbell,
    clock: Clock,
    client: TlsiClient | None = None,
) -> StatusDesk:
    """The status of prescriptions as the settings want it; `client` where téléservices are asked."""
    wanted = settings.prescriptions
    policy, source = _source_of(settings, clock, client)
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
    settings: Settings, clock: Clock, client: TlsiClient | None
) -> tuple[StatusPolicy, StatusSource | None]:
    """How the status comes, and from whom; the LGO is not asked, it is awaited."""
    match settings.prescriptions.source:
        case "lgo":
            return StatusPolicy(Asking.AWAIT), None
        case "simulated":
            base = SimulatedBase(clock, lambda: clock.now().astimezone().date())
            return StatusPolicy(Asking.ASK), base
        case "tlsi":
            # Imported only here: what asks no téléservice needs no SOAP.
            from appliance.cli.tlsi import tlsi_source_of  # noqa: PLC0415

            if client is None:
                raise TypeError("the source tlsi wants a client")
            policy = StatusPolicy(Asking.ASK, needs_card=settings.tlsi.login == "cps")
            return policy, tlsi_source_of(settings, client, clock)
        case "none":
            return StatusPolicy(), None
