// SPDX-License-Identifier: MIT
// Sends the queue to the relay: every 10 seconds or 50 records, and when the page is left. Pauses while the page is
// hidden or offline.
import type { Device } from "./device.js";
import type { Lease } from "./lease.js";
import { maxRecords, sendInterval, soon } from "./limits.js";
import type { Batch, Queue } from "./queue.js";
import { ask } from "./relay.js";

/** The page, as the sender sees it. */
export interface Page {
  /** The scope that was agreed to; undefined while nothing may be recorded. */
  scope(): string | undefined;
  /** The relay says that the server's telemetry is off. */
  refused(): void;
  /** Whether the relay takes the page's requests for another site's. */
  blocked(is: boolean): void;
  /** The relay has another scope, or its own notice was not seen: ask for the settings. */
  outdated(): void;
}

export interface Sender {
  /** A record was added. */
  added(): void;
  /** Sends now, if it may. */
  send(): void;
  /** The page is being left. */
  leave(): void;
}

/** A reply of the relay; status 0: none. */
interface Reply {
  readonly status: number;
  readonly retryAfter?: string | null;
  /** The relay can't take the body: it is too large, or at least one record in it breaks it. */
  readonly unfit?: boolean;
  /** The body of a 200. */
  readonly answer: { on?: boolean; taken?: number; known?: number; dropped?: number };
}

export function openSender(base: string, device: Device, queue: Queue, lease: Lease, page: Page): Sender {
  let timer = 0;
  let sending = false;
  let max = maxRecords;

  /** The server keeps its own receipt of the notice, and takes no event before that. */
  const told = (scope: string | undefined): boolean => device.get("told") === scope;

  function arm(wait: number): void {
    timer ||= setTimeout(send, wait) as unknown as number;
  }

  async function send(): Promise<void> {
    clearTimeout(timer);
    timer = 0;
    const scope = page.scope();
    if (sending || !scope || document.hidden || !navigator.onLine) return;
    if (told(scope) && !queue.size()) return page.blocked(false); // another tab has sent what was refused
    const wait = lease.wait();
    if (wait) return arm(wait);
    sending = true;
    // more: whether the next request may follow. If not, this tab waits for another one, or all tabs pause.
    let more = await lease.take();
    // A person can have turned it off meanwhile.
    if (more && page.scope() === scope) more = await (told(scope) ? deliver(scope) : tell(scope));
    sending = false;
    if (more) lease.release();
    if (more && queue.size() >= soon) return send();
    if (queue.size()) arm(sendInterval);
  }

  /** Tells the server that its notice was seen. */
  async function tell(scope: string): Promise<boolean> {
    const reply = await post("seen", JSON.stringify({ scope }));
    if (reply.status !== 204) return refused(reply);
    if (page.scope() !== scope) return true;
    device.set("told", scope);
    return told(scope); // false: the storage is full
  }

  /** Delivers the oldest records. */
  async function deliver(scope: string): Promise<boolean> {
    const batch = queue.batch(max);
    const count = batch.names.length;
    if (!count) return true; // another tab has sent them
    const reply = await post("events", body(scope, batch));
    const { unfit, answer } = reply;
    if (unfit && count > 1) {
      max = count >> 1;
      return deliver(scope);
    }
    // A reply that does not count every record is not the relay's: a proxy or a login page also replies with 200.
    const counted = Number(answer.taken) + Number(answer.known) + Number(answer.dropped) === count;
    if (!counted && !unfit) return refused(reply);
    queue.remove(batch.names);
    max = maxRecords;
    return true;
  }

  async function post(what: string, text: string): Promise<Reply> {
    try {
      const reply = await ask(base + what, text);
      const { status, headers } = reply;
      page.blocked(status === 403);
      // A proxy replies with 400 too, and no record is lost for that.
      const isProblem = headers.get("content-type")?.startsWith("application/problem+json");
      return {
        status,
        retryAfter: headers.get("retry-after"),
        unfit: status === 413 || (status === 400 && isProblem === true),
        answer: (status === 200 && (await reply.json())) || {},
      };
    } catch {
      return { status: 0, answer: {} };
    }
  }

  function refused({ status, retryAfter, answer }: Reply): boolean {
    if (answer.on === false) {
      page.refused();
      return true;
    }
    if (status === 409) {
      device.remove("told");
      page.outdated();
    }
    // Not after a person turned it off meanwhile: only the refusal is kept then.
    if (page.scope()) arm(lease.pause(Number(retryAfter) * 1000 || 0));
    return false;
  }

  return {
    added() {
      if (queue.size() < soon) arm(sendInterval);
      else send();
    },
    send,
    leave() {
      const scope = page.scope();
      const batch = queue.batch(max);
      // The records stay in the queue: that the browser takes a beacon does not mean that it arrives.
      if (scope && told(scope) && batch.names.length && navigator.onLine && (sending || !lease.wait()))
        navigator.sendBeacon(`${base}events`, body(scope, batch));
      lease.release();
    },
  };
}

/** Put together as text, since the times of the records would lose digits in a number. */
function body(scope: string, batch: Batch): string {
  return `{"scope":${JSON.stringify(scope)},"records":[${batch.records}]}`;
}
