// The cheapest upstream that can be: fixed answers of the size of real ones, so that the gateway is measured.
import { createServer, IncomingMessage, ServerResponse } from 'node:http';
import { AddressInfo } from 'node:net';
import { reportReady } from '../../../harness/childProcess';
import { ANSWER, DONE, EVENTS, USAGE_EVENT } from '../load/messages';

/** Between two events of a stream; 0: each in a turn of the event loop of its own, as fast as it goes. */
const PACE_MS = Number(process.env.PACE_MS ?? 0);

function answer(incoming: IncomingMessage, response: ServerResponse) {
  const pieces: Buffer[] = [];
  incoming.on('data', piece => pieces.push(piece));
  incoming.on('end', () => {
    const body = Buffer.concat(pieces);
    if (!body.includes('"stream":true')) {
      response.writeHead(200, {
        'content-type': 'application/json',
        'content-length': ANSWER.length,
      });
      response.end(ANSWER);
      return;
    }
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    stream(response, body.includes('"include_usage":true'));
  });
}

/** One write an event: separate packets, as a model that produces tokens sends them. */
function stream(response: ServerResponse, withUsage: boolean) {
  let next = 0;
  const step = () => {
    if (next < EVENTS.length) {
      response.write(EVENTS[next++]);
      if (PACE_MS > 0) setTimeout(step, PACE_MS);
      else setImmediate(step);
      return;
    }
    if (withUsage) response.write(USAGE_EVENT);
    response.end(DONE);
  };
  step();
}

const server = createServer(answer);
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo;
  reportReady({ url: `http://127.0.0.1:${port}` });
});
