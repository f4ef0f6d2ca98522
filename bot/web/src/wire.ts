/** What the gateway says, read from unknown JSON: anything not of the contract's form is left out, never shown raw. */

export type Sender = "user" | "bot" | "agent" | "system";
export type FacetValue = string | number | boolean | null | FacetValue[];

export interface Choice {
  title: string;
  payload: string;
}
export interface Action extends Choice {
  kind: string;
}
export interface Reason {
  kind: string;
  text: string;
}
export interface Item {
  item_id: string;
  title: string;
  subtitle: string;
  facets: Record<string, FacetValue>;
  image: string;
  url: string;
  reasons: Reason[];
  actions: Action[];
}
export interface Slate {
  items: Item[];
  eligible: number | null;
  words: Words;
}
/** What people call facets and their values in the language of the message, where the bot says so. */
export type Words = Record<string, { label: string; values: Record<string, string> }>;
export interface CompareRow {
  label: string;
  values: FacetValue[];
  differs: boolean;
}
export interface Compare {
  titles: string[];
  rows: CompareRow[];
}
export interface Message {
  seq: number;
  /** The client's id of a message that this or another page of the person sent. */
  id: string;
  at: Date | null;
  from: Sender;
  type: string;
  /** Only says that the answer is on its way: it goes when that comes. */
  isPassing: boolean;
  text: string;
  slate: Slate | null;
  compare: Compare | null;
  choices: Choice[];
  /** The whole need as chips; null when the message says nothing about it. */
  chips: Choice[] | null;
}

type Fields = Record<string, unknown>;
const SENDERS: readonly string[] = ["user", "bot", "agent", "system"];

const isFields = (value: unknown): value is Fields => typeof value === "object" && value !== null && !Array.isArray(value);
const fields = (value: unknown): Fields => (isFields(value) ? value : {});
const list = (value: unknown): Fields[] => (Array.isArray(value) ? value.filter(isFields) : []);
const string = (value: unknown): string =>
  typeof value === "string" ? value : typeof value === "number" ? String(value) : "";

/** The message in `value`, or null when it has no sequence number or sender. */
export function readMessage(value: unknown): Message | null {
  const given = fields(value);
  const seq = given.seq;
  const from = string(given.from);
  if (typeof seq !== "number" || !Number.isFinite(seq) || !SENDERS.includes(from)) return null;
  const need = isFields(given.need) ? given.need : null;
  return {
    seq,
    id: string(given.id),
    at: readTime(given.at),
    from: from as Sender,
    type: string(given.type) || "text",
    isPassing: given.passing === true,
    text: string(given.text),
    slate: isFields(given.slate) ? readSlate(given.slate) : null,
    compare: isFields(given.compare) ? readCompare(given.compare) : null,
    choices: list(given.choices).map(readChoice).filter(isUsable),
    chips: need && Array.isArray(need.chips) ? list(need.chips).map(readChoice).filter(isUsable) : null,
  };
}

/** ISO 8601 text, or seconds or milliseconds since 1970. */
function readTime(value: unknown): Date | null {
  const time = typeof value === "number" && value < 1e11 ? value * 1000 : value;
  if (typeof time !== "string" && typeof time !== "number") return null;
  const date = new Date(time);
  return Number.isNaN(date.getTime()) ? null : date;
}

const readChoice = (given: Fields): Choice => ({ title: string(given.title), payload: string(given.payload) });
const isUsable = (choice: Choice): boolean => choice.title !== "" && choice.payload !== "";

function readSlate(given: Fields): Slate {
  return {
    items: list(given.items).map(readItem),
    eligible: typeof given.eligible === "number" ? given.eligible : null,
    words: readWords(fields(given.words)),
  };
}

function readWords(given: Fields): Words {
  const entries = Object.entries(given).map(([facet, entry]) => {
    const values = Object.entries(fields(fields(entry).values)).map(([value, words]) => [value, string(words)]);
    return [facet, { label: string(fields(entry).label), values: Object.fromEntries(values) }];
  });
  return Object.fromEntries(entries);
}

function readItem(given: Fields): Item {
  const facets = Object.entries(fields(given.facets)).map(([facet, value]) => [facet, readFacet(value)]);
  return {
    item_id: string(given.item_id),
    title: string(given.title),
    subtitle: string(given.subtitle),
    facets: Object.fromEntries(facets),
    image: string(given.image),
    url: string(given.url),
    reasons: list(given.reasons)
      .map((reason) => ({ kind: string(reason.kind), text: string(reason.text) }))
      .filter((reason) => reason.text !== ""),
    actions: list(given.actions)
      .map((action) => ({ ...readChoice(action), kind: string(action.kind) }))
      .filter(isUsable),
  };
}

function readFacet(value: unknown): FacetValue {
  if (Array.isArray(value)) return value.map(readFacet);
  if (typeof value === "string" || typeof value === "boolean") return value;
  return typeof value === "number" && Number.isFinite(value) ? value : null;
}

function readCompare(given: Fields): Compare {
  return {
    titles: list(given.items).map((item) => string(item.title)),
    rows: list(given.rows).map((row) => ({
      label: string(row.label) || string(row.facet),
      values: Array.isArray(row.values) ? row.values.map(readFacet) : [],
      differs: row.differs === true,
    })),
  };
}
