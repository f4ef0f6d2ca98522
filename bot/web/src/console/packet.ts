/** What a colleague should know before the first word, and the notes that colleagues leave each other. */

import { languageOf } from "../language";
import { button, el } from "../view/dom";
import type { Handoff, Titled } from "./desk";
import { word, wordFor } from "./words";

export class PacketView {
  readonly element = el("aside", { class: "packet", "aria-label": word("packet") });
  readonly note = el("textarea", { id: "note", rows: 2, maxlength: 2000, "aria-label": word("note"), placeholder: word("note") });
  private readonly facts = el("div", { class: "facts" });
  private readonly notes = el("ul", { class: "notes" });

  constructor(onNote: (text: string) => Promise<boolean>) {
    const keep = (): void => {
      const text = this.note.value.trim();
      if (text) void onNote(text).then((isKept) => isKept && (this.note.value = ""));
    };
    this.note.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      keep();
    });
    const noting = el("section", { class: "noting" }, el("h2", {}, word("notes")), this.notes, this.note, button({ class: "secondary" }, keep, word("note_add")));
    this.element.append(el("h1", {}, word("packet")), this.facts, noting);
  }

  show(handoff: Handoff): void {
    const { packet } = handoff;
    const conditions = packet.constraints.map((c) => `${c.facet}: ${wordFor("op_", c.op)}${c.value}`);
    const asked = packet.clarifications ? word("clarifications", { n: packet.clarifications }) : "";
    this.facts.replaceChildren(
      fact(word("need"), [el("p", { class: "the-need", lang: languageOf(handoff.need) }, handoff.need || packet.text || word("nothing"))]),
      fact(word("reason"), [el("p", {}, [wordFor("reason_", handoff.reason), asked].filter(Boolean).join(" · "))]),
      fact(word("constraints"), [chips(conditions)]),
      fact(word("shown"), [chips(titles(packet.shown))]),
      fact(word("liked"), [chips(titles(packet.liked))]),
      fact(word("refused"), [chips(titles(packet.refused))]),
      fact(word("channel"), [el("p", {}, `${handoff.channel} · ${wordFor("language_", handoff.language)}`)]),
    );
    this.notes.replaceChildren(...handoff.notes.map((note) => el("li", {}, el("strong", {}, note.agent), " ", el("span", { lang: languageOf(note.text) }, note.text))));
  }
}

const titles = (items: Titled[]): string[] => items.map((item) => item.title);

function chips(names: string[]): HTMLElement {
  if (!names.length) return el("p", { class: "nothing" }, word("nothing"));
  return el("ul", { class: "tags" }, ...names.map((name) => el("li", { lang: languageOf(name) }, name)));
}

const fact = (label: string, content: HTMLElement[]): HTMLElement => el("section", {}, el("h2", {}, label), ...content);
