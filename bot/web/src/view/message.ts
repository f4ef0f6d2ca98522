/** One message of the log: a bubble, cards, a table or a notice. */

import type { Feedback } from "../feedback";
import { language, languageOf, speaking, text } from "../language";
import type { Entry } from "../outbox";
import type { Choice, Message } from "../wire";
import { comparisonOf, compareView } from "./compare";
import { button, el, unseen } from "./dom";
import { icon } from "./icons";
import { slateView } from "./slate";

export function messageView(message: Message, feedback: Feedback, press: (choice: Choice) => void): HTMLElement {
  return speaking(message.text ? languageOf(message.text) : language, () => view(message, feedback, press));
}

function view(message: Message, feedback: Feedback, press: (choice: Choice) => void): HTMLElement {
  const isNotice = message.type === "notice" || message.from === "system";
  if (isNotice && !message.slate) return el("p", { class: "notice", lang: languageOf(message.text) }, message.text);
  const compare = comparisonOf(message);
  return el(
    "article",
    { class: `message from-${message.from}` },
    unseen(`${text(nameKey(message))}: `),
    message.from !== "user" && avatar(message),
    el(
      "div",
      { class: "content" },
      message.from === "agent" && el("p", { class: "sender", "aria-hidden": "true" }, text("agent")),
      message.text && bubble(message.text),
      compare ? compareView(compare) : message.slate && slateView(message.slate, feedback, press),
      message.at && time(message.at),
    ),
  );
}

const nameKey = (message: Message): string => (message.from === "user" ? "you" : message.from === "agent" ? "agent" : "bot");

const avatar = (message: Message): HTMLElement =>
  el("div", { class: "avatar", "aria-hidden": "true" }, icon(message.from === "agent" ? "person" : "spark"));

const bubble = (words: string): HTMLElement => el("p", { class: "bubble", lang: languageOf(words), dir: "auto" }, words);

function time(at: Date): HTMLElement {
  const hour = new Intl.DateTimeFormat(language, { hour: "numeric", minute: "2-digit" }).format(at);
  return el("time", { datetime: at.toISOString() }, hour);
}

/** A message of the person that is on its way, or did not get through. */
export function entryView(entry: Entry, retry: (entry: Entry) => void): HTMLElement {
  const words = bubble(entry.text);
  const content = el("div", { class: "content" }, words);
  if (entry.state === "pending") content.append(el("p", { class: "state" }, entry.waitS ? text("slowed", { n: entry.waitS }) : text("sending")));
  if (entry.state === "failed") content.append(failure(entry, retry));
  const view = el("article", { class: `message from-user is-${entry.state}`, "data-id": entry.id }, unseen(`${text("you")}: `), content);
  return view;
}

const failure = (entry: Entry, retry: (entry: Entry) => void): HTMLElement =>
  el(
    "p",
    { class: "state" },
    `${text("failed")} ${entry.reason} `,
    button({ class: "retry" }, () => retry(entry), text("retry")),
  );

/** The line between two days, "" for today at the top of the log. */
export function dayView(at: Date): HTMLElement {
  return el("p", { class: "day" }, dayName(at));
}

function dayName(at: Date): string {
  const days = Math.round((startOfDay(new Date()) - startOfDay(at)) / 86_400_000);
  if (days === 0) return text("today");
  if (days === 1) return text("yesterday");
  return new Intl.DateTimeFormat(language, { weekday: "long", day: "numeric", month: "long" }).format(at);
}

const startOfDay = (at: Date): number => new Date(at.getFullYear(), at.getMonth(), at.getDate()).getTime();
