"""The rendered counter: what reads in it, what moves, and that nothing is canned."""

from __future__ import annotations

import itertools

import cv2
import numpy as np
import pytest

from appliance.capture.frame import GreyImage
from appliance.decode.symbol import Symbology
from appliance.simulation.catalogue import CATALOGUE, ITEMS
from appliance.simulation.optics import Glare
from appliance.simulation.scene import ENTER_NS, LEAVE_NS, MAX_OBJECTS, PlacedObject, Scene
from appliance.simulation.sprites import BoundedCache
from appliance.simulation.view import CounterView
from tests.simulation_scenes.reading import STILL_NS, found, laid, read, scene_of

MS = 1_000_000
WITH_CODES = [item.slug for item in CATALOGUE if item.symbols]


@pytest.fixture(scope="module")
def view() -> CounterView:
    return CounterView(2304, 1296, seed=5)


@pytest.fixture
def small() -> CounterView:
    return CounterView(640, 360, seed=5)


def calm(image: GreyImage) -> np.ndarray:
    """Without most of its noise."""
    return np.asarray(cv2.blur(image, (9, 9)), dtype=float)


@pytest.mark.parametrize("slug", WITH_CODES)
def test_a_plain_engine_reads_all_of_an_object_at_2304(view: CounterView, slug: str) -> None:
    assert read(view.render(scene_of(laid(slug)), STILL_NS)) == set(ITEMS[slug].symbols)


def test_a_plain_engine_reads_the_qr_at_1920() -> None:
    frame = CounterView(1920, 1080, seed=5).render(scene_of(laid("ordonnance")), STILL_NS)
    assert frame.shape == (1080, 1920)
    qr = [content for symbology, content, _ in found(frame) if symbology is Symbology.QR_CODE]
    assert qr == [ITEMS["ordonnance"].symbols[-1][1]]


def test_the_full_sensor_reads_the_smallest_code() -> None:
    frame = CounterView(4608, 2592, seed=5).render(scene_of(laid("boite-perimee")), STILL_NS)
    assert frame.shape == (2592, 4608)
    assert read(frame) == set(ITEMS["boite-perimee"].symbols)


@pytest.mark.parametrize("angle", [0, 37, 90, 180, 221, 270, -45])
def test_an_object_reads_at_any_angle(view: CounterView, angle: float) -> None:
    placed = laid("telephone-ordonnance", angle_deg=angle)
    assert read(view.render(scene_of(placed), STILL_NS)) == set(ITEMS["telephone-ordonnance"].symbols)


def test_the_corners_are_where_the_engine_finds_them(view: CounterView) -> None:
    scene = scene_of(laid("ordonnance", 0.49, 0.51, angle_deg=93.0))
    expected = {(s.box.symbology, s.box.content): np.array(s.corners) for s in view.symbols(scene, STILL_NS)}
    assert set(expected) == set(ITEMS["ordonnance"].symbols)
    checked = 0
    for symbology, content, corners in found(view.render(scene, STILL_NS)):
        if symbology is not Symbology.CODE_128:
            assert np.abs(corners - expected[symbology, content]).max() < 3.5
            checked += 1
    assert checked == 2


