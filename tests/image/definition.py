"""The image's definition as its files say it: lists, layer, overlays, units."""

from __future__ import annotations

import re
from pathlib import Path

__all__ = ["FOLDER", "ROOT", "fstab", "layer", "packages", "unit_names"]

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "image-build"


def packages(name: str) -> list[str]:
    """The packages of a list, in its order, without what stands after #."""
    lines = (FOLDER / "packages" / f"{name}.list").read_text(encoding="utf-8").splitlines()
    return [words for line in lines if (words := line.split("#")[0].strip())]


def layer() -> tuple[dict[str, str], str]:
    """The head of the layer for rpi-image-gen, field by field, and its body."""
    text = (FOLDER / "rpi-image-gen/layer/comptoir.yaml").read_text(encoding="utf-8")
    head, body = text.split("# METAEND\n")
    lines = head.splitlines()
    assert lines[0] == "# METABEGIN"
    fields = {}
    for line in lines[1:]:
        match = re.fullmatch(r"# (X-Env-[A-Za-z0-9_-]+):(?: (.+))?", line)
        assert match, f"no field of a layer's head: {line}"
        assert match[1] not in fields, f"said twice: {match[1]}"
        fields[match[1]] = match[2] or ""
    return fields, body


def fstab() -> dict[str, tuple[str, str, frozenset[str]]]:
    """By mount point: what is mounted, its type and its options."""
    mounts = {}
    for line in (FOLDER / "overlay/card/etc/fstab").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            source, point, kind, options, *_ = line.split()
            mounts[point] = (source, kind, frozenset(options.split(",")))
    return mounts


def unit_names() -> set[str]:
    """The units of the package and of the overlays."""
    folders = [ROOT / "systemd/system", *(FOLDER / "overlay").glob("*/usr/lib/systemd/system")]
    return {path.name for folder in folders for path in folder.iterdir() if path.is_file()}
