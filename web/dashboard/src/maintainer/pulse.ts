// SPDX-License-Identifier: MIT
// Asks again and again while somebody looks: not in a hidden tab, and never twice at once.

const pause = 1000; // milliseconds between an answer and the next question

export class Pulse {
  readonly #ask: (signal: AbortSignal) => Promise<void>;
  readonly #paused: () => void;
  readonly #look = () => this.#turn();
  #current = new AbortController(); // aborted by whatever makes its question out of date

  /**
   * @param ask resolves whatever happens; the next question waits for it. An aborted question must show nothing.
   * @param paused is told when the tab is hidden.
   */
  constructor(ask: (signal: AbortSignal) => Promise<void>, paused: () => void) {
    this.#ask = ask;
    this.#paused = paused;
  }

  /** Asks now and then every second. A question under way is given up. */
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
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
  }
}
