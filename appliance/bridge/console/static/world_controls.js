// The simulated conditions: the camera's cable and the light of the room.

import { byId, say, toast } from "./dom.js";
import { t } from "./texts.js";
import { failureText } from "./world.js";

export class WorldControls {
  #world;
  #isSending = false;
  #isDue = false;

  constructor(world) {
    this.#world = world;
    byId("world-camera").addEventListener("change", () => this.#send());
    byId("world-light").addEventListener("input", () => {
      this.#showLight();
      this.#send();
    });
    world.addEventListener("change", () => this.#show());
    this.#show();
  }

  #show() {
    if (this.#isSending) return;
    byId("world-camera").value = this.#world.camera;
    byId("world-light").value = Math.round(this.#world.light * 100);
    this.#showLight();
  }

  #showLight() {
    const text = t("world.light.value", { percent: byId("world-light").value });
    say(byId("world-light-value"), text);
    byId("world-light").setAttribute("aria-valuetext", text);
  }

  /** One request at a time; the last choice is always sent. */
  async #send() {
    this.#isDue = true;
    if (this.#isSending) return;
    this.#isSending = true;
    try {
      while (this.#isDue) {
        this.#isDue = false;
        await this.#world.setConditions(byId("world-camera").value, Number(byId("world-light").value) / 100);
      }
    } catch (error) {
      const text = failureText(error);
      if (text) toast(text, "error");
    } finally {
      this.#isSending = false;
      this.#show();
    }
  }
}
