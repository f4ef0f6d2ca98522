/** What the person has sent and the gateway has not shown back yet; survives a reload of the tab. */

import { GatewayError } from "./gateway";
import type { Outgoing } from "./gateway";
import type { Message } from "./wire";

export type SendState = "pending" | "sent" | "failed";

export interface Entry {
  /** Client uuid; every attempt uses the same one, so that the gateway sees one message. */
  readonly id: string;
  /** What the person said, or the title of the button they pressed. */
  readonly text: string;
  readonly payload: string | null;
  state: SendState;
  /** Why it failed, as the gateway says it; "" when there is nothing to say. */
  reason: string;
  /** Seconds that the gateway asked to wait before the next attempt; 0 when it did not. */
  waitS: number;
}

type Deliver = (message: Outgoing) => Promise<void>;

const RETRY_DELAYS_MS = [700, 2_000];
const LONGEST_WAIT_MS = 60_000;
const KEY = "instructrec.outbox";

export class Outbox {
  entries: Entry[] = [];
  private queue: Promise<void> = Promise.resolve();

  constructor(
    private readonly deliver: Deliver,
    private readonly onChange: () => void,
  ) {}

  /** Takes up what an earlier load of this tab did not get through. */
  resume(conversation: string): void {
    for (const entry of readKept(conversation)) {
      if (!this.entries.some((known) => known.id === entry.id)) this.entries.push(entry);
      this.enqueue(entry);
    }
    this.onChange();
  }

  add(text: string, payload: string | null): void {
    const entry: Entry = { id: uuid(), text, payload, state: "pending", reason: "", waitS: 0 };
    this.entries.push(entry);
    this.enqueue(entry);
    this.onChange();
  }

  retry(entry: Entry): void {
    if (entry.state !== "failed") return;
    entry.state = "pending";
    this.enqueue(entry);
    this.onChange();
  }

  /** Takes out the entry that came back as `message`: by id, else the first one of the same words. */
  settle(message: Message): Entry | null {
    const byId = this.entries.find((entry) => entry.id === message.id);
    const found = byId ?? (message.id ? undefined : this.entries.find((entry) => entry.text === message.text));
    if (!found) return null;
    this.entries = this.entries.filter((entry) => entry !== found);
    return found;
  }

  clear(): void {
    this.entries = [];
    this.onChange();
  }

  /** Remembers for the next load of this tab what the gateway has not acknowledged. */
  keep(conversation: string): void {
    const open = this.entries.filter((entry) => entry.state !== "sent");
    try {
      sessionStorage.setItem(KEY, JSON.stringify({ conversation, entries: open }));
    } catch {
      // Storage may be forbidden or full; the messages then live as long as the page.
    }
  }

  /** One message at a time, so that the gateway gets them in the order in which they were written. */
  private enqueue(entry: Entry): void {
    this.queue = this.queue.then(() => this.attempt(entry));
  }

  private async attempt(entry: Entry): Promise<void> {
    for (let attempt = 0; this.entries.includes(entry) && entry.state === "pending"; attempt++) {
      try {
        await this.deliver(entry.payload === null ? { id: entry.id, text: entry.text } : { id: entry.id, payload: entry.payload });
        entry.state = "sent";
        entry.waitS = 0;
      } catch (error) {
        const delay = delayAfter(error, attempt);
        if (delay === null) {
          entry.state = "failed";
          entry.reason = error instanceof GatewayError && !error.isPassing ? error.message : "";
        } else {
          entry.waitS = isSlowedDown(error) ? Math.ceil(delay / 1000) : 0;
          this.onChange();
          await new Promise((resolve) => setTimeout(resolve, delay));
        }
      }
    }
    this.onChange();
  }
}

const isSlowedDown = (error: unknown): error is GatewayError => error instanceof GatewayError && error.status === 429;

/** Milliseconds until the next attempt, or null when the person shall decide. Who is too fast waits as long as asked. */
function delayAfter(error: unknown, attempt: number): number | null {
  if (isSlowedDown(error)) return Math.min(Math.max(error.retryAfterMs ?? 2_000, 700), LONGEST_WAIT_MS);
  const delay = RETRY_DELAYS_MS[attempt];
  if (delay === undefined || !(error instanceof GatewayError) || !error.isPassing) return null;
  return Math.max(delay, Math.min(error.retryAfterMs ?? 0, 10_000));
}

function readKept(conversation: string): Entry[] {
  try {
    const kept = JSON.parse(sessionStorage.getItem(KEY) ?? "null") as { conversation: string; entries: Entry[] } | null;
    if (kept?.conversation !== conversation) return [];
    return kept.entries.map((entry) => ({ ...entry, state: "pending", reason: "", waitS: 0 }));
  } catch {
    return [];
  }
}

/** A random UUID; crypto.randomUUID exists only on https and localhost. */
function uuid(): string {
  if (typeof crypto.randomUUID === "function") return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6]! & 0x0f) | 0x40;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/(.{8})(.{4})(.{4})(.{4})(.{12})/, "$1-$2-$3-$4-$5");
}
