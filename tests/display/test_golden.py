"""The screens look as they were last looked at; a difference leaves both pictures to compare.

After a wanted change: `comptoir screens tests/golden/oled --scale 1 --no-sheet` and
`comptoir screens docs/screens`, and look at them.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner
from PIL import Image

from appliance.cli.screens import SHEET_NAME, command, contact_sheet, enlarged
from appliance.display.gallery import GALLERY, Exhibit
from appliance.display.render import render

DOCUMENTED_SCALE = 4
COMPARED_SCALE = 6

exhibits = pytest.mark.parametrize("exhibit", GALLERY, ids=lambda exhibit: exhibit.slug)


def compare(drawn: Image.Image, golden: Path, folder: Path) -> None:
    """Hold a picture against the golden one; on a difference both are written to `folder`, enlarged."""
    with Image.open(golden) as file:
        expected = file.convert("1")
    if drawn.size == expected.size and drawn.tobytes() == expected.tobytes():
        return
    paths = []
    for name, image in (("expected", expected), ("drawn", drawn)):
        path = folder / f"{golden.stem}-{name}.png"
        size = (image.width * COMPARED_SCALE, image.height * COMPARED_SCALE)
        image.resize(size, Image.Resampling.NEAREST).save(path)
        paths.append(str(path))
    pytest.fail(f"the screen {golden.stem} changed; compare\n" + "\n".join(paths), pytrace=False)


@exhibits
def test_screen_is_as_it_was_looked_at(exhibit: Exhibit, golden_folder: Path, tmp_path: Path) -> None:
    drawn = render(exhibit.screen, tick=exhibit.tick, large=exhibit.large)
    compare(drawn, golden_folder / f"{exhibit.slug}.png", tmp_path)


def test_no_golden_picture_is_left_over(golden_folder: Path) -> None:
    assert {path.stem for path in golden_folder.glob("*.png")} == {exhibit.slug for exhibit in GALLERY}


def test_a_difference_leaves_both_pictures(tmp_path: Path) -> None:
    golden = tmp_path / "some.png"
    Image.new("1", (128, 64)).save(golden)
    drawn = Image.new("1", (128, 64))
    drawn.putpixel((5, 5), 1)
    with pytest.raises(pytest.fail.Exception) as failure:
        compare(drawn, golden, tmp_path)
    paths = [Path(line) for line in str(failure.value).splitlines()[1:]]
    assert [path.name for path in paths] == ["some-expected.png", "some-drawn.png"]
    for path in paths:
        with Image.open(path) as picture:
            assert picture.size == (128 * COMPARED_SCALE, 64 * COMPARED_SCALE)


@exhibits
def test_documented_picture_is_the_present_one(exhibit: Exhibit, pytestconfig: pytest.Config) -> None:
    docs = pytestconfig.rootpath / "docs"
    with Image.open(docs / "screens" / f"{exhibit.slug}.png") as picture:
        assert picture.convert("1").tobytes() == enlarged(exhibit, DOCUMENTED_SCALE).tobytes()
    assert f"screens/{exhibit.slug}.png" in (docs / "screens.md").read_text()


def test_documented_sheet_is_the_present_one(pytestconfig: pytest.Config) -> None:
    with Image.open(pytestconfig.rootpath / "docs" / "screens" / SHEET_NAME) as picture:
        assert picture.convert("L").tobytes() == contact_sheet().tobytes()


def test_command_draws_all(tmp_path: Path) -> None:
    result = CliRunner().invoke(command, [str(tmp_path / "new"), "--scale", "1"])
    assert result.exit_code == 0, result.output
    assert str(len(GALLERY)) in result.output
    names = {path.name for path in (tmp_path / "new").iterdir()}
    assert names == {f"{exhibit.slug}.png" for exhibit in GALLERY} | {SHEET_NAME}


def test_command_says_why_it_cannot_write(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    result = CliRunner().invoke(command, [str(tmp_path / "file" / "below")])
    assert result.exit_code == 1
    assert "les images ne peuvent pas être écrites" in result.output
