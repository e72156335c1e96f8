"""`comptoir screens`: every screen of the OLED as pictures, with the published test identities."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import click
from PIL import Image

from appliance.display.canvas import HEIGHT, WIDTH
from appliance.display.gallery import GALLERY, Exhibit
from appliance.display.render import render
from appliance.display.typeface import small
from appliance.texts import screens as texts

__all__ = ["SHEET_NAME", "command", "contact_sheet", "enlarged"]

SHEET_NAME: Final = "all.png"

_MAX_SCALE: Final = 16
_SHEET_COLUMNS: Final = 3
_SHEET_SCALE: Final = 2
_MARGIN_PX: Final = 12
_CAPTION_PX: Final = 18
_SHEET_GROUND: Final = 96
"""Grey: the dark screens stand out, and so does the white caption."""


@click.command("screens", help="Dessiner tous les écrans de l'OLED en images PNG dans DOSSIER.")
@click.argument("directory", metavar="DOSSIER", type=click.Path(path_type=Path, file_okay=False))
@click.option(
    "--scale",
    type=click.IntRange(1, _MAX_SCALE),
    default=4,
    show_default=True,
    help="Agrandissement de chaque point.",
)
@click.option("--sheet/--no-sheet", default=True, help=f"Ajouter la planche {SHEET_NAME}.")
def command(directory: Path, scale: int, sheet: bool) -> None:
    """Write one PNG a screen, and one with all of them."""
    try:
        directory.mkdir(parents=True, exist_ok=True)
        for exhibit in GALLERY:
            enlarged(exhibit, scale).save(directory / f"{exhibit.slug}.png", optimize=True)
        if sheet:
            contact_sheet().save(directory / SHEET_NAME, optimize=True)
    except OSError as error:
        raise click.ClickException(texts.CANNOT_WRITE.format(reason=error.strerror or error)) from None
    click.echo(texts.WRITTEN.format(count=len(GALLERY), directory=directory))


def enlarged(exhibit: Exhibit, scale: int) -> Image.Image:
    """One screen, each of its pixels a square of `scale` pixels."""
    image = render(exhibit.screen, tick=exhibit.tick, large=exhibit.large)
    return image.resize((WIDTH * scale, HEIGHT * scale), Image.Resampling.NEAREST)


def contact_sheet() -> Image.Image:
    """All screens with their captions, in the gallery's order."""
    step_x = WIDTH * _SHEET_SCALE + _MARGIN_PX
    step_y = HEIGHT * _SHEET_SCALE + _CAPTION_PX + _MARGIN_PX
    rows = -(-len(GALLERY) // _SHEET_COLUMNS)
    sheet = Image.new("L", (_SHEET_COLUMNS * step_x + _MARGIN_PX, rows * step_y + _MARGIN_PX), _SHEET_GROUND)
    face = small()
    for index, exhibit in enumerate(GALLERY):
        left = _MARGIN_PX + index % _SHEET_COLUMNS * step_x
        top = _MARGIN_PX + index // _SHEET_COLUMNS * step_y
        caption = face.draw(face.cut(face.printable(exhibit.caption), WIDTH * _SHEET_SCALE))
        sheet.paste(255, (left, top), caption)
        sheet.paste(enlarged(exhibit, _SHEET_SCALE), (left, top + _CAPTION_PX))
    return sheet
