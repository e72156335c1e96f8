"""The simulated world's controls for the console page: what lies on the counter, light, camera's cable."""

from __future__ import annotations

import logging
import re
import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Annotated, Final, Literal

import cv2
from flask import Blueprint, Response, jsonify
from pydantic import BaseModel, ConfigDict, Field

from appliance.base.clock import Clock
from appliance.bridge.console.bodies import json_body
from appliance.bridge.console.problems import ConsoleError, ConsoleProblemCode, answer
from appliance.bridge.problems import Problem, ProblemCode
from appliance.bridge.rights import Extension, Right, Scope
from appliance.simulation.catalogue import CATALOGUE, ITEMS, CatalogueItem
from appliance.simulation.optics import FIELD_WIDTH_MM, Projection
from appliance.simulation.pages import draw
from appliance.simulation.scene import (
    LEAVE_NS,
    MAX_LIGHT,
    MAX_OBJECTS,
    PlacedObject,
    Scene,
    SceneError,
    SceneFile,
)

__all__ = ["CAPABILITY", "MAX_LYING", "THUMBNAIL_SIDE_PX", "Thumbnails", "world_extension"]

_log = logging.getLogger(__name__)

CAPABILITY: Final = "world"
"""What the page is told, so that it shows these controls."""

MAX_LYING: Final = 8
"""Objects on the counter at once; those that a hand is taking away do not count."""

THUMBNAIL_SIDE_PX: Final = 420
"""Longer side of a thumbnail: sharp in the choice, good enough under a dragging hand."""

_FROM_ABOVE: Final = Projection(16, 9)
"""Only its proportions are used."""

_ID_PATTERN: Final = re.compile(r"[A-Za-z0-9_-]{1,40}")


class _Placement(BaseModel):
    """An object laid, moved or turned: centre in fractions of the field of view, degrees clockwise."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    slug: Annotated[str, Field(max_length=80)]
    x: Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
    y: Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
    angle_deg: Annotated[float, Field(ge=0, le=360, allow_inf_nan=False)]


class _Conditions(BaseModel):
    """The camera's cable and the room's light."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    camera: Literal["ok", "unplugged", "frozen"]
    light: Annotated[float, Field(ge=0, le=MAX_LIGHT, allow_inf_nan=False)]


class _World:
    """The one writer of the scene file; several requests at once are put in a row."""

    def __init__(self, scene_file: SceneFile, clock: Clock) -> None:
        self._file = scene_file
        self._clock = clock
        self._writing = threading.Lock()

    def scene(self) -> Scene:
        """The scene; a bare counter when the file holds none that can be read."""
        try:
            return self._file.read()
        except (SceneError, OSError) as error:
            _log.warning("the scene cannot be read, the counter is taken as bare: %s", type(error).__name__)
            return Scene()

    def put(self, object_id: str, placement: _Placement) -> Scene:
        """Lay a new object, or move and turn the one that has this id.

        Raises:
            ConsoleError: MAX_LYING objects lie there already.
        """

        def change(scene: Scene) -> Scene:
            lying = next((each for each in _lying(scene) if each.id == object_id), None)
            if lying is None:
                return self._lay(scene, object_id, placement)
            moved = replace(lying, x=placement.x, y=placement.y, angle_deg=placement.angle_deg)
            return _with_objects(scene, [moved if each is lying else each for each in scene.objects])

        return self._change(change)

    def remove(self, object_id: str) -> Scene:
        """Have a hand take an object away; one that is not there stays away."""

        def change(scene: Scene) -> Scene:
            now_ns = self._clock.monotonic_ns()
            return _with_objects(
                scene,
                [
                    replace(each, removed_at_ns=now_ns)
                    if each.id == object_id and each.removed_at_ns is None
                    else each
                    for each in scene.objects
                ],
            )

        return self._change(change)

    def set_conditions(self, conditions: _Conditions) -> Scene:
        """Plug, unplug or freeze the camera, and light the room."""
        return self._change(lambda scene: replace(scene, camera=conditions.camera, light=conditions.light))

    def _lay(self, scene: Scene, object_id: str, placement: _Placement) -> Scene:
        if len(_lying(scene)) >= MAX_LYING:
            raise ConsoleError(ConsoleProblemCode.SCENE_FULL, maximum=MAX_LYING)
        laid = PlacedObject(
            id=object_id,
            slug=placement.slug,
            x=placement.x,
            y=placement.y,
            angle_deg=placement.angle_deg,
            placed_at_ns=self._clock.monotonic_ns(),
        )
        # The id of what is on its way out may be taken again at once.
        return _with_objects(scene, [*(each for each in scene.objects if each.id != object_id), laid])

    def _change(self, change: Callable[[Scene], Scene]) -> Scene:
        with self._writing:
            scene = self._without_gone(change(self.scene()))
            try:
                self._file.write(scene)
            except OSError as error:
                raise ConsoleError(ConsoleProblemCode.SCENE_UNAVAILABLE) from error
        return scene

    def _without_gone(self, scene: Scene) -> Scene:
        now_ns = self._clock.monotonic_ns()
        return _with_objects(
            scene,
            [
                each
                for each in scene.objects
                if each.removed_at_ns is None or each.removed_at_ns + LEAVE_NS > now_ns
            ],
        )


