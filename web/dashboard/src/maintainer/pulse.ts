// SPDX-License-Identifier: MIT
// Polls while the tab is visible, with one request at a time.

const interval = 1000; // milliseconds between an answer and the next request

export class Pulse {
  readonly #ask: (signal: AbortSignal) => Promise<void>;
  readonly #paused: () => void;
  readonly #look = () => this.#turn();
  #current = new AbortController(); // aborted when its request is out of date

  /**
   * @param ask always resolves, also after an error; the next request waits for it. An aborted request must show
   * nothing.
   * @param paused called when the tab is hidden.
   */
  constructor(ask: (signal: AbortSignal) => Promise<void>, paused: () => void) {
    this.#ask = ask;
    this.#paused = paused;
  }

  /** Asks now and then every second. A request in progress is aborted. */
  start(): void {
    document.addEventListener("visibilitychange", this.#look);
    this.#turn();
  }

  stop(): void {
    document.removeEventListener("visibilitychange", this.#look);
    this.#current.abort();
  }

  #turn(): void {
    this.#current.abort();
    this.#current = new AbortController();
    if (document.hidden) this.#paused();
    else void this.#beat(this.#current.signal);
  }

  async #beat(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.#ask(signal);
      await new Promise((resolve) => setTimeout(resolve, interval));
    }
  }
}