def test_symbols_are_told_only_of_what_lies_still(view: CounterView) -> None:
    placed = laid("boite", removed_at_ns=STILL_NS)
    assert view.symbols(scene_of(placed), ENTER_NS // 2) == []
    assert len(view.symbols(scene_of(placed), ENTER_NS)) == 1
    assert view.symbols(scene_of(placed), STILL_NS + LEAVE_NS // 2) == []


@pytest.mark.parametrize("slug", WITH_CODES)
def test_the_hand_that_lays_an_object_covers_no_code_once_it_is_sharp(view: CounterView, slug: str) -> None:
    for x, y, angle in ((0.5, 0.5, ITEMS[slug].default_angle_deg), (0.3, 0.5, 0), (0.6, 0.5, 270)):
        placed = laid(slug, x, y, angle_deg=angle)
        scene = scene_of(placed)
        with_hand, alone = (calm(view.render(scene, at)) for at in (placed.sharp_at_ns, STILL_NS))
        if x == 0.5:
            assert np.abs(with_hand - alone).max() > 30, "no hand is in view"
        for symbol in view.symbols(scene, STILL_NS):
            corners = np.clip(np.array(symbol.corners), 0, (2303, 1295)).round().astype(int)
            (left, top), (right, bottom) = corners.min(axis=0), corners.max(axis=0)
            if right > left and bottom > top:
                part = np.s_[top:bottom, left:right]
                assert np.abs(with_hand[part] - alone[part]).max() < 12


@pytest.mark.parametrize("slug", ["ordonnance", "etiquette-ins", "boite"])
def test_nothing_reads_while_the_hand_still_moves_it(view: CounterView, slug: str) -> None:
    scene = scene_of(laid(slug))
    for before_ms in (300, 200, 120, 60, 30):
        assert read(view.render(scene, ENTER_NS - before_ms * MS)) == set()


def test_an_object_comes_lies_and_goes_without_a_trace(small: CounterView) -> None:
    removed_at = 3_000 * MS
    scene = scene_of(laid("ordonnance", removed_at_ns=removed_at))
    bare = calm(small.render(Scene(), 0))

    def trace(at_ns: int) -> float:
        return float(np.abs(calm(small.render(scene, at_ns)) - bare).mean())

    coming = [trace(ENTER_NS * step // 10) for step in range(11)]
    assert coming[0] < 1
    assert all(later > earlier - 0.1 for earlier, later in itertools.pairwise(coming))
    assert coming[-1] > 20
    going = [trace(removed_at + LEAVE_NS * step // 10) for step in range(11)]
    assert going[0] > 20
    assert going[-1] < 1
    assert min(going[:3]) > 20, "the hand first has to reach it"


def test_an_object_laid_and_taken_at_once_only_leaves(small: CounterView) -> None:
    scene = scene_of(laid("ordonnance", removed_at_ns=100 * MS))
    bare = calm(small.render(Scene(), 0))
    for at_ms in range(0, 460, 20):
        small.render(scene, at_ms * MS)
    assert float(np.abs(calm(small.render(scene, 450 * MS)) - bare).mean()) < 1


def test_an_object_to_come_is_not_seen_yet(small: CounterView) -> None:
    later = scene_of(laid("ordonnance", placed_at_ns=10**12))
    assert float(np.abs(calm(small.render(later, 0)) - calm(small.render(Scene(), 0))).mean()) < 1


def test_what_is_laid_later_lies_above_whatever_the_order_of_the_list(view: CounterView) -> None:
    below = laid("etiquette-ins", 0.5, 0.5, placed_at_ns=0)
    above = laid("depliant", 0.5, 0.5, placed_at_ns=1_000)
    for objects in ((below, above), (above, below)):
        assert read(view.render(scene_of(*objects), STILL_NS)) == set(ITEMS["depliant"].symbols)


def test_several_objects_read_at_once(view: CounterView) -> None:
    objects = (
        laid("boite", 0.25, 0.2, angle_deg=8),
        laid("boite-perimee", 0.7, 0.2, angle_deg=-5),
        laid("telephone-ordonnance", 0.2, 0.7, angle_deg=95),
        laid("etiquette-ins", 0.55, 0.75, angle_deg=20),
    )
    expected = {symbol for placed in objects for symbol in ITEMS[placed.slug].symbols}
    assert read(view.render(scene_of(*objects), STILL_NS)) == expected


def test_the_same_seed_gives_the_same_frames_and_another_seed_others() -> None:
    scene = scene_of(laid("boite"))

    def frames(seed: int) -> list[GreyImage]:
        view = CounterView(320, 180, seed)
        return [view.render(scene, at) for at in (0, ENTER_NS // 2, STILL_NS)]

    for first, again in zip(frames(1), frames(1), strict=True):
        assert np.array_equal(first, again)
    assert not np.array_equal(frames(1)[2], frames(2)[2])


def test_the_noise_of_two_frames_is_not_the_same_and_its_spread_is_as_told(small: CounterView) -> None:
    scene = scene_of(laid("ordonnance"))
    first, second = (small.render(scene, STILL_NS).astype(float) for _ in range(2))
    assert 1.5 < float((first - second).std()) / np.sqrt(2) < 3.0
    assert abs(float((first - second).mean())) < 1.5


def test_a_dim_room_is_noisier_and_a_dark_one_dark_but_a_telephone_shines(view: CounterView) -> None:
    sheet = laid("ordonnance")

    def noise(light: float) -> float:
        one, two = (view.render(scene_of(sheet, light=light), STILL_NS).astype(float) for _ in range(2))
        return float((one - two).std())

    assert noise(0.1) > 1.5 * noise(1.0)
    assert view.render(scene_of(sheet, light=0.01), STILL_NS).mean() < 60
    dark = scene_of(laid("telephone-ordonnance"), light=0.0)
    assert view.render(dark, STILL_NS).mean() < 60
    assert read(view.render(dark, STILL_NS)) == set(ITEMS["telephone-ordonnance"].symbols)


def test_a_bright_room_is_exposed_as_a_normal_one(small: CounterView) -> None:
    sheet = laid("ordonnance")
    bright, normal = (small.render(scene_of(sheet, light=light), STILL_NS).mean() for light in (4.0, 1.0))
    assert abs(bright - normal) < 2


def test_glare_hides_what_it_covers() -> None:
    scene = scene_of(laid("telephone-ordonnance"))
    plain = CounterView(1920, 1080, seed=5)
    symbols = plain.symbols(scene, STILL_NS)
    assert read(plain.render(scene, STILL_NS)) == set(ITEMS["telephone-ordonnance"].symbols)
    x, y = np.array(symbols[0].corners).mean(axis=0) / (1920, 1080)
    glaring = CounterView(1920, 1080, seed=5, glare=Glare(x, y, radius_mm=18, strength=255))
    assert read(glaring.render(scene, STILL_NS)) == set()


@pytest.mark.parametrize("kind", ["wood", "plain", "speckled"])
def test_a_bare_counter_reads_as_nothing(kind: str) -> None:
    view = CounterView(1920, 1080, seed=5, desk_kind=kind)  # type: ignore[arg-type]
    frame = view.render(Scene(), 0)
    assert read(frame) == set()
    assert 60 < frame.mean() < 180


def test_a_full_counter_is_rendered(small: CounterView) -> None:
    slugs = list(ITEMS)
    objects = tuple(
        PlacedObject(str(index), slugs[index % len(slugs)], index / 15, 1 - index / 15, 20.0 * index, index)
        for index in range(MAX_OBJECTS)
    )
    assert small.render(Scene(objects), ENTER_NS // 3).shape == (360, 640)
    assert small.render(Scene(objects), STILL_NS).shape == (360, 640)


def test_objects_beyond_the_edge_are_harmless(small: CounterView) -> None:
    for x, y in ((-0.5, -0.5), (1.5, 1.5), (-0.5, 1.5), (0.5, -0.5)):
        scene = scene_of(laid("boite", x, y), laid("ordonnance", y, x))
        for at_ns in (0, ENTER_NS // 2, ENTER_NS, STILL_NS):
            assert small.render(scene, at_ns).shape == (360, 640)


def test_the_cache_keeps_what_was_used_last_within_its_bound() -> None:
    cache: BoundedCache[str] = BoundedCache(100)
    cache.put("a", "A", 40)
    cache.put("b", "B", 40)
    assert cache.get("a") == "A"
    cache.put("c", "C", 40)
    assert (cache.get("a"), cache.get("b"), cache.get("c")) == ("A", None, "C")
    cache.put("c", "D", 60)
    assert cache.held_bytes == 100
    cache.put("big", "E", 500)
    assert (cache.get("big"), cache.get("a"), cache.held_bytes) == ("E", None, 500)
