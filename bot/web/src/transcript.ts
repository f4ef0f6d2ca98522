/** The conversation as a text file that the person can keep. */

import { language, text } from "./language";
import type { Message } from "./wire";

/** One line a message, slates as numbered titles. */
export function transcript(messages: Message[]): string {
  return messages.filter((message) => !message.isPassing).map(line).join("\n") + "\n";
}

function line(message: Message): string {
  const at = message.at ? new Intl.DateTimeFormat(language, { dateStyle: "short", timeStyle: "short" }).format(message.at) : "";
  const who = text(message.from === "user" ? "you" : message.from === "agent" ? "agent" : "bot");
  const items = (message.slate?.items ?? []).map((item, index) => `\n  ${index + 1}. ${item.title}${item.subtitle ? ` (${item.subtitle})` : ""}`);
  return `[${at}] ${who}: ${message.text}${items.join("")}`;
}

/** Hands the text over as a download made in the browser. */
export function download(name: string, words: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([words], { type: "text/plain;charset=utf-8" }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
