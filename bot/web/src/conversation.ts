/** The state of one conversation: messages by sequence number, what is on its way, the need, who is typing. */

import * as gateway from "./gateway";
import { GatewayError } from "./gateway";
import { language, languageOf, type Language } from "./language";
import { Outbox, type Entry } from "./outbox";
import type { ServerEvent } from "./server_events";
import { Session } from "./session";
import { Stream } from "./stream";
import { readMessage, type Choice, type Message } from "./wire";

/** Longest time that the page shows an answer as coming without a word from the gateway. */
const TYPING_MS = 20_000;

/** Who answers: the bot, the bot until a colleague comes, or a colleague. */
export interface Owner {
  owner: "bot" | "waiting" | "human";
  agent: string;
}
export const BOT: Owner = { owner: "bot", agent: "" };

export interface View {
  /** Messages that were not there before, in order; `isReplay` when they are not news. */
  onMessages: (messages: Message[], isReplay: boolean) => void;
  onOutbox: (entries: Entry[]) => void;
  onNeed: (chips: Choice[], spoken: Language) => void;
  onTyping: (isTyping: boolean) => void;
  /** Who answers from now on. */
  onOwner: (owner: Owner) => void;
  /** 0 when connected, else failures in a row. */
  onConnection: (failures: number) => void;
  /** The log starts empty again. */
  onReset: (reason: "new" | "expired" | "erased") => void;
}

export class Conversation {
  readonly messages: Message[] = [];
  private readonly seen = new Set<number>();
  private last = 0;
  private needSeq = -1;
  private owner = BOT;
  private typingUntil: ReturnType<typeof setTimeout> | undefined;
  private readonly session = new Session();
  private readonly outbox: Outbox;
  private readonly stream: Stream;

  constructor(private readonly view: View) {
    this.outbox = new Outbox(
      (message) => this.deliver(message),
      () => this.outboxChanged(),
    );
    this.stream = new Stream({
      token: () => this.session.token(),
      after: () => this.last,
      onEvent: (event) => this.take(event),
      onOpen: () => {
        this.setOwner(BOT); // The stream says so at once when it is somebody else.
        this.view.onConnection(0);
      },
      onLost: (failures) => this.view.onConnection(failures),
      onExpired: (token) => this.expired(token),
    });
  }

  /** The id that the gateway gave the conversation. */
  get id(): string {
    return this.session.conversation;
  }

  /** Shows what was said before, then follows what is said from now on. */
  async start(): Promise<void> {
    this.outbox.resume(this.session.conversation);
    await this.session.refresh();
    await this.replayed();
    this.stream.start();
  }

  say(text: string): void {
    this.outbox.add(text, null);
    this.expectAnswer();
  }

  /** Tells the colleague who answers that the person writes; the bot does not care. */
  type(isTyping: boolean): void {
    if (this.owner.owner !== "bot") void this.session.token().then((token) => gateway.type(token, isTyping)).catch(() => undefined);
  }

  /** Presses a button: its payload goes to the bot, its title is what the person has said. */
  press(choice: Choice): void {
    this.outbox.add(choice.title, choice.payload);
    this.expectAnswer();
  }

  retry(entry: Entry): void {
    this.outbox.retry(entry);
    this.expectAnswer();
  }

  /** Another conversation of the same person. */
  async renew(): Promise<void> {
    await this.session.renew();
    this.reset("new");
    this.stream.start();
  }

  async erase(): Promise<void> {
    const token = await this.session.token();
    await gateway.erase(token);
    this.session.drop(token);
    this.reset("erased");
    this.stream.start();
  }

  private async replayed(): Promise<void> {
    const token = await this.session.token().catch(() => null);
    if (!token) return; // The stream keeps trying and replays by itself.
    try {
      this.receive(await gateway.replay(token, this.last), true);
    } catch (error) {
      if (error instanceof GatewayError && error.status === 401) this.expired(token);
    }
  }

  private async deliver(message: gateway.Outgoing): Promise<void> {
    const token = await this.session.token();
    try {
      await gateway.send(token, message);
    } catch (error) {
      if (!(error instanceof GatewayError && error.status === 401)) throw error;
      this.expired(token);
      await gateway.send(await this.session.token(), message);
    }
  }

  private take(event: ServerEvent): void {
    const data = parse(event.data);
    if (event.name === "typing") return this.setTyping(isOn(data));
    if (event.name === "owner") return this.setOwner(readOwner(data));
    const message = readMessage(data);
    if (message) this.receive([message], false);
  }

  /** Adds what is new; a message that comes twice, from replay and stream or after a resume, counts once. */
  private receive(messages: Message[], isReplay: boolean): void {
    const fresh = messages.filter((message) => !this.seen.has(message.seq));
    for (const message of fresh) {
      this.seen.add(message.seq);
      this.messages.push(message);
      this.last = Math.max(this.last, message.seq);
      if (message.from === "user") this.outbox.settle(message);
      else if (!isReplay && !message.isPassing) this.setTyping(false);
      if (message.chips && message.seq > this.needSeq) {
        this.needSeq = message.seq;
        this.view.onNeed(message.chips, message.text ? languageOf(message.text) : language);
      }
    }
    this.messages.sort((one, other) => one.seq - other.seq);
    if (fresh.length) this.view.onMessages(fresh, isReplay);
    this.outboxChanged();
  }

  /** The bot answers at once; a colleague may read first. */
  private expectAnswer(): void {
    if (this.owner.owner !== "human") this.setTyping(true);
  }

  private setOwner(owner: Owner): void {
    this.owner = owner;
    this.view.onOwner(owner);
  }

  private setTyping(isTyping: boolean): void {
    clearTimeout(this.typingUntil);
    if (isTyping) this.typingUntil = setTimeout(() => this.view.onTyping(false), TYPING_MS);
    this.view.onTyping(isTyping);
  }

  private outboxChanged(): void {
    this.outbox.keep(this.session.conversation);
    if (this.outbox.entries.at(-1)?.state === "failed") this.setTyping(false);
    this.view.onOutbox(this.outbox.entries);
  }

  private expired(token: string): void {
    if (this.session.drop(token)) this.forget("expired");
  }

  private reset(reason: "new" | "erased"): void {
    this.outbox.clear();
    this.forget(reason);
  }

  private forget(reason: "new" | "expired" | "erased"): void {
    this.messages.length = 0;
    this.seen.clear();
    this.last = 0;
    this.needSeq = -1;
    this.setTyping(false);
    this.setOwner(BOT);
    this.view.onNeed([], language);
    this.view.onReset(reason);
  }
}

function readOwner(data: unknown): Owner {
  const { owner, agent } = (data ?? {}) as Record<string, unknown>;
  return { owner: owner === "human" || owner === "waiting" ? owner : "bot", agent: typeof agent === "string" ? agent : "" };
}

function parse(data: string): unknown {
  try {
    return JSON.parse(data);
  } catch {
    return null;
  }
}

/** Whether a typing event says that somebody types; without a word about it, it does. */
function isOn(data: unknown): boolean {
  if (typeof data === "boolean") return data;
  const given = (data ?? {}) as Record<string, unknown>;
  return (given.on ?? given.active ?? given.typing ?? true) !== false;
}
