/** The queue: who waits, how long, and who has whom. */

import { languageOf } from "../language";
import { button, el } from "../view/dom";
import type { Entry } from "./desk";
import { since, word, wordFor } from "./words";

export class Queue {
  readonly element = el("nav", { class: "queue", "aria-label": word("queue") });
  private readonly list = el("ul", { class: "entries" });
  private readonly empty = el("div", { class: "empty" }, el("p", { class: "empty-title" }, word("nobody_waits")), el("p", {}, word("nobody_waits_text")));
  private open = "";

  constructor(
    private readonly me: string,
    private readonly onOpen: (id: string) => void,
  ) {
    this.element.append(this.list, this.empty);
    setInterval(() => this.tick(), 1_000);
  }

  /** Those who wait for anybody, then mine, then those of others; within each the longest wait first. */
  show(entries: Entry[], open: string): void {
    this.open = open;
    const focused = document.activeElement instanceof HTMLElement && this.list.contains(document.activeElement) ? document.activeElement.dataset.id : undefined;
    const sorted = [...entries].sort((one, other) => this.rank(one) - this.rank(other) || time(one) - time(other));
    this.list.replaceChildren(...sorted.map((entry) => el("li", {}, this.entry(entry))));
    this.empty.hidden = entries.length > 0;
    if (focused) this.buttons.find((each) => each.dataset.id === focused)?.focus();
  }

  /** Moves to the next or the previous entry and opens it. */
  step(by: number): void {
    const buttons = this.buttons;
    const at = buttons.findIndex((each) => each.dataset.id === this.open);
    const next = buttons[Math.min(Math.max(at < 0 ? 0 : at + by, 0), buttons.length - 1)];
    next?.focus();
    next?.click();
  }

  private get buttons(): HTMLElement[] {
    return [...this.list.querySelectorAll<HTMLElement>("button")];
  }

  private rank(entry: Entry): number {
    if (entry.state === "open") return entry.hasMessage ? 2 : 0;
    return entry.agent === this.me ? 1 : 3;
  }

  private entry(entry: Entry): HTMLElement {
    const state = entry.hasMessage && entry.state === "open" ? "message" : entry.state === "open" ? "open" : entry.agent === this.me ? "mine" : "other";
    const label = { open: word("open"), message: word("message_left"), mine: word("mine"), other: word("with", { agent: entry.agent }) }[state];
    const wait = el("span", { class: "wait", "data-since": entry.waitingSince?.toISOString() });
    const words = entry.last?.text ?? "";
    const made = button(
      { class: "entry", "data-id": entry.id, "data-state": state, "aria-current": entry.id === this.open ? "true" : null },
      () => this.onOpen(entry.id),
      el("span", { class: "entry-head" }, el("span", { class: "state-tag" }, label), wait),
      el("span", { class: "entry-need", lang: languageOf(entry.need) }, entry.need || wordFor("reason_", entry.reason)),
      entry.last && el("span", { class: "entry-last", lang: languageOf(words) }, `${wordFor("", entry.last.from)}: ${words}`),
    );
    showWait(wait);
    return made;
  }

  private tick(): void {
    for (const wait of this.list.querySelectorAll<HTMLElement>(".wait")) showWait(wait);
  }
}

const time = (entry: Entry): number => entry.waitingSince?.getTime() ?? Number.MAX_SAFE_INTEGER;

function showWait(element: HTMLElement): void {
  const at = element.dataset.since;
  element.textContent = at ? word("waiting", { time: since(new Date(at)) }) : word("their_turn");
  element.classList.toggle("is-long", at !== undefined && Date.now() - new Date(at).getTime() > 60_000);
}
