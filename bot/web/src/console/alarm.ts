/** Calls for attention: a sound made here, so that no file is asked for, and the number of waiting people in the tab. */

import { word } from "./words";

const KEY = "instructrec.console.";

/** A setting of this browser that is on or off. */
export function isOn(name: string): boolean {
  try {
    return localStorage.getItem(KEY + name) !== "off";
  } catch {
    return true;
  }
}

export function setOn(name: string, value: boolean): void {
  try {
    localStorage.setItem(KEY + name, value ? "on" : "off");
  } catch {
    // Storage may be forbidden; the setting then lasts as long as the page.
  }
}

export function showCount(waiting: number): void {
  document.title = waiting ? `(${waiting}) ${word("title")}` : word("title");
}

let context: AudioContext | undefined;

/** Two soft tones; silent where the browser allows none or the colleague turned them off. */
export function ring(): void {
  if (!isOn("sound")) return;
  try {
    context ??= new AudioContext();
    tone(context, 660, 0);
    tone(context, 880, 0.16);
  } catch {
    // A browser without sound still shows the number in the tab.
  }
}

function tone(audio: AudioContext, hertz: number, after: number): void {
  const start = audio.currentTime + after;
  const [oscillator, gain] = [audio.createOscillator(), audio.createGain()];
  oscillator.frequency.value = hertz;
  gain.gain.setValueAtTime(0.0001, start);
  gain.gain.exponentialRampToValueAtTime(0.12, start + 0.02);
  gain.gain.exponentialRampToValueAtTime(0.0001, start + 0.3);
  oscillator.connect(gain).connect(audio.destination);
  oscillator.start(start);
  oscillator.stop(start + 0.32);
}
