"""`comptoir doctor`: asks all checks, says what hurts and what to do; the programs' own are only read."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final

import click
from rich.console import Console
from rich.table import Table

from appliance.base.clock import Clock, SystemClock
from appliance.cli.common import settings_option
from appliance.cli.device_trial import try_devices
from appliance.cli.system_checks import system_checks
from appliance.health.faces import document
from appliance.health.fixes import fix_all, fixable
from appliance.health.model import Level, Verdict, worst
from appliance.health.probes import run_command
from appliance.health.published import checks_directory, publish, read_published
from appliance.health.registry import REGISTRY, Source
from appliance.health.run import ask_all
from appliance.settings import Settings
from appliance.texts import doctor as texts
from appliance.texts.health import LEVELS

__all__ = ["EXIT_CODES", "all_verdicts", "command", "table_of"]

EXIT_CODES: Final[Mapping[Level, int]] = MappingProxyType(
    {Level.OK: 0, Level.UNUSED: 0, Level.UNKNOWN: 0, Level.WARNING: 10, Level.FAULT: 20}
)
"""Beside click's own: 1 an error of the command, 2 a wrong option."""

_STYLES: Final[Mapping[Level, str]] = MappingProxyType(
    {Level.OK: "green", Level.WARNING: "yellow", Level.FAULT: "bold red"}
)


@click.command("doctor", help=texts.HELP)
@settings_option
@click.option("--json", "as_json", is_flag=True, help=texts.HELP_JSON)
@click.option("--fix", is_flag=True, help=texts.HELP_FIX)
@click.option("--devices", is_flag=True, help=texts.HELP_DEVICES)
@click.option("--publish", "is_published", is_flag=True, help=texts.HELP_PUBLISH)
@click.pass_context
def command(
    context: click.Context, settings: Settings, *, as_json: bool, fix: bool, devices: bool, is_published: bool
) -> None:
    """Ask, mend where wanted, tell; the exit code is the worst verdict."""
    clock = SystemClock()
    if devices:
        try_devices(settings, clock)
        return
    verdicts = all_verdicts(settings, clock, is_published=is_published)
    if fix and fixable(verdicts):
        for ran, is_done in fix_all(verdicts, run_command):
            click.echo(texts.FIXED[is_done].format(command=" ".join(ran)), err=True)
        verdicts = all_verdicts(settings, clock, is_published=is_published)
    if is_published:
        return
    if as_json:
        ids = [one.id for one in fixable(verdicts)]
        click.echo(json.dumps(document(verdicts, clock.now(), ids), ensure_ascii=False, indent=2))
    else:
        _tell(verdicts)
    context.exit(EXIT_CODES[worst(verdicts)])


def all_verdicts(settings: Settings, clock: Clock, *, is_published: bool = False) -> tuple[Verdict, ...]:
    """What the programs say of themselves, and what is asked here; published for them where wanted."""
    directory = checks_directory(settings.paths.runtime_directory)
    asked = ask_all(system_checks(settings, clock), clock)
    if is_published:
        try:
            publish(directory, Source.SYSTEM, asked, clock)
        except OSError as error:
            raise click.ClickException(texts.NOT_PUBLISHED.format(path=directory)) from error
    found = {verdict.id: verdict for verdict in read_published(directory, clock)}
    found.update((verdict.id, verdict) for verdict in asked)
    return tuple(found[check_id] for check_id in REGISTRY if check_id in found)


def table_of(verdicts: Sequence[Verdict]) -> Table:
    """A row a check: faults say why and what to do."""
    table = Table(box=None, pad_edge=False, header_style="dim")
    for column in texts.COLUMNS:
        table.add_column(column, overflow="fold")
    for one in verdicts:
        if one.level is Level.UNUSED:
            continue
        is_told = one.level not in {Level.OK, Level.UNKNOWN}
        why = texts.CAUSE_AND_REMEDY.format(cause=one.cause, remedy=one.remedy) if is_told else one.cause
        table.add_row(one.what, LEVELS[one.level.value], one.word, why, style=_STYLES.get(one.level))
    return table


def _tell(verdicts: Sequence[Verdict]) -> None:
    Console(highlight=False).print(table_of(verdicts))
    counts = {level: sum(one.level is level for one in verdicts) for level in Level}
    click.echo()
    click.echo(
        texts.SUMMARY.format(
            ok=counts[Level.OK],
            warnings=counts[Level.WARNING],
            faults=counts[Level.FAULT],
            unknown=counts[Level.UNKNOWN],
        )
    )
    mendable = fixable(verdicts)
    if mendable:
        click.echo(texts.FIXABLE.format(names=", ".join(one.what for one in mendable)))
