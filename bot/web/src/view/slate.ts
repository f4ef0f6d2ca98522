/** A slate as numbered cards, so that "the second one" is seen to be the second. */

import { languageOf, text } from "../language";
import { ownImage, webLink } from "../links";
import type { Action, Choice, Item, Reason, Slate, Words } from "../wire";
import { button, el, unseen } from "./dom";
import { facetList } from "./facet";
import { icon, iconFor } from "./icons";
import type { Feedback } from "../feedback";

/** Reasons beyond these are folded away. */
const REASONS_SHOWN = 2;
const HUES = 12;

export function slateView(slate: Slate, feedback: Feedback, press: (choice: Choice) => void): HTMLElement {
  const cards = slate.items.map((item, index) => card(item, index + 1, slate.words, feedback, press));
  const eligible = slate.eligible === null ? null : el("p", { class: "eligible" }, text("eligible", { n: slate.eligible }));
  return el("div", { class: "slate" }, el("ol", { class: "cards", "aria-label": text("slate") }, ...cards), eligible);
}

function card(item: Item, position: number, words: Words, feedback: Feedback, press: (choice: Choice) => void): HTMLElement {
  return el(
    "li",
    { class: "card", "data-item": item.item_id, lang: languageOf(item.title) },
    cover(item, position),
    el(
      "div",
      { class: "card-body" },
      el("h2", { class: "card-title" }, title(item)),
      item.subtitle && el("p", { class: "card-subtitle" }, item.subtitle),
      facetList(item.facets, words, item.subtitle),
      reasons(item.reasons),
    ),
    item.actions.length > 0 && actions(item, feedback, press),
  );
}

function cover(item: Item, position: number): HTMLElement {
  const tile = el("div", { class: "cover", "data-hue": hueOf(item.item_id || item.title) });
  const address = ownImage(item.image);
  if (address) {
    const image = el("img", { src: address, alt: "", loading: "lazy", decoding: "async" });
    image.addEventListener("error", () => image.remove());
    tile.append(image);
  }
  tile.append(el("span", { class: "position" }, String(position)));
  return tile;
}

/** The same item has the same colour wherever it turns up. */
function hueOf(id: string): number {
  let hash = 7;
  for (const letter of id) hash = (hash * 31 + letter.codePointAt(0)!) % 99_991;
  return hash % HUES;
}

function title(item: Item): Node | string {
  const address = webLink(item.url);
  if (!address) return item.title;
  return el(
    "a",
    { href: address, target: "_blank", rel: "noopener noreferrer" },
    item.title,
    icon("away"),
    unseen(` (${text("link_opens")})`),
  );
}

function reasons(all: Reason[]): HTMLElement | null {
  if (!all.length) return null;
  const shown = reasonList(all.slice(0, REASONS_SHOWN));
  const folded = all.slice(REASONS_SHOWN);
  if (!folded.length) return shown;
  return el("div", {}, shown, el("details", { class: "more" }, el("summary", {}, text("more_reasons")), reasonList(folded)));
}

function reasonList(some: Reason[]): HTMLElement {
  const lines = some.map((reason) => {
    const name = reason.kind === "constraint" ? "check" : reason.kind;
    return el("li", {}, iconFor(name, "spark"), el("span", {}, reason.text));
  });
  return el("ul", { class: "reasons", "aria-label": text("why") }, ...lines);
}

function actions(item: Item, feedback: Feedback, press: (choice: Choice) => void): HTMLElement {
  const row = el("div", { class: "actions", role: "group", "aria-label": item.title });
  const buttons = item.actions.map((action) => actionButton(item, action, feedback, press, () => refresh()));
  const refresh = (): void => {
    for (const [index, action] of item.actions.entries()) showPressed(buttons[index]!, item, action, feedback);
  };
  refresh();
  row.append(...buttons);
  return row;
}

function actionButton(item: Item, action: Action, feedback: Feedback, press: (choice: Choice) => void, refresh: () => void): HTMLButtonElement {
  const label = `${action.title}: ${item.title}`;
  return button(
    { class: "action", "aria-label": label, title: action.title, "data-kind": action.kind },
    () => {
      if (feedback.isGiven(item.item_id, action.kind)) return;
      feedback.give(item.item_id, action.kind);
      refresh();
      press(action);
    },
    iconFor(action.kind, "other"),
  );
}

function showPressed(pressed: HTMLButtonElement, item: Item, action: Action, feedback: Feedback): void {
  if (!feedback.isKept(action.kind)) return;
  const isGiven = feedback.isGiven(item.item_id, action.kind);
  pressed.setAttribute("aria-pressed", String(isGiven));
}
