import type { ServerResponse } from 'node:http';

/** Resolves after `waitMs`, or as soon as the client has gone. */
export async function wait(
  response: ServerResponse,
  waitMs: number,
): Promise<void> {
  if (waitMs <= 0 || response.destroyed) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, waitMs);
  response.on('close', resolve);
  await promise;
  clearTimeout(timer);
  response.off('close', resolve);
}

/** Resolves when the client has gone. */
export function untilClosed(response: ServerResponse): Promise<void> {
  if (response.destroyed) return Promise.resolve();
  return new Promise(resolve => {
    response.once('close', resolve);
  });
}
