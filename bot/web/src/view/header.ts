/** The top of the page: who answers, a new conversation, and the person's own data. */

import { text } from "../language";
import { button, el } from "./dom";
import { icon } from "./icons";

interface HeaderEnds {
  /** Closes the widget that the page stands in; null where it stands alone. */
  close: HTMLElement | null;
  renew: () => void;
  download: () => void;
  link: () => void;
  erase: () => void;
}

export function headerView(ends: HeaderEnds): HTMLElement {
  const renew = question(text("new_conversation"), text("new_conversation_text"), [[text("start"), ends.renew]]);
  const erase = question(text("erase"), text("erase_text"), [[text("erase"), ends.erase]]);
  const data = question(text("menu"), text("menu_text"), [
    [text("download"), ends.download],
    [text("link"), ends.link],
    [text("erase"), () => erase.showModal()],
  ]);
  return el(
    "header",
    { class: "header" },
    el("div", { class: "mark", "aria-hidden": "true" }, icon("spark")),
    el("div", { class: "names" }, el("h1", {}, text("title")), el("p", {}, text("tagline"))),
    headerButton("person", text("menu"), () => data.showModal()),
    headerButton("compose", text("new_conversation"), () => renew.showModal()),
    ends.close,
    renew,
    data,
    erase,
  );
}

const headerButton = (name: "person" | "compose", label: string, onPress: () => void): HTMLElement =>
  button({ class: "header-button", "aria-label": label, title: label, "data-control": name }, onPress, icon(name));

/** A dialog with a title, a text and what one may do; Escape and Cancel leave it. */
function question(title: string, words: string, answers: [string, () => void][]): HTMLDialogElement {
  const dialog = el("dialog", { "aria-label": title }, el("h2", {}, title), el("p", {}, words));
  const answer = (label: string, onPress: () => void, kind: string): HTMLElement =>
    button({ class: kind }, () => {
      dialog.close();
      onPress();
    }, label);
  const buttons = answers.map(([label, onPress]) => answer(label, onPress, "primary"));
  dialog.append(el("div", { class: "answers" }, answer(text("cancel"), () => undefined, "secondary"), ...buttons));
  return dialog;
}
