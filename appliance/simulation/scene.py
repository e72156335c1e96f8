"""What lies under the simulated camera: a value, and the file by which the console page moves it.

The file is the seam between the page that lays objects and the process that renders them: small JSON,
replaced as a whole, validated as if a stranger had written it.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Literal, get_args

from appliance.base.files import replace_volatile
from appliance.simulation.catalogue import ITEMS

__all__ = [
    "ENTER_NS",
    "LEAVE_NS",
    "MAX_LIGHT",
    "MAX_OBJECTS",
    "MAX_SCENE_BYTES",
    "CameraState",
    "PlacedObject",
    "Scene",
    "SceneError",
    "SceneFile",
]

ENTER_NS: Final = 350_000_000
"""How long a hand takes to bring an object in; from `placed_at_ns + ENTER_NS` on it lies sharp."""

LEAVE_NS: Final = 350_000_000
"""How long a hand takes to take an object away; at `removed_at_ns + LEAVE_NS` nothing of it is in view."""

MAX_OBJECTS: Final = 16
"""More than fits under the camera; bounds the work of a frame."""

MAX_SCENE_BYTES: Final = 16_384
"""Of the scene file; sixteen objects take about 3 kB."""

MAX_LIGHT: Final = 4.0
"""Room light relative to a well lit counter (about 500 lx)."""

_MAX_NS: Final = 2**63 - 1
_POSITION_RANGE: Final = (-0.5, 1.5)
_ANGLE_RANGE: Final = (-360.0, 360.0)
_ID_PATTERN: Final = re.compile(r"[A-Za-z0-9_-]{1,40}")

CameraState = Literal["ok", "unplugged", "frozen"]


class SceneError(ValueError):
    """The scene is not one that can be rendered; the text names the field, the sender corrects it."""


def _number(value: object, name: str, low: float, high: float) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        raise SceneError(f"{name} must be a number")
    if not low <= value <= high:
        raise SceneError(f"{name} must be from {low:g} to {high:g}")
    return float(value)


def _instant(value: object, name: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise SceneError(f"{name} must be a whole number of nanoseconds")
    if not 0 <= value <= _MAX_NS:
        raise SceneError(f"{name} must be from 0 to {_MAX_NS}")
    return value


@dataclass(frozen=True, slots=True)
class PlacedObject:
    """An object of the catalogue that was laid under the camera.

    Attributes:
        id: names this laying, not the object: the same sheet laid again has a new one.
        slug: which object of the catalogue.
        x, y: centre of the object as fractions of the field of view, from its top left.
        angle_deg: rotation clockwise as seen in the picture; 0 is upright.
        placed_at_ns: CLOCK_MONOTONIC when the hand starts to bring it in.
        removed_at_ns: CLOCK_MONOTONIC when the hand starts to take it away, or None.
    """

    id: str
    slug: str
    x: float
    y: float
    angle_deg: float
    placed_at_ns: int
    removed_at_ns: int | None = None

    def __post_init__(self) -> None:
        """Raise SceneError for what cannot be rendered."""
        if not isinstance(self.id, str) or not _ID_PATTERN.fullmatch(self.id):
            raise SceneError("id must be 1 to 40 letters, digits, - or _")
        if not isinstance(self.slug, str) or self.slug not in ITEMS:
            raise SceneError("slug must be one of the catalogue's")
        for name, bounds in (("x", _POSITION_RANGE), ("y", _POSITION_RANGE), ("angle_deg", _ANGLE_RANGE)):
            object.__setattr__(self, name, _number(getattr(self, name), name, *bounds))
        _instant(self.placed_at_ns, "placed_at_ns")
        if self.removed_at_ns is not None:
            _instant(self.removed_at_ns, "removed_at_ns")

    @property
    def sharp_at_ns(self) -> int:
        """From when on the object lies still and sharp."""
        return self.placed_at_ns + ENTER_NS

    def is_in_view(self, at_ns: int) -> bool:
        """Whether any of it may be seen at an instant."""
        gone = self.removed_at_ns is not None and at_ns >= self.removed_at_ns + LEAVE_NS
        return at_ns >= self.placed_at_ns and not gone

    def to_json(self) -> dict[str, object]:
        """The fields by name."""
        return {name: getattr(self, name) for name in _OBJECT_FIELDS}


_OBJECT_FIELDS: Final = ("id", "slug", "x", "y", "angle_deg", "placed_at_ns", "removed_at_ns")


@dataclass(frozen=True, slots=True)
class Scene:
    """Everything that the simulated camera sees.

    Attributes:
        objects: what was laid; later in time lies above.
        camera: `ok`, `unplugged` (as if its cable was pulled) or `frozen` (no frame comes any more).
        light: room light relative to a well lit counter, 0 to `MAX_LIGHT`.
    """

    objects: tuple[PlacedObject, ...] = field(default=())
    camera: CameraState = "ok"
    light: float = 1.0

    def __post_init__(self) -> None:
        """Raise SceneError for what cannot be rendered."""
        if len(self.objects) > MAX_OBJECTS:
            raise SceneError(f"a scene has at most {MAX_OBJECTS} objects, not {len(self.objects)}")
        if len({placed.id for placed in self.objects}) != len(self.objects):
            raise SceneError("two objects have the same id")
        if self.camera not in get_args(CameraState):
            raise SceneError(f"camera must be one of {', '.join(get_args(CameraState))}")
        object.__setattr__(self, "light", _number(self.light, "light", 0.0, MAX_LIGHT))

    def to_json(self) -> dict[str, object]:
        """The scene as plain values for JSON."""
        return {
            "objects": [placed.to_json() for placed in self.objects],
            "camera": self.camera,
            "light": self.light,
        }

    @classmethod
    def from_json(cls, value: object) -> Scene:
        """Build a scene from parsed JSON of any origin.

        Raises:
            SceneError: a field is missing, unknown, of a wrong type or out of its range.
        """
        fields = _fields(value, "the scene", required=(), optional=("objects", "camera", "light"))
        objects = fields.pop("objects", [])
        if not isinstance(objects, list):
            raise SceneError("objects must be a list")
        if len(objects) > MAX_OBJECTS:
            raise SceneError(f"a scene has at most {MAX_OBJECTS} objects, not {len(objects)}")
        placed = tuple(
            PlacedObject(
                **_fields(entry, "an object", required=_OBJECT_FIELDS[:-1], optional=_OBJECT_FIELDS[-1:])
            )
            for entry in objects
        )
        return cls(objects=placed, **fields)


def _fields(
    value: object, what: str, *, required: tuple[str, ...], optional: tuple[str, ...]
) -> dict[str, Any]:
    if not isinstance(value, Mapping):
        raise SceneError(f"{what} must be an object")
    missing = [name for name in required if name not in value]
    unknown = [name for name in value if name not in required and name not in optional]
    if missing:
        raise SceneError(f"{what} lacks {', '.join(missing)}")
    if unknown:
        raise SceneError(f"{what} has {len(unknown)} unknown fields")
    return dict(value)


@dataclass(frozen=True, slots=True)
class SceneFile:
    """The scene as a file in the runtime directory, read by the camera and replaced by the console page."""

    path: Path

    def read(self) -> Scene:
        """The scene as last written; a bare counter while nobody wrote one.

        Raises:
            SceneError: the file is too large, is not JSON, or is not a scene.
            OSError: it cannot be read.
        """
        try:
            with self.path.open("rb") as file:
                content = file.read(MAX_SCENE_BYTES + 1)
        except FileNotFoundError:
            return Scene()
        if len(content) > MAX_SCENE_BYTES:
            raise SceneError(f"a scene file has at most {MAX_SCENE_BYTES} bytes")
        try:
            value = json.loads(content)
        except (ValueError, RecursionError) as error:
            raise SceneError("the scene file is not JSON") from error
        return Scene.from_json(value)

    def write(self, scene: Scene) -> None:
        """Replace the scene as a whole: a reader sees the old one or this one.

        Raises:
            OSError: the runtime directory is gone or full; the old scene stays.
        """
        replace_volatile(self.path, json.dumps(scene.to_json()).encode())
