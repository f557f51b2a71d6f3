// SPDX-License-Identifier: MIT
// A small reverse proxy. It forwards `/from/ADDRESS/...` to the collector as `/...` with the address in
// X-Forwarded-For, so that the demo's installations come from different countries.

import { createServer, request } from 'node:http';

/** Starts the proxy for the collector on `port`; resolves to the proxy's own port and a function that stops it. */
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
