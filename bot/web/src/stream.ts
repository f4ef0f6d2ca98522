/** The stream of events, kept open: resumed after the last message seen, with growing pauses while it fails. */

import { events, GatewayError } from "./gateway";
import { readEvents, type ServerEvent } from "./server_events";

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 15_000;
const LONGEST_ASKED_MS = 60_000;
/** The gateway sends a comment at least every 15 s or so; silence of this length is a dead connection. */
const SILENCE_MS = 50_000;

export interface StreamEnds {
  token: () => Promise<string>;
  after: () => number;
  onEvent: (event: ServerEvent) => void;
  onOpen: () => void;
  /** Called with the number of failures in a row. */
  onLost: (failures: number) => void;
  /** The session is not valid any more. */
  onExpired: (token: string) => void;
}

export class Stream {
  private abort = new AbortController();
  private wake: () => void = () => undefined;
  private failures = 0;
  private generation = 0;
  /** How long the gateway asked to stay away. */
  private askedMs = 0;

  constructor(private readonly ends: StreamEnds) {
    addEventListener("online", () => this.wake());
    document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && this.wake());
  }

  /** Opens the stream, leaving an earlier one (of another conversation) for good. */
  start(): void {
    this.abort.abort();
    this.wake();
    this.failures = 0;
    void this.run(++this.generation);
  }

  private async run(generation: number): Promise<void> {
    while (generation === this.generation) {
      await this.once(generation);
      if (generation !== this.generation) return;
      this.ends.onLost(++this.failures);
      await this.pause();
    }
  }

  private async once(generation: number): Promise<void> {
    let token = "";
    const abort = (this.abort = new AbortController());
    let alarm: ReturnType<typeof setTimeout> | undefined;
    const alive = (): void => {
      clearTimeout(alarm);
      alarm = setTimeout(() => abort.abort(), SILENCE_MS);
    };
    try {
      token = await this.ends.token();
      alive();
      const stream = await events(token, this.ends.after(), abort.signal);
      if (generation !== this.generation) return;
      this.ends.onOpen();
      for await (const event of readEvents(stream, alive)) {
        this.failures = 0;
        if (generation === this.generation) this.ends.onEvent(event);
      }
    } catch (error) {
      if (error instanceof GatewayError && error.status === 401) this.ends.onExpired(token);
      if (error instanceof GatewayError) this.askedMs = Math.min(error.retryAfterMs ?? 0, LONGEST_ASKED_MS);
    } finally {
      clearTimeout(alarm);
      abort.abort();
    }
  }

  /** Waits twice as long after each failure, spread so that many pages do not come back at one moment. */
  private pause(): Promise<void> {
    const longest = Math.min(FIRST_PAUSE_MS * 2 ** (this.failures - 1), LONGEST_PAUSE_MS);
    const pause = Math.max(longest * (0.5 + Math.random() / 2), this.askedMs);
    this.askedMs = 0;
    return new Promise((resolve) => {
      this.wake = resolve;
      setTimeout(resolve, pause);
    });
  }
}
