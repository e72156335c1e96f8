// The three buttons of the device, on the page.

import { byId, toast } from "./dom.js";
import { GoneError, ProblemError } from "./bridge.js";
import { Oled } from "./oled.js";
import { t } from "./texts.js";

/** The longest delay that a browser's timer takes. */
const MAX_TIMER_MS = 2 ** 31 - 1;
const KEYS = { ArrowUp: "up", ArrowDown: "down" };

export class Device {
  #bridge;
  #oled;
  #presses = new Map();
  /** How long a press is a long one: as the device says. */
  #holdMs = Infinity;

  constructor(bridge) {
    this.#bridge = bridge;
    this.#oled = new Oled(bridge);
    for (const button of this.#buttons()) this.#wireButton(button);
    byId("oled").addEventListener("pointerdown", () => byId("oled").focus());
    for (const zone of [byId("oled"), byId("pad")]) {
      zone.addEventListener("keydown", (event) => this.#keyDown(event));
      zone.addEventListener("keyup", (event) => this.#keyUp(event));
      zone.addEventListener("focusout", () => this.#forgetKeys());
    }
  }

  run() {
    return this.#oled.run();
  }

  showState(state) {
    this.#holdMs = state.hold_ms;
    byId("pad").style.setProperty("--hold", `${state.hold_ms}ms`);
    this.#oled.showState(state);
  }

  #buttons() {
    return byId("pad").querySelectorAll("[data-button]");
  }

  #wireButton(element) {
    const name = element.dataset.button;
    element.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return;
      element.setPointerCapture(event.pointerId);
      this.#press(name, false);
    });
    element.addEventListener("pointerup", () => this.#release(name));
    element.addEventListener("pointercancel", () => this.#forget(name));
    element.addEventListener("contextmenu", (event) => event.preventDefault());
    // Keys never come to a click here (their default is prevented): without a pointer it is an assistive tool's.
    element.addEventListener("click", (event) => {
      if (event.detail === 0) this.#send(name, false);
    });
  }

  /** The button that a key stands for where the focus is: Enter on a button is that button, on the screen it is OK. */
  #named(event) {
    if (event.altKey || event.ctrlKey || event.metaKey) return undefined;
    if (event.key in KEYS) return KEYS[event.key];
    if (event.key !== "Enter" && event.key !== " ") return undefined;
    return event.target.closest("[data-button]")?.dataset.button ?? "ok";
  }

  #keyDown(event) {
    const name = this.#named(event);
    if (name === undefined) return;
    event.preventDefault();
    if (!event.repeat) this.#press(name, true);
  }

  #keyUp(event) {
    const name = this.#named(event);
    if (name === undefined) return;
    event.preventDefault();
    this.#release(name);
  }

  /** Down: a long press is sent as soon as it is one, a short one when the button comes up. */
  #press(name, byKey) {
    if (this.#presses.has(name)) return;
    const timer = setTimeout(() => {
      this.#forget(name);
      this.#send(name, true);
      toast(t("device.held", { button: t(`device.${name}`) }));
    }, Math.min(this.#holdMs, MAX_TIMER_MS));
    this.#presses.set(name, { timer, byKey });
    this.#element(name).classList.add("is-down");
  }

  #release(name) {
    if (!this.#presses.has(name)) return;
    this.#forget(name);
    this.#send(name, false);
  }

  /** The focus left with a key down: its keyup goes elsewhere. */
  #forgetKeys() {
    for (const [name, press] of [...this.#presses]) if (press.byKey) this.#forget(name);
  }

  #forget(name) {
    clearTimeout(this.#presses.get(name)?.timer);
    this.#presses.delete(name);
    this.#element(name).classList.remove("is-down");
  }

  #element(name) {
    return byId("pad").querySelector(`[data-button="${name}"]`);
  }

  async #send(button, held) {
    try {
      await this.#bridge.request("POST", "api/buttons", { body: { button, held }, atOnce: true });
    } catch (error) {
      if (error instanceof ProblemError) toast(error.message, "error");
      else if (error instanceof GoneError) toast(t("banner.gone"), "error");
    }
  }
}