def _lying(scene: Scene) -> list[PlacedObject]:
    return [each for each in scene.objects if each.removed_at_ns is None]


def _with_objects(scene: Scene, objects: list[PlacedObject]) -> Scene:
    """The scene with these objects; of those on their way out the oldest go first when they are too many."""
    leaving = [each for each in objects if each.removed_at_ns is not None]
    excess = leaving[: max(0, len(objects) - MAX_OBJECTS)]
    return replace(scene, objects=tuple(each for each in objects if each not in excess))


class Thumbnails:
    """Small pictures of the catalogue, each drawn once."""

    def __init__(self) -> None:
        self._drawing = threading.Lock()
        self._drawn: dict[str, bytes] = {}

    def png(self, item: CatalogueItem) -> bytes:
        """The item upright, its longer side THUMBNAIL_SIDE_PX, as PNG."""
        with self._drawing:
            if item.slug not in self._drawn:
                self._drawn[item.slug] = _draw_thumbnail(item)
            return self._drawn[item.slug]


def _draw_thumbnail(item: CatalogueItem) -> bytes:
    image = draw(item)
    scale = THUMBNAIL_SIDE_PX / max(image.shape)
    size = (round(image.shape[1] * scale), round(image.shape[0] * scale))
    done, png = cv2.imencode(".png", cv2.resize(image, size, interpolation=cv2.INTER_AREA))
    if not done:
        raise RuntimeError(f"the thumbnail of {item.slug} cannot be encoded")
    return png.tobytes()


_RIGHTS: Final = tuple(
    Right(method, f"/console/api{rule}", frozenset({Scope.TECHNICIAN}))
    for method, rule in (
        ("GET", "/catalogue"),
        ("GET", "/catalogue/<slug>.png"),
        ("GET", "/scene"),
        ("PUT", "/scene/objects/<object_id>"),
        ("DELETE", "/scene/objects/<object_id>"),
        ("PUT", "/scene/conditions"),
    )
)


def world_extension(
    scene_file: SceneFile, clock: Clock, *, thumbnails: Thumbnails | None = None
) -> Extension:
    """The controls under `/console/api/`; every change answers with the scene that it made.

    Args:
        scene_file: the seam to the simulated camera; nobody else writes it while this runs.
        clock: CLOCK_MONOTONIC, shared with the camera.
        thumbnails: pictures of the catalogue drawn already; drawn when first asked for where None.
    """
    return Extension(_blueprint(_World(scene_file, clock), thumbnails or Thumbnails()), _RIGHTS)


def _blueprint(world: _World, thumbnails: Thumbnails) -> Blueprint:
    blueprint = Blueprint("world", __name__, url_prefix="/console/api")
    blueprint.register_error_handler(ConsoleError, answer)

    @blueprint.get("/catalogue")
    def catalogue() -> Response:
        return jsonify(
            {
                "items": [_item_json(item) for item in CATALOGUE],
                "field_width_mm": FIELD_WIDTH_MM,
                "max_objects": MAX_LYING,
                "max_light": MAX_LIGHT,
            }
        )

    @blueprint.get("/catalogue/<slug>.png")
    def thumbnail(slug: str) -> Response:
        if slug not in ITEMS:
            raise Problem(ProblemCode.NOT_FOUND)
        return Response(thumbnails.png(ITEMS[slug]), mimetype="image/png")

    @blueprint.get("/scene")
    def scene() -> Response:
        return _scene_response(world.scene())

    @blueprint.put("/scene/objects/<object_id>")
    def put_object(object_id: str) -> Response:
        placement = json_body(_Placement)
        if placement.slug not in ITEMS or not _ID_PATTERN.fullmatch(object_id):
            raise Problem(ProblemCode.NOT_FOUND)
        return _scene_response(world.put(object_id, placement))

    @blueprint.delete("/scene/objects/<object_id>")
    def remove_object(object_id: str) -> Response:
        return _scene_response(world.remove(object_id))

    @blueprint.put("/scene/conditions")
    def set_conditions() -> Response:
        return _scene_response(world.set_conditions(json_body(_Conditions)))

    return blueprint


def _item_json(item: CatalogueItem) -> dict[str, object]:
    return {
        "slug": item.slug,
        "title": item.title,
        "kind": item.kind.value,
        "width_mm": item.width_mm,
        "height_mm": item.height_mm,
        # How much larger than on the counter its face looks: it lies nearer to the camera.
        "magnification": round(_FROM_ABOVE.magnification(item.thickness_mm), 4),
        "angle_deg": item.default_angle_deg,
    }


def _scene_response(scene: Scene) -> Response:
    return jsonify(
        {
            "objects": [
                {"id": each.id, "slug": each.slug, "x": each.x, "y": each.y, "angle_deg": each.angle_deg}
                for each in _lying(scene)
            ],
            "camera": scene.camera,
            "light": scene.light,
        }
    )
