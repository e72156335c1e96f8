"""The connection to the broker: MQTT 5 over TLS by paho, one persistent session, few messages under way."""

from __future__ import annotations

import logging
import ssl
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from paho.mqtt.client import Client, ConnectFlags, DisconnectFlags, MQTTMessageInfo
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode, MQTTProtocolVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from appliance.base.threads import StoppableThread, ZombieThreadError
from appliance.outputs.mqtt.messages import Message

__all__ = ["Access", "Broker", "BrokerError", "Publication"]

_log = logging.getLogger(__name__)

KEEPALIVE_S = 30
SESSION_EXPIRY_S = 24 * 3600
"""How long the broker keeps what was under way; an event is kept by the journal for about as long."""

WILL_DELAY_S = 10
"""A connection that is back so soon was never said to be lost (MQTT 5 §3.1.3.2.2)."""

MAX_SECRET_BYTES = 512
_MAX_UNDER_WAY = 4
_MAX_ANSWERS = 2 * _MAX_UNDER_WAY
_RECONNECT_MIN_S = 1
_RECONNECT_MAX_S = 60
_STOP_S = 1.5
"""For each of the two goodbyes: a broker that does not take them does not keep the program from ending."""
_OVERHEAD_BYTES = 512
"""More than topic, properties and header of a publication take beside its payload."""


class BrokerError(Exception):
    """The broker cannot be spoken to as it is set; the text says what to correct."""


@dataclass(frozen=True, slots=True)
class Access:
    """How the broker is reached. TLS always.

    Attributes:
        host: its name, which its certificate must bear.
        port: usually 8883.
        client_id: names the session; the same at each start.
        authorities: PEM file of the authorities of its certificate; the system's where None.
        username: empty where it asks for none.
        password_file: holds the password, nothing else; read at each start, never logged.
    """

    host: str
    port: int
    client_id: str
    authorities: Path | None = None
    username: str = ""
    password_file: Path | None = field(default=None, repr=False)

    def password(self) -> str | None:
        """What the file holds, without its end of line; None where there is no user.

        Raises:
            BrokerError: it cannot be read, is empty, or has more than MAX_SECRET_BYTES.
        """
        if not self.username or self.password_file is None:
            return None
        try:
            with self.password_file.open("rb") as file:
                content = file.read(MAX_SECRET_BYTES + 1)
        except OSError as error:
            raise BrokerError("password_file") from error
        try:
            password = content.decode().rstrip("\r\n")
        except UnicodeDecodeError:
            raise BrokerError("password_file") from None
        if not password or len(content) > MAX_SECRET_BYTES:
            raise BrokerError("password_file")
        return password

    def tls(self) -> ssl.SSLContext:
        """TLS 1.2 or newer, its name, an authority that is trusted.

        Raises:
            BrokerError: the file of authorities cannot be used.
        """
        try:
            context = ssl.create_default_context(cafile=self.authorities)
        except (OSError, ssl.SSLError) as error:
            raise BrokerError("authorities") from error
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        return context


class Publication:
    """A message under way to the broker; paho sends it again itself whenever the connection comes back."""

    def __init__(self, packet_id: int, answers: _Answers) -> None:
        self._packet_id = packet_id
        self._answers = answers
        self.is_refused = False
        """Whether the broker answered by a reason of failure; known once `wait` said True."""

    def wait(self, timeout_s: float) -> bool:
        """Whether the broker has answered within that time; asked once more after that, it is False."""
        refused = self._answers.take(self._packet_id, timeout_s)
        self.is_refused = refused is True
        return refused is not None


class _Answers:
    """What the broker answered to packets, until somebody takes it.

    Paho calls back with its own lock held, and `publish` wants that lock: so nothing here is held while it is
    called, and an answer may come before who asked knows the packet's id.
    """

    def __init__(self) -> None:
        self._came = threading.Condition()
        self._refused: dict[int, bool] = {}

    def put(self, packet_id: int, *, refused: bool) -> None:
        with self._came:
            if len(self._refused) >= _MAX_ANSWERS:  # of events given up meanwhile, nobody takes it
                del self._refused[next(iter(self._refused))]
            self._refused[packet_id] = refused
            self._came.notify_all()

    def take(self, packet_id: int, timeout_s: float) -> bool | None:
        """Whether that packet was refused; None where no answer came."""
        with self._came:
            self._came.wait_for(lambda: packet_id in self._refused, timeout_s)
            return self._refused.pop(packet_id, None)


