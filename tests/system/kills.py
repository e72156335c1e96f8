"""Kills the three programs at random instants while sheets come and go, and counts what the LGO gets.

Command: python -m tests.system.kills --kills 200. Each program is killed so often. Every laying must be
in the journal once and reach the client, and no code may be told twice under different ids.
"""

from __future__ import annotations

import argparse
import base64
import json
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

GAP_S = (0.5, 3.0)
"""Between two kills, whichever program they hit."""

AWAY_S = 4.5
"""A thing is laid again only after this, and after the appliance has noticed that it was away.

Under so many kills that can take a while: only an eye that lived to look can see it, and only a counter that
lived to hear of it knows. A thing laid again before is the same laying for the appliance; no rule can tell.
"""

NOTICE_S = 60.0


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


class Killer(threading.Thread):
    """Ends one program after another, each at an instant of its own."""

    def __init__(self, appliance: Appliance, kills: int, chance: random.Random, outcome: Outcome) -> None:
        super().__init__(daemon=True)
        self.appliance = appliance
        self.chance = chance
        self.outcome = outcome
        self.order = [program for program in PROGRAMS for _ in range(kills)]
        chance.shuffle(self.order)

    def run(self) -> None:
        """Kill until all is killed; a program that is just starting gets its turn later."""
        pause = threading.Event()
        while self.order:
            pause.wait(self.chance.uniform(*GAP_S))
            program = self.order.pop()
            if self.appliance.kill(program):
                self.outcome.kills[program] += 1
            else:
                self.order.insert(0, program)


def play(appliance: Appliance, kills: int, chance: random.Random) -> Outcome:
    """Lay things in turn, each until it is told, while programs die; then wait for the last event."""
    outcome = Outcome()
    lgo, killer = Lgo(appliance, outcome), Killer(appliance, kills, chance, outcome)
    lgo.start()
    killer.start()
    pause = threading.Event()
    last_away: dict[str, float] = {}
    try:
        while killer.is_alive():
            slug = min(SLUGS, key=lambda one: last_away.get(one, 0.0))
            pause.wait(max(0.0, last_away.get(slug, 0.0) + AWAY_S - time.monotonic()))
            code = ITEMS[slug].symbols[0][1]
            _wait_until_its_going_was_seen(appliance, outcome, code)
            before = outcome.told[code]
            placed = appliance.lay(slug, x=chance.uniform(0.35, 0.65), y=chance.uniform(0.4, 0.6))
            outcome.laid[code] += 1
            # It lies there until it is told: what is under test is losing and doubling, not a hurried hand.
            try:
                wait_until(lambda c=code, n=before: outcome.told[c] > n, TELL_S, "the code")
            except AssertionError:
                outcome.unseen.append((slug, _what_the_eye_saw(appliance)))
            pause.wait(chance.uniform(0.0, 2.0))
            appliance.take(placed)
            pause.wait(0.5)
            appliance.forget_taken()
            last_away[slug] = time.monotonic()
        pause.wait(5)
    finally:
        lgo.stopping.set()
        lgo.join(40)
    return outcome


def _wait_until_its_going_was_seen(appliance: Appliance, outcome: Outcome, code: bytes) -> None:
    """Until the counter's own note of what is in view no longer holds any laying of that code."""
    layings = {
        event["payload"]["sighting"]
        for event in outcome.events.values()
        if event["kind"] == "code.read" and base64.b64decode(event["payload"]["bytes"]) == code
    }

    def noticed() -> bool:
        try:
            in_view = json.loads((appliance.folder / "run" / "visits.json").read_text())
        except (OSError, ValueError):
            return not layings
        return not layings & set(in_view)

    wait_until(noticed, NOTICE_S, "the notice of a going")


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
