/** The current need as chips above the composer; pressing one takes it back. */

import { text } from "../language";
import type { Choice } from "../wire";
import { button, el } from "./dom";
import { icon } from "./icons";

export class NeedBar {
  private readonly chips = el("ul", { class: "chips" });
  readonly element = el("section", { class: "need", "aria-label": text("need"), hidden: true }, el("span", { class: "need-label", "aria-hidden": "true" }, text("need")), this.chips);

  constructor(
    private readonly press: (choice: Choice) => void,
    private readonly onFocusLost: () => void,
  ) {}

  show(chips: Choice[]): void {
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