class Broker:
    """One session. Enter it to connect, and to stay connected: it comes back by itself."""

    def __init__(self, access: Access, birth: Callable[[], Message], will: Message) -> None:
        """Read the credentials; nothing is sent yet.

        Args:
            access: where and how.
            birth: what to publish at each connection.
            will: what the broker is to publish when the connection is lost.

        Raises:
            BrokerError: password or authorities cannot be used.
        """
        self._access = access
        self._birth = birth
        self._will = will
        self._answers = _Answers()
        self._birth_under_way: int | None = None
        self._largest = 0
        self._client = self._made()
        self._thread = StoppableThread("mqtt", self._run)

    def __enter__(self) -> Self:
        """Begin to connect; whether there is a broker shows later."""
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        """Say that the device goes, and disconnect."""
        if self.is_connected:
            self.publish(self._will).wait(_STOP_S)
        self._client.disconnect()
        try:
            self._thread.stop(_STOP_S)
        except ZombieThreadError as error:  # it waits for a broker that does not answer
            _log.warning("%s", error)

    @property
    def is_connected(self) -> bool:
        """Whether the broker took the connection, as far as is known."""
        return self._client.is_connected()

    @property
    def failure(self) -> BaseException | None:
        """Why the connection's thread ended by itself; the program is then to be started anew."""
        return self._thread.failure

    def takes(self, message: Message) -> bool:
        """Whether the message is within what the broker said it takes (MQTT 5 §3.2.2.3.6)."""
        return not self._largest or len(message.payload) + _OVERHEAD_BYTES <= self._largest

    def publish(self, message: Message) -> Publication:
        """Send with quality of service 1. The caller waits before the next: nothing piles up here."""
        return Publication(self._publish(message).mid, self._answers)

    def _publish(self, message: Message) -> MQTTMessageInfo:
        properties = _properties(PacketTypes.PUBLISH)
        properties.ContentType = "application/json"
        properties.PayloadFormatIndicator = 1  # UTF-8
        if message.expiry_s is not None:
            properties.MessageExpiryInterval = message.expiry_s
        return self._client.publish(
            message.topic, message.payload, qos=1, retain=message.retained, properties=properties
        )

    def _made(self) -> Client:
        client = Client(
            CallbackAPIVersion.VERSION2,
            client_id=self._access.client_id,
            protocol=MQTTProtocolVersion.MQTTv5,
        )
        client.tls_set_context(self._access.tls())
        if self._access.username:
            client.username_pw_set(self._access.username, self._access.password())
        delay = _properties(PacketTypes.WILLMESSAGE)
        delay.WillDelayInterval = WILL_DELAY_S
        client.will_set(self._will.topic, self._will.payload, qos=1, retain=True, properties=delay)
        client.reconnect_delay_set(_RECONNECT_MIN_S, _RECONNECT_MAX_S)
        client.max_inflight_messages_set(_MAX_UNDER_WAY)
        client.on_connect = self._connected
        client.on_disconnect = self._disconnected
        client.on_publish = self._published
        return client

    def _run(self, stopping: threading.Event) -> None:
        session = _properties(PacketTypes.CONNECT)
        session.SessionExpiryInterval = SESSION_EXPIRY_S
        self._client.connect_async(
            self._access.host, self._access.port, KEEPALIVE_S, clean_start=False, properties=session
        )
        ended = self._client.loop_forever(retry_first_connection=True)
        if not stopping.is_set() and ended is not MQTTErrorCode.MQTT_ERR_SUCCESS:
            _log.info("the connection to the broker ended: %s", ended.name)

    def _connected(
        self, _client: Client, _data: Any, _flags: ConnectFlags, reason: ReasonCode, given: Properties | None
    ) -> None:
        if reason.is_failure:
            _log.warning("the broker refuses the connection: %s", reason.getName())
            return
        self._largest = getattr(given, "MaximumPacketSize", 0)
        _log.info("connected to the broker")
        if self._birth_under_way is None:  # otherwise paho sends that one again: they must not pile up
            self._birth_under_way = self._publish(self._birth()).mid

    @staticmethod
    def _disconnected(
        _client: Client, _data: Any, _flags: DisconnectFlags, reason: ReasonCode, _given: Properties | None
    ) -> None:
        _log.info("disconnected from the broker: %s", reason.getName())

    def _published(
        self, _client: Client, _data: Any, packet_id: int, reason: ReasonCode, _given: Properties | None
    ) -> None:
        if reason.is_failure:
            _log.warning("the broker refuses a message: %s", reason.getName())
        if packet_id == self._birth_under_way:
            self._birth_under_way = None
        else:
            self._answers.put(packet_id, refused=reason.is_failure)


def _properties(packet_type: int) -> Properties:
    """Empty ones; paho leaves their constructor without types."""
    return Properties(packet_type)  # type: ignore[no-untyped-call]
