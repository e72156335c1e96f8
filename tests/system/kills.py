"""Kills the three programs at random instants while sheets come and go, and counts what the LGO gets.

Command: python -m tests.system.kills --kills 200. Each program is killed so often. Every laying must be
in the journal once and reach the client, and no code may be told twice under different ids.
"""

from __future__ import annotations

import argparse
import base64
import random
import threading
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import httpx

from appliance.simulation.catalogue import ITEMS

from .appliance_process import Appliance, running, wait_until

PROGRAMS = ("eye", "counter", "bridge")

SLUGS = tuple(item.slug for item in ITEMS.values() if item.kind.value == "box" or len(item.symbols) == 1)
"""Things with one code that is read at once in any look, so that a laying is one event."""

TELL_S = 30.0
"""Programs killed one after the other are held back by the supervisor for up to 2 s each."""

AWAY_S = 4.5
"""A thing is laid again only after it was seen to be away for longer than the 2 s of the rule."""


@dataclass
class Outcome:
    """What was laid and what was told."""

    kills: Counter[str] = field(default_factory=Counter)
    laid: Counter[bytes] = field(default_factory=Counter)
    events: dict[int, dict[str, Any]] = field(default_factory=dict)
    redelivered: int = 0
    changed: int = 0
    unseen: list[tuple[str, str]] = field(default_factory=list)

    @property
    def told(self) -> Counter[bytes]:
        """How often each code was told, by distinct event ids."""
        payloads = [event["payload"] for event in self.events.values() if event["kind"] == "code.read"]
        return Counter(base64.b64decode(payload["bytes"]) for payload in payloads)

    @property
    def missing(self) -> int:
        """Layings that were not told."""
        return sum((self.laid - self.told).values())

    @property
    def doubled(self) -> int:
        """Events beyond the layings."""
        return sum((self.told - self.laid).values())


class Lgo(threading.Thread):
    """A separate client: polls, keeps, acknowledges, and comes back when the bridge does."""

    def __init__(self, appliance: Appliance, outcome: Outcome) -> None:
        super().__init__(daemon=True)
        self.appliance = appliance
        self.outcome = outcome
        self.stopping = threading.Event()
        # Polled from here each time, not from the last one seen: what is not acknowledged is given again.
        self.start_id = max((event["id"] for event in appliance.events(0)), default=0)

    def run(self) -> None:
        """Poll until told to stop."""
        while not self.stopping.is_set():
            try:
                events = self.appliance.events(self.start_id, wait_s=1)
                for event in events:
                    known = self.outcome.events.get(event["id"])
                    self.outcome.redelivered += known is not None
                    self.outcome.changed += known is not None and known != event
                    self.outcome.events[event["id"]] = event
                if events:
                    self.appliance.acknowledge(events[-1]["id"])
            except httpx.HTTPError:
                self.stopping.wait(0.05)


def play(appliance: Appliance, kills: int, chance: random.Random, lie_s: float = 3.0) -> Outcome:
    """Lay things in turn, each until it is told, while programs die; then wait for the last event."""
    outcome = Outcome()
    lgo = Lgo(appliance, outcome)
    lgo.start()
    pause = threading.Event()
    order = [program for program in PROGRAMS for _ in range(kills)]
    chance.shuffle(order)
    last_away: dict[str, float] = {}
    try:
        while order:
            slug = min(SLUGS, key=lambda one: last_away.get(one, 0.0))
            pause.wait(max(0.0, last_away.get(slug, 0.0) + AWAY_S - time.monotonic()))
            placed = appliance.lay(slug, x=chance.uniform(0.35, 0.65), y=chance.uniform(0.4, 0.6))
            outcome.laid[ITEMS[slug].symbols[0][1]] += 1
            for _ in range(min(len(order), chance.randint(1, 4))):
                pause.wait(chance.uniform(0.0, lie_s / 3))
                program = order.pop()
                if appliance.kill(program):
                    outcome.kills[program] += 1
                else:
                    order.insert(0, program)
            # It lies there until it is told: what is under test is losing and doubling, not a hurried hand.
            code = ITEMS[slug].symbols[0][1]
            try:
                wait_until(lambda c=code: outcome.told[c] >= outcome.laid[c], TELL_S, "the code")
            except AssertionError:
                outcome.unseen.append((slug, _what_the_eye_saw(appliance)))
            pause.wait(chance.uniform(0.0, 0.5))
            appliance.take(placed)
            pause.wait(0.5)
            appliance.forget_taken()
            last_away[slug] = time.monotonic()
        pause.wait(5)
    finally:
        lgo.stopping.set()
        lgo.join(40)
    return outcome


def _what_the_eye_saw(appliance: Appliance) -> str:
    """For the report of a laying that was not told: what the programs say of themselves."""
    run = appliance.folder / "run"
    (run / "preview" / "wanted").touch()
    threading.Event().wait(2.5)
    said = []
    for name in ("programs.json", "counter.json", "preview/codes.json"):
        with suppress(OSError):
            said.append((run / name).read_text())
    return " ".join(said)


def main() -> int:
    """Run and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    started = time.monotonic()
    with running("--size", "1920x1080") as appliance:
        outcome = play(appliance, arguments.kills, random.Random(arguments.seed))
    print(f"kills {dict(outcome.kills)} in {time.monotonic() - started:.0f} s")
    print(f"layings {outcome.laid.total()}, told {outcome.told.total()}")
    print(f"missing {outcome.missing}, doubled {outcome.doubled}")
    print(f"given again under the same id {outcome.redelivered}, given again altered {outcome.changed}")
    for slug, seen in outcome.unseen:
        print(f"not told within {TELL_S:.0f} s: {slug}: {seen}")
    return int(bool(outcome.missing or outcome.doubled or outcome.changed))


if __name__ == "__main__":
    raise SystemExit(main())
