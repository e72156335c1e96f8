"""RECORD of a distribution of which not everything was kept."""

from __future__ import annotations

from pathlib import Path

from scripts.records import keep_what_is_there


def test_what_is_not_there_is_not_recorded_and_all_else_stays_in_its_order(tmp_path: Path) -> None:
    site = tmp_path / "site-packages"
    info = site / "thing-1.0.dist-info"
    info.mkdir(parents=True)
    (site / "thing.py").touch()
    (site / "odd, name.py").touch()
    rows = ["../../bin/thing,sha256=of-this-folder,9", "thing.py,sha256=a,0", '"odd, name.py",sha256=b,0']
    own = "thing-1.0.dist-info/RECORD,,"
    (info / "RECORD").write_text("\n".join([*rows, "tests/gone.py,sha256=c,1", own]) + "\n")
    keep_what_is_there(site)
    assert (info / "RECORD").read_text() == "\n".join([*rows[1:], own]) + "\n"
