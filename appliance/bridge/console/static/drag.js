// One drag of a mouse, finger or pen.

const THRESHOLD_PX = 6;

/**
 * Follow a pointer from its press. `onStart` once it has really moved, `onMove` at each move, then `onDrop`, or
 * `onCancel` (Escape, or the browser takes the finger to scroll). A press that never moves calls none of them.
 */
export function followDrag(press, { onStart, onMove, onDrop, onCancel }) {
  if (press.button !== 0 || !press.isPrimary) return;
  const target = press.currentTarget;
  // At once: a fast hand is off a small target before its first move is heard of.
  target.setPointerCapture(press.pointerId);
  const ending = new AbortController();
  let isDragging = false;

  const listen = (on, type, handler) => on.addEventListener(type, handler, { signal: ending.signal });
  const mine = (handler) => (event) => {
    if (event.pointerId === press.pointerId) handler(event);
  };
  const cancel = () => {
    ending.abort();
    if (isDragging) onCancel();
  };

  listen(
    target,
    "pointermove",
    mine((event) => {
      if (!isDragging) {
        if (Math.hypot(event.clientX - press.clientX, event.clientY - press.clientY) < THRESHOLD_PX) return;
        isDragging = true;
        onStart(event);
      }
      onMove(event);
    }),
  );
  listen(
    target,
    "pointerup",
    mine((event) => {
      ending.abort();
      if (!isDragging) return;
      swallowClick(target);
      onDrop(event);
    }),
  );
  listen(target, "pointercancel", mine(cancel));
  listen(document, "keydown", (event) => {
    if (event.key === "Escape") cancel();
  });
}

/** The click that follows a drop is not a click. */
function swallowClick(target) {
  const ending = new AbortController();
  target.addEventListener(
    "click",
    (event) => {
      event.preventDefault();
      event.stopImmediatePropagation();
    },
    { capture: true, signal: ending.signal },
  );
  setTimeout(() => ending.abort());
}
