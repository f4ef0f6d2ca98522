/** The console of one colleague who is logged in: queue, transcript, packet, and what they do. */

import { languageOf } from "../language";
import type { Message } from "../wire";
import { button, el } from "../view/dom";
import { icon } from "../view/icons";
import { ring, showCount } from "./alarm";
import * as desk from "./desk";
import { keysDialog, listenToKeys } from "./keys";
import { PacketView } from "./packet";
import { Queue } from "./queue";
import { Reply } from "./reply";
import { chooseFrom } from "./suggestion";
import { Thread } from "./thread";
import { word, wordFor } from "./words";

const LINE_MS = 5_000;

export class Console {
  readonly element: HTMLElement;
  private readonly queue: Queue;
  private readonly thread = new Thread((item) => this.doing(desk.choose(this.open, item.item_id)));
  private readonly packet = new PacketView(async (text) => this.did(desk.keepNote(this.open, text)));
  private readonly reply: Reply;
  private readonly status = el("p", { class: "status", role: "status", hidden: true });
  private readonly head = el("header", { class: "thread-head" });
  private readonly middle: HTMLElement;
  private readonly nothing: HTMLElement;
  private readonly keys = keysDialog();
  private entries: desk.Entry[] = [];
  private canned: Record<string, desk.Canned[]> = {};
  private open = "";
  /** Whether the focus goes to the reply once the conversation is ours. */
  private isTaking = false;
  private handoff: desk.Handoff | null = null;
  private leave: () => void = () => undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly me: string,
    private readonly onEnded: () => void,
  ) {
    this.queue = new Queue(me, (id) => this.show(id));
    this.reply = new Reply({ send: (text) => this.did(desk.say(this.open, text)), suggest: () => void this.suggest(), typing: (on) => void desk.type(this.open, on).catch(() => undefined) });
    this.middle = el("main", { class: "thread", hidden: true }, this.head, this.thread.element, this.reply.element);
    this.nothing = el("main", { class: "thread blank" }, el("div", { class: "welcome-mark", "aria-hidden": "true" }, icon("person")), el("h2", {}, word("pick")), el("p", {}, word("pick_text")));
    this.packet.element.hidden = true;
    const side = el("div", { class: "side" }, this.top(), this.queue.element);
    this.element = el("div", { class: "desk" }, side, this.middle, this.nothing, this.packet.element, this.status, this.keys);
    this.listen();
    void desk.canned().then((canned) => {
      this.canned = canned;
      this.refresh();
    });
    this.follow();
  }

  private top(): HTMLElement {
    const keys = button({ class: "header-button", "aria-label": word("keys"), title: word("keys") }, () => this.keys.showModal(), icon("explain"));
    const out = button({ class: "header-button", "aria-label": word("logout"), title: word("logout") }, () => void desk.logOut().finally(() => this.end()), icon("away"));
    return el("header", { class: "header" }, el("div", { class: "mark", "aria-hidden": "true" }, icon("spark")), el("div", { class: "names" }, el("h1", {}, word("title")), el("p", {}, this.me)), keys, out);
  }

  private listen(): void {
    listenToKeys({
      j: () => this.queue.step(1),
      k: () => this.queue.step(-1),
      t: () => void this.take(),
      r: () => this.reply.focus(),
      "/": () => this.isMine && this.reply.toggleCanned(),
      s: () => void this.suggest(),
      n: () => this.packet.note.focus(),
      "?": () => this.keys.showModal(),
    });
  }

  private get isMine(): boolean {
    return this.handoff?.state === "taken" && this.handoff.agent === this.me;
  }

  private show(id: string): void {
    if (id === this.open) return;
    this.open = id;
    this.handoff = null;
    this.thread.clear();
    this.reply.clear();
    this.follow();
  }

  private follow(): void {
    this.leave();
    this.leave = desk.follow(this.open, {
      onQueue: (entries) => this.showQueue(entries),
      onHandoff: (handoff) => {
        this.handoff = handoff;
        this.refresh();
      },
      onMessage: (message) => this.arrived(message),
      onTyping: (isTyping) => this.thread.showTyping(isTyping),
      onLost: (isLost) => this.say(isLost ? word("lost") : ""),
      onEnded: () => void desk.whoAmI().then(() => setTimeout(() => this.follow(), 2_000), () => this.end()),
    });
  }

  private arrived(message: Message): void {
    const isNew = this.thread.add(message);
    const isNews = message.at !== null && Date.now() - message.at.getTime() < 5_000;
    if (isNew && isNews && message.from === "user" && this.isMine) ring();
  }

  private showQueue(entries: desk.Entry[]): void {
    const waited = new Set(this.entries.filter((entry) => entry.state === "open").map((entry) => entry.id));
    const waiting = entries.filter((entry) => entry.state === "open");
    if (waiting.some((entry) => !waited.has(entry.id))) ring();
    this.entries = entries;
    showCount(entries.filter((entry) => entry.waitingSince && (entry.state === "open" || entry.agent === this.me)).length);
    this.queue.show(entries, this.open);
  }

  /** Shows what is open as it stands now. */
  private refresh(): void {
    const handoff = this.handoff;
    const isOver = !handoff || handoff.state === "resolved";
    if (isOver) {
      this.middle.hidden = this.packet.element.hidden = true;
      this.nothing.hidden = false;
      if (handoff) this.open = "";
      return this.queue.show(this.entries, this.open);
    }
    this.middle.hidden = this.packet.element.hidden = false;
    this.nothing.hidden = true;
    this.packet.show(handoff);
    this.reply.offer(this.canned[handoff.language] ?? []);
    this.reply.element.hidden = !this.isMine;
    this.head.replaceChildren(...this.heading(handoff));
    this.middle.classList.toggle("is-mine", this.isMine);
    if (this.isTaking && this.isMine) this.reply.focus();
    this.isTaking &&= !this.isMine;
    this.queue.show(this.entries, this.open);
  }

  private heading(handoff: desk.Handoff): HTMLElement[] {
    const others = handoff.state === "taken" && !this.isMine;
    const line = others ? word("taken_by", { agent: handoff.agent }) : this.isMine ? "" : word("take_first");
    const title = el("div", { class: "thread-title" }, el("h2", { lang: languageOf(handoff.need) }, handoff.need || wordFor("reason_", handoff.reason)), line && el("p", {}, line));
    if (others) return [title];
    const resolve = button({ class: "secondary", title: word("resolve_text") }, () => void this.did(desk.end(this.open, "resolve")), word("resolve"));
    if (!this.isMine) return [title, resolve, button({ class: "primary" }, () => void this.take(), word("take"))];
    return [title, button({ class: "secondary", title: word("release_text") }, () => void this.did(desk.end(this.open, "release")), word("release")), resolve];
  }

  private async take(): Promise<void> {
    if (this.handoff?.state !== "open") return;
    this.isTaking = true;
    if (!(await this.did(desk.take(this.open)))) this.isTaking = false;
  }

  private async suggest(): Promise<void> {
    if (!this.isMine) return;
    this.say(word("suggesting"));
    const suggestion = await this.doing(desk.suggest(this.open)).catch(() => null);
    if (!suggestion) return;
    this.say("");
    chooseFrom(suggestion as desk.Suggestion, (items, text) => void this.did(desk.recommend(this.open, items, text)).then(() => this.reply.focus()));
  }

  private async did(doing: Promise<unknown>): Promise<boolean> {
    return this.doing(doing).then(() => true, () => false);
  }

  /** What was asked of the gateway; a refusal is shown. */
  private async doing<Answer>(doing: Promise<Answer>): Promise<Answer> {
    try {
      return await doing;
    } catch (error) {
      if (error instanceof desk.Refusal && error.status === 401) this.end();
      else this.say(word("failed", { reason: (error as Error).message }), LINE_MS);
      throw error;
    }
  }

  private say(words: string, ms = 0): void {
    clearTimeout(this.timer);
    this.status.textContent = words;
    this.status.hidden = words === "";
    if (ms) this.timer = setTimeout(() => this.say(""), ms);
  }

  private end(): void {
    this.leave();
    this.onEnded();
  }
}
