/** The line that says who answers, while it is not the bot alone. */

import { type Owner } from "../conversation";
import { language, text } from "../language";
import { el } from "./dom";
import { icon } from "./icons";

export class Banner {
  private readonly words = el("span", { lang: language });
  readonly element = el("p", { class: "banner", role: "status", hidden: true }, icon("person"), this.words);

  show({ owner, agent }: Owner): void {
    this.element.hidden = owner === "bot";
    this.element.dataset.owner = owner;
    this.words.textContent = owner === "waiting" ? text("banner_waiting") : owner === "human" ? text("banner_human", { agent: agent || text("agent") }) : "";
  }
}
