"""Answers handed from one program to the others: a small file a program in the runtime directory (tmpfs).

Whoever reads takes them as written by a stranger: bounded, only of checks that this program may answer, and
only codes that the catalogue has words for.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from appliance.base.clock import NS_PER_S, Clock
from appliance.base.files import replace_volatile
from appliance.health.model import MAX_VALUE_CHARS, MAX_VALUES, Answer, Level, Verdict
from appliance.health.registry import REGISTRY, Source
from appliance.health.run import unanswered

__all__ = ["MAX_PUBLISHED_BYTES", "checks_directory", "publish", "read_published"]

MAX_PUBLISHED_BYTES = 32 * 1024

_STALE_NS: Mapping[Source, int] = MappingProxyType(
    {
        Source.EYE: 60 * NS_PER_S,
        Source.COUNTER: 60 * NS_PER_S,
        Source.BRIDGE: 60 * NS_PER_S,
        Source.SYSTEM: 15 * 60 * NS_PER_S,
    }
)
"""Some times the pause between two answers (`cli/health.py`, `comptoir-checks.timer`)."""

_MODE = 0o640


class _Said(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    id: Annotated[str, Field(max_length=32)]
    level: Level
    code: Annotated[str, Field(max_length=32)]
    values: Annotated[
        dict[Annotated[str, Field(max_length=32)], Annotated[str, Field(max_length=MAX_VALUE_CHARS)]],
        Field(max_length=MAX_VALUES),
    ] = {}


class _File(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    at_ns: Annotated[int, Field(ge=0)]
    checks: Annotated[tuple[_Said, ...], Field(max_length=len(REGISTRY))]


def checks_directory(runtime_directory: Path) -> Path:
    """Where the files lie."""
    return runtime_directory / "checks"


def publish(directory: Path, source: Source, verdicts: Sequence[Verdict], clock: Clock) -> None:
    """Write what a program answers, in place of what it answered before.

    Raises:
        OSError: the directory cannot be written.
    """
    said = [
        {"id": one.id, "level": one.level.value, "code": one.code, "values": dict(one.answer.values)}
        for one in verdicts
        if REGISTRY[one.id] is source
    ]
    directory.mkdir(mode=0o770, exist_ok=True)
    content = json.dumps({"at_ns": clock.monotonic_ns(), "checks": said}).encode()
    replace_volatile(directory / f"{source.value}.json", content, _MODE)


def read_published(directory: Path, clock: Clock) -> tuple[Verdict, ...]:
    """What all programs say, in the order of the registry; of one that fell silent, that it did.

    A program that never said anything since the device started is not spoken of.
    """
    found: dict[str, Verdict] = {}
    for source in Source:
        found.update((verdict.id, verdict) for verdict in _read(directory, source, clock.monotonic_ns()))
    return tuple(found[check_id] for check_id in REGISTRY if check_id in found)


def _read(directory: Path, source: Source, now_ns: int) -> tuple[Verdict, ...]:
    try:
        with (directory / f"{source.value}.json").open("rb") as file:
            content = file.read(MAX_PUBLISHED_BYTES + 1)
    except OSError:
        return ()
    own = tuple(check_id for check_id, answers in REGISTRY.items() if answers is source)
    try:
        if len(content) > MAX_PUBLISHED_BYTES:
            raise ValueError("longer than any program writes")  # noqa: TRY301 - the same end as any other lie
        said = _File.model_validate_json(content)
        if not 0 <= now_ns - said.at_ns <= _STALE_NS[source]:
            return unanswered(own, "silent")
        return tuple(_verdict(one) for one in said.checks if one.id in own)
    except (ValidationError, ValueError):
        return unanswered(own, "silent")


def _verdict(said: _Said) -> Verdict:
    return Verdict(said.id, Answer(said.level, said.code, MappingProxyType(said.values)))
