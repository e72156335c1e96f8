// What lies on the counter: handles over the picture to move and turn it, and the list with its tools below.

import { announce, byId, make, toast } from "./dom.js";
import { followDrag } from "./drag.js";
import { t } from "./texts.js";
import { failureText } from "./world.js";

const STEP = 0.01;
const LONG_STEP = 0.05;
const TURN_DEG = 15;
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
/** How far outside of the picture a dragged object must be let go to be taken away, as a fraction of the picture. */
const OUTSIDE = 0.02;

export class Lying {
  #world;
  #selected = null;

  constructor(world) {
    this.#world = world;
    world.addEventListener("change", () => this.#show());
    world.addEventListener("placed", (event) => this.#select(event.detail));
    world.addEventListener("failure", (event) => this.#tell(event.detail));
    byId("turn-left").addEventListener("click", () => this.#turn(-TURN_DEG));
    byId("turn-right").addEventListener("click", () => this.#turn(TURN_DEG));
    byId("remove-one").addEventListener("click", () => this.#remove(this.#selected));
    byId("remove-all").addEventListener("click", () => this.#attempt(() => world.removeAll()));
    byId("lying").addEventListener("keydown", (event) => this.#key(event, this.#selected));
    byId("lying").hidden = false;
    this.#show();
  }

  #show() {
    const { objects } = this.#world;
    if (!this.#world.object(this.#selected)) this.#selected = objects.at(-1)?.id ?? null;
    this.#reconcile(byId("objects"), (object) => this.#makeHandle(object));
    this.#reconcile(byId("lying-list"), (object) => this.#makeChip(object));
    for (const object of objects) this.#fit(this.#in("objects", object.id), object);
    for (const element of document.querySelectorAll("[data-object]")) {
      const isSelected = element.dataset.object === this.#selected;
      element.classList.toggle("is-selected", isSelected);
      const chip = element.querySelector("button.chip");
      if (chip) chip.setAttribute("aria-pressed", String(isSelected));
    }
    byId("lying-empty").hidden = objects.length > 0;
    byId("lying-list").hidden = objects.length === 0;
    byId("lying-tools").hidden = objects.length === 0;
    byId("lying-help").hidden = objects.length === 0;
  }

  /** Keep the elements of what still lies there (with their focus), add the new ones, drop the others. */
  #reconcile(parent, build) {
    const present = new Map([...parent.children].map((child) => [child.dataset.object, child]));
    for (const object of this.#world.objects) {
      if (!present.delete(object.id)) parent.append(build(object));
    }
    for (const [, gone] of present) {
      const hadFocus = gone.contains(document.activeElement);
      gone.remove();
      if (hadFocus) (parent.lastElementChild ?? byId("tray")).focus();
    }
  }

  #in(parentId, objectId) {
    return byId(parentId).querySelector(`[data-object="${CSS.escape(objectId)}"]`);
  }

  #title(object) {
    return this.#world.item(object.slug).title;
  }

  #makeHandle(object) {
    const handle = make(
      "div",
      {
        class: "handle",
        "data-object": object.id,
        tabindex: "0",
        role: "button",
        "aria-label": t("lying.object", { title: this.#title(object) }),
        "aria-describedby": "lying-help",
        onfocus: () => this.#select(object.id),
        onkeydown: (event) => this.#key(event, object.id),
        onpointerdown: (press) => this.#startMove(press, object.id),
      },
      make("span", { class: "knob", "aria-hidden": "true", onpointerdown: (press) => this.#startTurn(press, object.id) }),
    );
    return handle;
  }

  #makeChip(object) {
    const chip = make(
      "button",
      { class: "chip", type: "button", onclick: () => this.#select(object.id) },
      this.#title(object),
    );
    return make("li", { "data-object": object.id }, chip);
  }

  #fit(handle, object) {
    const item = this.#world.item(object.slug);
    const { x, y } = this.#world.seen(item, object);
    handle.style.left = `${x * 100}%`;
    handle.style.top = `${y * 100}%`;
    handle.style.width = `${((item.magnification * item.width_mm) / this.#world.fieldWidth) * 100}%`;
    handle.style.height = `${((item.magnification * item.height_mm) / this.#world.fieldHeight) * 100}%`;
    handle.style.rotate = `${object.angle_deg}deg`;
  }

  #select(id) {
    if (this.#selected === id) return;
    this.#selected = id;
    this.#show();
  }

  #key(event, id) {
    if (id === null || event.altKey || event.ctrlKey || event.metaKey) return;
    const object = this.#world.object(id);
    const isHandle = event.target.classList.contains("handle");
    if (event.key === "Delete" || event.key === "Backspace") this.#remove(id);
    else if (event.key === "r" || event.key === "R") this.#turn(event.shiftKey ? -TURN_DEG : TURN_DEG);
    else if (isHandle && event.key in ARROWS) {
      const [dx, dy] = ARROWS[event.key];
      const step = event.shiftKey ? LONG_STEP : STEP;
      this.#world.move(id, { x: object.x + dx * step, y: object.y + dy * step });
    } else return;
    event.preventDefault();
    event.stopPropagation();
  }

  #turn(degrees) {
    const object = this.#world.object(this.#selected);
    if (object) this.#world.move(object.id, { angle_deg: object.angle_deg + degrees });
  }

  #remove(id) {
    const object = this.#world.object(id);
    if (!object) return;
    const title = this.#title(object);
    this.#attempt(async () => {
      await this.#world.remove(id);
      announce(t("lying.removed", { title }));
    });
  }

  async #attempt(change) {
    try {
      await change();
    } catch (error) {
      this.#tell(error);
    }
  }

  #tell(error) {
    const text = failureText(error);
    if (text) toast(text, "error");
  }

