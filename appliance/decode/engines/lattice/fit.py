"""Laying the grid: first flat, by the eyes and the alignment pattern, then bent with the paper."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from appliance.capture.frame import GreyImage
from appliance.decode.engines.lattice.model import DARK, OPEN, last_alignment_centre
from appliance.decode.engines.lattice.pattern import Pattern, qr_pattern
from appliance.decode.engines.lattice.patterns import FinderPattern, Triple

__all__ = ["Contrast", "FlatFit", "bent_grid", "lay_flat"]

Points = npt.NDArray[np.float64]
Values = npt.NDArray[np.float32]

_NODE_MODULES = 4
_MAX_NODES_A_SIDE = 9
_NODES_A_PART = 20
_WINDOW_MODULES = 4
_ALIGNMENT_SEARCH_MODULES = 5.0
_ALIGNMENT_STEPS = (0.5, 0.125)
_LEAST_ALIGNMENT_SCORE = 0.5

_ROUNDS = ((0.75, 0.25), (0.4, 0.2))
"""Reach and step, in modules, of the search around what the neighbours say: once roughly, once finely."""

_STRAY_COST = 0.15
_FIXED_WEIGHT = 2.0
_LEAST_CONTRAST = 8


@dataclass(frozen=True, slots=True, eq=False)
class Contrast:
    """How dark each pixel is against its surroundings: -1 dark, 0 at an edge, 1 light; height x width."""

    values: Values

    @classmethod
    def of(cls, image: GreyImage, module_px: float) -> Contrast:
        """Compare each pixel with the midpoint between the darkest and the lightest nearby."""
        near = int(module_px * 4) | 1
        wide = (int(module_px * 8) | 1,) * 2
        kernel = np.ones((near, near), np.uint8)
        lightest = cv2.blur(cv2.dilate(image, kernel), wide).astype(np.float32)
        darkest = cv2.blur(cv2.erode(image, kernel), wide).astype(np.float32)
        smooth = cv2.GaussianBlur(image, (0, 0), max(0.6, module_px * 0.3)).astype(np.float32)
        half_range = np.maximum(_LEAST_CONTRAST, (lightest - darkest) / 2)
        return cls(np.clip((smooth - (lightest + darkest) / 2) / half_range, -1, 1).astype(np.float32))

    def at(self, points: Points) -> Values:
        """Values at x, y (... x 2), bilinear, the border repeated; the shape without the last axis."""
        flat = points.reshape(-1, points.shape[-2], 2).astype(np.float32)
        return self.at_maps(flat[..., 0], flat[..., 1]).reshape(points.shape[:-1])

    def at_maps(self, x: Values, y: Values) -> Values:
        """The same at x and y, given apart (rows x columns)."""
        values = cv2.remap(self.values, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        return np.asarray(values, np.float32)


@dataclass(frozen=True, slots=True, eq=False)
class FlatFit:
    """A flat grid over a picture.

    Attributes:
        pattern: of the symbol.
        projection: 3 x 3, modules to pixels.
        score: how well the fixed modules agree, -1..1.
    """

    pattern: Pattern
    projection: Points
    score: float

    def place(self, modules: Points) -> Points:
        """Pixels of points given in modules (n x 2)."""
        return _project(self.projection, modules)

    def centres(self) -> Points:
        """Centres of the modules, rows x columns x 2, in pixels."""
        side = self.pattern.side
        return self.place(self.pattern.centres).reshape(side, side, 2)


def _project(projection: Points, modules: Points) -> Points:
    lifted = np.c_[modules, np.ones(len(modules))] @ projection.T
    return np.asarray(lifted[:, :2] / lifted[:, 2:], np.float64)


def lay_flat(contrast: Contrast, triple: Triple, version: int) -> FlatFit:
    """The best flat grid of one version: of three guesses the one whose fixed modules agree most."""
    pattern = qr_pattern(version)
    size = pattern.side
    eyes = np.array([[3.5, 3.5], [size - 3.5, 3.5], [3.5, size - 3.5]])
    centres = np.array([triple.top_left.centre, triple.top_right.centre, triple.bottom_left.centre])
    affine = np.vstack(
        [cv2.getAffineTransform(eyes.astype(np.float32), centres.astype(np.float32)), [0, 0, 1]]
    )
    guesses = [affine]
    by_rings, _ = cv2.findHomography(*_ring_corners(triple, size))
    if by_rings is not None:
        guesses.append(by_rings)
    fits = [FlatFit(pattern, guess, _agreement(contrast, guess, pattern)) for guess in guesses]
    best = max(fits, key=lambda fit: fit.score)
    aligned = _by_alignment(contrast, best, eyes, centres)
    if aligned is None:
        return best
    return max(
        best, FlatFit(pattern, aligned, _agreement(contrast, aligned, pattern)), key=lambda fit: fit.score
    )


def _ring_corners(triple: Triple, size: int) -> tuple[Points, Points]:
    """Corners of the eyes' light rings and their centres: in modules, and in pixels."""
    across = triple.top_right.centre - triple.top_left.centre
    down = triple.bottom_left.centre - triple.top_left.centre
    to_axes = np.linalg.inv(np.stack([across, down], 1))
    modules, pixels = [], []
    for eye, left, top in (
        (triple.top_left, 0, 0),
        (triple.top_right, size - 7, 0),
        (triple.bottom_left, 0, size - 7),
    ):
        modules.append((left + 3.5, top + 3.5))
        pixels.append(eye.centre)
        for x, y, corner in _corners_along(eye, to_axes):
            modules.append((left + x, top + y))
            pixels.append(corner)
    return np.array(modules), np.array(pixels)


