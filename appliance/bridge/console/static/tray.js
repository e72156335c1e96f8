// The choice of sheets, boxes and phones: dragged onto the picture, touched, or laid with Enter.

import { announce, byId, make, toast } from "./dom.js";
import { followDrag } from "./drag.js";
import { t } from "./texts.js";
import { failureText } from "./world.js";

const GROUPS = ["sheet", "box", "phone", "other"];

export class Tray {
  #world;
  #pictures = new Map();

  constructor(world) {
    this.#world = world;
    world.addEventListener("change", () => this.#showRoom());
  }

  /** Show the catalogue, then its pictures as they come. */
  async show() {
    const groups = GROUPS.map((kind) => [kind, this.#world.items.filter((item) => item.kind === kind)]);
    byId("tray").replaceChildren(
      ...groups.filter(([, items]) => items.length > 0).map(([kind, items]) => this.#group(kind, items)),
    );
    this.#showRoom();
    for (const item of this.#world.items) {
      const address = URL.createObjectURL(await this.#world.thumbnail(item.slug));
      this.#pictures.set(item.slug, address);
      this.#tile(item.slug).querySelector("img").src = address;
    }
  }

  #group(kind, items) {
    const headingId = `tray-${kind}`;
    return make(
      "div",
      { class: "tray-group", role: "group", "aria-labelledby": headingId },
      make("h3", { class: "tray-group-name", id: headingId }, t(`tray.group.${kind}`)),
      make("ul", { class: "tray-list" }, ...items.map((item) => make("li", {}, this.#makeTile(item)))),
    );
  }

  #makeTile(item) {
    const picture = make("img", { class: "tile-picture", alt: "", draggable: "false" });
    const frame = make("span", { class: "tile-frame", "data-kind": item.kind }, picture);
    return make(
      "button",
      {
        class: "tile",
        type: "button",
        "data-slug": item.slug,
        "aria-label": t("tray.lay", { title: item.title }),
        title: item.title,
        onclick: () => this.#lay(item, this.#world.freeSpot(item.slug)),
        onpointerdown: (press) => this.#startDrag(press, item),
      },
      frame,
      make("span", { class: "tile-title" }, item.title),
    );
  }

  #tile(slug) {
    return byId("tray").querySelector(`[data-slug="${CSS.escape(slug)}"]`);
  }

  #showRoom() {
    for (const tile of byId("tray").querySelectorAll(".tile")) {
      if (this.#world.isFull) tile.setAttribute("aria-disabled", "true");
      else tile.removeAttribute("aria-disabled");
    }
  }

  async #lay(item, { x, y }) {
    if (this.#world.isFull) {
      toast(t("tray.full", { count: this.#world.maxObjects }), "error");
      return;
    }
    try {
      await this.#world.place(item.slug, x, y);
      announce(t("tray.laid", { title: item.title }));
    } catch (error) {
      const text = failureText(error);
      if (text) toast(text, "error");
    }
  }

  #startDrag(press, item) {
    let ghost = null;
    const end = () => {
      ghost?.remove();
      byId("picture").classList.remove("is-target");
      byId("drop-note").hidden = true;
    };
    followDrag(press, {
      onStart: () => {
        ghost = this.#makeGhost(item);
        document.body.append(ghost);
      },
      onMove: (event) => {
        ghost.style.translate = `${event.clientX}px ${event.clientY}px`;
        const isOver = this.#spot(event) !== null;
        byId("picture").classList.toggle("is-target", isOver);
        byId("drop-note").hidden = !isOver;
        byId("drop-note").textContent = t("tray.drop_here");
      },
      onDrop: (event) => {
        end();
        const spot = this.#spot(event);
        if (spot) this.#lay(item, this.#world.below(item, spot));
      },
      onCancel: end,
    });
  }

  /** The item at the size and angle it will have on the picture. */
  #makeGhost(item) {
    const scale = (byId("picture").clientWidth / this.#world.fieldWidth) * item.magnification;
    const ghost = make(
      "div",
      { class: "ghost", "aria-hidden": "true" },
      make("img", { src: this.#pictures.get(item.slug), alt: "", draggable: "false" }),
    );
    ghost.style.width = `${item.width_mm * scale}px`;
    ghost.style.height = `${item.height_mm * scale}px`;
    ghost.style.rotate = `${item.angle_deg}deg`;
    return ghost;
  }

  /** Where the pointer is over the picture, as fractions of it, or null beside it. */
  #spot(event) {
    const box = byId("picture").getBoundingClientRect();
    const x = (event.clientX - box.left) / box.width;
    const y = (event.clientY - box.top) / box.height;
    return x >= 0 && x <= 1 && y >= 0 && y <= 1 ? { x, y } : null;
  }
}
