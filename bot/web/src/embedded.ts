/** The page inside the widget's frame: its colour, its close button, and what it tells the widget. */

import { type FromChat, isFromWidget } from "./embedded_words";
import { text } from "./language";
import { button } from "./view/dom";
import { icon } from "./view/icons";
import { inkOn } from "./widget/style";

const asked = new URLSearchParams(location.search);
const COLOUR = /^#[0-9a-f]{6}$/i;

export const isEmbedded = asked.has("embedded") && window.parent !== window;

/** Takes over the brand colour that the page around the widget has set. */
export function takeColour(): void {
  const colour = asked.get("colour") ?? "";
  if (!COLOUR.test(colour)) return;
  document.documentElement.style.setProperty("--brand", colour);
  document.documentElement.style.setProperty("--on-brand", inkOn(colour));
}

/** Counts messages that arrive while the widget is closed, and closes it by button and by Escape. */
export class Embedding {
  private isOpen = true;
  private unread = 0;

  /** `onOpen` is called whenever the person opens the widget. */
  constructor(onOpen: () => void) {
    if (!isEmbedded) return;
    addEventListener("message", (event) => {
      if (event.source !== window.parent || !isFromWidget(event.data)) return;
      this.isOpen = event.data.kind === "opened";
      if (!this.isOpen) return;
      this.unread = 0;
      onOpen();
    });
    addEventListener("keydown", (event) => {
      if (event.key === "Escape" && !event.defaultPrevented && !document.querySelector("dialog[open]")) this.close();
    });
  }

  /** The button that closes the widget; null where the page stands alone. */
  closeButton(): HTMLElement | null {
    if (!isEmbedded) return null;
    const label = text("close_widget");
    const attributes = { class: "header-button", "aria-label": label, title: label, "data-control": "close" };
    return button(attributes, () => this.close(), icon("close"));
  }

  /** Tells of messages that came while nobody saw them. */
  arrived(count: number): void {
    if (!isEmbedded || this.isOpen) return;
    this.unread += count;
    this.say({ from: "instructrec", kind: "unread", unread: this.unread });
  }

  private close(): void {
    this.say({ from: "instructrec", kind: "close" });
  }

  /** To whatever page is around: a number and a wish to close are nobody's secret. */
  private say(said: FromChat): void {
    window.parent.postMessage(said, "*");
  }
}
