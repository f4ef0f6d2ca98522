/** The console's interface at the gateway, and what it sends, read from unknown JSON. */

import { readMessage, type Message } from "../wire";

export interface Entry {
  id: string;
  state: string;
  agent: string;
  reason: string;
  language: string;
  channel: string;
  need: string;
  waitingSince: Date | null;
  hasMessage: boolean;
  last: { from: string; text: string } | null;
  lastSeq: number;
}
export interface Titled {
  item_id: string;
  title: string;
}
export interface Packet {
  text: string;
  constraints: { facet: string; op: string; value: string }[];
  shown: Titled[];
  liked: Titled[];
  refused: Titled[];
  clarifications: number;
}
export interface Note {
  agent: string;
  text: string;
  at: Date | null;
}
export interface Handoff extends Entry {
  packet: Packet;
  notes: Note[];
}
export interface Suggestion {
  text: string;
  items: { item_id: string; title: string; subtitle: string; reasons: string[] }[];
}
export interface Canned {
  title: string;
  text: string;
}

type Fields = Record<string, unknown>;
const fields = (value: unknown): Fields => (typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Fields) : {});
const list = (value: unknown): Fields[] => (Array.isArray(value) ? value.map(fields) : []);
const string = (value: unknown): string => (typeof value === "string" || typeof value === "number" ? String(value) : "");

function moment(value: unknown): Date | null {
  const date = new Date(string(value));
  return Number.isNaN(date.getTime()) ? null : date;
}

/** What the gateway refused: its status and its reason. */
export class Refusal extends Error {
  constructor(
    readonly status: number,
    reason: string,
  ) {
    super(reason);
  }
}

async function call(path: string, body?: unknown): Promise<unknown> {
  const init: RequestInit = body === undefined ? {} : { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };
  const response = await fetch(new URL(`api/${path}`, document.baseURI), { ...init, cache: "no-store" }).catch((error: unknown) => {
    throw new Refusal(0, String(error));
  });
  const answer: unknown = await response.json().catch(() => null);
  if (!response.ok) throw new Refusal(response.status, string(fields(answer).detail) || response.statusText);
  return answer;
}

const of = (id: string, verb: string): string => `handoffs/${encodeURIComponent(id)}/${verb}`;
const fresh = (): string => crypto.randomUUID();

export const logIn = async (name: string, password: string): Promise<string> => string(fields(await call("login", { name, password })).name);
export const logOut = (): Promise<unknown> => call("logout", {});
export const whoAmI = async (): Promise<string> => string(fields(await call("me")).name);
export const take = (id: string): Promise<unknown> => call(of(id, "take"), {});
export const end = (id: string, how: "release" | "resolve"): Promise<unknown> => call(of(id, how), {});
export const say = (id: string, text: string): Promise<unknown> => call(of(id, "say"), { id: fresh(), text });
export const keepNote = (id: string, text: string): Promise<unknown> => call(of(id, "note"), { text });
export const type = (id: string, typing: boolean): Promise<unknown> => call(of(id, "typing"), { typing });
export const choose = (id: string, item: string): Promise<unknown> => call(of(id, "choose"), { item_id: item });
export const recommend = (id: string, items: string[], text: string): Promise<unknown> => call(of(id, "recommend"), { id: fresh(), item_ids: items, text });

export async function suggest(id: string): Promise<Suggestion> {
  const answer = fields(await call(of(id, "suggest"), {}));
  const items = list(fields(answer.slate).items).map((item) => ({
    item_id: string(item.item_id),
    title: string(item.title),
    subtitle: string(item.subtitle),
    reasons: list(item.reasons).map((reason) => string(reason.text)).filter(Boolean),
  }));
  return { text: string(answer.text), items };
}

/** The canned answers in one of our languages. */
export async function canned(): Promise<Record<string, Canned[]>> {
  const answer = Object.entries(fields(await call("canned")));
  return Object.fromEntries(answer.map(([code, entries]) => [code, list(entries).map((e) => ({ title: string(e.title), text: string(e.text) }))]));
}

export interface StreamEnds {
  onQueue: (entries: Entry[]) => void;
  onHandoff: (handoff: Handoff) => void;
  onMessage: (message: Message) => void;
  onTyping: (isTyping: boolean) => void;
  onLost: (isLost: boolean) => void;
  onEnded: () => void;
}

/** What happens, as it happens; `open` is the handoff that is looked at. Close it by calling what it returns. */
export function follow(open: string, ends: StreamEnds): () => void {
  const source = new EventSource(new URL(`api/events?open=${encodeURIComponent(open)}`, document.baseURI));
  const on = (name: string, take: (data: unknown) => void): void => source.addEventListener(name, (event) => take(JSON.parse((event as MessageEvent<string>).data)));
  on("queue", (data) => ends.onQueue(list(data).map(readEntry)));
  on("handoff", (data) => ends.onHandoff(readHandoff(fields(data))));
  on("typing", (data) => ends.onTyping(fields(data).typing === true));
  on("message", (data) => {
    const message = readMessage(data);
    if (message) ends.onMessage(message);
  });
  source.addEventListener("open", () => ends.onLost(false));
  source.addEventListener("error", () => (source.readyState === EventSource.CLOSED ? ends.onEnded() : ends.onLost(true)));
  return () => source.close();
}

function readEntry(given: Fields): Entry {
  const last = given.last ? fields(given.last) : null;
  return {
    id: string(given.handoff_id),
    state: string(given.state),
    agent: string(given.agent),
    reason: string(given.reason),
    language: string(given.language),
    channel: string(given.channel),
    need: string(given.need),
    waitingSince: given.waiting_since ? moment(given.waiting_since) : null,
    hasMessage: given.has_message === true,
    last: last && { from: string(last.from), text: string(last.text) },
    lastSeq: Number(given.last_seq) || 0,
  };
}

function readHandoff(given: Fields): Handoff {
  const packet = fields(given.packet);
  const titled = (value: unknown): Titled[] => list(value).map((item) => ({ item_id: string(item.item_id), title: string(item.title) }));
  return {
    ...readEntry(given),
    packet: {
      text: string(packet.text),
      constraints: list(packet.constraints).map((c) => ({ facet: string(c.facet), op: string(c.op), value: string(c.value) })),
      shown: titled(packet.shown),
      liked: titled(packet.liked),
      refused: titled(packet.refused),
      clarifications: Number(packet.clarifications) || 0,
    },
    notes: list(given.notes).map((note) => ({ agent: string(note.agent), text: string(note.text), at: moment(note.at) })),
  };
}
