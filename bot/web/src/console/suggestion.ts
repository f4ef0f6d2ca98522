/** The dialog in which a colleague chooses what to recommend, ranked for the person's need. */

import { languageOf } from "../language";
import { button, el } from "../view/dom";
import type { Suggestion } from "./desk";
import { word } from "./words";

/** Opens the dialog; it closes by sending, by Cancel and by Escape. */
export function chooseFrom(suggestion: Suggestion, onSend: (items: string[], text: string) => void): void {
  const boxes = suggestion.items.map((item, at) => el("input", { type: "checkbox", id: `pick${at}`, value: item.item_id }));
  const text = el("textarea", { rows: 2, maxlength: 2000, "aria-label": word("reply") });
  text.value = suggestion.text;
  const chosen = (): string[] => boxes.filter((box) => box.checked).map((box) => box.value);
  const dialog = el("dialog", { class: "picking", "aria-label": word("suggest_title") });
  const send = button({ class: "primary" }, () => {
    onSend(chosen(), text.value.trim());
    dialog.close();
  });
  const refresh = (): void => {
    send.disabled = chosen().length === 0;
    send.textContent = word("suggest_send", { n: chosen().length });
  };
  boxes.slice(0, 3).forEach((box) => (box.checked = true));
  boxes.forEach((box) => box.addEventListener("change", refresh));
  refresh();
  const rows = suggestion.items.map((item, at) =>
    el(
      "li",
      {},
      boxes[at],
      el(
        "label",
        { for: `pick${at}`, lang: languageOf(item.title) },
        el("span", { class: "item-title" }, item.title),
        el("span", { class: "item-subtitle" }, item.subtitle),
        item.reasons[0] && el("span", { class: "item-reason" }, item.reasons[0]),
      ),
    ),
  );
  const list = rows.length ? el("ul", { class: "picks" }, ...rows) : el("p", {}, word("suggest_none"));
  const cancel = button({ class: "secondary" }, () => dialog.close(), word("cancel"));
  const sending = rows.length ? [text, el("div", { class: "answers" }, cancel, send)] : [el("div", { class: "answers" }, cancel)];
  dialog.append(el("h2", {}, word("suggest_title")), el("p", {}, word("suggest_text")), list, ...sending);
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
  boxes[0]?.focus();
}
