// The person's telephone, where Pro Santé Connect is simulated: the number to compare, yes or no.

import { ProblemError, repeat } from "./bridge.js";
import { announce, byId, say, toast } from "./dom.js";
import { t } from "./texts.js";

const PERIOD_MS = 500;

export class Phone {
  #bridge;
  #request = "";

  constructor(bridge) {
    this.#bridge = bridge;
  }

  /** Show the telephone, and what it shows, until the page goes. */
  async run() {
    for (const button of byId("phone").querySelectorAll("button")) {
      button.addEventListener("click", () => this.#answer(button.dataset.decision));
    }
    byId("phone").hidden = false;
    await repeat(PERIOD_MS, async () => this.#show(await this.#bridge.json("GET", "api/phone")));
  }

  async #answer(decision) {
    try {
      const body = { request: this.#request, decision };
      this.#show(await this.#bridge.json("PUT", "api/phone", { body, atOnce: true }));
      announce(t(`phone.${decision}.done`));
    } catch (error) {
      if (error instanceof ProblemError) toast(error.message, "error");
    }
  }

  #show({ request, number, answered }) {
    const asks = request !== "" && !answered;
    if (asks && request !== this.#request) announce(t("phone.asks", { number }));
    this.#request = request;
    say(byId("phone-number"), asks ? number : "");
    say(byId("phone-text"), asks ? t("phone.compare") : t("phone.idle"));
    byId("phone").classList.toggle("is-asking", asks);
    for (const button of byId("phone").querySelectorAll("button")) button.disabled = !asks;
  }
}
