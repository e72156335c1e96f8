// The device's OLED, pixel for pixel.

import { byId } from "./dom.js";
import { repeat } from "./bridge.js";
import { drawBlob } from "./picture.js";
import { hasText, t } from "./texts.js";

const OLED_PERIOD_MS = 100;

export class Oled {
  #bridge;
  #etag = null;

  constructor(bridge) {
    this.#bridge = bridge;
  }

  run() {
    return repeat(OLED_PERIOD_MS, () => this.#refresh());
  }

  /** Name the screen for those who do not see it. */
  showState(state) {
    const key = `screen.${state.counter?.screen}`;
    const label = hasText(key) ? t("device.oled.showing", { screen: t(key) }) : t("device.oled");
    if (byId("oled-pixels").getAttribute("aria-label") !== label) byId("oled-pixels").setAttribute("aria-label", label);
  }

  async #refresh() {
    const picture = await this.#bridge.picture("api/oled.png", { etag: this.#etag });
    if (picture === null) return;
    const isLit = await drawBlob(byId("oled-pixels"), picture.blob);
    this.#etag = isLit ? picture.etag : null;
    byId("oled").classList.toggle("is-lit", isLit);
  }
}
