// The page in the LGO's place: it asks for events, shows them, and says that it has them.

import { GoneError, ProblemError, RefusedError, pause } from "./bridge.js";
import { announce, byId, say } from "./dom.js";
import { makeCard, markAcknowledged } from "./event_card.js";
import { t } from "./texts.js";

const WAIT_S = 20;
const BATCH = 50;
const POLL_TIMEOUT_MS = (WAIT_S + 10) * 1000;
const PROBLEM_PAUSE_MS = 2000;
const DISPLACED_MS = 1000;
/** Older cards leave the page, not the device: they were acknowledged. */
const MAX_CARDS = 80;
const SWITCH_KEY = "comptoir.lgo";

export class Lgo {
  #bridge;
  #after = 0;
  #owed = new Set();
  #polling = new AbortController();
  #switched = null;
  #isListening = sessionStorage.getItem(SWITCH_KEY) !== "off";

  constructor(bridge) {
    this.#bridge = bridge;
    byId("lgo-switch").addEventListener("click", () => this.#switch());
    byId("lgo-clear").addEventListener("click", () => this.#clear());
    this.#showSwitch();
  }

  /** Ask, show, acknowledge, for as long as the token is good. An event is shown before it is acknowledged. */
  async run() {
    for (;;) {
      if (!this.#isListening) await this.#resumed();
      try {
        await this.#acknowledge();
        await this.#poll();
      } catch (error) {
        if (error instanceof RefusedError) return;
        if (error instanceof ProblemError) await this.#overcome(error);
        else if (!(error instanceof GoneError) && error.name !== "AbortError") throw error;
      }
    }
  }

  /** What the device would not do: begin anew where it was replaced, else tell, and try again. */
  async #overcome(problem) {
    if (problem.code === "cursor_ahead") this.#after = 0;
    if (problem.code === "ack_ahead") this.#owed.clear();
    this.#note(problem.message);
    await pause(PROBLEM_PAUSE_MS);
    this.#showSwitch();
  }

  async #poll() {
    const query = new URLSearchParams({ after: this.#after, wait: WAIT_S, limit: BATCH });
    const asked = performance.now();
    const answer = await this.#bridge.json("GET", `../v1/events?${query}`, {
      signal: this.#polling.signal,
      timeoutMs: POLL_TIMEOUT_MS,
    });
    if (!this.#isListening) return;
    // Answered with nothing long before its time: another program polls with this token. Not to chase it.
    if (answer.events.length === 0 && performance.now() - asked < DISPLACED_MS) await pause(PROBLEM_PAUSE_MS);
    for (const event of answer.events) this.#take(event);
    await this.#acknowledge();
  }

  #take(event) {
    if (event.id <= this.#after) return;
    this.#after = event.id;
    this.#owed.add(event.id);
    const { element, title } = makeCard(event);
    byId("events").prepend(element);
    while (byId("events").children.length > MAX_CARDS) byId("events").lastElementChild.remove();
    announce(t("lgo.announce", { title }));
    this.#showEmpty();
  }

  async #acknowledge() {
    if (this.#owed.size === 0) return;
    const ids = [...this.#owed].slice(0, BATCH);
    await this.#bridge.json("POST", "../v1/events/ack", { body: { ids } });
    for (const id of ids) {
      this.#owed.delete(id);
      const card = byId("events").querySelector(`[data-event="${id}"]`);
      if (card) markAcknowledged(card);
    }
  }

  #switch() {
    this.#isListening = !this.#isListening;
    sessionStorage.setItem(SWITCH_KEY, this.#isListening ? "on" : "off");
    if (this.#isListening) this.#switched?.();
    else {
      this.#polling.abort();
      this.#polling = new AbortController();
    }
    this.#showSwitch();
  }

  #resumed() {
    return new Promise((resolve) => {
      this.#switched = resolve;
    });
  }

  #showSwitch() {
    byId("lgo-switch").setAttribute("aria-checked", String(this.#isListening));
    this.#note(this.#isListening ? "" : t("lgo.off"));
  }

  #note(text) {
    byId("lgo-note").hidden = text === "";
    say(byId("lgo-note"), text);
  }

  #showEmpty() {
    const isEmpty = byId("events").children.length === 0;
    byId("events-empty").hidden = !isEmpty;
    byId("lgo-clear").hidden = isEmpty;
  }

  #clear() {
    byId("events").replaceChildren();
    this.#showEmpty();
    byId("lgo-switch").focus();
  }
}
