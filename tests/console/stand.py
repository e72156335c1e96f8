"""A stand for the page: the real bridge and journal; what eye and counter would write is written by hand."""

from __future__ import annotations

import json
import secrets
import socket
from collections.abc import Mapping
from contextlib import ExitStack
from functools import partial
from hashlib import sha256
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import cv2
import numpy as np
from flask import Flask
from numpy.typing import NDArray

from appliance.base.clock import NS_PER_S, ManualClock, SystemClock
from appliance.base.files import replace_volatile
from appliance.bridge.app import create_app, long_polls_of
from appliance.bridge.console import console_extension
from appliance.bridge.identity import DeviceIdentity, load_or_create_identity
from appliance.bridge.server import BridgeServer
from appliance.bridge.technician import technician_extension
from appliance.cli.typing_preview import answer
from appliance.health.model import Verdict
from appliance.journal import Journal
from appliance.journal.doorbell import Doorbell
from appliance.pairing.door import Door, DoorFiles
from appliance.prescriptions.board import Board
from appliance.settings import BridgeSettings, PathSettings, Settings
from appliance.simulation.cards.console import CAPABILITY as CARDS
from appliance.simulation.cards.console import cards_extension
from appliance.simulation.cards.slots import SlotsFile
from appliance.simulation.console import CAPABILITY, Thumbnails, world_extension
from appliance.simulation.pro_sante_connect.console import CAPABILITY as PHONE
from appliance.simulation.pro_sante_connect.console import phone_extension
from appliance.simulation.pro_sante_connect.phone import Phone, PhoneFolder
from appliance.simulation.scene import Scene, SceneFile

FRAME_SIZE = (960, 540)
GREY = NDArray[np.uint8]


