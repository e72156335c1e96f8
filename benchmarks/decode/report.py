"""The tables, as Markdown for people and as plain values for programs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from benchmarks.decode.costs import Cost
from benchmarks.decode.outcome import LOOKS, Cell, Rates
from benchmarks.decode.watching import OURS
from benchmarks.plain_engines import PLAIN_ENGINES

__all__ = ["cost_table", "rate_table", "read_percent"]

_READERS = (OURS, *PLAIN_ENGINES)


def rate_table(rates: dict[tuple[Cell, str], Rates], header: Sequence[str], looks: Sequence[int]) -> str:
    """A row a cell: percent read within 1/5/15 frames, ours with its interval, then each plain engine's."""
    told = [count for count in LOOKS if count in looks]
    frames = "/".join(str(count) for count in told)
    titles = [*header, "scenes", f"{OURS} {frames}", "95 % of the first", "wrong", "CPU ms"]
    titles += [f"{name} {frames}" for name in PLAIN_ENGINES]
    lines = [_row(titles), _row(["---"] * len(titles))]
    for cell in dict.fromkeys(cell for cell, _ in rates):
        ours = rates[cell, OURS]
        low, high = ours.interval(told[0])
        row = [*cell, str(ours.scenes), read_percent(ours, told), f"{low:.0f}-{high:.0f}"]
        row += [str(ours.misread), f"{_median(ours.ms):.1f}"]
        row += [read_percent(rates.get((cell, name)), told) for name in PLAIN_ENGINES]
        lines.append(_row(row))
    return "\n".join([*lines, "", *_misreads(rates)])


def _misreads(rates: dict[tuple[Cell, str], Rates]) -> Iterator[str]:
    """How often each reader told a content that did not lie there."""
    totals = {
        name: sum(rate.misread for (_, reader), rate in rates.items() if reader == name) for name in _READERS
    }
    yield "Wrong contents: " + ", ".join(f"{name} {total}" for name, total in totals.items()) + "."


def read_percent(rate: Rates | None, looks: Sequence[int]) -> str:
    """`88/97/100`, or a dash for what the engine cannot read at all."""
    if rate is None:
        return "-"
    return "/".join(f"{rate.percent(count):.0f}" for count in looks)


def cost_table(costs: Sequence[Cost]) -> str:
    """A row a view: CPU of ours, and how many times more the others take."""
    titles = ["frame", "view", "ms", "ms, small stream", "longest ms", "zxing-cpp", "naive loop"]
    titles += ["zxing-cpp, small stream"]
    lines = [_row(titles), _row(["---"] * len(titles))]
    lines += [
        _row(
            [
                cost.size,
                cost.view,
                f"{cost.ours:.2f}",
                f"{cost.ours_small:.2f}",
                f"{cost.longest:.1f}",
                f"{cost.zxing:.0f} ms, 1/{cost.zxing / cost.ours:.0f}",
                f"{cost.naive:.0f} ms, 1/{cost.naive / cost.ours:.0f}",
                f"1/{cost.zxing / cost.ours_small:.0f}",
            ]
        )
        for cost in costs
    ]
    return "\n".join(lines)


def _median(values: Sequence[float]) -> float:
    return sorted(values)[len(values) // 2] if values else 0.0


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
