// SPDX-License-Identifier: MIT
// Asks the collector that serves this page, with the maintainer's token in a header and never in an address.
import { JsonObject } from "../published/json";
import { type Live, readLive } from "./live";

/** The collector spoke, and does not take this token. */
export class TokenRefused extends Error {}

/** There is no answer to show. The message is for the page. */
export class NoAnswer extends Error {}

export interface Tool {
  readonly tool: string;
  readonly title: string;
}

const patience = 5000; // milliseconds

export class Collector {
  readonly #address: URL;
  readonly #token: string;

  constructor(address: URL, token: string) {
    this.#address = address;
    this.#token = token;
  }

  async tools(signal: AbortSignal): Promise<Tool[]> {
    const answer = JsonObject.parse(await this.#get("v1/tools", signal), "the collector's answer");
    return answer.objects("tools", (tool) => ({ tool: tool.text("tool"), title: tool.text("title") }));
  }

  async live(tool: string, signal: AbortSignal): Promise<Live> {
    return readLive(await this.#get(`v1/live?tool=${encodeURIComponent(tool)}`, signal));
  }

  async #get(path: string, signal: AbortSignal): Promise<string> {
    if (!/^[\x21-\x7e]+$/.test(this.#token)) throw new TokenRefused(); // no header can carry it, so it is none of ours
    let response: Response;
    let text: string;
    try {
      response = await fetch(new URL(path, this.#address), {
        headers: { Authorization: `Bearer ${this.#token}` },
        cache: "no-store",
        credentials: "omit",
        redirect: "error",
        signal: AbortSignal.any([signal, AbortSignal.timeout(patience)]),
      });
      text = await response.text();
    } catch {
      throw new NoAnswer("The collector does not answer");
    }
    if (response.status === 401 || response.status === 403) throw new TokenRefused();
    if (!response.ok) throw new NoAnswer(`The collector answers ${response.status}`);
    return text;
  }
}
