// The page's French texts, served by the device from its one catalogue.

let catalogue = {};

/** Fetch the catalogue; called once before anything is shown. */
export async function loadTexts() {
  const answer = await fetch("texts.json");
  if (!answer.ok) throw new Error(`texts.json: ${answer.status}`);
  catalogue = await answer.json();
}

/** The text of `key`, its braces filled from `values`; an unknown key shows itself, so that a test sees it. */
export function t(key, values = {}) {
  const template = catalogue[key] ?? `[${key}]`;
  return template.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));
}

/** Whether the catalogue has `key`. */
export const hasText = (key) => key in catalogue;

/** `key` in the plural, or its `_one` form, with {count} filled. */
export const count = (key, number) => t(number === 1 ? `${key}_one` : key, { count: number });

/** The French sentence of a warning code; a code newer than this page shows itself. */
export const warningText = (code) => catalogue[`warning.${code}`] ?? code;

const DATE = new Intl.DateTimeFormat("fr-FR", { day: "2-digit", month: "2-digit", year: "numeric", timeZone: "UTC" });
const TIME = new Intl.DateTimeFormat("fr-FR", { hour: "2-digit", minute: "2-digit", second: "2-digit" });
const ISO_DATE = /^\d{4}-\d{2}-\d{2}$/;

/** 1966-02-23 as 23/02/1966; what is not a calendar date (a lunar birth date) stays as it came. */
export function frenchDate(text) {
  if (!ISO_DATE.test(text)) return text;
  const date = new Date(`${text}T00:00:00Z`);
  return Number.isNaN(date.getTime()) ? text : DATE.format(date);
}

/** The time of day of an instant, in this computer's zone. */
export function frenchTime(instant) {
  const date = new Date(instant);
  return Number.isNaN(date.getTime()) ? "" : TIME.format(date);
}
