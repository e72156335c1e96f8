// The live picture of the counter, the codes outlined on it, and what to say when there is none.

import { announce, byId, make, makeSvg, say } from "./dom.js";
import { placeLabels } from "./labels.js";
import { count, hasText, t } from "./texts.js";
import { repeat } from "./bridge.js";

const FRAME_PERIOD_MS = 100;
const STALE_MS = 2500;
/** Stands where a read code has its kind: its line is dashed, and its label says why it is not read. */
const UNREAD = "unread";
/** The outlines are drawn in a box of this width; the height follows the picture. */
const OUTLINE_WIDTH = 1000;

/** Draw a picture's pixels on a canvas of its own size; false when it is no picture that a browser can read. */
export async function drawBlob(canvas, blob) {
  let bitmap;
  try {
    bitmap = await createImageBitmap(blob);
  } catch {
    return false;
  }
  if (canvas.width !== bitmap.width || canvas.height !== bitmap.height) {
    canvas.width = bitmap.width;
    canvas.height = bitmap.height;
  }
  canvas.getContext("2d").drawImage(bitmap, 0, 0);
  bitmap.close();
  return true;
}

/** Why the picture cannot be trusted, as the stem of its texts, or "" when it is live. */
function veilOf(state, hasFrame, isStale) {
  if (state.counter?.camera === "lost") return "picture.camera_lost";
  if (state.counter?.camera === "ended") return "picture.ended";
  if (!hasFrame) return "picture.waiting";
  return isStale ? "picture.stale" : "";
}

/** Shows the picture; calls `onState(state)` with each state of the device. */
export class Picture {
  #bridge;
  #onState;
  #canvas = byId("frame");
  #etag = null;
  #hasFrame = false;
  #shown = "";
  #codes = [];
  #announced = "";
  #freshAt = performance.now();

  constructor(bridge, onState) {
    this.#bridge = bridge;
    this.#onState = onState;
    new ResizeObserver(() => this.#placeLabels()).observe(byId("picture"));
    // Nothing is asked of a hidden page's device: the first picture after that may take its time.
    document.addEventListener("visibilitychange", () => {
      this.#freshAt = performance.now();
    });
  }

  run() {
    return repeat(FRAME_PERIOD_MS, () => this.#refresh());
  }

  /** The link is gone: what is shown is no longer live. */
  freeze() {
    this.#veil("picture.paused");
  }

  async #refresh() {
    const [frame, state] = await Promise.all([
      this.#bridge.picture("api/preview.jpg", { etag: this.#etag }),
      this.#bridge.json("GET", "api/state"),
    ]);
    if (frame && (await drawBlob(this.#canvas, frame.blob))) {
      this.#etag = frame.etag;
      this.#hasFrame = true;
    }
    if (state.preview && state.preview.age_ms < STALE_MS) this.#freshAt = performance.now();
    this.#veil(veilOf(state, this.#hasFrame, performance.now() - this.#freshAt > STALE_MS));
    this.#outline(state.preview?.codes ?? [], state.preview?.unread ?? []);
    this.#onState(state);
  }

  #veil(key) {
    byId("picture").classList.toggle("is-veiled", key !== "");
    byId("veil").hidden = key === "";
    byId("live").hidden = key !== "";
    byId("codes-count").hidden = key !== "";
    if (key === "") return;
    say(byId("veil-title"), t(key));
    say(byId("veil-text"), hasText(`${key}.text`) ? t(`${key}.text`) : "");
  }

  #outline(read, unread) {
    const ratio = this.#canvas.height / this.#canvas.width;
    const codes = [...read, ...unread.map((code) => ({ ...code, kind: UNREAD }))];
    const drawing = JSON.stringify([codes, ratio]);
    if (drawing === this.#shown) return;
    this.#shown = drawing;
    const height = Math.round(OUTLINE_WIDTH * ratio);
    byId("picture").style.setProperty("--picture-ratio", `${this.#canvas.width} / ${this.#canvas.height}`);
    const outlines = byId("outlines");
    outlines.setAttribute("viewBox", `0 0 ${OUTLINE_WIDTH} ${height}`);
    outlines.replaceChildren(...codes.flatMap((code) => this.#polygons(code, height)));
    byId("labels").replaceChildren(
      ...codes.map((code) => make("li", { class: "code-label", "data-kind": code.kind }, code.label)),
    );
    this.#codes = codes;
    this.#placeLabels();
    const counted = read.length === 0 ? t("picture.codes.none") : count("picture.codes", read.length);
    say(byId("codes-count"), unread.length === 0 ? counted : `${counted}, ${count("picture.unread", unread.length)}`);
    const labels = codes.map((code) => code.label).join(", ");
    if (labels !== this.#announced) {
      this.#announced = labels;
      announce(labels === "" ? t("picture.codes.none") : t("picture.codes.announce", { labels }));
    }
  }

  /** A white halo under a coloured line: seen on a white sheet as on a dark phone. */
  #polygons(code, height) {
    const points = code.corners.map(([x, y]) => `${x * OUTLINE_WIDTH},${y * height}`).join(" ");
    return ["outline-halo", "outline-line"].map((name) =>
      makeSvg("polygon", { class: name, "data-kind": code.kind, points }),
    );
  }

  #placeLabels() {
    const area = { width: byId("labels").clientWidth, height: byId("labels").clientHeight };
    const items = [...byId("labels").children];
    const boxes = this.#codes.map((code) => {
      const xs = code.corners.map(([x]) => x * area.width);
      const ys = code.corners.map(([, y]) => y * area.height);
      const [x, y] = [Math.min(...xs), Math.min(...ys)];
      return { x, y, width: Math.max(...xs) - x, height: Math.max(...ys) - y };
    });
    const sizes = items.map((item) => ({ width: item.offsetWidth, height: item.offsetHeight }));
    placeLabels(boxes, sizes, area).forEach((place, index) => {
      items[index].style.transform = `translate(${Math.round(place.x)}px, ${Math.round(place.y)}px)`;
    });
  }
}
