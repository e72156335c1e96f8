// Puts the page together: texts, token, then one loop for each thing that lives on it.

import { Bridge, RefusedError } from "./bridge.js";
import { Cards } from "./cards.js";
import { Device } from "./device.js";
import { byId, say, toast } from "./dom.js";
import { askToken, currentToken, forgetToken } from "./gate.js";
import { Lgo } from "./lgo.js";
import { Lying } from "./lying.js";
import { Phone } from "./phone.js";
import { Picture } from "./picture.js";
import { Sound } from "./sound.js";
import { hasText, loadTexts, t } from "./texts.js";
import { Tray } from "./tray.js";
import { World } from "./world.js";
import { WorldControls } from "./world_controls.js";

const SIMULATED_WORLD = "world";
const VIRTUAL_CARDS = "cards";
const TELEPHONE = "phone";

function showStatus(name, value, state) {
  const element = byId(`status-${name}`);
  element.dataset.state = state;
  say(element.querySelector(".status-value"), value);
}

function showLink({ link, before }, picture) {
  const isGone = link === "gone";
  showStatus("bridge", t(`status.bridge.${link}`), isGone ? "bad" : "good");
  document.body.classList.toggle("is-gone", isGone);
  showBanner(isGone ? "banner.gone" : "");
  if (isGone) {
    picture.freeze();
    showCamera({});
    showLgo({});
  } else if (before === "gone") toast(t("banner.back"));
}

function showBanner(key) {
  byId("banner").hidden = key === "";
  say(byId("banner"), key === "" ? "" : t(key));
}

function showStorage(state) {
  showBanner(state.counter?.storage_ok === false ? "banner.storage" : "");
}

function showCamera(state) {
  const camera = state.counter?.camera ?? "unknown";
  const states = { ok: "good", lost: "bad" };
  const key = `status.camera.${camera}`;
  showStatus("camera", t(hasText(key) ? key : "status.camera.unknown"), states[camera] ?? "idle");
}

function showMeter(name, isGood, values) {
  const element = byId(`meter-${name}`);
  element.dataset.state = isGood ? "good" : "bad";
  say(element, t(`meters.${name}.${isGood ? "good" : "bad"}`, values));
}

/** Light and focus of the live picture, while the device measures them. */
function showMeters({ meters }) {
  byId("meters").hidden = !meters;
  if (!meters) return;
  const decimal = (value) => value.toLocaleString("fr-FR", { maximumFractionDigits: 1 });
  showMeter("light", meters.light_good, { level: meters.level, clipped: decimal(100 * meters.clipped) });
  if (meters.blur_px !== null) return showMeter("focus", meters.focus_good, { blur: decimal(meters.blur_px) });
  byId("meter-focus").dataset.state = "idle";
  say(byId("meter-focus"), t("meters.focus.none"));
}

/** As the device sees it: whether somebody asks for events. */
function showLgo(state) {
  const link = state.counter?.lgo;
  const key = `status.lgo.${link}`;
  showStatus("lgo", t(hasText(key) ? key : "status.lgo.unknown"), link === "present" ? "good" : "idle");
}

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
