"""Fuzz what a software may put as a status.

Command: python -m tests.prescriptions.fuzz_status [--seconds 600] [--seed 1]

Mutated bodies go through the bridge's own reading into the model and on to the OLED. Each ends as a status
that comes back the same, or as a problem document; anything else ends the run with the seed that shows it.
"""

from __future__ import annotations

import argparse
import json
import random
import time

from flask import Flask

from appliance.base.clock import SystemClock
from appliance.bridge.parameters import body_object
from appliance.bridge.prescriptions import _SAID, _status
from appliance.bridge.problems import Problem
from appliance.counter.status_screen import status_line_shown
from appliance.display.render import render
from appliance.display.screens import OrdonnanceRead
from appliance.display.status_screens import Standing, StatusHead
from appliance.prescriptions.status import PrescriptionStatus

from .test_status import FULL

TOKENS = [
    b"null", b"true", b"1e309", b"-1", b"9999999999999999999999", b"1.5", b'""', b"[]", b"{}", b'"\\ud800"',
    b'"\\u202e"', b'"\xff"', b"NaN", b'"2026-02-30"', b'"other_pharmacy"', b'"lines"', b"[[[[[[[[[",
    b'{"label":', b",", b":", b"\x00",
]  # fmt: skip


def seeds() -> list[bytes]:
    whole = {key: value for key, value in FULL.to_json().items() if key in _SAID}
    parts = [
        whole,
        {"state": "dispensed"},
        *({"state": "unknown", key: value} for key, value in whole.items()),
    ]
    return [json.dumps(part).encode() for part in parts]


def mutated(rng: random.Random, seed: bytes) -> bytes:
    data = bytearray(seed)
    for _ in range(rng.choice((1, 1, 1, 2, 4))):
        at = rng.randrange(len(data) + 1)
        match rng.randrange(5):
            case 0:
                data[at : at + rng.randint(0, 4)] = rng.choice(TOKENS)
            case 1:
                data[at : at + 1] = bytes([rng.randrange(256)])
            case 2:
                del data[at : at + rng.randint(1, 12)]
            case 3:
                data[at:at] = data[rng.randrange(len(data) + 1) :][: rng.randint(1, 60)]
            case _:
                data[at:at] = bytes(rng.choice(b'"{}[],:0123456789-') for _ in range(rng.randint(1, 3)))
        if not data:
            data = bytearray(b"{}")
    return bytes(data[: 16 * 1024])


def try_one(app: Flask, clock: SystemClock, body: bytes) -> bool:
    with app.test_request_context("/", method="PUT", data=body, content_type="application/json"):
        try:
            status = _status("202106180921110040", body_object(_SAID), clock)
        except Problem as problem:
            problem.body()
            return False
    assert PrescriptionStatus.from_json(status.to_json()) == status
    head = StatusHead(
        Standing(status.state.value),
        status.source,
        "09:00",
        lines=tuple(map(status_line_shown, status.lines)),
    )
    render(OrdonnanceRead("1", None, None, None, None, (), False, 0, status=head))
    return True


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--seed", type=int, default=1)
    wanted = parser.parse_args()
    app, clock, bodies = Flask("fuzz"), SystemClock(), seeds()
    end, tried, taken = time.monotonic() + wanted.seconds, 0, 0
    while time.monotonic() < end:
        seed = wanted.seed + tried
        rng = random.Random(seed)
        try:
            taken += try_one(app, clock, mutated(rng, rng.choice(bodies)))
        except Exception as error:
            raise SystemExit(f"seed {seed}: {type(error).__name__}") from error
        tried += 1
    print(f"{tried} bodies, {taken} taken as a status, the others refused as problems")


if __name__ == "__main__":
    main()
