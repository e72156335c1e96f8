// The way in: the code of the device's screen becomes a token, which this tab alone keeps.

import { byId } from "./dom.js";
import { t } from "./texts.js";

const KEY = "comptoir.technicien";

export const currentSession = () => sessionStorage.getItem(KEY) ?? "";

export function forgetSession() {
  sessionStorage.removeItem(KEY);
}

/** Ask for the code; `reason` is "missing" or "over". The page starts anew once it is right. */
export function askCode(reason) {
  byId("opening").hidden = true;
  byId("gate").hidden = false;
  byId("gate-title").textContent = t(`gate.${reason}.title`);
  byId("gate-text").textContent = t(`gate.${reason}.text`);
  byId("gate-code").value = "";
  byId("gate-code").focus();
  // Assigned, not added: the code may be asked for twice in a page's life.
  byId("gate-form").onsubmit = (event) => {
    event.preventDefault();
    enter(byId("gate-code").value.replace(/\s/g, ""));
  };
}

async function enter(code) {
  byId("gate-error").textContent = "";
  const problem = /^[0-9]{6}$/.test(code) ? await offer(code) : t("gate.empty");
  if (problem === "") return location.reload();
  byId("gate-error").textContent = problem;
  byId("gate-code").select();
  byId("gate-code").focus();
}

/** Give the code to the device: "" when it was right, else what to tell the person. */
async function offer(code) {
  let answer;
  try {
    answer = await fetch("api/session", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ code }),
      cache: "no-store",
      credentials: "omit",
    });
  } catch {
    return t("banner.gone");
  }
  const said = await answer.json().catch(() => ({}));
  if (answer.ok) {
    sessionStorage.setItem(KEY, said.token);
    return "";
  }
  return [said.title, said.detail, said.remedy].filter(Boolean).join(" ") || t("error.unexpected", { status: answer.status });
}