  /** The pointer's place over the picture, in fractions of it. */
  #point(event) {
    const box = byId("objects").getBoundingClientRect();
    return { x: (event.clientX - box.left) / box.width, y: (event.clientY - box.top) / box.height };
  }

  #startMove(press, id) {
    this.#select(id);
    const from = { ...this.#world.object(id) };
    const grip = this.#point(press);
    const note = byId("drop-note");
    const isOutside = ({ x, y }) => x < -OUTSIDE || x > 1 + OUTSIDE || y < -OUTSIDE || y > 1 + OUTSIDE;
    const end = () => {
      note.hidden = true;
      byId("picture").classList.remove("is-leaving");
    };
    followDrag(press, {
      onStart: () => {
        note.textContent = t("lying.drop_remove");
      },
      onMove: (event) => {
        const point = this.#point(event);
        note.hidden = !isOutside(point);
        byId("picture").classList.toggle("is-leaving", isOutside(point));
        const { magnification } = this.#world.item(from.slug);
        this.#world.move(id, {
          x: from.x + (point.x - grip.x) / magnification,
          y: from.y + (point.y - grip.y) / magnification,
        });
      },
      onDrop: (event) => {
        end();
        if (isOutside(this.#point(event))) this.#remove(id);
      },
      onCancel: () => {
        end();
        this.#world.move(id, { x: from.x, y: from.y });
      },
    });
  }

  #startTurn(press, id) {
    press.stopPropagation();
    const from = { ...this.#world.object(id) };
    const box = byId("objects").getBoundingClientRect();
    const seen = this.#world.seen(this.#world.item(from.slug), from);
    const middle = { x: box.left + seen.x * box.width, y: box.top + seen.y * box.height };
    const bearing = (event) =>
      (Math.atan2(event.clientY - middle.y, event.clientX - middle.x) * 180) / Math.PI;
    const start = bearing(press);
    followDrag(press, {
      onStart: () => {},
      onMove: (event) => {
        const angle = from.angle_deg + bearing(event) - start;
        const SNAP_DEG = 5;
        this.#world.move(id, { angle_deg: event.altKey ? angle : Math.round(angle / SNAP_DEG) * SNAP_DEG });
      },
      onDrop: () => {},
      onCancel: () => this.#world.move(id, { angle_deg: from.angle_deg }),
    });
  }
}
