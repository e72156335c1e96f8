// Where the names of the outlined codes go on the picture, so that none hides another.

const GAP = 6;

const overlaps = (a, b) =>
  a.x < b.x + b.width + GAP && b.x < a.x + a.width + GAP && a.y < b.y + b.height + GAP && b.y < a.y + a.height + GAP;

const clamp = (value, low, high) => Math.min(Math.max(value, low), Math.max(low, high));

/** Corners to try for a label of `size` at the code `box`: under it, above, beside; then all over, the nearest first. */
function* corners(box, { width, height }, area) {
  const middle = { x: box.x + box.width / 2 - width / 2, y: box.y + box.height / 2 - height / 2 };
  yield [middle.x, box.y + box.height + GAP];
  yield [middle.x, box.y - height - GAP];
  yield [box.x + box.width + GAP, middle.y];
  yield [box.x - width - GAP, middle.y];
  const grid = [];
  for (let y = GAP; y + height <= area.height; y += height + GAP) {
    for (let x = GAP; x + width <= area.width; x += width / 4) grid.push([x, y]);
  }
  const distance = ([x, y]) => Math.hypot(x - middle.x, y - middle.y);
  yield* grid.sort((one, other) => distance(one) - distance(other));
}

/**
 * Choose a place for each label.
 *
 * `boxes` are the bounds {x, y, width, height} of the codes and `sizes` the {width, height} of their labels, all in
 * pixels of a picture of `area`. A label goes where it hides no other label, and if that can be no code. Returns the
 * {x, y} of each label's top-left corner, inside the picture.
 */
export function placeLabels(boxes, sizes, area) {
  const taken = [];
  return boxes.map((box, index) => {
    const size = sizes[index];
    const candidates = [...corners(box, size, area)].map(([x, y]) => ({
      x: clamp(x, GAP, area.width - size.width - GAP),
      y: clamp(y, GAP, area.height - size.height - GAP),
      ...size,
    }));
    const free = candidates.filter((candidate) => !taken.some((other) => overlaps(candidate, other)));
    const place = free.find((candidate) => !boxes.some((other) => overlaps(candidate, other))) ?? free[0] ?? candidates[0];
    taken.push(place);
    return { x: place.x, y: place.y };
  });
}
