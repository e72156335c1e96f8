// What a code holds, made safe to look at: nothing invisible, nothing that turns the line around.

const CONTROL_PICTURES = 0x2400;
const DELETE = 0x7f;
const DELETE_PICTURE = "\u2421";
const CONTROLS = /[\u0000-\u001f\u007f]/g;
const OTHER_INVISIBLE = /[\u0080-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g;

const picture = (character) => {
  const code = character.charCodeAt(0);
  return code === DELETE ? DELETE_PICTURE : String.fromCharCode(CONTROL_PICTURES + code);
};
const named = (character) => `⟨U+${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")}⟩`;

/** `text` on one line, at most `limit` characters, control and direction characters shown as signs. */
export function plain(text, limit = 300) {
  const characters = [...String(text)];
  const kept = characters.length > limit ? `${characters.slice(0, limit).join("")}…` : String(text);
  return kept.replace(CONTROLS, picture).replace(OTHER_INVISIBLE, named);
}

/** A JSON value on several lines, with the same care. */
export function plainJson(value) {
  return JSON.stringify(value, null, 2).replace(OTHER_INVISIBLE, named);
}
