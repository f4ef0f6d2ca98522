/** The signed session of this browser: kept over reloads, opened when there is none, replaced when it has expired. */

import { GatewayError, openSession, refreshSession, type SessionGrant } from "./gateway";

const KEY = "instructrec.session";
/** A token of this age is exchanged for a fresh one, so that a conversation that is used does not end. */
const FRESH_MS = 86_400_000;

interface Kept {
  token: string;
  conversation_id: string;
  /** When the token was made, in milliseconds since 1970. */
  at: number;
}

export class Session {
  private kept: Kept | null = read();
  private opening: Promise<string> | null = null;

  /** The conversation that the page shows, or "" before the first session. */
  get conversation(): string {
    return this.kept?.conversation_id ?? "";
  }

  /** The token, opening a session when there is none. Concurrent callers share one opening. */
  async token(): Promise<string> {
    if (this.kept) return this.kept.token;
    this.opening ??= this.open(null).finally(() => (this.opening = null));
    return this.opening;
  }

  /** Exchanges a token of yesterday or before for one of the same conversation; keeps the old one when that fails. */
  async refresh(): Promise<void> {
    const kept = this.kept;
    if (!kept || Date.now() - (kept.at || 0) < FRESH_MS) return;
    const grant = await refreshSession(navigator.language, kept.token).catch(() => null);
    if (grant && String(grant.conversation_id) === kept.conversation_id && this.kept === kept) this.grant(grant);
  }

  /** Forgets `token` when it is still the current one, so that the next call opens a new session. */
  drop(token: string): boolean {
    if (this.kept?.token !== token) return false;
    this.keep(null);
    return true;
  }

  /** Opens another conversation of the same person. */
  async renew(): Promise<string> {
    return this.open(this.kept?.token ?? null);
  }

  private async open(earlier: string | null): Promise<string> {
    const grant = await openSession(navigator.language, earlier).catch((error: unknown) => {
      if (earlier && error instanceof GatewayError && error.status === 401) return openSession(navigator.language);
      throw error;
    });
    this.grant(grant);
    return grant.token;
  }

  private grant(grant: SessionGrant): void {
    this.keep({ token: grant.token, conversation_id: String(grant.conversation_id), at: Date.now() });
  }

  private keep(kept: Kept | null): void {
    this.kept = kept;
    try {
      if (kept) localStorage.setItem(KEY, JSON.stringify(kept));
      else localStorage.removeItem(KEY);
    } catch {
      // Storage may be forbidden; the session then lasts as long as the page.
    }
  }
}

function read(): Kept | null {
  try {
    const kept = JSON.parse(localStorage.getItem(KEY) ?? "null") as Kept | null;
    return kept && typeof kept.token === "string" ? kept : null;
  } catch {
    return null;
  }
}
