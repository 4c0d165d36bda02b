import { once } from 'node:events';
import net from 'node:net';
import { Listener } from './Listener';

async function listen() {
  const listener = new Listener({
    limits: { headersMs: 5000, requestMs: 5000 },
    newRequestId: () => 'request',
    onRequest: (_, response) => response.end('answer'),
  });
  const port = await listener.listen({ host: '127.0.0.1', port: 0 });
  return { listener, port };
}

/** A client that keeps its connection. */
async function connect(port: number) {
  const socket = net.connect(port, '127.0.0.1').setEncoding('utf8');
  await once(socket, 'connect');
  return {
    socket,
    async ask(): Promise<string> {
      socket.write('GET / HTTP/1.1\r\nhost: gateway\r\n\r\n');
      const [answer] = await once(socket, 'data');
      return String(answer);
    },
  };
}

it('answers one more request on a connection when it drains, and closes it then', async () => {
  const { listener, port } = await listen();
  const client = await connect(port);
  expect(await client.ask()).toMatch(/connection: keep-alive/i);

  const drained = listener.drain({
    lingerMs: 60_000,
    untilMs: Date.now() + 60_000,
  });
  await expect(connect(port)).rejects.toThrow('ECONNREFUSED');
  const answer = await client.ask();
  expect(answer).toMatch(/^HTTP\/1\.1 200 [^]*connection: close[^]*answer$/i);
  await drained; // with its last connection, long before its time
});

it('closes connections that stay idle', async () => {
  const { listener, port } = await listen();
  const { socket, ask } = await connect(port);
  await ask();
  const closed = once(socket, 'close');
  await listener.drain({ lingerMs: 0, untilMs: Date.now() + 60_000 });
  expect(await closed).toEqual([false]); // by us, without an error
});

it('waits no longer than it may', async () => {
  const { listener, port } = await listen();
  const { socket } = await connect(port);
  socket.write('GET / HTTP/1.1\r\n'); // a request that never arrives whole
  await listener.drain({ lingerMs: 0, untilMs: Date.now() + 100 });
  expect(socket.closed).toBe(false);
  const closed = once(socket, 'close');
  listener.destroy();
  await closed;
});
