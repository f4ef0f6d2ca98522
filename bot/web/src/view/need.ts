/** The current need as chips above the composer; pressing one takes it back. */

import { type Language, speaking, text } from "../language";
import type { Choice } from "../wire";
import { button, el } from "./dom";
import { icon } from "./icons";

export class NeedBar {
  private readonly chips = el("ul", { class: "chips" });
  private readonly label = el("span", { class: "need-label", "aria-hidden": "true" });
  readonly element = el("section", { class: "need", hidden: true }, this.label, this.chips);

  constructor(
    private readonly press: (choice: Choice) => void,
    private readonly onFocusLost: () => void,
  ) {}

  /** The chips, with the page's words around them in the language of the message that brought them. */
  show(chips: Choice[], spoken: Language): void {
    speaking(spoken, () => this.fill(chips));
  }

  private fill(chips: Choice[]): void {
    this.label.textContent = text("need");
    this.element.setAttribute("aria-label", text("need"));
    const hadFocus = this.chips.contains(document.activeElement);
    this.chips.replaceChildren(...chips.map((chip) => el("li", {}, this.chip(chip))));
    this.element.hidden = chips.length === 0;
    if (!hadFocus) return;
    const first = this.chips.querySelector("button");
    if (first) first.focus();
    else this.onFocusLost();
  }

  private chip(chip: Choice): HTMLButtonElement {
    const label = text("remove", { title: chip.title });
    const made = button(
      { class: "chip", "aria-label": label, title: label },
      () => {
        if (made.getAttribute("aria-disabled") === "true") return;
        made.setAttribute("aria-disabled", "true");
        this.press(chip);
      },
      el("span", {}, chip.title),
      icon("close"),
    );
    return made;
  }
}
