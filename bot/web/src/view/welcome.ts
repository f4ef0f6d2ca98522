/** What a newcomer sees: what this is for, and requests to begin with. */

import { language, text, texts } from "../language";
import { button, el } from "./dom";
import { icon } from "./icons";

const SHOWN = 4;

export function welcomeView(say: (words: string) => void): HTMLElement {
  const list = el("ul", { class: "samples", "aria-label": text("samples") });
  const show = (samples: string[]): void => list.replaceChildren(...samples.slice(0, SHOWN).map((words) => el("li", {}, sample(words, say))));
  show(texts("general_samples"));
  void packSamples().then((samples) => samples.length && show(samples));
  return el(
    "section",
    { class: "welcome" },
    el("div", { class: "welcome-mark", "aria-hidden": "true" }, icon("spark")),
    el("h2", {}, text("welcome_title")),
    el("p", {}, text("welcome_text")),
    list,
  );
}

const sample = (words: string, say: (words: string) => void): HTMLElement =>
  button({ class: "sample" }, () => say(words), el("span", {}, words), icon("send"));

/** The requests that the packs suggest, or none. */
async function packSamples(): Promise<string[]> {
  try {
    const response = await fetch(new URL("samples.json", document.baseURI), { credentials: "omit" });
    const samples = ((await response.json()) as Record<string, unknown>)[language];
    return Array.isArray(samples) ? samples.filter((words) => typeof words === "string") : [];
  } catch {
    return [];
  }
}