class Stand:
    """The page behind the real bridge on a free port of loopback; a context manager.

    The page's clock stands still, so that the picture is always of just now; the bridge's does not.
    """

    def __init__(
        self,
        folder: Path,
        *,
        world: bool = True,
        thumbnails: Thumbnails | None = None,
        cards: bool = False,
        phone: bool = False,
    ) -> None:
        self.runtime = folder / "run"
        self.clock = ManualClock()
        self.checks: tuple[Verdict, ...] = ()
        self.scene_file = SceneFile(self.runtime / "scene.json")
        self._state = folder / "state"
        self.has_world = world
        self.has_cards = cards
        self.slots_file = SlotsFile(self.runtime / "slots.json")
        self.phone = Phone(PhoneFolder(self.runtime)) if phone else None
        self._thumbnails = thumbnails
        self._stack = ExitStack()
        self._bridge = ExitStack()
        self.port = 0

    def __enter__(self) -> Self:
        """Prepare everything but the server."""
        (self.runtime / "preview").mkdir(parents=True)
        self._system_clock = SystemClock()
        self.settings = Settings(
            paths=PathSettings(state_directory=self._state, runtime_directory=self.runtime),
            bridge=BridgeSettings(port=0),
        )
        self._doorbell = Doorbell(self.runtime / "doorbell")
        self.journal = self._stack.enter_context(
            Journal.open(
                self._state / "journal.db",
                secrets.token_bytes(32),
                clock=self._system_clock,
                volatile_directory=self.runtime / "secrets",
                on_loss=lambda loss: None,
            )
        )
        self.token = self.pair(("events", "status", "technician"))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
        self._stack.close()

    @property
    def origin(self) -> str:
        return f"https://127.0.0.1:{self.port}"

    @property
    def url(self) -> str:
        return f"{self.origin}/console/"

    def link(self, token: str | None = None) -> str:
        return f"{self.url}#jeton={token or self.token}"

    @property
    def technician_url(self) -> str:
        return f"{self.origin}/technicien/"

    def open_door(self, code: str = "042173", door_id: str = "d00d", *, minutes: int = 15) -> None:
        """As the counter does when a technician presses « Page web »."""
        until_ns = self.clock.monotonic_ns() + minutes * 60 * NS_PER_S
        DoorFiles(self.runtime).open_door(Door(id=door_id, code=code, until_ns=until_ns))

    def shut_door(self) -> None:
        DoorFiles(self.runtime).close_door()

    def pair(self, scopes: tuple[str, ...]) -> str:
        """A new client's token."""
        token = secrets.token_urlsafe(16)
        self.client = self.journal.add_client(
            "Page de démonstration", sha256(token.encode()).digest(), scopes
        )
        return token

    def _identity(self) -> DeviceIdentity:
        return load_or_create_identity(self._state / "bridge", (), self._system_clock)

    def make_app(self) -> Flask:
        offered = {CAPABILITY: self.has_world, CARDS: self.has_cards, PHONE: self.phone is not None}
        capabilities = frozenset(name for name, is_there in offered.items() if is_there)
        extensions = [
            console_extension(self.runtime, self.clock, capabilities=capabilities),
            technician_extension(
                self.settings,
                self.journal,
                self._doorbell,
                self.clock,
                lambda: self.checks,
                partial(answer, self.settings.keyboard, clock=self.clock),
            ),
        ]
        if self.has_world:
            extensions.append(world_extension(self.scene_file, self.clock, thumbnails=self._thumbnails))
        if self.has_cards:
            extensions.append(cards_extension(self.slots_file))
        if self.phone is not None:
            extensions.append(phone_extension(PhoneFolder(self.runtime)))
        return create_app(
            self.journal,
            doorbell=self._doorbell,
            settings=self.settings,
            clock=self._system_clock,
            key_sha256=self._identity().key_sha256,
            board=Board(self.runtime / "prescriptions", bytes(range(32)), self._system_clock),
            extra_blueprints=extensions,
        )

    def start(self) -> None:
        """Start the bridge, again at the same port: one not bound as 0 can be taken again at once."""
        self.port = self.port or _free_port()
        app = self.make_app()
        polls = self._bridge.enter_context(long_polls_of(app))
        server = BridgeServer(
            app,
            ("127.0.0.1", self.port),
            self._identity(),
            clock=self._system_clock,
            before_stop=polls.end_all,
        )
        self._bridge.enter_context(server)

    def stop(self) -> None:
        """Stop the bridge, as when it is killed."""
        self._bridge.close()

    def add_event(self, kind: str, payload: Mapping[str, object], visit: str | None = "v1") -> int:
        event_id = self.journal.append(kind, payload, visit=visit).event_id
        self._doorbell.ring()
        return event_id

    def is_acknowledged(self, event_id: int) -> bool:
        return any(ack.event_id == event_id for ack in self.journal.acks_after(0))

    def scene(self) -> Scene:
        return self.scene_file.read()

    def show_frame(
        self,
        image: GREY | None = None,
        codes: list[dict[str, Any]] | None = None,
        unread: list[dict[str, Any]] | None = None,
    ) -> None:
        """As the eye does: a picture and what lies in it, taken just now."""
        width, height = FRAME_SIZE
        done, jpeg = cv2.imencode(".jpg", np.full((height, width), 170, np.uint8) if image is None else image)
        assert done
        replace_volatile(self.runtime / "preview" / "frame.jpg", jpeg.tobytes())
        at_ns = self.clock.monotonic_ns()
        seen = {"width": width, "height": height, "sequence": 1, "at_ns": at_ns, "codes": codes or []}
        seen["unread"] = unread or []
        replace_volatile(self.runtime / "preview" / "codes.json", json.dumps(seen).encode())

    def show_meters(self, **changes: object) -> None:
        """As the eye does while somebody looks."""
        good = {"level": 190, "clipped": 0.004, "blur_px": 0.84, "light_good": True, "focus_good": True}
        replace_volatile(self.runtime / "preview" / "meters.json", json.dumps(good | changes).encode())

    def show_oled(self, image: GREY) -> None:
        """As the counter's display does."""
        done, png = cv2.imencode(".png", image)
        assert done
        replace_volatile(self.runtime / "oled.png", png.tobytes())

    def show_counter(self, **status: object) -> None:
        """As the counter's panel does."""
        said = {
            "screen": "Ready",
            "camera": "ok",
            "lgo": "present",
            "storage_ok": True,
            "tone": "",
            "tones": 0,
        }
        replace_volatile(self.runtime / "counter.json", json.dumps({**said, **status}).encode())


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
