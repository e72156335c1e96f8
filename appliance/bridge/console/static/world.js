// The simulated counter: what can be laid on it, what lies on it, and the calls that change it.

import { ProblemError, pause, repeat } from "./bridge.js";

const SCENE_PERIOD_MS = 1000;
/** A hand that drags asks for at most this many moves a second. */
const MOVE_PERIOD_MS = 70;
/** The camera's field of view is 16:9, as wide as the catalogue says. */
const FIELD_RATIO = 16 / 9;

const clamp = (value, low, high) => Math.min(Math.max(value, low), high);
const modulo = (angle) => ((angle % 360) + 360) % 360;

/** Half the sides, in mm, of the upright box around an item's face, as seen, turned by `angle` degrees. */
function halfBox(item, angle) {
  const radians = (angle * Math.PI) / 180;
  const [cos, sin] = [Math.abs(Math.cos(radians)), Math.abs(Math.sin(radians))];
  return {
    width: (item.magnification * (item.width_mm * cos + item.height_mm * sin)) / 2,
    height: (item.magnification * (item.width_mm * sin + item.height_mm * cos)) / 2,
  };
}

/** Places to try for a middle, in mm, so that an object of that half side stays in view. */
function places(half, field) {
  const COUNT = 9;
  const room = Math.max(0, field - 2 * half);
  return Array.from({ length: COUNT }, (_, index) => field / 2 + room * (index / (COUNT - 1) - 0.5));
}

function sharedArea(a, b) {
  const across = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x - a.width, b.x - b.width);
  const down = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y - a.height, b.y - b.height);
  return Math.max(0, across) * Math.max(0, down);
}

/** Events: "change" when what lies on the counter changed, "placed" with an id, "failure" with a move's error. */
export class World extends EventTarget {
  items = [];
  objects = [];
  camera = "ok";
  light = 1;
  maxObjects = 0;
  fieldWidth = 1;
  #bridge;
  #moves = new Map();
  #version = 0;

  constructor(bridge) {
    super();
    this.#bridge = bridge;
  }

  get fieldHeight() {
    return this.fieldWidth / FIELD_RATIO;
  }

  get isFull() {
    return this.objects.length >= this.maxObjects;
  }

  /** Where an item must lie so that its face, nearer to the camera the thicker it is, is seen at `spot`. */
  below(item, spot) {
    return { x: 0.5 + (spot.x - 0.5) / item.magnification, y: 0.5 + (spot.y - 0.5) / item.magnification };
  }

  /** Where the face of an item that lies at `spot` is seen. */
  seen(item, spot) {
    return { x: 0.5 + (spot.x - 0.5) * item.magnification, y: 0.5 + (spot.y - 0.5) * item.magnification };
  }

  item(slug) {
    return this.items.find((item) => item.slug === slug);
  }

  object(id) {
    return this.objects.find((object) => object.id === id);
  }

  async load() {
    const catalogue = await this.#bridge.persist(() => this.#bridge.json("GET", "api/catalogue"));
    this.items = catalogue.items;
    this.maxObjects = catalogue.max_objects;
    this.fieldWidth = catalogue.field_width_mm;
  }

  /** Follow what others (another tab, a script) do to the scene. */
  run() {
    return repeat(SCENE_PERIOD_MS, () => this.#refresh());
  }

  async thumbnail(slug) {
    const path = `api/catalogue/${encodeURIComponent(slug)}.png`;
    return (await this.#bridge.persist(() => this.#bridge.picture(path))).blob;
  }

  /** Lay an item with its middle at (x, y), fractions of the field of view. */
  async place(slug, x, y, angle = this.item(slug).angle_deg) {
    const id = crypto.randomUUID();
    await this.#put(id, { slug, x: clamp(x, 0, 1), y: clamp(y, 0, 1), angle_deg: modulo(angle) });
    this.dispatchEvent(new CustomEvent("placed", { detail: id }));
  }

  /** Move or turn an object: shown at once, sent at a hand's pace, the last position always. */
  move(id, change) {
    const object = this.object(id);
    if (!object) return;
    object.x = clamp(change.x ?? object.x, 0, 1);
    object.y = clamp(change.y ?? object.y, 0, 1);
    object.angle_deg = modulo(change.angle_deg ?? object.angle_deg);
    this.#changed();
    const isSending = this.#moves.has(id);
    this.#moves.set(id, true);
    if (!isSending) this.#sendMoves(id);
  }

  async remove(id) {
    this.#version += 1;
    this.objects = this.objects.filter((object) => object.id !== id);
    this.#changed();
    await this.#call("DELETE", `api/scene/objects/${encodeURIComponent(id)}`);
  }

  async removeAll() {
    await Promise.all(this.objects.map((object) => this.remove(object.id)));
  }

  async setConditions(camera, light) {
    await this.#call("PUT", "api/scene/conditions", { camera, light });
  }

  /** Where an item, wholly in view, hides least of what already lies there; the middle first. */
  freeSpot(slug) {
    const item = this.item(slug);
    const mine = halfBox(item, item.angle_deg);
    const taken = this.objects.map((object) => this.#footprint(object));
    let best = null;
    for (const y of places(mine.height, this.fieldHeight)) {
      for (const x of places(mine.width, this.fieldWidth)) {
        const hidden = taken.reduce((sum, other) => sum + sharedArea({ x, y, ...mine }, other), 0);
        const cost = hidden + Math.hypot(x - this.fieldWidth / 2, y - this.fieldHeight / 2);
        if (best === null || cost < best.cost) best = { x, y, cost };
      }
    }
    return this.below(item, { x: best.x / this.fieldWidth, y: best.y / this.fieldHeight });
  }

  /** What an object covers of the picture, in mm: its middle and half its sides. */
  #footprint(object) {
    const item = this.item(object.slug);
    const seen = this.seen(item, object);
    return { x: seen.x * this.fieldWidth, y: seen.y * this.fieldHeight, ...halfBox(item, object.angle_deg) };
  }

  async #sendMoves(id) {
    try {
      while (this.#moves.get(id)) {
        const object = this.object(id);
        if (!object) break;
        this.#moves.set(id, false);
        const { slug, x, y, angle_deg } = object;
        await this.#put(id, { slug, x, y, angle_deg }, true);
        await pause(MOVE_PERIOD_MS);
      }
    } catch (error) {
      this.dispatchEvent(new CustomEvent("failure", { detail: error }));
    } finally {
      this.#moves.delete(id);
    }
  }

  async #put(id, body, isMove = false) {
    await this.#call("PUT", `api/scene/objects/${encodeURIComponent(id)}`, body, isMove);
  }

  async #call(method, path, body, isMove = false) {
    this.#version += 1;
    const version = this.#version;
    const scene = await this.#bridge.json(method, path, { body, atOnce: true });
    if (!isMove && version === this.#version) this.#take(scene);
  }

  async #refresh() {
    const version = this.#version;
    const scene = await this.#bridge.json("GET", "api/scene");
    // An answer from before a change of ours would take it back for a moment.
    if (version === this.#version && this.#moves.size === 0) this.#take(scene);
  }

  #take(scene) {
    const before = JSON.stringify([this.objects, this.camera, this.light]);
    this.objects = scene.objects.filter((object) => this.item(object.slug));
    this.camera = scene.camera;
    this.light = scene.light;
    if (before !== JSON.stringify([this.objects, this.camera, this.light])) this.#changed();
  }

  #changed() {
    this.dispatchEvent(new Event("change"));
  }
}

/** What to tell a person about a failed change; "" when another part of the page says it already. */
export const failureText = (error) => (error instanceof ProblemError ? error.message : "");
