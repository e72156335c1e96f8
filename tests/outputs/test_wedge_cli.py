"""`comptoir wedge`: the preview says what would be typed, the test says what happened."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from appliance.cli.wedge import command
from tests.outputs.payloads import PAYLOADS

KEYS = (
    'Maj+< | AltGr+\' | " | Maj+D | " | : | AltGr+\' | " | Maj+I | Maj+D | " | : | " | Maj+È | É | " | '
    "AltGr+= | AltGr+= | Entrée"
)


@pytest.fixture
def settings(tmp_path: Path) -> Path:
    file = tmp_path / "comptoir.toml"
    file.write_text("[keyboard.profile]\nprefix = '>'\n", encoding="utf-8")
    return file


def _run(settings: Path, *arguments: str, stdin: bytes | None = None) -> Result:
    return CliRunner().invoke(command, [*arguments, "--settings", str(settings)], input=stdin)


def test_the_preview_names_every_key(settings: Path) -> None:
    answer = _run(settings, "preview", '{"D":{"ID":"7é"}}')
    assert answer.exit_code == 0
    assert answer.output.splitlines() == [
        "Nature : Ordonnance numérique",
        'Tapé (fr-windows) : >{"D":{"ID":"7é"}}',
        f"Touches : {KEYS}",
        "18 caractères, 51 rapports, 0,3 s environ",
    ]


def test_the_preview_with_caps_lock_and_dead_keys_and_numbers(settings: Path) -> None:
    answer = _run(settings, "preview", '{"D":{"ID":"7âÉ"}}', "--caps-lock")
    assert "| È | Maj+^ (morte) Maj+A | Alt+Pavé 0 Alt+Pavé 2 Alt+Pavé 0 Alt+Pavé 1 |" in answer.output


def test_the_preview_takes_a_code_with_separators_from_a_pipe(settings: Path) -> None:
    answer = _run(settings, "preview", "-", "--symbology", "DataMatrix", stdin=PAYLOADS[5].encode())
    assert "S21.2.250.1.213.1.4.8<GS>S3TOUSSAINT<GS>" in answer.output
    assert answer.exit_code == 0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("https://a.example",), "écartent ce genre de code"),
        (('{"D":{"ID":"☃"}}',), "caractère n° 14 (U+2603) n'existe pas"),
        (('{"D":{"ID":"é"}}', "--layout", "us", "--system", "linux"), "« us-linux »"),
        (('{"D":{"ID":"' + "7" * 1100 + '"}}',), "1024 caractères au plus"),
        (("x", "--layout", "fr-oss"), "« fr-oss », ou la règle réglée, n'existe pas pour « windows »"),
    ],
)
def test_why_nothing_would_be_typed(settings: Path, arguments: tuple[str, ...], said: str) -> None:
    answer = _run(settings, "preview", *arguments)
    assert answer.exit_code != 0
    assert said in answer.output


def test_without_a_host_the_test_says_so(settings: Path, tmp_path: Path) -> None:
    settings.write_text(f'[keyboard]\ndevice = "{tmp_path}/hidg0"\n', encoding="utf-8")
    answer = _run(settings, "test")
    assert answer.exit_code == 1
    assert "Rien n'a été tapé : le PC est absent" in answer.output
