"""The two ways to build the image, build.sh and rpi-image-gen, name the same things."""

from __future__ import annotations

import re

from tests.image.definition import FOLDER, fstab, layer, packages

_SHARED = FOLDER / "overlay/rota/etc/rpi-image-gen/slot-shared.d/comptoir.conf"


def _items(body: str, key: str) -> list[str]:
    """A list of plain words under a key of the layer's body, comments left out."""
    (block,) = re.findall(rf"^  {key}:\n((?:    .*\n)+)", body, re.MULTILINE)
    lines = [line.strip() for line in block.splitlines() if not line.strip().startswith("#")]
    assert all(line.startswith("- ") for line in lines)
    return [line.removeprefix("- ") for line in lines]


def test_the_same_packages() -> None:
    _, body = layer()

    assert _items(body, "packages") == packages("common") + packages("rpi")


def test_the_same_hook_and_overlays() -> None:
    """The card's layout is the one difference: rpi-image-gen's image-rota has its own."""
    _, body = layer()
    (hook,) = _items(body, "customize-hooks")
    profile = (FOLDER / "profiles/rpi.conf").read_text(encoding="utf-8")
    (ours,) = re.findall(r"^overlays=\((.*)\)$", profile, re.MULTILINE)
    command, *overlays = hook.strip("'").replace('"$1" "$IGconf_comptoir_deb" ', "").split()

    assert command == '"$IGconf_comptoir_source"/hooks/install'
    assert [name for name in ours.split() if name != "card"] == [name for name in overlays if name != "rota"]
    assert "lists=(common rpi)" in profile


def test_what_lasts_on_the_card_lasts_over_slots() -> None:
    lines = _SHARED.read_text(encoding="utf-8").splitlines()
    shared = {line.removeprefix("Path=") for line in lines if line.startswith("Path=")}

    lasting = {
        point for point, (source, _, options) in fstab().items() if "bind" in options or point == "/data"
    }
    assert "Version=1" in lines
    assert shared == lasting


def test_the_layer_s_head() -> None:
    """What rpi-image-gen's own `ig metadata --lint` asks, as far as this layer uses it."""
    fields, _ = layer()
    assert fields["X-Env-Layer-Name"] == "comptoir"
    assert re.fullmatch(r"\d+\.\d+\.\d+", fields["X-Env-Layer-Version"])
    for field in ("Category", "Desc", "Requires", "Provides"):
        assert fields[f"X-Env-Layer-{field}"]

    variables = {name.split("-")[3] for name in fields if name.startswith("X-Env-Var-")}
    assert variables == {"deb", "source"}
    for variable in variables:
        for aspect in ("Desc", "Required", "Valid", "Set"):
            assert fields[f"X-Env-Var-{variable}-{aspect}"]
        assert fields[f"X-Env-Var-{variable}-Required"] in ("y", "n")
        assert f"IGconf_{fields['X-Env-VarPrefix']}_{variable}" in layer()[1]


def test_the_configuration_takes_the_layer_and_the_layout_with_two_slots() -> None:
    configuration = (FOLDER / "rpi-image-gen/config/comptoir.yaml").read_text(encoding="utf-8")
    fields, _ = layer()

    assert f"layer:\n  app: {fields['X-Env-Layer-Name']}\n" in configuration
    assert "include:\n  file: trixie-minbase-ab.yaml\n" in configuration
    # image-rota's own condition on the board.
    assert re.search(r"^device:\n  layer: rpi[45]$", configuration, re.MULTILINE)