def _corners_along(eye: FinderPattern, to_axes: Points) -> list[tuple[float, float, Points]]:
    along = (eye.ring - eye.centre) @ to_axes.T
    corners = ((1, 1, -1, -1), (6, 1, 1, -1), (6, 6, 1, 1), (1, 6, -1, 1))
    return [(x, y, eye.ring[np.argmax(along @ np.array([dx, dy]))]) for x, y, dx, dy in corners]


def _by_alignment(contrast: Contrast, guess: FlatFit, eyes: Points, centres: Points) -> Points | None:
    """A projection through the three eyes and the last alignment pattern, where that shows near the guess."""
    centre = last_alignment_centre(guess.pattern.version)
    if centre is None:
        return None
    origin, right, below = guess.place(
        np.array([[centre, centre], [centre + 1, centre], [centre, centre + 1]])
    )
    axes = np.array([right - origin, below - origin])
    near = np.arange(-2, 3)
    pattern = np.stack(np.meshgrid(near, near), -1).reshape(-1, 2)
    wanted = np.where(np.abs(pattern).max(1) == 1, 1.0, -1.0)
    found, reach, score = np.zeros(2), _ALIGNMENT_SEARCH_MODULES, 0.0
    for step in _ALIGNMENT_STEPS:
        offsets = found + _square_of_offsets(reach, step)
        values = contrast.at(origin + (offsets[:, None, :] + pattern) @ axes)
        scores = (values * wanted).mean(1) - 0.01 * np.hypot(offsets[:, 0], offsets[:, 1])
        best = int(scores.argmax())
        found, reach, score = offsets[best], step, float(scores[best])
    if score < _LEAST_ALIGNMENT_SCORE:
        return None
    fourth = origin + found @ axes
    projection = cv2.getPerspectiveTransform(
        np.vstack([eyes, [centre, centre]]).astype(np.float32),
        np.vstack([centres, fourth]).astype(np.float32),
    )
    return np.asarray(projection, np.float64)


def _square_of_offsets(reach: float, step: float) -> Points:
    """All offsets (n x 2) on a square raster around nothing."""
    span = np.arange(-reach, reach + step / 2, step)
    return np.stack(np.meshgrid(span, span), -1).reshape(-1, 2)


def _agreement(contrast: Contrast, projection: Points, pattern: Pattern) -> float:
    values = contrast.at(_project(projection, pattern.known_centres)[None])[0]
    return float((values * pattern.known_signs).mean())


