/** The log of the conversation: keeps every message in its place and the reader at the right spot. */

import type { Feedback } from "../feedback";
import { language, text } from "../language";
import type { Entry } from "../outbox";
import type { Choice, Message } from "../wire";
import { button, el } from "./dom";
import { icon } from "./icons";
import { dayView, entryView, messageView } from "./message";

/** Closer to the end than this counts as reading the end. */
const NEAR_END_PX = 120;

interface LogEnds {
  feedback: Feedback;
  press: (choice: Choice) => void;
  retry: (entry: Entry) => void;
  /** Called after an element that held the focus is gone. */
  onFocusLost: () => void;
}

export class Log {
  readonly element: HTMLElement;
  private readonly list = el("div", { class: "messages" });
  private readonly outbox = el("div", { class: "outbox" });
  private readonly replies = el("div", { class: "choices" });
  private readonly typing = el("div", { class: "typing", hidden: true }, ...typingDots());
  private readonly status = el("p", { class: "unseen", role: "status" });
  private readonly latest: HTMLElement;
  private readonly scroller: HTMLElement;
  private readonly places = new Map<number, HTMLElement>();
  private choicesSeq = -1;
  /** The colleague who answers; "" for the bot. */
  private answerer = "";
  /** Whether the reader is at the end, and stays there when the composer grows or the keyboard comes up. */
  private isFollowing = true;

  constructor(
    private readonly ends: LogEnds,
    private readonly welcome: HTMLElement,
  ) {
    const log = el("div", { role: "log", "aria-live": "polite", "aria-relevant": "additions", "aria-label": text("log") }, this.list, this.outbox);
    const inner = el("div", { class: "column" }, welcome, log, this.typing, this.replies);
    this.scroller = el("main", { class: "scroller", tabindex: 0, "aria-label": text("log") }, inner);
    this.latest = button({ class: "latest", hidden: true, "aria-label": text("latest"), title: text("latest") }, () => this.toEnd(), icon("down"));
    this.scroller.addEventListener("scroll", () => this.scrolled(), { passive: true });
    new ResizeObserver(() => this.resized()).observe(this.scroller);
    this.element = el("div", { class: "log" }, this.scroller, this.latest, this.status);
  }

  /** Adds messages where their numbers belong. */
  add(messages: Message[], isReplay: boolean): void {
    const wasAtEnd = this.isAtEnd();
    this.list.parentElement!.setAttribute("aria-live", isReplay ? "off" : "polite");
    for (const message of messages) this.place(message);
    this.endPassing();
    this.showDays();
    this.showChoices(messages);
    this.welcome.hidden ||= messages.some((message) => message.from === "user");
    if (isReplay) this.toEnd("instant");
    else if (wasAtEnd) this.toNews(messages);
    else this.latest.hidden = false;
  }

  showOutbox(entries: Entry[]): void {
    const before = new Set([...this.outbox.children].map((child) => (child as HTMLElement).dataset.id));
    const hadFocus = this.outbox.contains(document.activeElement);
    this.outbox.replaceChildren(...entries.map((entry) => entryView(entry, this.ends.retry)));
    if (hadFocus && !this.outbox.contains(document.activeElement)) this.ends.onFocusLost();
    if (entries.length) this.welcome.hidden = true;
    if (entries.some((entry) => !before.has(entry.id))) {
      this.setChoices([]);
      this.toEnd();
    }
  }

  setAnswerer(name: string): void {
    this.answerer = name;
    this.typing.querySelector(".typing-text")!.textContent = this.typingText;
  }

  private get typingText(): string {
    return this.answerer ? text("agent_typing", { agent: this.answerer }) : text("typing");
  }

  showTyping(isTyping: boolean): void {
    if (isTyping === !this.typing.hidden) return;
    const wasAtEnd = this.isAtEnd();
    this.typing.hidden = !isTyping;
    this.status.textContent = isTyping ? this.typingText : "";
    if (isTyping && wasAtEnd) this.toEnd();
  }

  clear(): void {
    this.list.replaceChildren();
    this.places.clear();
    this.choicesSeq = -1;
    this.setChoices([]);
    this.welcome.hidden = false;
  }

