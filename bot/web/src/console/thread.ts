/** The transcript of the handoff that is open, live; text nodes only. */

import { language, languageOf } from "../language";
import { button, el } from "../view/dom";
import type { Item, Message } from "../wire";
import { word, wordFor } from "./words";

const NEAR_END_PX = 80;

export class Thread {
  readonly element: HTMLElement;
  private readonly log = el("div", { role: "log", class: "lines", "aria-label": word("log") });
  private readonly typing = el("p", { class: "person-types", role: "status" });
  private readonly seen = new Set<number>();
  /** Whether the reader is at the end, and stays there when the field below grows. */
  private isFollowing = true;

  constructor(private readonly onChosen: (item: Item) => Promise<unknown>) {
    this.element = el("div", { class: "transcript", tabindex: 0 }, this.log, this.typing);
    this.element.addEventListener("scroll", () => (this.isFollowing = this.isAtEnd), { passive: true });
    new ResizeObserver(() => this.isFollowing && this.toEnd()).observe(this.element);
  }

  clear(): void {
    this.seen.clear();
    this.log.replaceChildren();
    this.isFollowing = true;
    this.showTyping(false);
  }

  /** Adds a message once; true when it was not there. */
  add(message: Message): boolean {
    if (this.seen.has(message.seq)) return false;
    this.seen.add(message.seq);
    this.log.append(this.line(message));
    if (message.from === "user") this.showTyping(false);
    if (this.isFollowing) this.toEnd();
    return true;
  }

  private get isAtEnd(): boolean {
    return this.element.scrollHeight - this.element.scrollTop - this.element.clientHeight < NEAR_END_PX;
  }

  toEnd(): void {
    this.element.scrollTop = this.element.scrollHeight;
  }

  showTyping(isTyping: boolean): void {
    this.typing.textContent = isTyping ? `${word("user")} ${word("typing")}` : "";
    if (this.isFollowing) this.toEnd();
  }

  private line(message: Message): HTMLElement {
    if (message.from === "system" || message.type === "notice") return el("p", { class: "line notice", lang: languageOf(message.text) }, message.text);
    return el(
      "article",
      { class: `line from-${message.from}` },
      el("p", { class: "line-head" }, el("span", { class: "sender" }, wordFor("", message.from)), message.at && clock(message.at)),
      message.text && el("p", { class: "bubble", lang: languageOf(message.text), dir: "auto" }, message.text),
      message.slate && el("ol", { class: "items" }, ...message.slate.items.map((item) => this.item(item))),
      message.choices.length > 0 && el("p", { class: "offered" }, message.choices.map((choice) => choice.title).join(" · ")),
    );
  }

  private item(item: Item): HTMLElement {
    const chosen = button({ class: "quiet", "aria-label": `${word("mark_chosen")}: ${item.title}` }, () => {
      void this.onChosen(item).then(() => {
        chosen.disabled = true;
        chosen.textContent = word("chosen");
      }, () => undefined);
    }, word("mark_chosen"));
    return el("li", {}, el("span", { class: "item-title" }, item.title), item.subtitle && el("span", { class: "item-subtitle" }, item.subtitle), chosen);
  }
}

function clock(at: Date): HTMLElement {
  return el("time", { datetime: at.toISOString() }, new Intl.DateTimeFormat(language, { hour: "numeric", minute: "2-digit" }).format(at));
}
