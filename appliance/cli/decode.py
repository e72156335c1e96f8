"""`comptoir decode PATH...`: read the codes of images, videos and PDFs."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import click

from appliance.capture.frame import Frame
from appliance.decode.charset import text_of
from appliance.decode.documents import DocumentError, Page, Source, pages
from appliance.decode.payloads import Kind, interpret
from appliance.decode.reader import Reader
from appliance.decode.still import StillReader
from appliance.decode.symbol import Symbol, Symbology
from appliance.texts import decode as texts

__all__ = ["MAX_FILES", "command"]

MAX_FILES = 10_000
"""More than any folder of scans; a wrong path (a whole disk) is stopped here."""

_FILM_BUDGET_MS = 60.0
"""A film in a file waits for its reader: more thought a frame than at the counter."""

_MAX_TEXT = 200
_NS_PER_MS = 1e6
_ALL_READ, _SOMETHING_UNREAD, _NOT_OPENED = 0, 1, 2


@dataclass(slots=True)
class _FileReading:
    """What one file gave."""

    path: Path
    ms: float = 0.0
    codes: list[dict[str, Any]] = field(default_factory=list)
    error: str | None = None

    @property
    def status(self) -> int:
        """The exit code this file alone would give."""
        if self.error is not None:
            return _NOT_OPENED
        return _ALL_READ if self.codes else _SOMETHING_UNREAD

    def to_json(self) -> str:
        """One line; `error` only where the file could not be read to its end."""
        fields: dict[str, Any] = {"file": str(self.path), "ms": round(self.ms, 1), "codes": self.codes}
        if self.error is not None:
            fields["error"] = self.error
        return json.dumps(fields, ensure_ascii=False)


@click.command(help=texts.HELP)
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="PATH...")
@click.option("--json", "as_json", is_flag=True, help=texts.HELP_JSON)
def command(paths: tuple[Path, ...], *, as_json: bool) -> None:
    """Read every file, say what was read, and leave with the worst file's status."""
    status = _ALL_READ
    for path in _files(paths):
        reading = _read_file(path)
        status = max(status, reading.status)
        if reading.error is not None:
            click.echo(reading.error, err=True)
        if as_json:
            click.echo(reading.to_json())
        else:
            for line in _human_lines(reading):
                click.echo(line)
    sys.exit(status)


def _files(paths: tuple[Path, ...]) -> Iterator[Path]:
    """The paths, folders replaced by the files in them, sorted."""
    for path in paths:
        if not path.is_dir():
            yield path
            continue
        inside = sorted(entry for entry in path.rglob("*") if entry.is_file())
        if len(inside) > MAX_FILES:
            raise click.UsageError(texts.TOO_MANY_FILES.format(count=len(inside), limit=MAX_FILES))
        if not inside:
            # An empty folder is an error of its own kind: as a path it cannot be read as a file.
            yield path
        yield from inside


def _read_file(path: Path) -> _FileReading:
    reading = _FileReading(path)
    film = Reader(budget_ms=_FILM_BUDGET_MS)
    seen: set[tuple[Symbology, bytes]] = set()
    start = time.perf_counter_ns()
    try:
        for page in pages(path):
            for symbol in _symbols(film, page):
                if (symbol.symbology, symbol.content) not in seen:
                    seen.add((symbol.symbology, symbol.content))
                    reading.codes.append(_code(symbol))
    except DocumentError as error:
        reading.error = texts.ERRORS[type(error).__name__].format(file=_printable(str(path)))
    reading.ms = (time.perf_counter_ns() - start) / _NS_PER_MS
    return reading


def _symbols(film: Reader, page: Page) -> list[Symbol]:
    if page.source is Source.STILL:
        return StillReader().read(page.grey)
    return film.read(Frame(page.grey, sequence=page.number, captured_at_ns=time.monotonic_ns()))


def _code(symbol: Symbol) -> dict[str, Any]:
    """The object the bridge's events carry too, with the corners in the picture's pixels."""
    reading = interpret(symbol.symbology, symbol.content, symbol.aim)
    fields = dict(reading.to_json())
    if reading.kind is Kind.OPAQUE:
        # What is of no French kind may be Japanese: a picture of any QR code can be given here.
        fields["text"] = text_of(symbol.content)
    return {**fields, "corners": [[round(x, 1), round(y, 1)] for x, y in symbol.corners]}


def _human_lines(reading: _FileReading) -> Iterator[str]:
    file = _printable(str(reading.path))
    if not reading.codes and reading.error is None:
        yield texts.NOTHING_READ.format(file=file)
    for code in reading.codes:
        line = f"{file} : {texts.KINDS[code['kind']]} ({code['symbology']}) : {_shortened(code['text'])}"
        if code["warnings"]:
            line += f" [{texts.WARNINGS.format(codes=', '.join(code['warnings']))}]"
        yield line


def _shortened(text: str) -> str:
    printable = _printable(text)
    return printable if len(printable) <= _MAX_TEXT else printable[: _MAX_TEXT - 1] + "…"


def _printable(text: str) -> str:
    """Escape what could move a terminal's cursor or turn its text around: controls, formats, surrogates."""
    return "".join(
        c if c.isprintable() else c.encode("unicode_escape", "backslashreplace").decode() for c in text
    )
