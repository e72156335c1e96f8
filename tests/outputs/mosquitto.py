"""A real Mosquitto with TLS and a password, a subscriber to it, and a line to it that can be cut."""

from __future__ import annotations

import contextlib
import json
import secrets
import shutil
import signal
import socket
import struct
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from appliance.base.clock import SystemClock
from appliance.bridge.identity import KEY_FILE, load_or_create_identity

PATIENCE_S = 45.0
USER, PASSWORD = "pharmacie", "secret du test"
_POLL_S = 0.05
_RESET = struct.pack("ii", 1, 0)
"""SO_LINGER of no time: closing sends a reset, as a cable that is pulled ends in one."""


def eventually(holds: Callable[[], object], what: str) -> None:
    """Wait on a condition that other processes bring about."""
    until = time.monotonic() + PATIENCE_S
    pause = threading.Event()
    while not holds():
        assert time.monotonic() < until, f"not within {PATIENCE_S} s: {what}"
        pause.wait(_POLL_S)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Mosquitto:
    """One broker; its sessions outlive an orderly end."""

    folder: Path
    extra: str = ""
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    def __post_init__(self) -> None:
        program = shutil.which("mosquitto", path="/usr/sbin:/usr/bin:/usr/local/sbin")
        if program is None:
            pytest.skip("mosquitto is not installed: scripts/setup dev")
        self._program = program
        self.folder.mkdir()
        identity = load_or_create_identity(self.folder / "tls", ["localhost"], SystemClock())
        self.authorities = identity.certificate_file
        passwords = self.folder / "passwords"
        subprocess.run(
            ["mosquitto_passwd", "-b", "-c", str(passwords), USER, PASSWORD], check=True, capture_output=True
        )
        self.password_file = self.folder / "password"
        self.password_file.write_text(f"{PASSWORD}\n")
        (self.folder / "mosquitto.conf").write_text(
            f"user root\nlistener {self.port} 127.0.0.1\n"
            f"certfile {identity.certificate_file}\nkeyfile {self.folder / 'tls' / KEY_FILE}\n"
            f"allow_anonymous false\npassword_file {passwords}\n"
            f"persistence true\npersistence_location {self.folder}/\nmax_queued_messages 0\n{self.extra}\n"
        )

    def start(self) -> None:
        log = (self.folder / "log").open("ab")
        with log:
            self.process = subprocess.Popen(
                [self._program, "-c", str(self.folder / "mosquitto.conf")], stdout=log, stderr=log
            )
        eventually(self._answers, "the broker listens")

    def stop(self) -> None:
        if self.process is not None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(30)
            self.process = None

    def _answers(self) -> bool:
        assert self.process is not None
        assert self.process.poll() is None, (self.folder / "log").read_text()
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 1):
            return True
        return False


class Subscriber:
    """Hears everything below a prefix, with a session that the broker keeps."""

    def __init__(self, broker: Mosquitto, topic: str = "comptoir/#") -> None:
        self.heard: list[MQTTMessage] = []
        self._client = Client(
            CallbackAPIVersion.VERSION2, secrets.token_hex(8), protocol=MQTTProtocolVersion.MQTTv5
        )
        self._client.tls_set(str(broker.authorities))
        self._client.username_pw_set(USER, PASSWORD)
        self._client.reconnect_delay_set(1, 1)
        subscribed = threading.Event()
        self._client.on_connect = lambda *_: self._client.subscribe(topic, qos=1)
        self._client.on_subscribe = lambda *_: subscribed.set()
        self._client.on_message = lambda _client, _data, message: self.heard.append(message)
        session = Properties(PacketTypes.CONNECT)
        session.SessionExpiryInterval = 3600
        self._client.connect("localhost", broker.port, clean_start=False, properties=session)
        self._client.loop_start()
        assert subscribed.wait(PATIENCE_S)

    def on(self, ending: str) -> list[MQTTMessage]:
        return [message for message in list(self.heard) if message.topic.endswith(ending)]

    def events(self) -> list[dict[str, Any]]:
        return [json.loads(message.payload) for message in list(self.heard) if "/events/" in message.topic]

    def close(self) -> None:
        self._client.disconnect()
        self._client.loop_stop()


class Line:
    """A TCP line to the broker. It can be cut, and can lose the broker's answers before it is."""

    def __init__(self, broker: Mosquitto) -> None:
        self._broker_port = broker.port
        self._swallowing = threading.Event()
        self.swallowed = threading.Event()
        self._ends: list[socket.socket] = []
        self.tries = 0
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self) -> None:
        self._swallowing.clear()
        ends, self._ends = self._ends, []
        for end in ends:
            with contextlib.suppress(OSError):
                end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
                end.shutdown(socket.SHUT_RDWR)
            end.close()

    def swallow_answers(self) -> None:
        """From now on nothing that the broker says arrives; `swallowed` is set when something was lost."""
        self.swallowed.clear()
        self._swallowing.set()

    def close(self) -> None:
        self._listener.close()
        self.cut()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                near, _ = self._listener.accept()
                self.tries += 1
                try:
                    far = socket.create_connection(("127.0.0.1", self._broker_port), 5)
                except OSError:
                    near.close()
                    continue
                far.settimeout(None)
                self._ends += [near, far]
                threading.Thread(target=self._pump, args=(near, far, False), daemon=True).start()
                threading.Thread(target=self._pump, args=(far, near, True), daemon=True).start()

    def _pump(self, source: socket.socket, sink: socket.socket, are_answers: bool) -> None:
        with contextlib.suppress(OSError):
            while piece := source.recv(65536):
                if are_answers and self._swallowing.is_set():
                    self.swallowed.set()
                else:
                    sink.sendall(piece)
        for end in (source, sink):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)


@contextlib.contextmanager
def running(folder: Path, extra: str = "") -> Iterator[Mosquitto]:
    broker = Mosquitto(folder, extra)
    broker.start()
    try:
        yield broker
    finally:
        broker.stop()
