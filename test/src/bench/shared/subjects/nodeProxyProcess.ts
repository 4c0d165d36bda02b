// The reference: the least that a proxy of node:http and undici can do. It knows no key and no money.
import { createServer } from 'node:http';
import { AddressInfo } from 'node:net';
import { Pool } from 'undici';
import { reportReady } from '../../../harness/childProcess';

const pool = new Pool(process.env.UPSTREAM_URL ?? '', { connections: 1024 });

const server = createServer((incoming, response) => {
  const pieces: Buffer[] = [];
  incoming.on('data', piece => pieces.push(piece));
  incoming.on('end', () => {
    pool.dispatch(
      {
        path: incoming.url ?? '/',
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: Buffer.concat(pieces),
      },
      {
        onRequestStart() {},
        onResponseStart(_controller, statusCode, headers) {
          response.writeHead(statusCode, {
            'content-type': String(headers['content-type']),
          });
        },
        onResponseData(controller, chunk) {
          if (response.write(chunk)) return;
          controller.pause();
          response.once('drain', () => controller.resume());
        },
        onResponseEnd() {
          response.end();
        },
        onResponseError(_controller, error) {
          response.destroy(error);
        },
      },
    );
  });
});
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo;
  reportReady({ url: `http://127.0.0.1:${port}` });
});
