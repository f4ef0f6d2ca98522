/** Keys that act anywhere but in a field, and the list of them; who is in their way turns them off there. */

import { button, el } from "../view/dom";
import { isOn, setOn } from "./alarm";
import { word } from "./words";

const LISTED: [string, string][] = [
  ["j  k", "key_next"],
  ["t", "key_take"],
  ["r", "key_reply"],
  ["/", "key_canned"],
  ["s", "key_suggest"],
  ["n", "key_note"],
  ["Enter", "key_send"],
  ["Esc", "key_leave"],
  ["?", "key_help"],
];

export function listenToKeys(actions: Record<string, () => void>): void {
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && isField(event.target) && !event.defaultPrevented) (event.target as HTMLElement).blur();
    const isBusy = event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]") || isField(event.target);
    const act = Object.hasOwn(actions, event.key) ? actions[event.key] : undefined;
    if (isBusy || !act || !isOn("keys")) return;
    event.preventDefault();
    act();
  });
}

const isField = (target: EventTarget | null): boolean => target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement;

/** The dialog that lists the keys, with the switches for them and for the sound. */
export function keysDialog(): HTMLDialogElement {
  const rows = LISTED.map(([keys, name]) => el("div", {}, el("dt", {}, ...keys.split("  ").map((key) => el("kbd", {}, key))), el("dd", {}, word(name))));
  const dialog = el("dialog", { class: "keys", "aria-label": word("keys_title") }, el("h2", {}, word("keys_title")), el("dl", {}, ...rows));
  const close = button({ class: "primary" }, () => dialog.close(), word("close"));
  dialog.append(toggle("keys", "single_keys"), toggle("sound", "sound"), el("div", { class: "answers" }, close));
  return dialog;
}

function toggle(name: string, label: string): HTMLElement {
  const box = el("input", { type: "checkbox", id: `set-${name}` });
  box.checked = isOn(name);
  box.addEventListener("change", () => setOn(name, box.checked));
  return el("p", { class: "setting" }, box, el("label", { for: `set-${name}` }, word(label)));
}
