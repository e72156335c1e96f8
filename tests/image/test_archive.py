"""The root's archive without the boot files."""

from __future__ import annotations

import subprocess
import sys
import tarfile
from io import BytesIO
from pathlib import Path

from tests.image.definition import FOLDER


def test_a_file_that_is_one_with_a_boot_file_stays(tmp_path: Path) -> None:
    """Debian's kernels link /boot/config into their modules; mke2fs finds no end for half a link."""
    given, kept = tmp_path / "given.tar", tmp_path / "kept.tar"
    with tarfile.open(given, "w") as archive:
        for name, content in {
            "./boot/config": b"CONFIG",
            "./etc/name": b"here",
            "./boot/firmware": None,
        }.items():
            entry = tarfile.TarInfo(name)
            if content is None:
                entry.type = tarfile.DIRTYPE
            entry.size = len(content or b"")
            archive.addfile(entry, BytesIO(content or b""))
        link = tarfile.TarInfo("./usr/config")
        link.type, link.linkname = tarfile.LNKTYPE, "./boot/config"
        archive.addfile(link)

    subprocess.run(
        [sys.executable, str(FOLDER / "steps/without_boot.py"), str(given), str(kept)], check=True, timeout=60
    )

    with tarfile.open(kept) as archive:
        assert archive.getnames() == ["./etc/name", "./boot/firmware", "./usr/config"]
        member = archive.extractfile("./usr/config")
        assert member is not None
        assert member.read() == b"CONFIG"
