// What the device's checks say: the worst first, with why and what to do.

import { byId, make } from "./dom.js";
import { repeat } from "./bridge.js";
import { t } from "./texts.js";

const PERIOD_MS = 3000;
const ORDER = ["fault", "warning", "unknown", "ok", "unused"];

export class Checks {
  #bridge;
  #shown = "";

  constructor(bridge) {
    this.#bridge = bridge;
  }

  run() {
    return repeat(PERIOD_MS, async () => this.#show(await this.#bridge.json("GET", "api/checks")));
  }

  #show(checks) {
    const drawing = JSON.stringify(checks);
    if (drawing === this.#shown) return;
    this.#shown = drawing;
    const sorted = checks.toSorted((one, other) => ORDER.indexOf(one.level) - ORDER.indexOf(other.level));
    const rows = sorted.map((check) =>
      make(
        "li",
        { class: "check", "data-level": check.level },
        make("span", { class: "check-level" }, t(`checks.level.${check.level}`)),
        make("span", { class: "check-what" }, check.what),
        make("span", { class: "check-why" }, [check.cause, check.remedy].filter(Boolean).join(" ")),
      ),
    );
    byId("checks").replaceChildren(...(rows.length > 0 ? rows : [make("li", { class: "hint" }, t("checks.none"))]));
  }
}