  private place(message: Message): void {
    const view = messageView(message, this.ends.feedback, this.ends.press);
    view.dataset.seq = String(message.seq);
    view.dataset.from = message.from;
    if (message.isPassing) view.dataset.passing = "";
    if (message.at) view.dataset.day = message.at.toDateString();
    const next = [...this.places].filter(([seq]) => seq > message.seq).sort(([one], [other]) => one - other)[0];
    this.list.insertBefore(view, next ? next[1] : null);
    this.places.set(message.seq, view);
  }

  /** Takes away what only said that an answer was on its way, once there is one. */
  private endPassing(): void {
    const said = [...this.places].filter(([, view]) => view.dataset.from !== "user" && view.dataset.passing === undefined);
    const last = Math.max(-1, ...said.map(([seq]) => seq));
    for (const [seq, view] of this.places) {
      if (view.dataset.passing === undefined || seq > last) continue;
      view.remove();
      this.places.delete(seq);
    }
  }

  /** A line between messages of different days. */
  private showDays(): void {
    for (const line of this.list.querySelectorAll(".day")) line.remove();
    let before: string | undefined;
    for (const view of [...this.list.children] as HTMLElement[]) {
      const day = view.dataset.day;
      if (day && day !== before && (before || day !== new Date().toDateString())) view.before(dayView(new Date(day)));
      before = day ?? before;
    }
  }

  /** Quick replies belong to the last message that is not the person's; anything said takes them away. */
  private showChoices(messages: Message[]): void {
    for (const message of messages) {
      if (message.seq < this.choicesSeq) continue;
      this.choicesSeq = message.seq;
      this.setChoices(message.from === "user" ? [] : message.choices);
    }
  }

  private setChoices(choices: Choice[]): void {
    const hadFocus = this.replies.contains(document.activeElement);
    const buttons = choices.map((choice) => button({ class: "choice" }, () => this.ends.press(choice), choice.title));
    this.replies.replaceChildren(...buttons);
    if (choices.length) setGroup(this.replies);
    if (hadFocus) this.ends.onFocusLost();
  }

  private scrolled(): void {
    this.isFollowing = this.isAtEnd();
    this.latest.hidden = this.isFollowing;
  }

  private isAtEnd(): boolean {
    return this.scroller.scrollHeight - this.scroller.scrollTop - this.scroller.clientHeight < NEAR_END_PX;
  }

  private toEnd(behavior: ScrollBehavior = motion()): void {
    this.scroller.scrollTo({ top: this.scroller.scrollHeight, behavior });
  }

  /** To the end, but never past the start of an answer that is taller than the window. */
  private toNews(messages: Message[], behavior: ScrollBehavior = motion()): void {
    const start = this.startOf(Math.min(...messages.map((message) => message.seq)));
    this.isFollowing = start >= this.end;
    this.scroller.scrollTo({ top: Math.min(start, this.end), behavior });
  }

  /** Keeps the end in view, unless that would push the start of the newest answer out. */
  private resized(): void {
    if (!this.isFollowing) return;
    const start = this.outbox.childElementCount ? this.end : this.startOf(Math.max(...this.places.keys()));
    const isStartInView = this.scroller.scrollTop <= start;
    this.scroller.scrollTo({ top: isStartInView ? Math.min(start, this.end) : this.end, behavior: "instant" });
  }

  private get end(): number {
    return this.scroller.scrollHeight - this.scroller.clientHeight;
  }

  /** Where the log must be scrolled to for a message to begin at the top; the end when there is no such message. */
  private startOf(seq: number): number {
    const view = this.places.get(seq);
    if (!view) return this.end;
    return this.scroller.scrollTop + view.getBoundingClientRect().top - this.scroller.getBoundingClientRect().top - 12;
  }
}

const motion = (): ScrollBehavior => (matchMedia("(prefers-reduced-motion: reduce)").matches ? "instant" : "smooth");

function typingDots(): HTMLElement[] {
  const avatar = el("div", { class: "avatar", "aria-hidden": "true" }, icon("spark"));
  const dots = el("span", { class: "dots", "aria-hidden": "true" }, el("i"), el("i"), el("i"));
  return [avatar, dots, el("span", { class: "typing-text", "aria-hidden": "true", lang: language }, text("typing"))];
}

function setGroup(element: HTMLElement): void {
  element.setAttribute("role", "group");
  element.setAttribute("aria-label", text("choices"));
}
