// Where the names of the outlined codes go on the picture, so that none hides another.

const GAP = 6;

const overlaps = (a, b) =>
  a.x < b.x + b.width + GAP && b.x < a.x + a.width + GAP && a.y < b.y + b.height + GAP && b.y < a.y + a.height + GAP;

const clamp = (value, low, high) => Math.min(Math.max(value, low), Math.max(low, high));

/**
 * Choose a place for each label.
 *
 * `boxes` are the bounds {x, y, width, height} of the codes and `sizes` the {width, height} of their labels, all in
 * pixels of a picture of `area`. Each label goes under its code, else above, else beside, where it hides no other code
 * if that can be; when all are taken, it moves down until it is free. Returns the {x, y} of each label's top-left corner, inside the picture.
 */
export function placeLabels(boxes, sizes, area) {
  const taken = [];
  return boxes.map((box, index) => {
    const { width, height } = sizes[index];
    const middle = box.x + box.width / 2 - width / 2;
    const candidates = [
      [middle, box.y + box.height + GAP],
      [middle, box.y - height - GAP],
      [box.x + box.width + GAP, box.y + box.height / 2 - height / 2],
      [box.x - width - GAP, box.y + box.height / 2 - height / 2],
    ].map(([x, y]) => ({
      x: clamp(x, GAP, area.width - width - GAP),
      y: clamp(y, GAP, area.height - height - GAP),
      width,
      height,
    }));
    const others = boxes.filter((other) => other !== box);
    const isFree = (candidate) => !taken.some((other) => overlaps(candidate, other));
    let place =
      candidates.find((candidate) => isFree(candidate) && !others.some((other) => overlaps(candidate, other))) ??
      candidates.find(isFree);
    if (!place) {
      place = { ...candidates[0] };
      for (let hit; (hit = taken.find((other) => overlaps(place, other))); ) {
        const below = hit.y + hit.height + GAP + 1;
        if (below + height > area.height) break;
        place.y = below;
      }
    }
    taken.push(place);
    return { x: place.x, y: place.y };
  });
}
