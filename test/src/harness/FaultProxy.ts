import { once } from 'node:events';
import { AddressInfo, createServer, Server, Socket } from 'node:net';
import { Fault, FaultConnection } from './FaultConnection';

/**
 * A TCP proxy between the gateway and an upstream that breaks as it is told. It knows no HTTP: what passes, passes
 * byte for byte.
 *
 * A fault is of a connection, not of a request: a client that keeps connections meets the next fault on the next
 * connection. {@link FaultProxy.cut} makes it open one.
 */
export class FaultProxy {
  readonly port: number;
  readonly #upstream: { host: string; port: number };
  readonly #next: Fault[] = [];
  #connections: FaultConnection[] = [];
  readonly #watchers = new Set<() => void>();
  #otherwise: Fault = { kind: 'pass' };
  #isPaused = false;
  #server: Server;

  /** @param options.upstreamUrl - only its host and port are used */
  static async start(options: { upstreamUrl: string }): Promise<FaultProxy> {
    const server = createServer({ allowHalfOpen: true });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { hostname, port } = new URL(options.upstreamUrl);
    return new FaultProxy(server, { host: hostname, port: Number(port) });
  }

  private constructor(
    server: Server,
    upstream: { host: string; port: number },
  ) {
    this.#server = server;
    this.#upstream = upstream;
    this.port = (server.address() as AddressInfo).port;
    server.on('connection', client => this.#accept(client));
  }

  /** For the client, without a path. */
  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** All connections so far, the closed ones too, in the order of their arrival. */
  get connections(): readonly FaultConnection[] {
    return this.#connections;
  }

  /** Leaves {@link FaultProxy.connections} with those that are open: for tests of memory. */
  forgetClosed(): void {
    this.#connections = this.#connections.filter(each => each.isOpen);
  }

  /** How many connections are open. */
  get openCount(): number {
    return this.#connections.filter(each => each.isOpen).length;
  }

  /** What befalls the next connections, one each. */
  next(...faults: Fault[]): void {
    this.#next.push(...faults);
  }

  /** What befalls each connection for which {@link FaultProxy.next} has said nothing. At first all pass. */
  always(fault: Fault): void {
    this.#otherwise = fault;
  }

  /** Resets all open connections, on both sides; resolves when they are gone. */
  async cut(): Promise<void> {
    for (const connection of this.#connections) connection.destroy();
    await this.until(() => this.openCount === 0);
  }

  /** Nothing passes, on connections to come either; nobody is disconnected. */
  pause(): void {
    this.#isPaused = true;
    for (const connection of this.#connections) connection.pause();
  }

  resume(): void {
    this.#isPaused = false;
    for (const connection of this.#connections) connection.resume();
  }

  /** Connections to come are refused; those that are open stay. */
  refuse(): void {
    this.#server.close();
  }

  /** Ends {@link FaultProxy.refuse}. */
  async accept(): Promise<void> {
    if (this.#server.listening) return;
    this.#server = createServer({ allowHalfOpen: true }, client =>
      this.#accept(client),
    );
    this.#server.listen(this.port, '127.0.0.1');
    await once(this.#server, 'listening');
  }

  /** Sends bytes that nobody asked for to the client, on every open connection. */
  inject(bytes: Buffer): void {
    for (const connection of this.#connections) {
      if (connection.isOpen) connection.inject(bytes);
    }
  }

  /** Resolves as soon as the condition holds. It is asked whenever a connection, or its numbers, change. */
  until(isTrue: () => boolean): Promise<void> {
    return new Promise(resolve => {
      const check = () => {
        if (!isTrue()) return;
        this.#watchers.delete(check);
        resolve();
      };
      this.#watchers.add(check);
      check();
    });
  }

  async stop(): Promise<void> {
    this.refuse();
    await this.cut();
  }

  #accept(client: Socket): void {
    this.#connections.push(
      new FaultConnection({
        client,
        upstream: this.#upstream,
        fault: this.#next.shift() ?? this.#otherwise,
        isPaused: this.#isPaused,
        onEvent: () => this.#changed(),
      }),
    );
    this.#changed();
  }

  #changed(): void {
    for (const check of [...this.#watchers]) check();
  }
}
