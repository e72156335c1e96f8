// The device's sounds, by what they mean: "seen" is not "the LGO has it".

import { byId } from "./dom.js";
import { t } from "./texts.js";

const KEY = "comptoir.son";
const VOLUME = 0.2;
const RAMP_S = 0.008;
/** Plays the tones that the counter's mirror counts, when the switch is on. */
export class Sound {
  #context = null;
  #isOn = sessionStorage.getItem(KEY) === "on";
  #heard = null;
  /** Each tone as [frequency in Hz (0 is silence), length in ms], as the device plays it. */
  #tones = JSON.parse(byId("sound-switch").dataset.tones);

  constructor() {
    byId("sound-switch").addEventListener("click", () => {
      this.#isOn = !this.#isOn;
      sessionStorage.setItem(KEY, this.#isOn ? "on" : "off");
      this.#show();
      if (this.#isOn) this.#play("seen", 1);
    });
    this.#show();
  }

  /** Play the tone of a state that is newer than the one heard before; a restarted counter counts anew. */
  hear({ counter }) {
    if (!counter) return;
    const isNew = this.#heard !== null && counter.tones !== this.#heard && counter.tones > 0;
    this.#heard = counter.tones;
    if (isNew && this.#isOn) this.#play(counter.tone, counter.loudness);
    this.#showSignal(counter, isNew);
  }

  /** Lamp and tone in words, for a page without sound or colour: what was said last, and the camera's light. */
  #showSignal({ tone, loudness, light }, isNew) {
    const said = Object.hasOwn(this.#tones, tone) ? t(`tone.${tone}`) : t("device.signal.none");
    const mute = Object.hasOwn(this.#tones, tone) && loudness === 0 ? t("device.signal.mute") : "";
    const lit = light > 0 ? t("device.signal.light", { percent: Math.round(light * 100) }) : "";
    byId("signals-text").textContent = said + mute + lit;
    byId("signals").dataset.tone = tone;
    if (!isNew) return;
    byId("signals").classList.remove("is-new");
    void byId("signals").offsetWidth; // a class put back in the same frame starts no animation
    byId("signals").classList.add("is-new");
  }

  #show() {
    byId("sound-switch").setAttribute("aria-checked", String(this.#isOn));
  }

  async #play(tone, loudness) {
    if (!Object.hasOwn(this.#tones, tone) || loudness === 0) return;
    this.#context ??= new AudioContext();
    // A browser keeps quiet until the page was touched once: then the tone is old and is not played.
    if (this.#context.state !== "running") {
      const asked = performance.now();
      const LATE_MS = 300;
      await this.#context.resume();
      if (performance.now() - asked > LATE_MS) return;
    }
    let at = this.#context.currentTime;
    for (const [frequency, ms] of this.#tones[tone]) {
      if (frequency) this.#beep(frequency, at, ms / 1000, VOLUME * loudness);
      at += ms / 1000;
    }
  }

  #beep(frequency, at, length, volume) {
    const oscillator = new OscillatorNode(this.#context, { type: "triangle", frequency });
    const gain = new GainNode(this.#context, { gain: 0 });
    gain.gain.setValueAtTime(0, at);
    gain.gain.linearRampToValueAtTime(volume, at + RAMP_S);
    gain.gain.setValueAtTime(volume, at + length - RAMP_S);
    gain.gain.linearRampToValueAtTime(0, at + length);
    oscillator.connect(gain).connect(this.#context.destination);
    oscillator.start(at);
    oscillator.stop(at + length);
  }
}
