import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

const GIVE_UP_AFTER_MS = 30_000;

/** Waits until somebody listens on a port of the loopback address. @throws Error after 30 seconds */
export async function untilListening(port: number): Promise<void> {
  const deadline = Date.now() + GIVE_UP_AFTER_MS;
  while (!(await isListening(port))) {
    if (Date.now() > deadline) throw new Error(`Nobody listens on ${port}`);
    await sleep(50);
  }
}

function isListening(port: number): Promise<boolean> {
  return new Promise(resolve => {
    const socket = connect(port, '127.0.0.1');
    const end = (isOpen: boolean) => {
      socket.destroy();
      resolve(isOpen);
    };
    socket.once('connect', () => end(true));
    socket.once('error', () => end(false));
  });
}
