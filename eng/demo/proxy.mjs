// SPDX-License-Identifier: MIT
// A tiny reverse proxy: `/from/ADDRESS/...` goes on to the collector as `/...` with that address in X-Forwarded-For, which is how countries get into the demo.

import { createServer, request } from 'node:http';

/** Starts it before the collector listening on `port`; resolves to its own port and a way to stop it. */
export async function startProxy(port) {
  const server = createServer((incoming, outgoing) => {
    const match = /^\/from\/([0-9.]+)(\/.*)$/.exec(incoming.url);
    if (!match) {
      outgoing.writeHead(404).end();
      return;
    }

    const headers = { ...incoming.headers, 'x-forwarded-for': match[1] };
    const forward = request(
      { host: '127.0.0.1', port, path: match[2], method: incoming.method, headers },
      (reply) => {
        outgoing.writeHead(reply.statusCode, reply.headers);
        reply.pipe(outgoing);
      },
    );
    forward.on('error', () => outgoing.destroy());
    incoming.pipe(forward);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { port: server.address().port, stop: () => server.close() };
}
