"""What a card holds: `scripts.image_bill INSTALL.tar IMAGE` writes IMAGE.manifest.tsv and IMAGE.cdx.json.

Debian packages have the SHA-256 that the signed index gives their file; Python distributions that of their
RECORD, which in turn has one of every file.
"""

from __future__ import annotations

import hashlib
import os
import re
import sys
import tarfile
from collections.abc import Iterator
from email.parser import HeaderParser
from pathlib import Path
from typing import TypeAlias

from scripts import bill_of_materials
from scripts.bill_of_materials import Component, bill

__all__ = ["write"]

_ORIGINS = "./usr/share/comptoir-image/origins"
_RECORD = re.compile(r"\./(usr|opt)/.*\.dist-info/RECORD")

_Row: TypeAlias = tuple[str, str, str, str, str]
"""Kind, name, version, architecture and SHA-256."""


def _debian(text: str) -> Iterator[_Row]:
    for stanza in text.split("\n\n"):
        fields = HeaderParser().parsestr(stanza.strip())
        if fields["Package"]:
            yield "deb", fields["Package"], fields["Version"], fields["Architecture"], fields["SHA256"] or ""


def _python(archive: tarfile.TarFile) -> Iterator[_Row]:
    for member in archive:
        if _RECORD.fullmatch(member.name) and (record := archive.extractfile(member)):
            name, version = member.name.split("/")[-2].removesuffix(".dist-info").rsplit("-", 1)
            yield "pypi", name, version, "", hashlib.sha256(record.read()).hexdigest()


def _component(row: _Row) -> Component:
    kind, name, version, architecture, digest = row
    if kind == "deb":
        return bill_of_materials.debian(name, version, architecture, digest)
    # The wheel is not on the card, so its hash is not known; RECORD's is another thing's.
    return bill_of_materials.python(name, version)


def write(source: Path, image: str, epoch_s: int) -> None:
    """Write both.

    Args:
        source: the installed system as a tar.
        image: the path of the card, which theirs begin with.
        epoch_s: the time of the document, in seconds of 1970.

    Raises:
        SystemExit: a package has no hash.
    """
    with tarfile.open(source) as archive:
        origins = archive.extractfile(_ORIGINS)
        if origins is None:
            raise SystemExit(f"{_ORIGINS} is no file")
        rows = sorted({*_debian(origins.read().decode()), *_python(archive)})
    if any(not digest for *_, digest in rows):
        raise SystemExit("a package has no hash: the mirror's index does not list it")
    Path(f"{image}.manifest.tsv").write_text("".join("\t".join(row) + "\n" for row in rows), encoding="utf-8")
    card = Component("pkg:generic/comptoir-image", "comptoir-image", kind="operating-system")
    document = bill(card, map(_component, rows), epoch_s)
    Path(f"{image}.cdx.json").write_text(document, encoding="utf-8")


if __name__ == "__main__":
    write(Path(sys.argv[1]), sys.argv[2], int(os.environ["SOURCE_DATE_EPOCH"]))
