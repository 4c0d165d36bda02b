import { connect, Socket } from 'node:net';

/** What happens to one connection on its way to the upstream. */
export type Fault =
  /** Nothing: bytes pass in both directions. */
  | { kind: 'pass' }
  /** Accepted, and never answered. */
  | { kind: 'hang' }
  /** Reset when the request arrives. The upstream never hears of it. */
  | { kind: 'reset-before-answer' }
  /** Ended after so many bytes of the answer, head included: by a reset, or as if that were all. */
  | { kind: 'end-inside'; afterBytes: number; by: 'reset' | 'close' }
  /** The upstream's answer, so many bytes at a time. */
  | { kind: 'trickle'; bytes: number; intervalMs: number }
  /** These bytes instead of the upstream, when the request arrives. */
  | { kind: 'answer'; bytes: Buffer; then: 'keep' | 'close' | 'reset' };

/** One connection through the proxy. */
export class FaultConnection {
  readonly fault: Fault;
  readonly #client: Socket;
  readonly #upstream: Socket | undefined;
  readonly #onEvent: () => void;
  #isPaused: boolean;
  #requestBytes = 0;
  #answerBytes = 0;
  #trickle: NodeJS.Timeout | undefined;

  /** @param options.onEvent - heard whenever something in the numbers below has changed */
  constructor(options: {
    client: Socket;
    upstream: { host: string; port: number };
    fault: Fault;
    isPaused: boolean;
    onEvent: () => void;
  }) {
    this.fault = options.fault;
    this.#client = options.client;
    this.#isPaused = options.isPaused;
    this.#onEvent = options.onEvent;
    this.#client.setNoDelay(true);
    this.#client.on('data', chunk => this.#heard(chunk));
    this.#client.on('end', () => this.#upstream?.end());
    this.#upstream = needsUpstream(options.fault)
      ? this.#connect(options.upstream)
      : undefined;
    for (const socket of this.#sockets) {
      socket.on('error', () => this.destroy()); // the other side sees it as it is: cut
      socket.on('close', () => this.#onClose());
      if (this.#isPaused) socket.pause();
    }
  }

  /** Bytes that came from the client. */
  get requestBytes(): number {
    return this.#requestBytes;
  }

  /** Bytes that went to the client. */
  get answerBytes(): number {
    return this.#answerBytes;
  }

  get isOpen(): boolean {
    return !this.#client.destroyed;
  }

  /** Nothing passes until {@link FaultConnection.resume}; both sides stay connected. */
  pause(): void {
    this.#isPaused = true;
    for (const socket of this.#sockets) socket.pause();
  }

  resume(): void {
    this.#isPaused = false;
    for (const socket of this.#sockets) socket.resume();
  }

  /** Sends bytes to the client that nobody asked for. */
  inject(bytes: Buffer): void {
    this.#send(bytes);
  }

  /** Resets both sides. */
  destroy(): void {
    for (const socket of this.#sockets) {
      if (!socket.destroyed) socket.resetAndDestroy();
    }
  }

  get #sockets(): Socket[] {
    return this.#upstream ? [this.#client, this.#upstream] : [this.#client];
  }

  #connect(address: { host: string; port: number }): Socket {
    const upstream = connect({ ...address, allowHalfOpen: true });
    upstream.setNoDelay(true);
    upstream.on('data', chunk => this.#answer(chunk));
    upstream.on('drain', () => this.#resumeUnlessPaused(this.#client));
    this.#client.on('drain', () => this.#resumeUnlessPaused(upstream));
    upstream.on('end', () => {
      if (this.fault.kind !== 'trickle') this.#client.end();
    });
    return upstream;
  }

  /** Of the client. */
  #heard(chunk: Buffer): void {
    const isFirst = this.#requestBytes === 0;
    this.#requestBytes += chunk.length;
    if (this.#upstream && !this.#upstream.write(chunk)) this.#client.pause();
    if (isFirst) this.#react();
    this.#onEvent();
  }

  /** To the first bytes of a request, by faults that need no upstream. */
  #react(): void {
    const { fault } = this;
    if (fault.kind === 'reset-before-answer') this.destroy();
    if (fault.kind !== 'answer') return;
    this.#send(fault.bytes, () => {
      if (fault.then === 'reset') this.destroy();
      if (fault.then === 'close') this.#client.end();
    });
  }

  /** Of the upstream. */
  #answer(chunk: Buffer): void {
    const { fault } = this;
    if (fault.kind === 'trickle') {
      this.#drip(chunk, fault);
    } else if (fault.kind === 'end-inside') {
      this.#answerUpTo(chunk, fault);
    } else {
      this.#send(chunk);
    }
  }

  #answerUpTo(
    chunk: Buffer,
    fault: Extract<Fault, { kind: 'end-inside' }>,
  ): void {
    const left = fault.afterBytes - this.#answerBytes;
    if (chunk.length < left) {
      this.#send(chunk);
      return;
    }
    this.#upstream?.destroy();
    this.#send(chunk.subarray(0, left), () => {
      if (fault.by === 'reset') this.destroy();
      else this.#client.end();
    });
  }

  /** Holds the upstream until the chunk has gone, drop by drop. */
  #drip(chunk: Buffer, fault: Extract<Fault, { kind: 'trickle' }>): void {
    this.#upstream?.pause();
    let at = 0;
    this.#trickle = setInterval(() => {
      if (this.#isPaused) return;
      this.#send(chunk.subarray(at, at + fault.bytes));
      at += fault.bytes;
      if (at < chunk.length) return;
      clearInterval(this.#trickle);
      if (this.#upstream?.readableEnded) this.#client.end();
      else if (this.#upstream) this.#resumeUnlessPaused(this.#upstream);
    }, fault.intervalMs);
  }

  #send(bytes: Buffer, then?: () => void): void {
    this.#answerBytes += bytes.length;
    const isDrained = this.#client.write(bytes, () => then?.());
    if (!isDrained) this.#upstream?.pause();
    this.#onEvent();
  }

  #resumeUnlessPaused(socket: Socket): void {
    if (!this.#isPaused) socket.resume();
  }

  #onClose(): void {
    clearInterval(this.#trickle);
    if (this.#client.destroyed) this.#upstream?.destroy();
    this.#onEvent();
  }
}

function needsUpstream(fault: Fault): boolean {
  return (
    fault.kind === 'pass' ||
    fault.kind === 'trickle' ||
    fault.kind === 'end-inside'
  );
}
