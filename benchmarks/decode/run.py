"""All tables in one run, or some of them; the same seeds give the same pictures."""

from __future__ import annotations

import json
import multiprocessing
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from typing import Protocol, TypeVar

import cv2

from appliance.decode.warming import warm_up
from benchmarks.decode.causes import Told, cause_table, cause_tasks
from benchmarks.decode.costs import Cost, cost_tasks
from benchmarks.decode.outcome import LOOKS, Outcome, tally
from benchmarks.decode.report import cost_table, rate_table
from benchmarks.decode.scenes import crop_tasks, fault_tasks, sheet_tasks

__all__ = ["QUICK_SCENES", "SCENES", "SECTIONS", "Plan", "run"]

SCENES = 40
QUICK_SCENES = 4
"""Seeds a cell."""

Result = TypeVar("Result")
Result_co = TypeVar("Result_co", covariant=True)

_PROGRESS_S = 10.0


class Task(Protocol[Result_co]):
    """A scene that can be measured in any process."""

    def run(self) -> Sequence[Result_co]:
        """Measure it."""
        ...


@dataclass(frozen=True, slots=True)
class Plan:
    """What is measured.

    Attributes:
        quick: fewer cells, scenes and frames: two minutes instead of an hour.
        scenes: seeds a cell.
        first_seed: of those.
        jobs: processes.
        minutes: after which a table ends with the scenes it has; None: all of them.
    """

    quick: bool = False
    scenes: int = SCENES
    first_seed: int = 0
    jobs: int = 1
    minutes: float | None = None

    @property
    def looks(self) -> tuple[int, ...]:
        """Frame counts that the tables tell."""
        return LOOKS[:2] if self.quick else LOOKS

    def to_json(self) -> dict[str, object]:
        """Plain values."""
        seeds = [self.first_seed, self.first_seed + self.scenes - 1]
        return {"quick": self.quick, "seeds": seeds, "looks": list(self.looks)}


@dataclass(frozen=True, slots=True)
class Section:
    """A table: its title, its Markdown and its plain values."""

    title: str
    markdown: str
    values: list[dict[str, object]]


def _crops(plan: Plan) -> Section:
    tasks = list(crop_tasks(plan.scenes, quick=plan.quick, first_seed=plan.first_seed))
    return _rates("Single symbols", ("symbol", "scene", "px a module"), _measure(tasks, plan), plan)


def _sheets(plan: Plan) -> Section:
    tasks = list(sheet_tasks(plan.scenes, quick=plan.quick, first_seed=plan.first_seed))
    return _rates("Whole A4 sheets", ("symbol", "scene", "frame"), _measure(tasks, plan), plan)


def _faults(plan: Plan) -> Section:
    tasks = list(fault_tasks(plan.scenes, quick=plan.quick, first_seed=plan.first_seed))
    return _rates("One fault at a time", ("fault", "severity", "px a module"), _measure(tasks, plan), plan)


def _reasons(plan: Plan) -> Section:
    told: list[Told] = _measure(list(cause_tasks(plan.scenes, first_seed=plan.first_seed)), plan)
    return Section("Reasons", cause_table(told), [asdict(one) for one in told])


def _costs(plan: Plan) -> Section:
    costs: list[Cost] = _measure(list(cost_tasks(quick=plan.quick)), plan)
    return Section("CPU a frame", cost_table(costs), [cost.to_json() for cost in costs])


def _rates(title: str, header: Sequence[str], outcomes: Iterable[Outcome], plan: Plan) -> Section:
    rates = dict(sorted(tally(outcomes).items(), key=lambda entry: entry[0][0]))
    values = [
        {**dict(zip(header, cell, strict=True)), "reader": reader, **rate.to_json()}
        for (cell, reader), rate in rates.items()
    ]
    return Section(title, rate_table(rates, header, plan.looks), values)


SECTIONS: Mapping[str, Callable[[Plan], Section]] = {
    "crops": _crops,
    "sheets": _sheets,
    "faults": _faults,
    "reasons": _reasons,
    "costs": _costs,
}


def run(plan: Plan, sections: Sequence[str], *, as_json: bool) -> None:
    """Measure and print, a section as soon as it is done."""
    done: dict[str, object] = {"plan": plan.to_json()}
    for name in sections:
        section = SECTIONS[name](plan)
        done[name] = section.values
        if not as_json:
            print(f"### {section.title}\n\n{section.markdown}\n", flush=True)
    if as_json:
        print(json.dumps(done, indent=1))


def _measure(tasks: Sequence[Task[Result]], plan: Plan) -> list[Result]:
    """Do all tasks, in as many processes as wanted; says on stderr how far it is."""
    results: list[Result] = []
    begun_s = told_s = time.monotonic()
    # A fork of a process in which OpenCV already runs threads hangs.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(plan.jobs, context, _prepared) as pool:
        for number, result in enumerate(pool.map(_run, tasks), 1):
            results += result
            if plan.minutes is not None and time.monotonic() - begun_s > 60 * plan.minutes:
                # Seed by seed, so that every cell has as many scenes as the others, or one more.
                pool.shutdown(wait=False, cancel_futures=True)
                break
            if time.monotonic() - told_s > _PROGRESS_S:
                told_s = time.monotonic()
                print(f"{number} of {len(tasks)} scenes", file=sys.stderr, flush=True)
    return results


def _run(task: Task[Result]) -> Sequence[Result]:
    return task.run()


def _prepared() -> None:
    """As the decoders' process is before its first frame; and no cost hides in other threads."""
    cv2.setNumThreads(1)
    warm_up()
