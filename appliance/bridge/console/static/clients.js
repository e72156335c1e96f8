// The paired software: listed, renamed, retired, paired.

import { byId, make, say, toast } from "./dom.js";
import { GoneError, ProblemError, repeat } from "./bridge.js";
import { t } from "./texts.js";

const PERIOD_MS = 2000;
const PAIRING_PERIOD_MS = 500;
const WHEN = new Intl.DateTimeFormat("fr-FR", { dateStyle: "short", timeStyle: "short" });

const when = (instant) => (instant === null ? t("clients.never") : WHEN.format(new Date(instant)));

export class Clients {
  #bridge;
  #shown = "";
  /** While a row is being worked on, the list stays as it is. */
  #busy = false;
  #pairing = false;
  #refused = false;

  constructor(bridge) {
    this.#bridge = bridge;
    byId("pair").addEventListener("click", () => this.#pair());
    byId("pairing-cancel").addEventListener("click", () => this.#cancel());
    byId("pairing-form").addEventListener("submit", (event) => {
      event.preventDefault();
      this.#answer(byId("pairing-number").value.replace(/\s/g, ""));
    });
  }

  async run() {
    await Promise.all([
      repeat(PERIOD_MS, () => this.#refresh()),
      repeat(PAIRING_PERIOD_MS, () => (this.#pairing ? this.#follow() : null)),
    ]);
  }

  async #refresh() {
    const clients = await this.#bridge.json("GET", "api/clients");
    const drawing = JSON.stringify(clients);
    if (this.#busy || drawing === this.#shown) return;
    this.#shown = drawing;
    byId("clients-none").hidden = clients.length > 0;
    byId("clients").replaceChildren(...clients.map((client) => this.#row(client)));
  }

  #row(client) {
    const { name } = client;
    const actions = make(
      "td",
      { class: "actions" },
      make("button", { class: "button", type: "button", "aria-label": t("clients.rename.of", { name }), onclick: () => this.#askName(actions, client) }, t("clients.rename")),
      make("button", { class: "button", type: "button", "aria-label": t("clients.revoke.of", { name }), onclick: () => this.#askRevoke(actions, client) }, t("clients.revoke")),
    );
    return make(
      "tr",
      { "data-client": client.id },
      make("th", { scope: "row" }, name),
      make("td", {}, client.scopes.join(", ")),
      make("td", {}, when(client.paired_at)),
      make("td", {}, when(client.last_seen)),
      actions,
    );
  }

  #askName(actions, { id, name }) {
    const field = make("input", { class: "name", value: name, maxlength: 40, "aria-label": t("clients.rename.label", { name }) });
    const form = make(
      "form",
      {
        class: "row-form",
        novalidate: true,
        onsubmit: (event) => {
          event.preventDefault();
          this.#send("PUT", id, { name: field.value }, t("clients.rename.done", { name: field.value }));
        },
      },
      field,
      make("button", { class: "button button-main", type: "submit" }, t("clients.save")),
      this.#cancelButton(),
    );
    this.#ask(actions, form, field);
  }

  #askRevoke(actions, { id, name }) {
    const no = this.#cancelButton();
    const question = make(
      "span",
      { class: "row-form", role: "group", "aria-label": t("clients.revoke.question", { name }) },
      make("span", {}, t("clients.revoke.question", { name })),
      make("button", { class: "button button-danger", type: "button", onclick: () => this.#send("DELETE", id, undefined, t("clients.revoke.done", { name })) }, t("clients.revoke.yes")),
      no,
    );
    this.#ask(actions, question, no);
  }

  #cancelButton() {
    return make("button", { class: "button", type: "button", onclick: () => this.#done() }, t("clients.cancel"));
  }

  /** One row at a time: another one that was being worked on is as it was. */
  #ask(actions, asked, focused) {
    for (const other of byId("clients").querySelectorAll(".row-form")) other.remove();
    for (const hidden of byId("clients").querySelectorAll(".actions > [hidden]")) hidden.hidden = false;
    this.#busy = true;
    for (const button of actions.children) button.hidden = true;
    actions.append(asked);
    focused.focus();
  }

  /** Draw the list anew; the keyboard goes on from its heading. */
  #done() {
    this.#busy = false;
    this.#shown = "";
    byId("clients-heading").focus();
    return this.#attempt(() => this.#refresh());
  }

  async #send(method, id, body, text) {
    const path = `api/clients/${encodeURIComponent(id)}`;
    const isDone = await this.#attempt(() => this.#bridge.request(method, path, { body, atOnce: true }));
    if (isDone) toast(text);
    if (isDone || method === "DELETE") await this.#done();
  }

  async #pair() {
    await this.#attempt(async () => {
      const state = await this.#bridge.json("POST", "api/pairing", { atOnce: true });
      this.#pairing = true;
      byId("pairing").hidden = false;
      byId("pair").hidden = true;
      byId("pairing-cancel").focus();
      this.#showPairing(state);
    });
  }

  async #follow() {
    this.#showPairing(await this.#bridge.json("GET", "api/pairing"));
  }

  #showPairing(state) {
    if (state === null || state.end !== null) {
      this.#endPairing(state === null ? "" : t(`pairing.end.${state.end}`, { name: state.client, wait_s: state.wait_s }));
      return;
    }
    const wasHidden = byId("pairing-form").hidden;
    byId("pairing-form").hidden = !state.awaits_number;
    if (state.awaits_number && wasHidden) {
      this.#refused = false;
      byId("pairing-number").value = "";
      byId("pairing-number").focus();
    }
    if (state.awaits_number) say(byId("pairing-text"), t("pairing.asks", { client: state.client }));
    else if (state.client) say(byId("pairing-text"), t("pairing.confirms"));
    else say(byId("pairing-text"), `${this.#refused ? `${t("pairing.other")} ` : ""}${t("pairing.waits", { seconds: state.left_s })}`);
  }

  #endPairing(text) {
    this.#pairing = false;
    byId("pairing").hidden = true;
    byId("pairing-form").hidden = true;
    byId("pair").hidden = false;
    byId("pair").focus();
    if (text) toast(text);
    this.#shown = "";
  }

  async #answer(number) {
    if (!/^[0-9]{6}$/.test(number)) return byId("pairing-number").select();
    await this.#attempt(async () => {
      const { same } = await this.#bridge.json("PUT", "api/pairing", { body: { number }, atOnce: true });
      this.#refused = !same;
    });
  }

  async #cancel() {
    await this.#attempt(() => this.#bridge.request("DELETE", "api/pairing", { atOnce: true }));
    this.#endPairing("");
  }

  /** What a person asked for; whether it was done. Why not is said. */
  async #attempt(work) {
    try {
      await work();
      return true;
    } catch (error) {
      if (error instanceof ProblemError) toast(error.message, "error");
      else if (error instanceof GoneError) toast(t("banner.gone"), "error");
      return false;
    }
  }
}