def bent_grid(contrast: Contrast, fit: FlatFit) -> Iterator[Points | None]:
    """Bend the flat grid so that its cells' centres lie where contrast is highest; in parts of some ms.

    Works outwards from the pattern's anchors, each node starting where its neighbours moved to: the grid
    looks the same a module further on, so only a start within half a module finds the right one.

    Yields:
        None after each part, then the centres of the modules, rows x columns x 2, in pixels.
    """
    size = fit.pattern.side
    flat = fit.centres()
    count = min(_MAX_NODES_A_SIDE, max(3, size // _NODE_MODULES))
    nodes = np.unique(np.linspace(2, size - 3, count).round().astype(int))
    moves = np.zeros((len(nodes), len(nodes), 2))
    done = np.zeros(moves.shape[:2], bool)
    anchors = fit.pattern.anchors
    order = sorted(
        np.ndindex(done.shape), key=lambda at: float(np.hypot(*(anchors - nodes[list(at)]).T).min())
    )
    for reach, step in _ROUNDS:
        offsets = _square_of_offsets(reach, step)
        for number, at in enumerate(order, 1):
            moves[at] = _best_move(
                contrast, fit.pattern, flat, nodes[list(at)], _prior(moves, done, at), offsets
            )
            done[at] = True
            if number % _NODES_A_PART == 0:
                yield None
    where = np.interp(np.arange(size), nodes, np.arange(len(nodes))).astype(np.float32)
    columns, rows = np.meshgrid(where, where)
    bent = cv2.remap(
        moves.astype(np.float32), columns, rows, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    yield flat + bent


def _prior(moves: Points, done: npt.NDArray[np.bool_], at: tuple[int, ...]) -> Points:
    """Where a node is expected to move: with its neighbours, and as much further as they moved."""
    row, column = at
    rows, columns = range(max(0, row - 1), row + 2), range(max(0, column - 1), column + 2)
    inside = [(r, c) for r in rows for c in columns if r < len(done) and c < len(done) and done[r, c]]
    if not inside:
        return np.zeros(2)
    prior = np.mean([moves[near] for near in inside], axis=0)
    if done[row, column]:
        return np.asarray((prior + moves[row, column]) / 2, np.float64)
    beyond = [((r, c), (2 * r - row, 2 * c - column)) for r, c in inside]
    trends = [
        2 * moves[near] - moves[far]
        for near, far in beyond
        if min(far) >= 0 and max(far) < len(done) and done[far]
    ]
    return np.asarray((prior + np.mean(trends, axis=0)) / 2 if trends else prior, np.float64)


def _best_move(
    contrast: Contrast,
    pattern: Pattern,
    flat: Points,
    node: npt.NDArray[np.int_],
    prior: Points,
    offsets: Points,
) -> Points:
    row, column = node
    size = len(flat)
    # The sides of the cell at the node, in pixels; at the last row or column those of the cell before.
    r, c = min(row, size - 2), min(column, size - 2)
    axes = np.array([flat[row, c + 1] - flat[row, c], flat[r + 1, column] - flat[r, column]])
    window = np.s_[
        max(0, row - _WINDOW_MODULES) : row + _WINDOW_MODULES + 1,
        max(0, column - _WINDOW_MODULES) : column + _WINDOW_MODULES + 1,
    ]
    fixed = pattern.fixed[window].reshape(-1)
    candidates = prior + offsets @ axes
    values = contrast.at(flat[window].reshape(-1, 2) + candidates[:, None, :])
    # A fixed module must have its own shade; of any other it is only known that it is not an edge.
    open_score = np.abs(values)
    fixed_score = _FIXED_WEIGHT * values * np.where(fixed == DARK, -1.0, 1.0)
    scores = np.where(fixed == OPEN, open_score, fixed_score).mean(1) - _STRAY_COST * (offsets**2).sum(1)
    return np.asarray(candidates[int(scores.argmax())], np.float64)
