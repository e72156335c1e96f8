// The token: from the address's fragment, kept in this tab only, asked for when it is missing or refused.

import { byId } from "./dom.js";
import { t } from "./texts.js";

const KEY = "comptoir.jeton";
const MAX_TOKEN = 512;

/** The token of this tab, or "". A token in the address is kept and taken out of it (history, screenshots). */
export function currentToken() {
  const given = tokenIn(location.hash);
  if (given) {
    sessionStorage.setItem(KEY, given);
    history.replaceState(null, "", location.pathname + location.search);
  }
  return sessionStorage.getItem(KEY) ?? "";
}

export function forgetToken() {
  sessionStorage.removeItem(KEY);
}

/** A token pasted alone, or a whole link pasted in its place. */
function tokenIn(text) {
  const hash = text.indexOf("#");
  const token = new URLSearchParams(hash < 0 ? "" : text.slice(hash + 1)).get("jeton") ?? "";
  return token.slice(0, MAX_TOKEN);
}

/** Ask for a token; `reason` is "missing", "refused" or "forbidden". The page starts anew with it. */
export function askToken(reason) {
  byId("opening").hidden = true;
  byId("gate").hidden = false;
  byId("gate-title").textContent = t(`gate.${reason}.title`);
  byId("gate-text").textContent = t(`gate.${reason}.text`);
  byId("gate-title").focus();
  byId("gate-form").addEventListener("submit", (event) => {
    event.preventDefault();
    const pasted = byId("gate-token").value.trim();
    const token = tokenIn(pasted) || pasted.slice(0, MAX_TOKEN);
    byId("gate-error").textContent = token ? "" : t("gate.empty");
    if (!token) {
      byId("gate-token").focus();
      return;
    }
    sessionStorage.setItem(KEY, token);
    location.reload();
  });
}
