"""The simulated world's controls: laying, moving, taking away, bounds, and what a bad scene file costs."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
import pytest
from flask.testing import FlaskClient

from appliance.simulation.catalogue import CATALOGUE
from appliance.simulation.console import MAX_LYING, THUMBNAIL_SIDE_PX
from appliance.simulation.scene import LEAVE_NS, MAX_LIGHT, MAX_OBJECTS, SceneFile
from tests.console.stand import Stand

PLACE = {"slug": "ordonnance", "x": 0.5, "y": 0.4, "angle_deg": 90}


def put(client: FlaskClient, object_id: str = "a", **changes: Any) -> Any:
    return client.put(f"/console/api/scene/objects/{object_id}", json={**PLACE, **changes})


def test_the_catalogue_says_what_can_be_laid(client: FlaskClient) -> None:
    answer = client.get("/console/api/catalogue").json
    assert [item["slug"] for item in answer["items"]] == [item.slug for item in CATALOGUE]
    assert answer["max_objects"] == MAX_LYING
    sheet = answer["items"][0]
    assert (sheet["width_mm"], sheet["height_mm"], sheet["angle_deg"]) == (210, 297, 90)
    assert sheet["magnification"] == 1
    assert all(item["magnification"] >= 1 for item in answer["items"])
    # Contents are identities: they are not said, not even fictitious ones.
    assert not any("symbols" in item or "document" in item for item in answer["items"])


@pytest.mark.parametrize("item", CATALOGUE, ids=lambda item: item.slug)
def test_every_object_has_a_thumbnail(client: FlaskClient, item: Any) -> None:
    answer = client.get(f"/console/api/catalogue/{item.slug}.png")
    assert answer.mimetype == "image/png"
    image = cv2.imdecode(np.frombuffer(answer.data, np.uint8), cv2.IMREAD_UNCHANGED)
    assert max(image.shape) == THUMBNAIL_SIDE_PX
    assert image.shape[1] / image.shape[0] == pytest.approx(item.width_mm / item.height_mm, rel=0.02)


def test_an_unknown_object_has_none(client: FlaskClient) -> None:
    assert client.get("/console/api/catalogue/inconnu.png").status_code == 404


def test_an_object_is_laid_where_it_is_put(stand: Stand, client: FlaskClient) -> None:
    stand.clock.advance(5)
    answer = put(client)
    assert answer.status_code == 200
    assert answer.json["objects"] == [{"id": "a", **PLACE}]
    (laid,) = stand.scene().objects
    assert (laid.slug, laid.x, laid.y, laid.angle_deg) == ("ordonnance", 0.5, 0.4, 90)
    assert laid.placed_at_ns == stand.clock.monotonic_ns()
    assert client.get("/console/api/scene").json == answer.json


def test_putting_it_again_moves_it_without_a_new_hand(stand: Stand, client: FlaskClient) -> None:
    put(client)
    stand.clock.advance(5)
    assert put(client, x=0.1, angle_deg=15).json["objects"] == [
        {"id": "a", **PLACE, "x": 0.1, "angle_deg": 15}
    ]
    assert stand.scene().objects[0].placed_at_ns == 0


def test_a_hand_takes_it_away_and_then_it_is_gone(stand: Stand, client: FlaskClient) -> None:
    put(client)
    put(client, "b")
    stand.clock.advance(5)
    assert [each["id"] for each in client.delete("/console/api/scene/objects/a").json["objects"]] == ["b"]
    leaving = stand.scene().objects[0]
    assert (leaving.id, leaving.removed_at_ns) == ("a", stand.clock.monotonic_ns())
    stand.clock.advance(LEAVE_NS / 1e9)
    client.delete("/console/api/scene/objects/a")
    assert [each.id for each in stand.scene().objects] == ["b"]


def test_taking_away_what_is_not_there_changes_nothing(stand: Stand, client: FlaskClient) -> None:
    put(client)
    answer = client.delete("/console/api/scene/objects/none")
    assert answer.status_code == 200
    assert [each["id"] for each in answer.json["objects"]] == ["a"]


def test_the_same_id_can_be_laid_again_while_a_hand_takes_it_away(stand: Stand, client: FlaskClient) -> None:
    put(client)
    client.delete("/console/api/scene/objects/a")
    stand.clock.advance(0.1)
    assert len(put(client).json["objects"]) == 1
    (laid,) = stand.scene().objects
    assert (laid.removed_at_ns, laid.placed_at_ns) == (None, stand.clock.monotonic_ns())


def test_the_counter_holds_so_many_objects(client: FlaskClient) -> None:
    for number in range(MAX_LYING):
        assert put(client, f"o{number}").status_code == 200
    one_more = put(client, "more")
    assert (one_more.status_code, one_more.json["code"]) == (409, "scene_full")
    assert one_more.json["maximum"] == MAX_LYING
    assert str(MAX_LYING) in one_more.json["detail"]
    assert put(client, "o0", x=0.2).status_code == 200
    client.delete("/console/api/scene/objects/o0")
    assert put(client, "more").status_code == 200


def test_hasty_hands_do_not_fill_the_scene_file(stand: Stand, client: FlaskClient) -> None:
    for number in range(3 * MAX_OBJECTS):
        assert put(client, f"o{number}").status_code == 200
        client.delete(f"/console/api/scene/objects/o{number}")
    assert len(stand.scene().objects) <= MAX_OBJECTS


@pytest.mark.parametrize(
    ("field", "good", "bad"),
    [
        ("x", [0, 1, 0.25], [-0.01, 1.01, "0.5", None, True, [0.5]]),
        ("y", [0, 1], [-0.01, 1.01]),
        ("angle_deg", [0, 360, 12.5], [-1, 361, "90"]),
    ],
)
def test_a_place_is_checked(client: FlaskClient, field: str, good: list[Any], bad: list[Any]) -> None:
    for value in good:
        assert put(client, **{field: value}).status_code == 200, value
    for value in bad:
        answer = put(client, **{field: value})
        assert (answer.status_code, answer.json["code"]) == (400, "body_invalid"), value
        assert field in answer.json["detail"]


@pytest.mark.parametrize(
    "body", [b'{"slug": NaN}', b'{"x": 1e999}', b"{", b"[]", b"null", b'{"x": 1, "x": 2}']
)
def test_what_is_not_such_an_object_is_refused(client: FlaskClient, body: bytes) -> None:
    answer = client.put("/console/api/scene/objects/a", data=body, content_type="application/json")
    assert answer.status_code == 400


def test_infinity_is_no_place(client: FlaskClient) -> None:
    body = b'{"slug": "ordonnance", "x": 1e999, "y": 0.5, "angle_deg": 0}'
    answer = client.put("/console/api/scene/objects/a", data=body, content_type="application/json")
    assert answer.status_code == 400


@pytest.mark.parametrize(
    ("object_id", "status"), [("a" * 40, 200), ("a" * 41, 404), ("a.b", 404), ("é", 404), ("a%2Fb", 404)]
)
def test_an_id_is_short_and_plain(client: FlaskClient, object_id: str, status: int) -> None:
    assert put(client, object_id).status_code == status


def test_only_what_is_in_the_catalogue_can_be_laid(stand: Stand, client: FlaskClient) -> None:
    assert put(client, slug="inconnu").status_code == 404
    assert stand.scene().objects == ()


@pytest.mark.parametrize("camera", ["ok", "unplugged", "frozen"])
@pytest.mark.parametrize("light", [0, 0.5, MAX_LIGHT])
def test_conditions_reach_the_scene(stand: Stand, client: FlaskClient, camera: str, light: float) -> None:
    put(client)
    answer = client.put("/console/api/scene/conditions", json={"camera": camera, "light": light})
    assert (answer.json["camera"], answer.json["light"]) == (camera, light)
    assert (stand.scene().camera, stand.scene().light) == (camera, light)
    assert len(answer.json["objects"]) == 1


@pytest.mark.parametrize(
    "conditions",
    [
        {"camera": "off", "light": 1},
        {"camera": "ok", "light": MAX_LIGHT + 0.1},
        {"camera": "ok"},
        {"light": -1},
    ],
)
def test_conditions_are_checked(client: FlaskClient, conditions: dict[str, object]) -> None:
    assert client.put("/console/api/scene/conditions", json=conditions).status_code == 400


def test_a_scene_file_that_is_no_scene_is_a_bare_counter(stand: Stand, client: FlaskClient) -> None:
    SceneFile(stand.runtime / "scene.json").path.write_text("{")
    assert client.get("/console/api/scene").json["objects"] == []
    assert put(client).status_code == 200
    assert len(stand.scene().objects) == 1


def test_a_scene_that_cannot_be_written_is_a_problem(stand: Stand, client: FlaskClient) -> None:
    # A directory in the file's place: as unwritable to root as to anybody.
    (stand.runtime / "scene.json").mkdir()
    answer = put(client)
    assert (answer.status_code, answer.json["code"]) == (503, "scene_unavailable")


@pytest.mark.parametrize("path", ["catalogue", "catalogue/ordonnance.png", "scene"])
def test_the_world_is_the_technicians(stand: Stand, path: str) -> None:
    client = stand.make_app().test_client()
    assert client.get(f"/console/api/{path}").status_code == 401
    lgo = {"Authorization": f"Bearer {stand.pair(('events',))}"}
    assert client.get(f"/console/api/{path}", headers=lgo).status_code == 403
