/** Calls to the gateway's HTTP API; the one place that knows its addresses. */

import { readMessage, type Message } from "./wire";

const SEND_TIMEOUT_MS = 15_000;
const READ_TIMEOUT_MS = 20_000;

export interface SessionGrant {
  token: string;
  conversation_id: string;
}
export interface Outgoing {
  id: string;
  text?: string;
  payload?: string;
}

/** The gateway refused or could not be reached (status 0). */
export class GatewayError extends Error {
  constructor(
    readonly status: number,
    message: string,
    readonly retryAfterMs: number | null = null,
  ) {
    super(message);
  }

  /** True when the same request may do better later. */
  get isPassing(): boolean {
    return this.status === 0 || this.status === 408 || this.status === 429 || this.status >= 500;
  }
}

const address = (path: string): URL => new URL(`api/v1/${path}`, document.baseURI);

async function call(path: string, token: string | null, init: RequestInit): Promise<Response> {
  const headers = new Headers(init.headers);
  if (token) headers.set("Authorization", `Bearer ${token}`);
  let response: Response;
  try {
    response = await fetch(address(path), { ...init, headers, cache: "no-store", credentials: "omit" });
  } catch (error) {
    throw new GatewayError(0, String(error));
  }
  if (!response.ok) throw await refusal(response);
  return response;
}

async function refusal(response: Response): Promise<GatewayError> {
  const seconds = Number(response.headers.get("Retry-After") ?? Number.NaN);
  const problem = (await response.json().catch(() => null)) as { detail?: unknown; title?: unknown } | null;
  const reason = problem?.detail ?? problem?.title;
  const message = typeof reason === "string" ? reason : response.statusText;
  return new GatewayError(response.status, message, Number.isFinite(seconds) ? seconds * 1000 : null);
}

const asJson = (body: unknown, timeoutMs: number): RequestInit => ({
  method: "POST",
  headers: { "Content-Type": "application/json" },
  body: JSON.stringify(body),
  signal: AbortSignal.timeout(timeoutMs),
});

/** Opens a session of a new conversation; the token of an earlier one says that it is the same person. */
export async function openSession(locale: string, earlier: string | null = null): Promise<SessionGrant> {
  const response = await call("sessions", earlier, asJson({ locale }, READ_TIMEOUT_MS));
  return (await response.json()) as SessionGrant;
}

/** A fresh token for the conversation of `token`. */
export async function refreshSession(locale: string, token: string): Promise<SessionGrant> {
  const response = await call("sessions", null, asJson({ locale, token }, READ_TIMEOUT_MS));
  return (await response.json()) as SessionGrant;
}

/** Hands a message over; the same id twice is one message. */
export async function send(token: string, message: Outgoing): Promise<void> {
  await call("messages", token, asJson(message, SEND_TIMEOUT_MS));
}

/** Says that the person writes, or has stopped; a colleague who answers sees it. */
export async function type(token: string, typing: boolean): Promise<void> {
  await call("typing", token, asJson({ typing }, SEND_TIMEOUT_MS));
}

/** Every message of the conversation after `seq`, oldest first. */
export async function replay(token: string, after: number): Promise<Message[]> {
  const signal = AbortSignal.timeout(READ_TIMEOUT_MS);
  const response = await call(`messages?after=${after}`, token, { signal });
  const body = (await response.json()) as { messages?: unknown };
  const messages = Array.isArray(body.messages) ? body.messages : [];
  return messages.map(readMessage).filter((message) => message !== null);
}

/** The open stream of events after `seq`. */
export async function events(token: string, after: number, signal: AbortSignal): Promise<ReadableStream<Uint8Array>> {
  const headers = { Accept: "text/event-stream" };
  const response = await call(`events?after=${after}`, token, { headers, signal });
  if (!response.body) throw new GatewayError(0, "the event stream has no body");
  return response.body;
}

/** Erases everything that is known about the person, everywhere. */
export async function erase(token: string): Promise<void> {
  await call("me", token, { method: "DELETE", signal: AbortSignal.timeout(READ_TIMEOUT_MS) });
}
