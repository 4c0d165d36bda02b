import { once } from 'node:events';
import net from 'node:net';

/** A connection in between that a test can stall and cut. */
export class TcpProxy {
  readonly port: number;
  readonly #server: net.Server;
  readonly #sockets: Set<net.Socket>;
  readonly #rules: { isStalled: boolean; isRefusing: boolean };

  private constructor(
    server: net.Server,
    port: number,
    sockets: Set<net.Socket>,
    rules: { isStalled: boolean; isRefusing: boolean },
  ) {
    this.#server = server;
    this.port = port;
    this.#sockets = sockets;
    this.#rules = rules;
  }

  static async open(target: { host: string; port: number }): Promise<TcpProxy> {
    const sockets = new Set<net.Socket>();
    const rules = { isStalled: false, isRefusing: false };
    const keep = (socket: net.Socket) => {
      sockets.add(socket);
      socket.on('close', () => sockets.delete(socket));
      socket.on('error', () => undefined); // the other side is cut, too
    };
    const server = net.createServer(client => {
      keep(client);
      if (rules.isRefusing) {
        client.resetAndDestroy();
        return;
      }
      const upstream = net.connect(target);
      keep(upstream);
      const join = (from: net.Socket, to: net.Socket) => {
        from.on('data', bytes => {
          if (!rules.isStalled) to.write(bytes); // what is stalled never arrives
        });
        from.on('close', () => to.destroy());
      };
      join(client, upstream);
      join(upstream, client);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    if (address === null || typeof address === 'string') {
      throw new Error('The proxy has no port');
    }
    return new TcpProxy(server, address.port, sockets, rules);
  }

  /** Connections stay, and nothing passes; new ones likewise. */
  stall(): void {
    this.#rules.isStalled = true;
  }

  /** Resets all connections, and refuses new ones. */
  cut(): void {
    this.#rules.isRefusing = true;
    for (const socket of this.#sockets) socket.resetAndDestroy();
  }

  /** New connections pass again. */
  mend(): void {
    this.#rules.isStalled = false;
    this.#rules.isRefusing = false;
  }

  async close(): Promise<void> {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
    if (this.#server.listening) await once(this.#server, 'close');
  }
}
