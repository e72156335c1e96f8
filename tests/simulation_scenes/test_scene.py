"""The scene as a value and as a file that anybody may have written."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.simulation.catalogue import ITEMS
from appliance.simulation.scene import (
    ENTER_NS,
    LEAVE_NS,
    MAX_LIGHT,
    MAX_OBJECTS,
    MAX_SCENE_BYTES,
    PlacedObject,
    Scene,
    SceneError,
    SceneFile,
)

OBJECT: dict[str, Any] = {
    "id": "a", "slug": "ordonnance", "x": 0.5, "y": 0.25, "angle_deg": 90,
    "placed_at_ns": 7, "removed_at_ns": None,
}  # fmt: skip


def scene_with(**fields: Any) -> dict[str, Any]:
    return {"objects": [{**OBJECT, **fields}]}


placed_objects = st.builds(
    PlacedObject,
    id=st.from_regex(r"[A-Za-z0-9_-]{1,40}", fullmatch=True),
    slug=st.sampled_from(sorted(ITEMS)),
    x=st.floats(-0.5, 1.5),
    y=st.floats(-0.5, 1.5),
    angle_deg=st.floats(-360, 360),
    placed_at_ns=st.integers(0, 2**63 - 1),
    removed_at_ns=st.none() | st.integers(0, 2**63 - 1),
)


@given(
    st.lists(placed_objects, max_size=MAX_OBJECTS, unique_by=lambda placed: placed.id).map(tuple),
    st.sampled_from(["ok", "unplugged", "frozen"]),
    st.floats(0, MAX_LIGHT),
)
def test_a_scene_survives_json(objects: tuple[PlacedObject, ...], camera: Any, light: float) -> None:
    scene = Scene(objects, camera, light)
    text = json.dumps(scene.to_json())
    assert Scene.from_json(json.loads(text)) == scene
    assert len(text) <= MAX_SCENE_BYTES


scalars = st.none() | st.booleans() | st.floats() | st.integers() | st.text()
names = st.sampled_from([*OBJECT, "objects", "camera", "light"])
json_values = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(names, inner, max_size=6)
)


@given(json_values)
def test_anything_else_is_a_scene_or_a_scene_error(value: Any) -> None:
    try:
        scene = Scene.from_json(value)
    except SceneError:
        return
    assert Scene.from_json(scene.to_json()) == scene


@pytest.mark.parametrize(
    "fields",
    [
        {"id": ""}, {"id": "a" * 41}, {"id": "a b"}, {"id": 3}, {"slug": "absent"}, {"slug": None},
        {"x": -0.51}, {"x": 1.51}, {"x": "0"}, {"x": True}, {"x": float("nan")}, {"y": float("inf")},
        {"angle_deg": 361}, {"placed_at_ns": -1}, {"placed_at_ns": 2**63}, {"placed_at_ns": 1.0},
        {"placed_at_ns": True}, {"removed_at_ns": -1}, {"removed_at_ns": "x"}, {"more": 1},
    ],
    ids=repr,
)  # fmt: skip
def test_a_field_out_of_bounds_is_refused(fields: dict[str, Any]) -> None:
    Scene.from_json(scene_with())
    with pytest.raises(SceneError):
        Scene.from_json(scene_with(**fields))


@pytest.mark.parametrize(
    "fields", [{"x": -0.5}, {"x": 1.5}, {"id": "a" * 40}, {"angle_deg": -360}, {"placed_at_ns": 0}]
)
def test_a_field_at_its_bound_is_taken(fields: dict[str, Any]) -> None:
    assert Scene.from_json(scene_with(**fields)).objects


@pytest.mark.parametrize("name", [name for name in OBJECT if name != "removed_at_ns"])
def test_a_missing_field_is_named(name: str) -> None:
    entry = {key: value for key, value in OBJECT.items() if key != name}
    with pytest.raises(SceneError, match=name):
        Scene.from_json({"objects": [entry]})


def test_sixteen_objects_are_a_scene_and_seventeen_are_not() -> None:
    entries = [{**OBJECT, "id": str(index)} for index in range(MAX_OBJECTS + 1)]
    assert len(Scene.from_json({"objects": entries[:-1]}).objects) == MAX_OBJECTS
    with pytest.raises(SceneError, match="at most"):
        Scene.from_json({"objects": entries})


def test_two_objects_cannot_share_an_id() -> None:
    with pytest.raises(SceneError, match="same id"):
        Scene.from_json({"objects": [OBJECT, OBJECT]})


@pytest.mark.parametrize(
    "value", [{"camera": "on"}, {"light": MAX_LIGHT * 1.01}, {"light": -0.1}, {"objects": {}}, [], 3]
)
def test_a_bad_scene_is_refused(value: Any) -> None:
    with pytest.raises(SceneError):
        Scene.from_json(value)


def test_an_object_is_in_view_from_its_laying_to_the_end_of_its_leaving() -> None:
    placed = PlacedObject("a", "boite", 0.5, 0.5, 0, 1_000, 5_000_000_000)
    assert not placed.is_in_view(999)
    assert placed.is_in_view(1_000)
    assert placed.is_in_view(5_000_000_000 + LEAVE_NS - 1)
    assert not placed.is_in_view(5_000_000_000 + LEAVE_NS)
    assert placed.sharp_at_ns == 1_000 + ENTER_NS


def test_a_file_nobody_wrote_is_a_bare_counter(tmp_path: Path) -> None:
    assert SceneFile(tmp_path / "scene.json").read() == Scene()


def test_a_written_scene_is_read_back(tmp_path: Path) -> None:
    file = SceneFile(tmp_path / "scene.json")
    scene = Scene.from_json({**scene_with(), "camera": "frozen", "light": 0.5})
    file.write(scene)
    assert file.read() == scene
    assert [path.name for path in tmp_path.iterdir()] == ["scene.json"]


@pytest.mark.parametrize("content", [b"", b"{", b"\xff", b"[]", b"NaN", b"[" * 10_000])
def test_a_file_that_is_no_scene_is_refused(tmp_path: Path, content: bytes) -> None:
    file = SceneFile(tmp_path / "scene.json")
    file.path.write_bytes(content)
    with pytest.raises(SceneError):
        file.read()


def test_a_file_at_the_bound_is_read_and_a_byte_more_is_not(tmp_path: Path) -> None:
    file = SceneFile(tmp_path / "scene.json")
    file.path.write_bytes(b"{}".ljust(MAX_SCENE_BYTES))
    assert file.read() == Scene()
    file.path.write_bytes(b"{}".ljust(MAX_SCENE_BYTES + 1))
    with pytest.raises(SceneError, match="bytes"):
        file.read()
