"""Asks checks: all at once, each with a deadline; one that breaks or hangs costs its own answer only."""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Iterable, Sequence

from appliance.base.clock import NS_PER_S, Clock
from appliance.health.model import Answer, Check, Verdict

__all__ = ["DEADLINE_S", "ask_all"]

_log = logging.getLogger(__name__)

DEADLINE_S = 10.0
"""For all together, as they are asked side by side: a name server that is away takes 5 s to be so."""


def ask_all(checks: Sequence[Check], clock: Clock, deadline_s: float = DEADLINE_S) -> tuple[Verdict, ...]:
    """The verdict of each check, in their order, after `deadline_s` at the latest.

    A driver that hangs cannot be ended from outside: its thread is left behind, and ends with the process.
    """
    answered: queue.SimpleQueue[tuple[str, Answer]] = queue.SimpleQueue()
    for check in checks:
        threading.Thread(target=_ask, args=(check, answered), name=f"check {check.id}", daemon=True).start()
    until_ns = clock.monotonic_ns() + round(deadline_s * NS_PER_S)
    answers: dict[str, Answer] = {}
    while len(answers) < len(checks):
        left_s = (until_ns - clock.monotonic_ns()) / NS_PER_S
        try:
            check_id, answer = answered.get(timeout=max(left_s, 0))
        except queue.Empty:
            break
        answers[check_id] = answer
    return tuple(_verdict(check.id, answers.get(check.id, Answer.unknown("no_answer"))) for check in checks)


def _ask(check: Check, answered: queue.SimpleQueue[tuple[str, Answer]]) -> None:
    try:
        answer = check.ask()
    except Exception as error:  # noqa: BLE001 - a thread's edge: a check that breaks is itself a finding
        # Only the type: an error's text may quote what lay at the counter.
        _log.warning("the check %s broke: %s", check.id, type(error).__name__)
        answer = Answer.unknown("broken", error=type(error).__name__)
    answered.put((check.id, answer))


def _verdict(check_id: str, answer: Answer) -> Verdict:
    try:
        return Verdict(check_id, answer)
    except ValueError:
        _log.error("the check %s has no words for %s", check_id, answer.code)
        return Verdict(check_id, Answer.unknown("broken", error=answer.code))


def unanswered(check_ids: Iterable[str], code: str) -> tuple[Verdict, ...]:
    """Verdicts of checks that nobody answers, for the same reason."""
    return tuple(Verdict(check_id, Answer.unknown(code)) for check_id in check_ids)
