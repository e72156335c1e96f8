"""Still pictures with faults: reproducible, true about themselves, and harder as they say."""

from __future__ import annotations

import numpy as np
import pytest

from appliance.capture.frame import MAX_SIDE_PX
from appliance.decode.symbol import Symbology
from appliance.simulation.catalogue import ITEMS
from appliance.simulation.distress import (
    DIFFICULTIES,
    MAX_PX_PER_MODULE,
    MIN_PX_PER_MODULE,
    Difficulty,
    SymbolKind,
    crop,
    render_still,
    still_scene,
)
from appliance.simulation.faults import Faults, faults_for
from appliance.simulation.optics import Pose, Projection
from appliance.simulation.pages import draw_page
from appliance.simulation.photograph import photograph
from appliance.simulation.raster import Window
from appliance.simulation.symbols import modules
from appliance.simulation.wear import Wear, worn
from tests.simulation_scenes.reading import found, read

KINDS: tuple[SymbolKind, ...] = ("qr", "ins")


@pytest.mark.parametrize("difficulty", DIFFICULTIES)
def test_a_seed_is_a_scene_and_a_look_is_an_exposure(difficulty: Difficulty) -> None:
    first, again, other = (crop("qr", 2.5, difficulty, seed) for seed in (1, 1, 2))
    assert np.array_equal(first.look(), again.look())
    assert np.array_equal(first.look(3), again.look(3))
    assert not np.array_equal(first.look(0), first.look(1))
    assert first.symbols[0][0].content != other.symbols[0][0].content


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("px_per_module", [2.0, 3.0, 6.0])
def test_the_resolution_is_as_asked(kind: SymbolKind, px_per_module: float) -> None:
    for seed in range(5):
        ((box, corners),) = crop(kind, px_per_module, "clean", seed).symbols
        count = modules(box.symbology, box.content).shape[1]
        sides = np.linalg.norm(np.diff(np.array([*corners, corners[0]]), axis=0), axis=1)
        assert abs(sides.mean() / count / px_per_module - 1) < 0.01


@pytest.mark.parametrize("kind", KINDS)
def test_clean_crops_read_where_they_say(kind: SymbolKind) -> None:
    for seed in range(8):
        scene = crop(kind, 4.0, "clean", seed)
        ((box, corners),) = scene.symbols
        image = scene.look()
        ((symbology, content, seen),) = [one for one in found(image) if one[0] is box.symbology]
        assert (symbology, content) == (box.symbology, box.content)
        assert np.abs(seen - np.array(corners)).max() < 4.0
        inside = np.array(corners)
        assert inside.min() > 0
        assert inside.max() < image.shape[0]


@pytest.mark.parametrize("kind", KINDS)
def test_harder_reads_less(kind: SymbolKind) -> None:
    seeds = range(12)
    rates = []
    for difficulty in DIFFICULTIES:
        scenes = [crop(kind, 3.0, difficulty, seed) for seed in seeds]
        rates.append(
            sum(any(c == s.symbols[0][0].content for _, c in read(s.look())) for s in scenes) / len(scenes)
        )
    assert rates[0] == 1.0
    assert rates[0] >= rates[1] > rates[2]


def test_the_bounds_of_the_resolution() -> None:
    for bound in (MIN_PX_PER_MODULE, MAX_PX_PER_MODULE):
        assert crop("ins", bound, "hard", 0).look().size
    for beyond in (MIN_PX_PER_MODULE * 0.99, MAX_PX_PER_MODULE * 1.01, float("nan")):
        with pytest.raises(ValueError, match="px a module"):
            crop("ins", beyond, "hard", 0)


@pytest.mark.parametrize("difficulty", DIFFICULTIES)
def test_a_whole_sheet_knows_where_its_symbols_are(difficulty: Difficulty) -> None:
    item = ITEMS["ordonnance"]
    scene = still_scene(item, width=1920, height=1080, seed=4, difficulty=difficulty)
    assert scene.look().shape == (1080, 1920)
    assert tuple((box.symbology, box.content) for box, _ in scene.symbols) == item.symbols
    for _, corners in scene.symbols:
        assert np.array(corners).min() >= 0
        assert (np.array(corners) < (1920, 1080)).all()


