// The settings, as the device shows them: read-only, with names and secrets masked by the device itself.

import { byId, make } from "./dom.js";
import { t } from "./texts.js";

export function showSettings(rows) {
  byId("settings").replaceChildren(
    ...rows.map(({ section, key, value, masked }) =>
      make(
        "tr",
        {},
        make("th", { scope: "row" }, `${section}.${key}`),
        masked ? make("td", { class: "is-masked", "aria-label": t("settings.masked") }, value) : make("td", {}, value),
      ),
    ),
  );
}
