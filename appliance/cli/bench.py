"""`comptoir bench decode`: how much is read, how fast and at what cost, beside plain engines."""

from __future__ import annotations

import importlib
import importlib.util

import click

from appliance.texts import bench as texts

__all__ = ["command"]

_SECTIONS = ("crops", "sheets", "faults", "reasons", "costs")


@click.group("bench", help=texts.HELP)
def command() -> None:
    """Measure."""


@command.command("decode", help=texts.HELP_DECODE)
@click.option("--quick", is_flag=True, help=texts.HELP_QUICK)
@click.option("--json", "as_json", is_flag=True, help=texts.HELP_JSON)
@click.option("--only", multiple=True, type=click.Choice(_SECTIONS), help=texts.HELP_ONLY)
@click.option("--scenes", type=click.IntRange(1, 10_000), help=texts.HELP_SCENES)
@click.option("--seed", default=0, type=click.IntRange(0, 2**31), show_default=True, help=texts.HELP_SEED)
@click.option("--jobs", default=1, type=click.IntRange(1, 64), show_default=True, help=texts.HELP_JOBS)
@click.option("--minutes", type=click.FloatRange(0.1, 1440), help=texts.HELP_MINUTES)
def decode(
    *,
    quick: bool,
    as_json: bool,
    only: tuple[str, ...],
    scenes: int | None,
    seed: int,
    jobs: int,
    minutes: float | None,
) -> None:
    """Run the tables that stand in docs/performance.md."""
    # The benchmarks stand beside the package: a clone has them, an installed appliance does not.
    if importlib.util.find_spec("benchmarks") is None:
        raise click.ClickException(texts.NO_BENCHMARKS)
    bench = importlib.import_module("benchmarks.decode.run")
    plan = bench.Plan(
        quick=quick,
        scenes=scenes or (bench.QUICK_SCENES if quick else bench.SCENES),
        first_seed=seed,
        jobs=jobs,
        minutes=minutes,
    )
    bench.run(plan, only or _SECTIONS, as_json=as_json)
