"""`comptoir decode`: the JSON, the lines, the exit codes, and files that cannot be read."""

from __future__ import annotations

import base64
import json

import cv2
import numpy as np
import pytest
from click.testing import CliRunner
from PIL import Image

from appliance.cli import COMMANDS, main
from appliance.cli import decode as command_module
from appliance.decode.symbol import Symbology

ORDONNANCE = (
    '{"S":{"V":2},"D":{"ID":"202106180921110040","P":{"N":"GENE","P":"Hélène","D":"1966-02-23"},'
    '"M":{"RPPS":"99900038441","AM":"991118019"}}}'
)


def run(*arguments):
    return CliRunner().invoke(main, ["decode", *map(str, arguments)])


@pytest.fixture
def sheet(tmp_path, draw):
    path = tmp_path / "sheet.png"
    Image.fromarray(draw(Symbology.QR_CODE, ORDONNANCE.encode())).save(path)
    return path


@pytest.fixture
def blank(tmp_path):
    path = tmp_path / "blank.png"
    Image.new("L", (200, 200), 255).save(path)
    return path


def test_a_line_of_json_a_file(sheet, blank):
    result = run("--json", sheet, blank)
    first, second = (json.loads(line) for line in result.stdout.splitlines())
    assert set(first) == {"file", "ms", "codes"}
    assert first["file"] == str(sheet)
    assert first["ms"] > 0
    [code] = first["codes"]
    assert set(code) == {"symbology", "text", "bytes", "kind", "payload", "warnings", "corners"}
    assert (code["symbology"], code["kind"], code["text"]) == ("QRCode", "ordonnance", ORDONNANCE)
    assert base64.b64decode(code["bytes"]) == ORDONNANCE.encode()
    assert code["payload"]["prescription_id"] == "202106180921110040"
    assert code["payload"]["patient"]["given_name"] == "Hélène"
    assert [len(corner) for corner in code["corners"]] == [2, 2, 2, 2]
    assert second["codes"] == []
    assert result.exit_code == 1


def test_a_human_line_a_code(sheet):
    result = run(sheet)
    assert result.exit_code == 0
    [line] = result.stdout.splitlines()
    assert "Ordonnance numérique (QRCode) : n° 202106180921110040, GENE Hélène, né(e) le 23/02/1966" in line


def test_a_file_that_cannot_be_opened_is_named_and_the_others_are_read(sheet, tmp_path):
    cut = tmp_path / "cut.png"
    cut.write_bytes(sheet.read_bytes()[:120])
    odd = tmp_path / "odd.png"
    odd.write_text("no picture")
    result = run("--json", tmp_path / "missing.png", cut, odd, sheet)
    assert result.exit_code == 2
    lines = [json.loads(line) for line in result.stdout.splitlines()]
    assert [bool(line["codes"]) for line in lines] == [False, False, False, True]
    assert [("error" in line) for line in lines] == [True, True, True, False]
    assert len(result.stderr.splitlines()) == 3
    assert "missing.png : introuvable" in result.stderr


def test_nothing_read_is_said(blank):
    result = run(blank)
    assert result.exit_code == 1
    assert result.stdout == f"{blank} : aucun code lu\n"


def test_a_folder_is_read_file_by_file(tmp_path, sheet, blank):
    (tmp_path / "notes.txt").write_text("no picture")
    result = run("--json", tmp_path)
    assert [json.loads(line)["file"] for line in result.stdout.splitlines()] == [str(blank), str(sheet)]


def test_an_empty_folder_is_said_to_be(tmp_path):
    result = run(tmp_path)
    assert result.exit_code == 2
    assert "ne contient aucun" in result.stderr


def test_files_are_bounded(tmp_path, sheet, blank, monkeypatch):
    monkeypatch.setattr(command_module, "MAX_FILES", 2)
    assert run(tmp_path).exit_code == 1
    monkeypatch.setattr(command_module, "MAX_FILES", 1)
    result = run(tmp_path)
    assert result.exit_code == 2
    assert "Trop de fichiers" in result.stderr


def test_a_pdf_is_read(tmp_path, draw):
    page = np.full((1100, 800), 255, np.uint8)
    code = draw(Symbology.QR_CODE, ORDONNANCE.encode(), module_px=3)
    page[800 : 800 + code.shape[0], 60 : 60 + code.shape[1]] = code
    Image.fromarray(page).save(tmp_path / "scan.pdf", resolution=96)
    result = run("--json", tmp_path / "scan.pdf")
    assert [code["kind"] for code in json.loads(result.stdout)["codes"]] == ["ordonnance"]


def test_a_video_is_read_and_each_code_said_once(tmp_path, page):
    path = tmp_path / "film.avi"
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter_fourcc(*"MJPG"), 15, page.shape[::-1])
    for _ in range(4):
        writer.write(cv2.cvtColor(page, cv2.COLOR_GRAY2BGR))
    writer.release()
    codes = json.loads(run("--json", path).stdout)["codes"]
    assert sorted(code["symbology"] for code in codes) == ["DataMatrix", "QRCode"]


def test_what_could_move_the_terminal_is_escaped(tmp_path, draw):
    Image.fromarray(draw(Symbology.QR_CODE, "\x1b[2Jà l’envers \u202e".encode())).save(tmp_path / "odd.png")
    line = run(tmp_path / "odd.png").stdout
    assert "\x1b" not in line
    assert "\u202e" not in line
    assert r"\x1b[2Jà l’envers \u202e" in line


def test_japanese_text_comes_out_right(tmp_path, draw):
    Image.fromarray(draw(Symbology.QR_CODE, "外側QRコード".encode("shift_jis"))).save(tmp_path / "jis.png")
    [code] = json.loads(run("--json", tmp_path / "jis.png").stdout)["codes"]
    assert code["text"] == "外側QRコード"


def test_a_decoder_that_fails_costs_its_file_only(sheet, blank, monkeypatch):
    def fail(self, image):
        raise cv2.error("hostile")

    monkeypatch.setattr(command_module.StillReader, "read", fail)
    result = run("--json", sheet, blank)
    assert result.exit_code == 2
    assert len(result.stdout.splitlines()) == 2
    assert "hostile" not in result.stderr


def test_unknown_commands_are_refused_and_known_ones_listed():
    assert CliRunner().invoke(main, ["nothing"]).exit_code == 2
    listed = CliRunner().invoke(main, ["--help"]).stdout
    assert "decode" in listed
    assert set(COMMANDS) >= {"decode", "eye", "counter", "bridge", "demo", "cards"}


def test_a_command_whose_module_is_absent_breaks_no_other(sheet, monkeypatch):
    monkeypatch.setattr("appliance.cli.COMMANDS", {**COMMANDS, "absent": "appliance.cli.absent"})
    assert CliRunner().invoke(main, ["absent"]).exit_code == 2
    assert "absent" not in CliRunner().invoke(main, ["--help"]).stdout
    assert run(sheet).exit_code == 0
