"""What an editor's code did well or not, from what the proxy noted. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from types import MappingProxyType
from typing import Final

from appliance.cli.observing.exchanges import Exchange, Provocation
from appliance.texts import lgo_observe as texts

__all__ = ["RETRY_AFTER_S", "Judgement", "judged"]

RETRY_AFTER_S: Final = 2
"""What a provoked 503 asks for."""

_LONG_WAIT_S: Final = 5
_BUSY_POLLS: Final = 5
_BUSY_WINDOW_S: Final = 5.0
_ACK_WITHIN_S: Final = 5.0
_SLACK_S: Final = 0.2
_BACK_WITHIN_S: Final = 60.0

Exchanges = Sequence[Exchange]
Found = str | None
"""Empty: it was seen and is good. A text: what is wrong. None: there was no occasion to see it."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """One verdict: its name (a key of `texts.VERDICTS`), and what was found."""

    name: str
    found: Found


def judged(exchanges: Exchanges) -> Iterator[Judgement]:
    """Every verdict, in the order of the table."""
    for name, judge in _JUDGES.items():
        yield Judgement(name, judge(exchanges))


def _polls(exchanges: Exchanges) -> list[Exchange]:
    return [one for one in exchanges if one.is_poll]


def _asks(exchanges: Exchanges) -> Found:
    return "" if any(one.status == 200 for one in _polls(exchanges)) else texts.NO_POLL


def _token(exchanges: Exchanges) -> Found:
    if not exchanges:
        return None
    if any(one.token_in_url for one in exchanges):
        return texts.IN_URL
    asked = [one for one in exchanges if one.is_poll or one.is_ack]
    bare = sum(not one.has_token for one in asked)
    return texts.UNSIGNED.format(count=bare) if bare else ""


def _waits(exchanges: Exchanges) -> Found:
    """Empty answers one after the other without waiting are a load without use."""
    polls = [one for one in _polls(exchanges) if one.provoked is Provocation.NONE and one.status == 200]
    hasty = [one for one in polls if not one.events and one.wait_s < _LONG_WAIT_S]
    for index in range(len(hasty) - _BUSY_POLLS + 1):
        if hasty[index + _BUSY_POLLS - 1].began_s - hasty[index].began_s < _BUSY_WINDOW_S:
            return texts.BUSY.format(count=_BUSY_POLLS, seconds=round(_BUSY_WINDOW_S))
    return "" if polls else None


def _one_at_a_time(exchanges: Exchanges) -> Found:
    polls = _polls(exchanges)
    crossed = sum(later.began_s < earlier.ended_s for earlier, later in pairwise(polls))
    return texts.CROSSED.format(count=crossed) if crossed else ("" if len(polls) > 1 else None)


def _cursor(exchanges: Exchanges) -> Found:
    """0, or the `last_id` of the answer before; anything else loses events or takes them twice."""
    polls = [one for one in _polls(exchanges) if one.status == 200]
    known = {0} | {event for one in polls for event in one.events}
    wrong = [
        later.after
        for earlier, later in pairwise(polls)
        if later.after not in {0, earlier.last_id} and later.after not in known
    ]
    stuck = [
        later.after
        for earlier, later in pairwise(polls)
        if earlier.events and earlier.provoked is Provocation.NONE and later.after == earlier.after != 0
    ]
    if wrong:
        return texts.CURSOR_WRONG.format(cursor=wrong[0])
    if stuck:
        return texts.CURSOR_STUCK.format(cursor=stuck[0])
    return "" if len(polls) > 1 else None


def _delivered(exchanges: Exchanges) -> dict[int, float]:
    """When each event was first given."""
    given: dict[int, float] = {}
    for one in exchanges:
        for event in one.events:
            given.setdefault(event, one.ended_s)
    return given


def _taken(exchanges: Exchanges, event: int) -> float | None:
    """When it was acknowledged."""
    times = (
        one.began_s
        for one in exchanges
        if one.is_ack and one.status == 200 and (event in one.acked or event <= one.through)
    )
    return next(times, None)


def _acknowledged(exchanges: Exchanges) -> Found:
    given = _delivered(exchanges)
    if not given:
        return None
    end_s = max(one.ended_s for one in exchanges)
    missing = [
        event
        for event, at_s in given.items()
        if end_s - at_s > _ACK_WITHIN_S and _taken(exchanges, event) is None
    ]
    return texts.NOT_ACKED.format(count=len(missing), event=missing[0]) if missing else ""


def _at_once(exchanges: Exchanges) -> Found:
    delays = [
        taken - at_s
        for event, at_s in _delivered(exchanges).items()
        if (taken := _taken(exchanges, event)) is not None
    ]
    if not delays:
        return None
    # A provoked 503 may have held one back: what counts is how it is usually.
    usual = sorted(delays)[len(delays) // 2]
    return texts.ACK_LATE.format(seconds=round(usual)) if usual > _ACK_WITHIN_S else ""


def _only_received(exchanges: Exchanges) -> Found:
    acks = [one for one in exchanges if one.is_ack]
    highest = 0
    given: set[int] = set()
    for one in exchanges:
        if one.is_ack and (one.acked - given or one.through > highest):
            return texts.ACK_UNSEEN.format(event=max({one.through, *one.acked}))
        given.update(one.events)
        highest = max([highest, *one.events, one.last_id or 0])
    return "" if acks else None


def _json(exchanges: Exchanges) -> Found:
    acks = [one for one in exchanges if one.is_ack]
    return None if not acks else "" if all(one.is_json for one in acks) else texts.NOT_JSON


def _later(exchanges: Exchanges) -> Found:
    """After a 503 the same is asked again, and not before Retry-After."""
    return _after(exchanges, Provocation.LATER, _patient)


def _patient(provoked: Exchange, again: Exchange) -> str:
    waited_s = again.began_s - provoked.ended_s
    return (
        texts.TOO_SOON.format(seconds=f"{waited_s:.1f}".replace(".", ","))
        if waited_s < RETRY_AFTER_S - _SLACK_S
        else ""
    )


def _again(exchanges: Exchanges) -> Found:
    """An event that comes twice: the software goes on, and does not go back."""
    return _after(exchanges, Provocation.AGAIN, lambda _provoked, _again: "")


def _reset(exchanges: Exchanges) -> Found:
    return _after(
        exchanges,
        Provocation.RESET,
        lambda _provoked, again: "" if again.after == 0 else texts.NOT_FROM_0.format(cursor=again.after),
    )


def _after(exchanges: Exchanges, what: Provocation, judge: Callable[[Exchange, Exchange], str]) -> Found:
    """The request of the same kind that follows each provocation of one sort."""
    end_s = max((one.ended_s for one in exchanges), default=0.0)
    found: Found = None
    for index, provoked in enumerate(exchanges):
        if provoked.provoked is not what:
            continue
        follows = (one for one in exchanges[index + 1 :] if one.is_poll == provoked.is_poll)
        again = next(follows, None)
        if again is not None:
            found = judge(provoked, again)
        elif end_s - provoked.ended_s > _BACK_WITHIN_S:
            found = texts.GAVE_UP
        if found:
            return found
    return found


def _refused(exchanges: Exchanges) -> Found:
    """What the device itself refused."""
    refused = [one for one in exchanges if one.status >= 400 and one.provoked is Provocation.NONE]
    if not refused:
        return "" if exchanges else None
    first = refused[0]
    return texts.REFUSED.format(count=len(refused), method=first.method, path=first.path, status=first.status)


_JUDGES: Final[Mapping[str, Callable[[Exchanges], Found]]] = MappingProxyType(
    {
        "asks": _asks,
        "token": _token,
        "waits": _waits,
        "one_at_a_time": _one_at_a_time,
        "cursor": _cursor,
        "acknowledged": _acknowledged,
        "at_once": _at_once,
        "only_received": _only_received,
        "json": _json,
        "later": _later,
        "again": _again,
        "reset": _reset,
        "refused": _refused,
    }
)
