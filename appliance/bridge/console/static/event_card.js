// One event of the device as a card that a person can read.

import { make } from "./dom.js";
import { plain, plainJson } from "./plain.js";
import { count, frenchDate, frenchTime, hasText, t, warningText } from "./texts.js";

/** Kinds that only say where a presentation begins and ends: a line, not a card. */
const LINES = new Set(["visit.opened", "visit.closed"]);

const field = (name, value, options = {}) =>
  value === null || value === undefined || value === ""
    ? []
    : [{ label: t(`field.${name}`), value: String(value), ...options }];

const fullName = (...names) => names.filter(Boolean).join(" ");
const today = () => new Date().toLocaleDateString("sv-SE");

function prescriberFields(prescriber) {
  return [
    ...field("rpps", prescriber.rpps, { isNumber: true }),
    ...field("am", prescriber.am, { isNumber: true }),
    ...field("finess", prescriber.finess, { isNumber: true }),
    ...field("am_or_finess", prescriber.am_or_finess, { isNumber: true }),
    ...field("substitute_rpps", prescriber.substitute_rpps, { isNumber: true }),
  ];
}

/** What stands on a card for each kind of code: its headline and its rows. */
const CODES = {
  ordonnance({ prescription_id, patient, prescriber }) {
    return {
      headline: patient ? fullName(patient.family_name, patient.given_name) : "",
      fields: [
        ...field("prescription_id", prescription_id, { isNumber: true, isWide: true }),
        ...(patient ? [] : field("patient", t("field.patient.none"), { isWide: true })),
        ...field("birth_date", patient?.birth_date && frenchDate(patient.birth_date)),
        ...prescriberFields(prescriber ?? {}),
      ],
    };
  },
  ins(identity) {
    return {
      headline: fullName(identity.birth_name, identity.given_names?.join(" ")),
      fields: [
        ...field("birth_date", identity.birth_date && frenchDate(identity.birth_date)),
        ...field("sex", hasText(`field.sex.${identity.sex}`) ? t(`field.sex.${identity.sex}`) : identity.sex),
        ...field("birth_place", identity.birth_place, { isNumber: true }),
        ...field("matricule", identity.matricule, { isNumber: true, isWide: true }),
      ],
    };
  },
  prescriber: (payload) => ({ headline: "", fields: prescriberFields(payload) }),
  medicine(box) {
    const isExpired = typeof box.expiry === "string" && box.expiry < today();
    const date = box.expiry && frenchDate(box.expiry);
    return {
      headline: "",
      fields: [
        ...field(box.cip13 ? "cip13" : "gtin", box.cip13 ?? box.gtin, { isNumber: true }),
        ...field("lot", box.lot, { isNumber: true }),
        ...field("expiry", isExpired ? t("field.expired", { date }) : date, { isAlert: isExpired }),
        ...field("serial", box.serial, { isNumber: true }),
      ],
    };
  },
  twodoc: (payload) => ({
    headline: "",
    fields: [
      ...field("document_type", payload.document_type_name ?? payload.document_type, { isWide: true }),
      ...field("issued", payload.issued && frenchDate(payload.issued)),
      ...field("version", payload.version),
    ],
  }),
  link: (payload) => ({ headline: "", fields: field("url", payload.url, { isWide: true }) }),
};

/** A code forwarded unread may be a secret (appli carte Vitale): how long it is, and its text only where asked for. */
function contentFields({ kind, text, bytes }) {
  const length = typeof bytes === "string" ? atob(bytes).length : 0;
  const sizes = field("length", count("field.bytes", length));
  return kind === "opaque" ? sizes : [...field("content", plain(text ?? "", 80), { isWide: true }), ...sizes];
}

function readCode(payload) {
  const describe = Object.hasOwn(CODES, payload.kind) && payload.payload ? CODES[payload.kind] : null;
  const described = describe ? describe(payload.payload) : { headline: "", fields: contentFields(payload) };
  return {
    title: hasText(`kind.${payload.kind}`) ? t(`kind.${payload.kind}`) : t("event.unknown", { kind: payload.kind }),
    tone: payload.kind,
    symbology: hasText(`symbology.${payload.symbology}`) ? t(`symbology.${payload.symbology}`) : payload.symbology,
    ...described,
    warnings: (payload.warnings ?? []).map(warningText),
  };
}

/** One trait of a discordance: its name, or an object with the reason why it is not concordant. */
function traitText(finding) {
  const { trait, verdict, reason } = typeof finding === "string" ? { trait: finding } : (finding ?? {});
  if (verdict === "concordant" || !hasText(`trait.${trait}`)) return [];
  const known = hasText(`reason.${reason}`) ? t(`reason.${reason}`) : "";
  return [known ? t("event.trait", { trait: t(`trait.${trait}`), reason: known }) : t(`trait.${trait}`)];
}

function discordance(payload) {
  return {
    title: t("event.identity.discordance"),
    tone: payload.verdict === "discordant" ? "danger" : "warning",
    headline: "",
    fields: [],
    text: hasText(`verdict.${payload.verdict}`) ? t(`verdict.${payload.verdict}`) : "",
    warnings: (payload.traits ?? []).flatMap(traitText),
  };
}

/** What may be dispensed is as it should be; anything else wants a look. */
const TO_DISPENSE = new Set(["to_dispense", "partly_dispensed"]);

const known = (key) => (hasText(key) ? t(key) : "");

function lineText({ label, prescribed, dispensations }) {
  const dispensed = (dispensations ?? []).reduce((sum, { quantity }) => sum + quantity, 0);
  const elsewhere = (dispensations ?? []).find(({ place }) => place === "other_pharmacy");
  const parts = [plain(label ?? "", 80), `${dispensed} / ${prescribed ?? "—"}`];
  if (elsewhere) parts.push([t("place.other_pharmacy"), elsewhere.on && frenchDate(elsewhere.on)].filter(Boolean).join(" "));
  return parts.filter(Boolean).join(" · ");
}

