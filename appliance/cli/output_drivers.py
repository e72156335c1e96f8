"""Which outputs the settings ask for; the one place where a sink is chosen by name."""

from __future__ import annotations

from collections.abc import Sequence

from appliance.base.clock import Clock
from appliance.outputs.sink import Sink
from appliance.settings import Settings

__all__ = ["LOCAL_OUTPUTS", "local_sinks"]

LOCAL_OUTPUTS = ("keyboard", "serial")
"""The names of all outputs of `comptoir outputs`, wished or not."""


def local_sinks(settings: Settings, clock: Clock) -> Sequence[Sink]:
    """The sinks on cables of this device that are wished; each is closed by the runner that is given it."""
    del settings, clock
    return ()
