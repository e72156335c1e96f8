"""Prints the bill of materials of the Debian package, for scripts/build-deb.

Wheels are those that pip says it installed (`pip install --report`): a lock has a hash of every wheel of a
version, of which one fits. What Debian gives is named by the package's Depends; its version is chosen
where it is installed.
"""

from __future__ import annotations

import argparse
import json
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from scripts.bill_of_materials import Component, bill, debian, python

__all__ = ["depends", "wheels"]

_SUBSTITUTED = re.compile(r"\$\{([A-Za-z:]+)\}")


def wheels(report: Mapping[str, Any]) -> Iterator[Component]:
    """The distributions of an installation report of pip, each with the SHA-256 of its wheel.

    Raises:
        ValueError: one came in something else than a wheel with a hash.
    """
    for item in report["install"]:
        metadata, source = item["metadata"], item["download_info"]
        sha256 = source.get("archive_info", {}).get("hashes", {}).get("sha256", "")
        if not sha256 or not source["url"].endswith(".whl"):
            raise ValueError(f"{metadata['name']} did not come in a wheel with a hash")
        yield python(metadata["name"], metadata["version"], sha256)


def depends(control: str, substituted: Mapping[str, str]) -> Iterator[Component]:
    """What a debian/control's Depends name; of alternatives the first, which is Debian 13's.

    Raises:
        ValueError: it has no Depends, or a variable in them has no value.
    """
    text = "\n".join(line for line in control.splitlines() if not line.startswith("#"))
    field = re.search(r"^Depends:(.*(?:\n[ \t].*)*)", text, re.MULTILINE)
    if field is None:
        raise ValueError("debian/control has no Depends")
    unknown = set(_SUBSTITUTED.findall(field[1])) - set(substituted)
    if unknown:
        raise ValueError(f"no value for {', '.join(sorted(unknown))}")
    asked: dict[str, list[str]] = {}
    for clause in _SUBSTITUTED.sub(lambda match: substituted[match[1]], field[1]).split(","):
        if clause.strip():
            asked.setdefault(clause.split()[0], []).append(" ".join(clause.split()))
    for name, clauses in asked.items():
        yield debian(name, needs=", ".join(clauses))


def main() -> None:
    """Print the document that the arguments ask for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--version", required=True)
    parser.add_argument("--architecture", required=True)
    parser.add_argument("--report", type=Path, required=True, help="of pip install")
    parser.add_argument("--control", type=Path, required=True)
    parser.add_argument("--minor", required=True, help="of Python, as 3.13")
    parser.add_argument("--next", required=True, help="the one after it")
    arguments = parser.parse_args()
    product = debian("comptoir", arguments.version, arguments.architecture, vendor="comptoir")
    substituted = {"misc:Depends": "", "python:Minor": arguments.minor, "python:Next": arguments.next}
    components = [
        *wheels(json.loads(arguments.report.read_text(encoding="utf-8"))),
        *depends(arguments.control.read_text(encoding="utf-8"), substituted),
    ]
    print(
        bill(replace(product, kind="application"), components, int(os.environ["SOURCE_DATE_EPOCH"])), end=""
    )


if __name__ == "__main__":
    main()
