// The virtual readers: cards put in by drag, touch or keyboard, and taken out again.

import { ProblemError, repeat } from "./bridge.js";
import { announce, byId, make, say, toast } from "./dom.js";
import { followDrag } from "./drag.js";
import { t } from "./texts.js";

const PERIOD_MS = 1000;

export class Cards {
  #bridge;
  #cards = [];
  #slots = [];
  #places;
  #version = 0;

  constructor(bridge) {
    this.#bridge = bridge;
    this.#places = [...document.querySelectorAll(".slot")];
  }

  /** Show what can be put in, then follow what is where, until the page goes. */
  async run() {
    const { cards } = await this.#bridge.persist(() => this.#bridge.json("GET", "api/cards"));
    this.#cards = cards;
    byId("cards-tray").replaceChildren(...cards.map((card) => make("li", {}, this.#chip(card))));
    byId("cards").hidden = false;
    this.#places.forEach((place, slot) => {
      place.querySelector(".slot-remove").addEventListener("click", () => this.#put(slot, null));
    });
    await repeat(PERIOD_MS, () => this.#refresh());
  }

  async #refresh() {
    const version = this.#version;
    const { slots } = await this.#bridge.json("GET", "api/cards");
    // What a hand did meanwhile is newer.
    if (version === this.#version) this.#show(slots);
  }

  #chip(card) {
    return make(
      "button",
      {
        class: "chip card-chip",
        type: "button",
        "data-card": card.name,
        title: t("cards.insert", { title: card.title }),
        onclick: () => this.#put(this.#usualSlot(card), card),
        onpointerdown: (press) => this.#startDrag(press, card),
      },
      card.title,
    );
  }

  /** A CPS goes left, all else right; where that is taken and the other is free, the other. */
  #usualSlot(card) {
    const usual = card.name.startsWith("cps") ? 0 : 1;
    return this.#slots[usual] && !this.#slots[1 - usual] ? 1 - usual : usual;
  }

  #startDrag(press, card) {
    let ghost = null;
    const mark = (over) => this.#places.forEach((place, slot) => place.classList.toggle("is-target", slot === over));
    const end = () => {
      ghost?.remove();
      mark(-1);
    };
    followDrag(press, {
      onStart: () => {
        ghost = make("div", { class: "ghost card-ghost", "aria-hidden": "true" }, card.title);
        document.body.append(ghost);
      },
      onMove: (event) => {
        ghost.style.translate = `${event.clientX}px ${event.clientY}px`;
        mark(this.#slotAt(event));
      },
      onDrop: (event) => {
        end();
        const slot = this.#slotAt(event);
        if (slot >= 0) this.#put(slot, card);
      },
      onCancel: end,
    });
  }

  #slotAt({ clientX, clientY }) {
    return this.#places.findIndex((place) => {
      const box = place.getBoundingClientRect();
      return clientX >= box.left && clientX <= box.right && clientY >= box.top && clientY <= box.bottom;
    });
  }

  async #put(slot, card) {
    this.#version += 1;
    const path = `api/cards/${slot}`;
    try {
      const answer = card
        ? await this.#bridge.json("PUT", path, { body: { card: card.name }, atOnce: true })
        : await this.#bridge.json("DELETE", path, { atOnce: true });
      this.#show(answer.slots);
      announce(card ? t("cards.inserted", { title: card.title }) : t("cards.removed"));
    } catch (error) {
      if (error instanceof ProblemError) toast(error.message, "error");
    }
  }

  #show(slots) {
    this.#slots = slots;
    this.#places.forEach((place, slot) => {
      const card = this.#cards.find((each) => each.name === slots[slot]);
      place.classList.toggle("is-full", Boolean(card));
      say(place.querySelector(".slot-state"), card ? card.title : t("device.slot.empty"));
      const button = place.querySelector(".slot-remove");
      if (!card && button === document.activeElement) byId("cards-tray").querySelector("button").focus();
      button.hidden = !card;
    });
    for (const chip of byId("cards-tray").querySelectorAll(".card-chip")) {
      chip.setAttribute("aria-pressed", String(slots.includes(chip.dataset.card)));
    }
  }
}
