"""Whether the device does what it did before: its units run and stay, and no check has a new fault."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from subprocess import CompletedProcess

from appliance.base.clock import NS_PER_S, Clock
from appliance.texts.update import NEW_FAULTS, UNITS_DOWN

__all__ = ["Wellness", "WellnessProbe"]

_UNITS = ("comptoir-counter.service", "comptoir-eye.service", "comptoir-bridge.service")
_LIMIT_S = 90
_STEADY_S = 15
"""Units that restart in this time do not count as running: a program that dies at once is up now and then."""
_POLL_S = 1.0

Run = Callable[[Sequence[str]], CompletedProcess[str]]


@dataclass(frozen=True, slots=True)
class Wellness:
    """How the device is: which units run, and which checks have a fault."""

    running: frozenset[str]
    faults: frozenset[str]


class WellnessProbe:
    """Asks systemd and the doctor."""

    def __init__(self, run: Run, clock: Clock) -> None:
        self._run = run
        self._clock = clock

    def now(self) -> Wellness:
        """How it is."""
        return Wellness(frozenset(self._starts()), self._faults())

    def is_as_well_as(self, before: Wellness) -> str | None:
        """Wait until it is; None when it is, else what is worse, in French."""
        until_ns = self._clock.monotonic_ns() + _LIMIT_S * NS_PER_S
        steady_since_ns, starts = self._clock.monotonic_ns(), self._starts()
        while True:
            now_ns, current = self._clock.monotonic_ns(), self._starts()
            if current != starts or not before.running <= current.keys():
                steady_since_ns, starts = now_ns, current
            elif now_ns - steady_since_ns >= _STEADY_S * NS_PER_S:
                new = self._faults() - before.faults
                if not new:
                    return None
                if now_ns >= until_ns:
                    return NEW_FAULTS.format(checks=", ".join(sorted(new)))
            if now_ns >= until_ns and current.keys() < before.running:
                return UNITS_DOWN.format(units=", ".join(sorted(before.running - current.keys())))
            if now_ns >= until_ns + _STEADY_S * NS_PER_S:
                return UNITS_DOWN.format(units=", ".join(sorted(before.running)))
            self._clock.sleep(_POLL_S)

    def _starts(self) -> dict[str, str]:
        """Of each unit that runs, which start of it this is."""
        starts = {}
        for unit in _UNITS:
            said = self._run(["systemctl", "show", "--property", "ActiveState,InvocationID", "--value", unit])
            state, *invocation = said.stdout.split() or [""]
            if state == "active":
                starts[unit] = "".join(invocation)
        return starts

    def _faults(self) -> frozenset[str]:
        """Ids of the checks with a fault, by the installed doctor; one that cannot speak is a fault."""
        said = self._run(["comptoir", "doctor", "--json"])
        try:
            checks = json.loads(said.stdout)["checks"]
            return frozenset(check["id"] for check in checks if check["level"] == "fault")
        except (ValueError, KeyError, TypeError):
            return frozenset({"doctor"})
