/** The widget: one script tag puts a launcher on any page, which opens the chat page in a frame of its own. */

import { type FromChat, isFromChat } from "../embedded_words";
import { settingsOf, type WidgetSettings } from "./settings";
import { sheetOf } from "./style";
import { type WidgetTexts, widgetTexts } from "./texts";

const GREETED = "instructrec.greeted";
const BUBBLE = "M4 5.500h16v11H11l-4.500 4v-4H4z";

class Widget {
  private readonly host = document.createElement("div");
  private readonly root = this.host.attachShadow({ mode: "open" });
  private readonly launcher: HTMLButtonElement;
  private readonly panel = make("div", "panel");
  private readonly count = make("span", "count");
  private frame: HTMLIFrameElement | null = null;
  private greeting: HTMLElement | null = null;

  constructor(private readonly settings: WidgetSettings, private readonly texts: WidgetTexts) {
    this.root.adoptedStyleSheets = [sheetOf(settings)];
    this.launcher = make("button", `launcher ${settings.side}`);
    this.launcher.setAttribute("aria-haspopup", "dialog");
    this.launcher.append(bubble(), this.count);
    this.launcher.addEventListener("click", () => this.toggle());
    this.panel.classList.add(settings.side);
    this.panel.setAttribute("role", "dialog");
    this.panel.setAttribute("aria-label", texts.frame);
    this.panel.hidden = true;
    this.count.hidden = true;
    this.root.append(this.launcher, this.panel);
    this.root.addEventListener("keydown", (event) => (event as KeyboardEvent).key === "Escape" && this.close());
    addEventListener("message", (event) => this.hear(event));
    this.label();
  }

  show(): void {
    document.body.append(this.host);
    if (this.settings.greetAfter > 0 && !wasGreeted()) setTimeout(() => this.greet(), this.settings.greetAfter * 1000);
  }

  private toggle(): void {
    if (this.panel.hidden) this.open();
    else this.close();
  }

  private open(): void {
    this.frame ??= this.load();
    this.panel.hidden = false;
    this.endGreeting();
    this.tell(0);
    this.label();
    this.frame.focus();
    this.frame.contentWindow?.postMessage({ to: "instructrec", kind: "opened" }, this.settings.base.origin);
  }

  private close(): void {
    if (this.panel.hidden) return;
    this.panel.hidden = true;
    this.label();
    this.launcher.focus();
    this.frame?.contentWindow?.postMessage({ to: "instructrec", kind: "closed" }, this.settings.base.origin);
  }

  private load(): HTMLIFrameElement {
    const frame = document.createElement("iframe");
    const address = new URL("index.html", this.settings.base);
    address.searchParams.set("embedded", "");
    if (this.settings.colour) address.searchParams.set("colour", this.settings.colour);
    frame.src = address.href;
    frame.title = this.texts.frame;
    this.panel.append(frame);
    return frame;
  }

  private hear(event: MessageEvent): void {
    if (!this.frame || event.source !== this.frame.contentWindow || event.origin !== this.settings.base.origin) return;
    if (!isFromChat(event.data)) return;
    const said: FromChat = event.data;
    if (said.kind === "close") this.close();
    else if (this.panel.hidden) this.tell(said.unread);
  }

  private tell(unread: number): void {
    this.count.hidden = unread === 0;
    this.count.textContent = unread > 9 ? "9+" : String(unread);
  }

  private label(): void {
    const isOpen = !this.panel.hidden;
    this.launcher.classList.toggle("is-open", isOpen);
    this.launcher.setAttribute("aria-expanded", String(isOpen));
    this.launcher.setAttribute("aria-label", isOpen ? this.texts.close : this.texts.open);
  }

  private greet(): void {
    if (!this.panel.hidden || this.greeting) return;
    const open = make("button", "");
    open.textContent = this.settings.greeting || this.texts.greeting;
    open.addEventListener("click", () => this.open());
    const dismiss = make("button", "dismiss");
    dismiss.textContent = "×";
    dismiss.setAttribute("aria-label", this.texts.dismiss);
    dismiss.addEventListener("click", () => this.endGreeting());
    this.greeting = make("div", `greeting ${this.settings.side}`);
    this.greeting.setAttribute("role", "status");
    this.greeting.append(open, dismiss);
    this.root.append(this.greeting);
    rememberGreeting();
  }

  private endGreeting(): void {
    this.greeting?.remove();
    rememberGreeting();
  }
}

function make<Tag extends "div" | "span" | "button">(tag: Tag, names: string): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag);
  if (element instanceof HTMLButtonElement) element.type = "button";
  element.className = names;
  return element;
}

function bubble(): SVGSVGElement {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  path.setAttribute("d", BUBBLE);
  svg.append(path);
  return svg;
}

/** A browser that keeps nothing is greeted on every page: no storage is no fault. */
function wasGreeted(): boolean {
  try {
    return localStorage.getItem(GREETED) !== null;
  } catch {
    return false;
  }
}

function rememberGreeting(): void {
  try {
    localStorage.setItem(GREETED, "1");
  } catch {
    // see wasGreeted
  }
}

const script = document.currentScript;
if (script instanceof HTMLScriptElement) {
  const widget = new Widget(settingsOf(script), widgetTexts(navigator.languages));
  if (document.body) widget.show();
  else addEventListener("DOMContentLoaded", () => widget.show());
}
