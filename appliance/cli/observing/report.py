"""The lines of `comptoir lgo-check --observe`."""

from __future__ import annotations

from collections.abc import Sequence

import click

from appliance.cli.observing.exchanges import Exchange, Provocation
from appliance.cli.observing.verdicts import judged
from appliance.texts import lgo_observe as texts

__all__ = ["began", "noted", "report"]


def began(port: int, pin: str) -> None:
    """Where the software is to go."""
    click.echo(texts.LISTENING.format(port=port, pin=pin))


def noted(exchange: Exchange) -> None:
    """A request, as it ends: paths of prescriptions hold their numbers and are cut."""
    path = "/".join(exchange.path.split("/")[:3])
    provoked = "" if exchange.provoked is Provocation.NONE else texts.PROVOKED
    took_s = exchange.ended_s - exchange.began_s
    click.echo(
        texts.SEEN.format(
            at=took_s, method=exchange.method, path=path, status=exchange.status, provoked=provoked
        )
    )


def report(exchanges: Sequence[Exchange]) -> bool:
    """A line a verdict; whether none is bad."""
    counts = {texts.GOOD: 0, texts.BAD: 0, texts.UNSEEN: 0}
    for one in judged(exchanges):
        mark = texts.UNSEEN if one.found is None else texts.BAD if one.found else texts.GOOD
        counts[mark] += 1
        click.echo(f"{mark:8}{texts.VERDICTS[one.name]}{(one.found and f' — {one.found}') or ''}")
    click.echo(
        texts.SUMMARY.format(
            good=counts[texts.GOOD],
            bad=counts[texts.BAD],
            unseen=counts[texts.UNSEEN],
            requests=len(exchanges),
        )
    )
    return not counts[texts.BAD]
