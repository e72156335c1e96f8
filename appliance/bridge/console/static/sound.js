// The device's sounds, by what they mean: "seen" is not "the LGO has it".

import { byId } from "./dom.js";

const KEY = "comptoir.son";
const VOLUME = 0.12;
const RAMP_S = 0.008;
/** Each tone as [frequency in Hz, start in s, length in s]. */
const TONES = {
  seen: [[1760, 0, 0.07]],
  known: [[1760, 0, 0.06], [2350, 0.08, 0.1]],
  lgo_has_it: [
    [1320, 0, 0.08],
    [1980, 0.1, 0.14],
  ],
  check: [
    [660, 0, 0.12],
    [660, 0.2, 0.12],
  ],
  refused: [[220, 0, 0.35]],
};

/** Plays the tones that the counter's mirror counts, when the switch is on. */
export class Sound {
  #context = null;
  #isOn = sessionStorage.getItem(KEY) === "on";
  #heard = null;

  constructor() {
    byId("sound-switch").addEventListener("click", () => {
      this.#isOn = !this.#isOn;
      sessionStorage.setItem(KEY, this.#isOn ? "on" : "off");
      this.#show();
      if (this.#isOn) this.#play("seen");
    });
    this.#show();
  }

  /** Play the tone of a state that is newer than the one heard before; a restarted counter counts anew. */
  hear({ counter }) {
    if (!counter) return;
    const isNew = this.#heard !== null && counter.tones !== this.#heard && counter.tones > 0;
    this.#heard = counter.tones;
    if (isNew && this.#isOn) this.#play(counter.tone);
  }

  #show() {
    byId("sound-switch").setAttribute("aria-checked", String(this.#isOn));
  }

  async #play(tone) {
    if (!Object.hasOwn(TONES, tone)) return;
    this.#context ??= new AudioContext();
    // A browser keeps quiet until the page was touched once: then the tone is old and is not played.
    if (this.#context.state !== "running") {
      const asked = performance.now();
      const LATE_MS = 300;
      await this.#context.resume();
      if (performance.now() - asked > LATE_MS) return;
    }
    for (const [frequency, start, length] of TONES[tone]) this.#beep(frequency, this.#context.currentTime + start, length);
  }

  #beep(frequency, at, length) {
    const oscillator = new OscillatorNode(this.#context, { type: "triangle", frequency });
    const gain = new GainNode(this.#context, { gain: 0 });
    gain.gain.setValueAtTime(0, at);
    gain.gain.linearRampToValueAtTime(VOLUME, at + RAMP_S);
    gain.gain.setValueAtTime(VOLUME, at + length - RAMP_S);
    gain.gain.linearRampToValueAtTime(0, at + length);
    oscillator.connect(gain).connect(this.#context.destination);
    oscillator.start(at);
    oscillator.stop(at + length);
  }
}
