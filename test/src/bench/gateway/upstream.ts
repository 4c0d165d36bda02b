// The cheapest upstream that can be: fixed answers of the size of real ones, so that the gateway is measured.
import { createServer, IncomingMessage, ServerResponse } from 'node:http';
import { AddressInfo } from 'node:net';
import { reportReady } from '../../harness/childProcess';

const USAGE = {
  prompt_tokens: 120,
  completion_tokens: 20,
  total_tokens: 140,
  prompt_tokens_details: { cached_tokens: 0 },
};
const ID = {
  id: 'chatcmpl-bench',
  created: 1_700_000_000,
  model: 'gpt-4o-mini',
};

const ANSWER = Buffer.from(
  JSON.stringify({
    ...ID,
    object: 'chat.completion',
    choices: [
      {
        index: 0,
        finish_reason: 'stop',
        message: { role: 'assistant', content: 'All is well. '.repeat(24) },
      },
    ],
    usage: USAGE,
  }),
);

const CHUNKS = [
  ...Array.from({ length: 20 }, (_, index) =>
    event({
      ...ID,
      object: 'chat.completion.chunk',
      choices: [
        { index: 0, delta: { content: ` word${index}` }, finish_reason: null },
      ],
    }),
  ),
  event({
    ...ID,
    object: 'chat.completion.chunk',
    choices: [{ index: 0, delta: {}, finish_reason: 'stop' }],
  }),
];
const USAGE_CHUNK = event({
  ...ID,
  object: 'chat.completion.chunk',
  choices: [],
  usage: USAGE,
});
const DONE = Buffer.from('data: [DONE]\n\n');

function event(data: unknown): Buffer {
  return Buffer.from(`data: ${JSON.stringify(data)}\n\n`);
}

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

/** One write a turn of the event loop: separate packets, as a model that produces tokens sends them. */
function stream(response: ServerResponse, withUsage: boolean) {
  let next = 0;
  const step = () => {
    if (next < CHUNKS.length) {
      response.write(CHUNKS[next++]);
      setImmediate(step);
      return;
    }
    if (withUsage) response.write(USAGE_CHUNK);
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