function prescriptionStatus({ prescription_id, status, failure, cause }) {
  return {
    title: t("event.prescription.status"),
    tone: status && TO_DISPENSE.has(status.state) ? "ordonnance" : "warning",
    headline: status ? known(`state.${status.state}`) : known("state.failed"),
    fields: [
      ...field("prescription_id", prescription_id, { isNumber: true, isWide: true }),
      ...(status ? field("source", known(`source.${status.source}`)) : field("reason", known(`failure.${failure}`))),
      ...(cause ? field("cause", plain(`${cause.title} ${cause.remedy}`, 240), { isWide: true }) : []),
      ...(status?.lines ?? []).slice(0, 6).flatMap((line) => field("line", lineText(line), { isWide: true })),
    ],
    warnings: [],
  };
}

function concordance({ verdict, pairs }) {
  return {
    title: t("event.identity.concordance"),
    tone: verdict === "discordant" ? "danger" : verdict === "to_check" ? "warning" : "device",
    headline: "",
    text: known(`verdict.${verdict}`),
    fields: [],
    warnings: [...new Set((pairs ?? []).flatMap(({ traits }) => (traits ?? []).flatMap(traitText)))],
  };
}

function prescriberConcordance({ verdict }) {
  return {
    title: t("event.prescriber.concordance"),
    tone: verdict === "different" ? "danger" : "device",
    headline: "",
    text: known(`prescriber.${verdict}`),
    fields: [],
    warnings: [],
  };
}

const DESCRIPTIONS = {
  "code.read": readCode,
  "identity.discordance": discordance,
  "identity.concordance": concordance,
  "prescriber.concordance": prescriberConcordance,
  "prescription.status": prescriptionStatus,
};

/** What to show of an event: {title, tone, headline, text, fields, warnings}. Total: any event has a card. */
function describe({ kind, payload }) {
  const bare = { headline: "", fields: [], warnings: [] };
  if (payload === null || typeof payload !== "object") {
    return { ...bare, title: titleOf(kind, {}), tone: "device", text: t("event.unreadable") };
  }
  if (Object.hasOwn(DESCRIPTIONS, kind)) return DESCRIPTIONS[kind](payload);
  return {
    ...bare,
    title: titleOf(kind, payload),
    tone: isNoWarning(kind, payload) ? "device" : "warning",
    fields: kind === "events.expired" ? field("count", payload.ids?.length) : [],
  };
}

/** What happens every day: a camera that is back, a reader, a card that can be read. */
function isNoWarning(kind, payload) {
  if (kind === "device.camera") return payload.state === "ok";
  return kind === "prescription.refresh" || kind === "reader.present" || (kind.startsWith("card.") && kind !== "card.unreadable");
}

function titleOf(kind, payload) {
  const key = kind === "device.camera" ? `event.device.camera.${payload.state}` : `event.${kind}`;
  return hasText(key) ? t(key) : t("event.unknown", { kind: plain(kind, 60) });
}

function makeFields(fields) {
  const rows = fields.map(({ label, value, isNumber, isAlert, isWide }) =>
    make(
      "div",
      { class: isWide ? "field is-wide" : "field" },
      make("dt", {}, label),
      make("dd", { class: isAlert ? "is-alert" : isNumber ? "is-number" : null }, plain(value)),
    ),
  );
  return rows.length > 0 ? make("dl", { class: "fields" }, ...rows) : null;
}

/** The raw JSON, laid out only when somebody opens it. */
function makeRaw(event) {
  const content = make("pre", { class: "raw", tabindex: "0" });
  const details = make("details", { class: "event-raw" }, make("summary", {}, t("lgo.raw")), content);
  details.addEventListener("toggle", () => {
    content.textContent = details.open ? plainJson(event) : "";
  });
  return details;
}

/** The list item of an event, and the title to announce. */
export function makeCard(event) {
  const time = make("time", { class: "event-time", datetime: event.at }, frenchTime(event.at));
  const shown = describe(event);
  if (LINES.has(event.kind)) {
    const line = make("li", { class: "event-line", "data-event": event.id }, make("span", {}, shown.title), time);
    return { element: line, title: shown.title };
  }
  const title = make("h3", { class: "event-title" }, shown.title);
  if (shown.symbology) title.append(" ", make("span", { class: "event-symbology" }, plain(shown.symbology, 40)));
  const mark = make("span", { class: "event-mark", title: t("lgo.pending") }, make("span", { class: "unseen" }, t("lgo.pending")));
  const card = make(
    "li",
    { class: "event", "data-event": event.id, "data-tone": shown.tone },
    make("div", { class: "event-head" }, title, time, mark),
    shown.headline ? make("p", { class: "event-headline" }, plain(shown.headline, 120)) : null,
    shown.text ? make("p", { class: "event-text" }, shown.text) : null,
    makeFields(shown.fields),
    shown.warnings.length > 0
      ? make("ul", { class: "warnings", "aria-label": t("lgo.warnings") }, ...shown.warnings.map((text) => make("li", {}, text)))
      : null,
    makeRaw(event),
  );
  return { element: card, title: shown.headline ? `${shown.title}, ${shown.headline}` : shown.title };
}

/** Show on a card that the device knows the event has arrived. */
export function markAcknowledged(card) {
  const mark = card.querySelector(".event-mark");
  if (!mark) return;
  card.classList.add("is-acknowledged");
  mark.title = t("lgo.acknowledged");
  mark.firstElementChild.textContent = t("lgo.acknowledged");
}