def test_a_clean_sheet_reads_whole_at_2304() -> None:
    for seed in range(3):
        image = render_still(ITEMS["ordonnance"], width=2304, height=1296, seed=seed, difficulty="clean")
        assert read(image) == set(ITEMS["ordonnance"].symbols)


@pytest.mark.parametrize("slug", ["boite", "telephone-ordonnance", "etiquette-ins"])
def test_other_objects_are_photographed_too(slug: str) -> None:
    image = render_still(ITEMS[slug], width=2304, height=1296, seed=2, difficulty="clean")
    assert read(image) == set(ITEMS[slug].symbols)


def test_the_bounds_of_a_picture() -> None:
    item = ITEMS["boite"]
    assert render_still(item, width=MAX_SIDE_PX, height=1, seed=0, difficulty="clean").shape == (
        1,
        MAX_SIDE_PX,
    )
    for width, height in ((0, 10), (10, MAX_SIDE_PX + 1)):
        with pytest.raises(ValueError, match="px"):
            render_still(item, width=width, height=height, seed=0, difficulty="clean")


def test_a_bent_sheet_is_where_its_corners_say() -> None:
    """The truth of the corners is computed forwards, the picture backwards: they must meet."""
    item = ITEMS["etiquette-ins"]
    projection = Projection(2304, 1296)
    page = draw_page(item, 300)
    faults = Faults(bend_mm=15.0, lean_deg=8.0)
    scene = photograph(page, projection, Pose(20, -15, 0, 30), faults, Window(0, 0, 2304, 1296), seed=1)
    ((box, corners),) = scene.symbols
    ((_, content, seen),) = [one for one in found(scene.look()) if one[0] is Symbology.DATA_MATRIX]
    assert content == box.content
    assert np.abs(seen - np.array(corners)).max() < 4.0


@pytest.mark.parametrize(
    "wear",
    [Wear(dot_gain_mm=0.1), Wear(dot_gain_mm=-0.1), Wear(fading=0.5), Wear(streaks=2), Wear(specks=10),
     Wear(folds=1), Wear(pen_strokes=2)],
    ids=repr,
)  # fmt: skip
def test_each_kind_of_wear_changes_the_symbol(wear: Wear) -> None:
    page = draw_page(ITEMS["etiquette-ins"], 300)
    (box,) = page.boxes
    damaged = worn(page.image, 300 / 25.4, wear, page.boxes, np.random.default_rng(0))
    px = 300 / 25.4
    part = np.s_[
        round(box.y * px) : round((box.y + box.height) * px),
        round(box.x * px) : round((box.x + box.width) * px),
    ]
    assert np.abs(damaged[part].astype(int) - page.image[part]).max() > 40
    assert damaged.shape == page.image.shape


def test_dot_gain_darkens_and_its_contrary_lightens() -> None:
    page = draw_page(ITEMS["etiquette-ins"], 300)
    means = [
        worn(page.image, 300 / 25.4, Wear(dot_gain_mm=gain), page.boxes, np.random.default_rng(0)).mean()
        for gain in (0.1, 0.0, -0.1)
    ]
    assert means == sorted(means)
    assert len(set(means)) == 3


def test_no_wear_leaves_the_page_as_drawn() -> None:
    page = draw_page(ITEMS["etiquette-ins"], 300)
    same = worn(page.image, 300 / 25.4, Wear(), page.boxes, np.random.default_rng(0))
    assert np.abs(same.astype(int) - np.minimum(page.image, 244)).max() <= 1


def test_faults_grow_with_the_difficulty() -> None:
    drawn = {
        difficulty: [faults_for(difficulty, np.random.default_rng(seed)) for seed in range(60)]
        for difficulty in DIFFICULTIES
    }
    for name in ("noise", "shading", "lean_deg", "defocus_px", "shake_px", "glare"):
        means = [float(np.mean([getattr(one, name) for one in drawn[d]])) for d in DIFFICULTIES]
        assert means == sorted(means), name
