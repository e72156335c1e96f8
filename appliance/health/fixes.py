"""What may be mended without asking: only what loses nothing, and what a technician would type himself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType

from appliance.health.model import Level, Verdict
from appliance.health.probes import Run

__all__ = ["FIXES", "fix_all", "fixable"]

FIXES: Mapping[tuple[str, str], tuple[tuple[str, ...], ...]] = MappingProxyType(
    {
        ("units", "down"): (
            ("systemd-tmpfiles", "--create", "comptoir.conf"),
            ("systemctl", "reset-failed", "comptoir-eye", "comptoir-counter", "comptoir-bridge"),
            ("systemctl", "start", "comptoir.target"),
        ),
        ("pcscd", "stopped"): (("systemctl", "enable", "--now", "pcscd.socket"),),
        ("clock", "switched_off"): (("timedatectl", "set-ntp", "true"),),
    }
)
"""By the id of the check and the code of its answer: the commands, in their order."""


def fixable(verdicts: Sequence[Verdict]) -> tuple[Verdict, ...]:
    """Those that something can be done about from here."""
    return tuple(one for one in verdicts if (one.id, one.code) in FIXES and one.level is not Level.OK)


def fix_all(verdicts: Sequence[Verdict], run: Run) -> Iterator[tuple[tuple[str, ...], bool]]:
    """Do it: each command as it was run, and whether it ended well. What fails ends that fix."""
    for verdict in fixable(verdicts):
        for command in FIXES[verdict.id, verdict.code]:
            done = run(command).status == 0
            yield command, done
            if not done:
                break
