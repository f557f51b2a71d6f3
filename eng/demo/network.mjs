// SPDX-License-Identifier: MIT
// The network of the demo. The tools are released builds: they send to the https endpoint of their manifest, and no
// variable of the SDK changes that. So each user has an HTTP proxy (HTTPS_PROXY), and trusts the demo's certificate for
// the tools' endpoints (SSL_CERT_FILE). There is one proxy for each country: it ends TLS and forwards each request to
// the collector with an address of that country in X-Forwarded-For.

import { readFile } from 'node:fs/promises';
import { createServer, request } from 'node:http';
import { join } from 'node:path';
import { createSecureContext, TLSSocket } from 'node:tls';
import { run } from './processes.mjs';

/** The hosts of the tools' endpoints, from their manifests. */
async function hostsOf(root, tools) {
  const hosts = new Set();
  for (const tool of tools) {
    const manifest = await readFile(join(root, tool.manifest ?? tool.project, 'telemetry.yaml'), 'utf8');
    hosts.add(new URL(/^endpoint: (.+)$/m.exec(manifest)[1]).hostname);
  }

  return [...hosts];
}

/** Makes a certificate for these hosts; resolves to its file and the server's secret. */
async function makeCertificate(work, hosts) {
  const [certificate, key] = [join(work, 'certificate.pem'), join(work, 'key.pem')];
  const { code, errors } = await run('openssl', [
    'req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2',
    '-subj', '/CN=demo', '-addext', `subjectAltName=${hosts.map((host) => `DNS:${host}`).join(',')}`,
    '-keyout', key, '-out', certificate,
  ]);
  if (code !== 0) throw new Error(`openssl made no certificate: ${errors}`);
  const context = createSecureContext({ cert: await readFile(certificate), key: await readFile(key) });
  return { certificate, context };
}

/** Starts the proxy of one country; resolves to the server. */
async function startOne(collector, address, secureContext) {
  const forward = createServer((incoming, outgoing) => {
    const headers = { ...incoming.headers, 'x-forwarded-for': address };
    const onward = request(
      { host: '127.0.0.1', port: collector.port, path: incoming.url, method: incoming.method, headers },
      (reply) => {
        outgoing.writeHead(reply.statusCode, reply.headers);
        reply.pipe(outgoing);
      },
    );
    onward.on('error', () => outgoing.destroy());
    incoming.pipe(onward);
  });
  const proxy = createServer((incoming, outgoing) => outgoing.writeHead(405).end());
  proxy.on('connect', (_, socket) => {
    socket.on('error', () => socket.destroy());
    socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
    const secured = new TLSSocket(socket, { isServer: true, secureContext });
    secured.on('error', () => secured.destroy());
    forward.emit('connection', secured);
  });
  await new Promise((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  return proxy;
}

/**
 * Starts the proxies in front of the collector; `addresses` has an address for each country. Resolves to the variables
 * of a user in a country, and a function that stops the proxies.
 */
export async function startNetwork(collector, root, work, tools, addresses) {
  const { certificate, context } = await makeCertificate(work, await hostsOf(root, tools));
  const proxies = new Map();
  for (const [country, address] of addresses) proxies.set(country, await startOne(collector, address, context));
  return {
    variables: (country) => ({
      HTTPS_PROXY: `http://127.0.0.1:${proxies.get(country).address().port}`, SSL_CERT_FILE: certificate,
    }),
    stop: () => { for (const proxy of proxies.values()) proxy.close(); },
  };
}
