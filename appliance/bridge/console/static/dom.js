// Small helpers over the DOM: no markup is ever parsed from text.

export const byId = (id) => document.getElementById(id);

/** Make an element: `make("p", {class: "x", hidden: true, onclick}, "text", child)`. */
export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (typeof value === "function") element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

const SVG = "http://www.w3.org/2000/svg";

/** Make an SVG element with its attributes. */
export function makeSvg(tag, attributes = {}, ...children) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  element.append(...children);
  return element;
}

/** Set a text only when it differs, so that live regions speak once. */
export function say(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

let toastTimer = 0;

/** Show a short message at the foot of the page for a few seconds. */
export function toast(text, kind = "info") {
  const element = byId("toast");
  clearTimeout(toastTimer);
  element.dataset.kind = kind;
  element.textContent = text;
  element.classList.add("is-shown");
  const SHOWN_MS = 4500;
  toastTimer = setTimeout(() => element.classList.remove("is-shown"), SHOWN_MS);
}

/** Say something to a screen reader without showing it. */
export function announce(text) {
  say(byId("announcer"), text);
}
