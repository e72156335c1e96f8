// What the USB keyboard would type for a code, key by key: asked of the device, and nothing is typed.

import { ProblemError } from "./bridge.js";
import { byId, make, say, toast } from "./dom.js";
import { t } from "./texts.js";

function question() {
  return {
    code: byId("keyboard-code").value,
    symbology: byId("keyboard-symbology").value,
    layout: byId("keyboard-layout").value,
    system: byId("keyboard-system").value,
    caps_lock: byId("keyboard-caps").checked,
  };
}

function show({ kind, layout, text, keys, seconds, reason }) {
  const isTyped = text !== null;
  const count = [...(text ?? "")].length;
  const spent = seconds.toLocaleString("fr-FR");
  say(byId("keyboard-said"), isTyped ? t("keyboard.typed", { kind, layout, count, seconds: spent }) : reason);
  byId("keyboard-typed").hidden = !isTyped;
  say(byId("keyboard-text"), text ?? "");
  byId("keyboard-keys").replaceChildren(...keys.map((names) => make("li", {}, names)));
}

/** Let the form ask. */
export function openKeyboard(bridge, report) {
  byId("keyboard-form").addEventListener("submit", async (event) => {
    event.preventDefault();
    if (byId("keyboard-code").value === "") return byId("keyboard-code").focus();
    try {
      show(await bridge.json("POST", "api/keyboard", { body: question(), atOnce: true }));
    } catch (error) {
      if (error instanceof ProblemError) toast(error.message, "error");
      else report(error);
    }
  });
}
