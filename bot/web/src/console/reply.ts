/** Where a colleague writes: Enter sends, canned answers and recommendations are a key away. */

import { button, el } from "../view/dom";
import { icon } from "../view/icons";
import { type Canned } from "./desk";
import { word } from "./words";

/** How often the person's page is told that the colleague still writes. */
const TYPING_EVERY_MS = 3_000;

interface ReplyEnds {
  send: (text: string) => Promise<boolean>;
  suggest: () => void;
  typing: (isTyping: boolean) => void;
}

export class Reply {
  readonly element: HTMLElement;
  private readonly area = el("textarea", { id: "reply", rows: 2, maxlength: 2000, "aria-label": word("reply"), placeholder: word("reply_hint"), dir: "auto" });
  private readonly canned = el("ul", { class: "canned", hidden: true, "aria-label": word("canned") });
  private readonly opener: HTMLButtonElement;
  private toldAt = 0;

  constructor(private readonly ends: ReplyEnds) {
    this.opener = button({ class: "tool", "aria-expanded": "false" }, () => this.toggleCanned(), icon("text"), word("canned"));
    const suggest = button({ class: "tool" }, () => this.ends.suggest(), icon("spark"), word("suggest"));
    const send = button({ class: "send", "aria-label": word("send"), title: word("send") }, () => this.submit(), icon("send"));
    this.element = el("div", { class: "reply" }, el("div", { class: "tools" }, this.opener, suggest), this.canned, el("div", { class: "field" }, this.area, send));
    this.area.addEventListener("input", () => this.typed());
    this.area.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
      event.preventDefault();
      this.submit();
    });
    this.element.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || this.canned.hidden) return;
      event.preventDefault();
      this.toggleCanned();
    });
  }

  focus(): void {
    this.area.focus();
  }

  /** The canned answers that fit the person's language. */
  offer(answers: Canned[]): void {
    this.canned.replaceChildren(...answers.map((answer) => el("li", {}, button({ title: answer.text }, () => this.insert(answer.text), answer.title))));
  }

  toggleCanned(): void {
    this.canned.hidden = !this.canned.hidden;
    this.opener.setAttribute("aria-expanded", String(!this.canned.hidden));
    if (this.canned.hidden) this.focus();
    else this.canned.querySelector("button")?.focus();
  }

  clear(): void {
    this.area.value = "";
  }

  private insert(text: string): void {
    this.area.value = this.area.value ? `${this.area.value.trimEnd()} ${text}` : text;
    this.toggleCanned();
    this.typed();
  }

  private typed(): void {
    const isWriting = this.area.value.trim() !== "";
    if (isWriting && Date.now() - this.toldAt < TYPING_EVERY_MS) return;
    this.toldAt = isWriting ? Date.now() : 0;
    this.ends.typing(isWriting);
  }

  private submit(): void {
    const text = this.area.value.trim();
    if (!text) return;
    void this.ends.send(text).then((isSent) => {
      if (isSent && this.area.value.trim() === text) this.clear();
      this.toldAt = 0;
    });
  }
}
