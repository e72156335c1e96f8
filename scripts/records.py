"""Takes out of each RECORD below a site-packages what was not kept of its distribution.

pip lists the commands that it writes, with hashes of files whose first line is the path of the Python that it
ran on: they are not shipped, and would make each folder's build another one.
"""

from __future__ import annotations

import csv
import io
import sys
from pathlib import Path

__all__ = ["keep_what_is_there"]


def keep_what_is_there(site: Path) -> None:
    """Leave in each RECORD the rows of files that are there; the order stays."""
    for record in site.glob("*.dist-info/RECORD"):
        rows = csv.reader(io.StringIO(record.read_text(encoding="utf-8")))
        kept = io.StringIO()
        csv.writer(kept, lineterminator="\n").writerows(row for row in rows if (site / row[0]).exists())
        record.write_text(kept.getvalue(), encoding="utf-8")


if __name__ == "__main__":
    keep_what_is_there(Path(sys.argv[1]))
