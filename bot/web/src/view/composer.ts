/** Where the person writes: grows with the text, counts near the limit, and leaves Enter to the input method while it composes. */

import { text } from "../language";
import { button, el } from "./dom";
import { icon } from "./icons";

const LIMIT = 2_000;
/** The counter shows from here on. */
const COUNT_FROM = 1_500;
const TYPING_EVERY_MS = 3_000;
/** Key code that browsers report for keys that an input method has taken. */
const COMPOSING_KEY = 229;

export class Composer {
  private readonly area = el("textarea", { id: "compose", rows: 1, placeholder: text("compose"), autocomplete: "off", enterkeyhint: "send", dir: "auto", "aria-describedby": "counter" });
  private readonly counter = el("p", { id: "counter", class: "counter" });
  private readonly alert = el("p", { class: "unseen", role: "status" });
  private readonly send = button({ class: "send", "aria-label": text("send"), title: text("send"), "aria-disabled": "true" }, () => this.submit(), icon("send"));
  readonly element = el(
    "form",
    { class: "composer" },
    el("label", { class: "unseen", for: "compose" }, text("compose_label")),
    el("div", { class: "field" }, this.area, this.send),
    this.counter,
    this.alert,
  );

  private toldAt = 0;

  constructor(
    private readonly onSay: (words: string) => void,
    private readonly onTyping: (isTyping: boolean) => void = () => undefined,
  ) {
    this.element.addEventListener("submit", (event) => event.preventDefault());
    this.area.addEventListener("input", () => {
      this.changed();
      this.tell();
    });
    this.area.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === COMPOSING_KEY) return;
      event.preventDefault();
      this.submit();
    });
  }

  focus(): void {
    this.area.focus({ preventScroll: true });
  }

  private submit(): void {
    const words = this.area.value.trim();
    if (words === "" || lengthOf(words) > LIMIT) return;
    this.area.value = "";
    this.changed();
    this.tell();
    this.onSay(words);
    this.focus();
  }

  /** Says now and then that something is being written, and at once that nothing is. */
  private tell(): void {
    const isWriting = this.area.value.trim() !== "";
    if (isWriting && Date.now() - this.toldAt < TYPING_EVERY_MS) return;
    this.toldAt = isWriting ? Date.now() : 0;
    this.onTyping(isWriting);
  }

  private changed(): void {
    const words = this.area.value.trim();
    const used = lengthOf(words);
    const over = used - LIMIT;
    this.send.setAttribute("aria-disabled", String(words === "" || over > 0));
    this.counter.textContent = used < COUNT_FROM ? "" : over > 0 ? text("too_long", { over }) : text("counter", { used, limit: LIMIT });
    this.alert.textContent = over > 0 ? text("too_long", { over: "" }).trim() : "";
    this.area.toggleAttribute("aria-invalid", over > 0);
    if (over > 0) this.area.setAttribute("aria-invalid", "true");
    this.fit();
  }

  /** For browsers that do not size a field by its content. */
  private fit(): void {
    if (CSS.supports("field-sizing", "content")) return;
    this.area.style.height = "auto";
    this.area.style.height = `${this.area.scrollHeight}px`;
  }
}

/** Characters as a person counts them on the gateway's side: code points, not UTF-16 units. */
const lengthOf = (words: string): number => [...words].length;
