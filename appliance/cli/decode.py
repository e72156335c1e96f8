"""`comptoir decode PATH...`: read the codes of images, videos and PDFs."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import click
import cv2

from appliance.capture.frame import Frame
from appliance.decode.documents import DocumentError, Page, Source, pages
from appliance.decode.engines import EngineError
from appliance.decode.payloads import interpret
from appliance.decode.reader import Reader
from appliance.decode.still import StillReader
from appliance.decode.symbol import Symbol, Symbology
from appliance.texts import decode as texts
from appliance.texts.decode import describe
from appliance.texts.kinds import KIND_TEXTS
from appliance.texts.warnings import WARNING_TEXTS

__all__ = ["MAX_FILES", "command"]

MAX_FILES = 10_000
"""More than any folder of scans; a wrong path (a whole disk) is stopped here."""

SUFFIXES: Final = frozenset(
    {
        *(".bmp", ".gif", ".jpeg", ".jpg", ".pbm", ".pdf", ".pgm", ".png", ".ppm", ".tif", ".tiff", ".webp"),
        *(".avi", ".mkv", ".mov", ".mp4", ".webm"),
    }
)
"""What is taken from a folder, where notes lie too; a file named itself is tried whatever its name."""

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
        # ASCII, so that neither a name that is not UTF-8 nor the terminal's charset can break the line.
        return json.dumps(fields)


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
        inside = sorted(
            entry for entry in path.rglob("*") if entry.is_file() and entry.suffix.lower() in SUFFIXES
        )
        if len(inside) > MAX_FILES:
            raise click.UsageError(texts.TOO_MANY_FILES.format(count=len(inside), limit=MAX_FILES))
        if not inside:
            yield path  # which then is said to be empty
        yield from inside


def _read_file(path: Path) -> _FileReading:
    reading = _FileReading(path)
    film = Reader(budget_ms=_FILM_BUDGET_MS)
    seen: set[tuple[Symbology, bytes]] = set()
    start = time.perf_counter_ns()
    file = _printable(str(path))
    if path.is_dir():
        reading.error = texts.FOLDER_EMPTY.format(file=file)
        return reading
    try:
        for page in pages(path):
            for symbol in _symbols(film, page):
                if (symbol.symbology, symbol.content) not in seen:
                    seen.add((symbol.symbology, symbol.content))
                    reading.codes.append(_code(symbol))
    except DocumentError as error:
        reading.error = texts.ERRORS[type(error).__name__].format(file=file)
    except (EngineError, cv2.error, MemoryError) as error:
        # A picture that a decoder cannot take must not cost the other files.
        reading.error = texts.UNEXPECTED.format(file=file, kind=type(error).__name__)
    reading.ms = (time.perf_counter_ns() - start) / _NS_PER_MS
    return reading


def _symbols(film: Reader, page: Page) -> list[Symbol]:
    if page.source is Source.STILL:
        return StillReader().read(page.grey)
    return film.read(Frame(page.grey, sequence=page.number, captured_at_ns=time.monotonic_ns()))


def _code(symbol: Symbol) -> dict[str, Any]:
    """The object the bridge's events carry too, with the corners in the picture's pixels."""
    reading = interpret(symbol.symbology, symbol.content, symbol.aim)
    return {**reading.to_json(), "corners": [[round(x, 1), round(y, 1)] for x, y in symbol.corners]}


def _human_lines(reading: _FileReading) -> Iterator[str]:
    file = _printable(str(reading.path))
    if not reading.codes and reading.error is None:
        yield texts.NOTHING_READ.format(file=file)
    for code in reading.codes:
        said = describe(code["kind"], code["payload"]) or code["text"]
        line = f"{file} : {KIND_TEXTS[code['kind']]} ({code['symbology']}) : {_shortened(said)}"
        warnings = [WARNING_TEXTS[warning] for warning in code["warnings"]]
        yield f"{line} [{' '.join(warnings)}]" if warnings else line


def _shortened(text: str) -> str:
    printable = _printable(text)
    return printable if len(printable) <= _MAX_TEXT else printable[: _MAX_TEXT - 1] + "…"


def _printable(text: str) -> str:
    """Escape what could move a terminal's cursor or turn its text around: controls, formats, surrogates."""
    return "".join(
        c if c.isprintable() else c.encode("unicode_escape", "backslashreplace").decode() for c in text
    )
