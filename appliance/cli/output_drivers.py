"""Which outputs the settings ask for; the one place where a sink is chosen by name."""

from __future__ import annotations

from collections.abc import Sequence

from appliance.base.clock import NS_PER_S, Clock
from appliance.outputs.profiles import Profile
from appliance.outputs.serial_line.framing import Framing
from appliance.outputs.serial_line.port import Flow, Line, SerialPort
from appliance.outputs.serial_line.sink import NAME, Handshake, SerialSink
from appliance.outputs.sink import Sink, Traits
from appliance.outputs.wedge.keyboard import GadgetKeyboard
from appliance.outputs.wedge.sink import KeyboardSink
from appliance.settings import SerialSettings, Settings
from appliance.texts import outputs as texts
from appliance.texts import wedge as wedge_texts

__all__ = ["LOCAL_OUTPUTS", "local_sinks"]

LOCAL_OUTPUTS = ("keyboard", "serial")
"""The names of all outputs of `comptoir outputs`, wished or not."""

_LINE_ENDS = {"cr": b"\r", "lf": b"\n", "crlf": b"\r\n"}
_PARITIES = {"none": "N", "even": "E", "odd": "O"}


def local_sinks(settings: Settings, clock: Clock) -> Sequence[Sink]:
    """The sinks on cables of this device that are wished; each is closed by the runner that is given it."""
    sinks: list[Sink] = []
    if settings.keyboard.driver == "gadget":
        keyboard = GadgetKeyboard(settings.keyboard.device)
        sinks.append(KeyboardSink(settings.keyboard, keyboard, clock, wedge_texts.TITLE))
    if settings.serial.driver == "port":
        sinks.append(_serial_sink(settings.serial, clock))
    return sinks


def _serial_sink(wished: SerialSettings, clock: Clock) -> SerialSink:
    ends = {"none": b"", "enter": _LINE_ENDS[wished.line_end], "tab": b"\t"}
    flow = Flow(wished.flow)
    line = Line(
        wished.device, wished.baud, wished.data_bits, _PARITIES[wished.parity], wished.stop_bits, flow
    )
    return SerialSink(
        Traits(NAME, texts.SERIAL_TITLE, lifetime_ns=wished.lifetime_s * NS_PER_S),
        Profile(wished.profile),
        SerialPort(line, clock),
        Framing(
            wished.encoding,
            ends[wished.profile.terminator],
            is_framed=wished.frame == "stx_etx",
            has_xon_xoff=flow is Flow.XON_XOFF,
        ),
        Handshake(wished.answers == "ack_nak", wished.answer_s, wished.attempts),
        clock,
    )
