// Puts the page together: texts, token, then one loop for each thing that lives on it.

import { Bridge, RefusedError } from "./bridge.js";
import { Cards } from "./cards.js";
import { Device } from "./device.js";
import { byId, toast } from "./dom.js";
import { askToken, currentToken, forgetToken } from "./gate.js";
import { showCamera, showLgo, showLink, showMeters, showStatus, showStorage } from "./indicators.js";
import { Lgo } from "./lgo.js";
import { Lying } from "./lying.js";
import { Phone } from "./phone.js";
import { Picture } from "./picture.js";
import { Sound } from "./sound.js";
import { loadTexts, t } from "./texts.js";
import { Tray } from "./tray.js";
import { World } from "./world.js";
import { WorldControls } from "./world_controls.js";

const SIMULATED_WORLD = "world";
const VIRTUAL_CARDS = "cards";
const TELEPHONE = "phone";

async function openWorld(bridge) {
  const world = new World(bridge);
  await world.load();
  byId("tray-panel").hidden = false;
  new Lying(world);
  new WorldControls(world);
  const tray = new Tray(world);
  await Promise.all([tray.show(), world.run()]);
}

async function openPage(token) {
  const bridge = new Bridge(token, (status) => t("error.unexpected", { status }));
  const device = new Device(bridge);
  const lgo = new Lgo(bridge);
  const sound = new Sound();
  let world = null;
  let cards = null;
  let phone = null;
  const picture = new Picture(bridge, (state) => {
    showCamera(state);
    showLgo(state);
    showStorage(state);
    showMeters(state);
    device.showState(state);
    sound.hear(state);
    if (world === null && state.capabilities.includes(SIMULATED_WORLD)) world = openWorld(bridge).catch(report);
    if (cards === null && state.capabilities.includes(VIRTUAL_CARDS)) cards = new Cards(bridge).run().catch(report);
    if (phone === null && state.capabilities.includes(TELEPHONE)) phone = new Phone(bridge).run().catch(report);
  });
  bridge.addEventListener("link", (event) => showLink(event.detail, picture));
  bridge.addEventListener("refused", (event) => {
    byId("board").hidden = true;
    byId("statuses").hidden = true;
    forgetToken();
    askToken(event.detail.forbidden ? "forbidden" : "refused");
  });
  showStatus("bridge", t("status.bridge.waiting"), "idle");
  showStatus("camera", t("status.camera.unknown"), "idle");
  showLgo({});
  // One question first: a bad token costs one refusal, not one of every loop.
  await bridge.persist(() => bridge.json("GET", "api/state"));
  byId("opening").hidden = true;
  byId("statuses").hidden = false;
  byId("board").hidden = false;
  for (const part of [picture, device, lgo]) part.run().catch(report);
}

/** A defect of the page itself: seen in the console, and said. A refused token has its own page. */
function report(error) {
  if (error instanceof RefusedError) return;
  console.error(error);
  toast(t("page.defect"), "error");
}

async function start() {
  await loadTexts();
  // A link with another token, opened in this tab.
  addEventListener("hashchange", () => {
    if (location.hash.includes("jeton=")) location.reload();
  });
  const token = currentToken();
  if (token) await openPage(token).catch(report);
  else askToken("missing");
}

await start();
