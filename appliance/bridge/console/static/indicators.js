// What the heads of the pages say: links, camera, LGO, light and focus.

import { byId, say, toast } from "./dom.js";
import { hasText, t } from "./texts.js";

export function showStatus(name, value, state) {
  const element = byId(`status-${name}`);
  element.dataset.state = state;
  say(element.querySelector(".status-value"), value);
}

function showBanner(key) {
  byId("banner").hidden = key === "";
  say(byId("banner"), key === "" ? "" : t(key));
}

export function showStorage(state) {
  showBanner(state.counter?.storage_ok === false ? "banner.storage" : "");
}

export function showCamera(state) {
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
export function showMeters({ meters }) {
  byId("meters").hidden = !meters;
  if (!meters) return;
  const decimal = (value) => value.toLocaleString("fr-FR", { maximumFractionDigits: 1 });
  showMeter("light", meters.light_good, { level: meters.level, clipped: decimal(100 * meters.clipped) });
  if (meters.blur_px !== null) return showMeter("focus", meters.focus_good, { blur: decimal(meters.blur_px) });
  byId("meter-focus").dataset.state = "idle";
  say(byId("meter-focus"), t("meters.focus.none"));
}

/** As the device sees it: whether somebody asks for events. */
export function showLgo(state) {
  const link = state.counter?.lgo;
  const key = `status.lgo.${link}`;
  showStatus("lgo", t(hasText(key) ? key : "status.lgo.unknown"), link === "present" ? "good" : "idle");
}

/** The link to the device came or went; `picture` is no longer live without it. */
export function showLink({ link, before }, picture) {
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
