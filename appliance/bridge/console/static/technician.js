// Puts the technician's page together: texts, code, then one loop for each thing that lives on it.

import { Bridge, RefusedError } from "./bridge.js";
import { Checks } from "./checks.js";
import { Clients } from "./clients.js";
import { byId, say, toast } from "./dom.js";
import { askCode, currentSession, forgetSession } from "./entry.js";
import { showCamera, showLgo, showLink, showMeters, showStatus, showStorage } from "./indicators.js";
import { openKeyboard } from "./keyboard.js";
import { Oled } from "./oled.js";
import { Picture } from "./picture.js";
import { showSettings } from "./settings.js";
import { loadTexts, t } from "./texts.js";

const MINUTE_S = 60;

function showLeft({ left_s: left }) {
  const minutes = Math.floor(left / MINUTE_S);
  say(byId("left"), minutes > 0 ? t("page.left", { minutes }) : t("page.left_last"));
}

function closePage() {
  byId("board").hidden = true;
  byId("statuses").hidden = true;
  forgetSession();
  askCode("over");
}

async function openPage(token) {
  const bridge = new Bridge(token, (status) => t("error.unexpected", { status }));
  const oled = new Oled(bridge);
  const checks = new Checks(bridge);
  const clients = new Clients(bridge);
  const picture = new Picture(bridge, (state) => {
    showCamera(state);
    showLgo(state);
    showStorage(state);
    showMeters(state);
    showLeft(state);
    oled.showState(state);
  });
  bridge.addEventListener("link", (event) => showLink(event.detail, picture));
  bridge.addEventListener("refused", closePage);
  byId("leave").addEventListener("click", async () => {
    // The next loop is refused, and that closes the page.
    await bridge.request("DELETE", "api/session", { atOnce: true }).catch(report);
  });
  showStatus("bridge", t("status.bridge.waiting"), "idle");
  // One question first: a token that is over costs one refusal, not one of every loop.
  await bridge.persist(() => bridge.json("GET", "api/state"));
  openKeyboard(bridge, report);
  showSettings(await bridge.json("GET", "api/settings"));
  byId("opening").hidden = true;
  byId("statuses").hidden = false;
  byId("board").hidden = false;
  for (const part of [picture, oled, checks, clients]) part.run().catch(report);
}

/** A defect of the page itself: seen in the console, and said. A closed page says so itself. */
function report(error) {
  if (error instanceof RefusedError) return;
  console.error(error);
  toast(t("page.defect"), "error");
}

async function start() {
  await loadTexts();
  const token = currentSession();
  if (token) await openPage(token).catch(report);
  else askCode("missing");
}

await start();
