/** Which buttons of which items the person has pressed, kept for this browser so that a reload shows them pressed. */

const KEY = "instructrec.feedback";
/** Kinds that say something lasting about an item, and the ones that each of them replaces. */
const REPLACES: Record<string, readonly string[]> = { like: ["dislike"], dislike: ["like"], seen: [] };

export class Feedback {
  private conversation = "";
  private given: Record<string, string[]> = {};

  /** Takes up what was pressed in that conversation; another conversation starts empty. */
  follow(conversation: string): void {
    if (conversation === this.conversation) return;
    this.conversation = conversation;
    this.given = read(conversation);
  }

  isKept(kind: string): boolean {
    return Object.hasOwn(REPLACES, kind);
  }

  isGiven(item: string, kind: string): boolean {
    return (Object.hasOwn(this.given, item) ? this.given[item]! : []).includes(kind);
  }

  give(item: string, kind: string): void {
    if (!this.isKept(kind)) return;
    const before = Object.hasOwn(this.given, item) ? this.given[item]! : [];
    this.given[item] = [...before.filter((other) => !REPLACES[kind]!.includes(other)), kind];
    try {
      localStorage.setItem(KEY, JSON.stringify({ conversation: this.conversation, given: this.given }));
    } catch {
      // Storage may be forbidden; the buttons then stay pressed as long as the page.
    }
  }
}

function read(conversation: string): Record<string, string[]> {
  try {
    const kept = JSON.parse(localStorage.getItem(KEY) ?? "null") as { conversation: string; given: Record<string, string[]> } | null;
    return kept?.conversation === conversation ? kept.given : {};
  } catch {
    return {};
  }
}
