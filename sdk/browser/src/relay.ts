// SPDX-License-Identifier: MIT
// Requests to the relay, which is a part of the page's own server.
import { maxRequest } from "./limits.js";

/** A GET, or a POST of a body. Rejects without a reply. Never follows a redirect: it could lead to another host. */
export function ask(address: string, body?: string): Promise<Response> {
  return fetch(address, {
    ...(body && { method: "POST", body, headers: { "content-type": "application/json" } }),
    redirect: "error",
    signal: AbortSignal.timeout(maxRequest),
  });
}
