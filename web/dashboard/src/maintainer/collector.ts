// SPDX-License-Identifier: MIT
// Requests to the collector that serves this page. The maintainer's token is in a header, never in an address.
import { JsonObject } from "../published/json";
import { type Live, readLive } from "./live";

/** The collector answered that the token is invalid. */
export class TokenRefused extends Error {}

/** There is no answer to show. The message is shown on the page. */
export class NoAnswer extends Error {}

export interface Tool {
  readonly tool: string;
  readonly title: string;
}

const timeout = 5000; // milliseconds

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
    // A header can't carry such a token, so no collector issued it.
    if (!/^[\x21-\x7e]+$/.test(this.#token)) throw new TokenRefused();
    let response: Response;
    let text: string;
    try {
      response = await fetch(new URL(path, this.#address), {
        headers: { Authorization: `Bearer ${this.#token}` },
        cache: "no-store",
        credentials: "omit",
        redirect: "error",
        signal: AbortSignal.any([signal, AbortSignal.timeout(timeout)]),
      });
      text = await response.text();
    } catch {
      throw new NoAnswer("The collector does not respond");
    }
    if (response.status === 401 || response.status === 403) throw new TokenRefused();
    if (!response.ok) throw new NoAnswer(`The collector responded with ${response.status}`);
    return text;
  }
}
