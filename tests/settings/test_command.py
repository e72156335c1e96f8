"""`comptoir settings`, and the reference of the documentation: each key explained, none forgotten."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from appliance.cli.settings import command, reference
from appliance.settings import Settings
from appliance.settings.reference import keys
from appliance.texts.settings_keys import KINDS, PURPOSES

REFERENCE = Path(__file__).parents[2] / "docs/settings.md"


def run(*arguments: str) -> Result:
    return CliRunner().invoke(command, [*arguments])


def test_the_reference_is_true() -> None:
    assert REFERENCE.read_text(encoding="utf-8") == reference(), (
        "comptoir settings reference > docs/settings.md"
    )


def test_every_key_has_a_line_in_both_languages() -> None:
    assert {key.name for key in keys(Settings)} == set(PURPOSES)
    assert all(key.purpose for key in keys(Settings))
    assert {key.kind for key in keys(Settings)} <= set(KINDS)


def test_a_good_file_and_all_errors_of_a_bad_one(tmp_path: Path) -> None:
    file = tmp_path / "comptoir.toml"
    file.write_text("[display]\nrotate = 2\n")
    assert run("check", "--settings", str(file)).output == "Réglages corrects.\n"
    file.write_text('[display]\nrotat = 2\naddress = 1\n[device]\nname = "Comptoir 1"\n')
    told = run("check", "--settings", str(file))
    assert told.exit_code == 78
    assert all(part in told.output for part in ("display.rotate", "display.address", "device.name"))


def test_what_is_in_force(tmp_path: Path) -> None:
    file = tmp_path / "comptoir.toml"
    file.write_text('[display]\nrotate = 2\n[bridge]\norigins = ["https://lgo.example"]\n')
    shown = run("show", "--settings", str(file)).output.splitlines()
    assert len(shown) == len(keys(Settings))
    assert "display.rotate = 2   # changé" in shown
    assert 'bridge.origins = ["https://lgo.example"]   # changé' in shown
    assert "display.contrast = 4" in shown
    assert sum("# changé" in line for line in shown) == 2
    of_one = run("show", "bridge", "--settings", str(file)).output.splitlines()
    assert {line.split(".")[0] for line in of_one} == {"bridge"}


def test_a_default_file_changes_nothing(tmp_path: Path) -> None:
    (tmp_path / "empty.toml").touch()
    assert "# changé" not in run("show", "--settings", str(tmp_path / "empty.toml")).output


def test_a_key_is_explained() -> None:
    told = run("explain", "display.contrast").output
    assert "Luminosité" in told
    assert "nombre entier, 1 à 5. Par défaut : 4." in told
    assert run("explain", "lamp").output.count("GPIO") == 4
    assert 'au choix, "i2c", "spi". Par défaut : "i2c".' in run("explain", "display.bus").output


@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("display.adress", "display.address"),
        ("contrast", "display.contrast"),
        ("camera.rotate", "display.rotate"),
    ],
)
def test_an_unknown_key_is_an_error_with_the_near_name(name: str, near: str) -> None:
    told = run("explain", name)
    assert told.exit_code == 1
    assert near in told.output
    assert "\x1b" not in run("explain", "\x1b[31m").output


@pytest.mark.parametrize(
    ("key", "good", "bad"),
    [
        ("device.name", ["", "a", "comptoir-1", "a" * 63], ["a" * 64, "-a", "a-", "A", "a.b", "a_b"]),
        (
            "support.recipient",
            ["", "age1" + "q" * 58],
            ["age1" + "q" * 57, "age1" + "q" * 59, "age1" + "b" * 58, "x"],
        ),
    ],
)
def test_what_a_text_may_be(tmp_path: Path, key: str, good: list[str], bad: list[str]) -> None:
    file = tmp_path / "comptoir.toml"
    section, _, name = key.partition(".")
    for value, status in [*((one, 0) for one in good), *((one, 78) for one in bad)]:
        file.write_text(f'[{section}]\n{name} = "{value}"\n')
        assert run("check", "--settings", str(file)).exit_code == status, value
