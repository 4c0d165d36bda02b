import { ChangeSignal } from './ChangeSignal';

describe('ChangeSignal', () => {
  it('wakes everyone who waits', async () => {
    const signal = new ChangeSignal();
    const waiting = [1, 2, 3].map(() => signal.wait({ timeoutMs: 60_000 }));
    signal.changed();
    await expect(Promise.all(waiting)).resolves.toHaveLength(3);
  });

  it('gives up at the deadline, on abort, and at once when already aborted', async () => {
    const signal = new ChangeSignal();
    await expect(signal.wait({ timeoutMs: 1 })).resolves.toBeUndefined();

    const caller = new AbortController();
    const waiting = signal.wait({ timeoutMs: 60_000, signal: caller.signal });
    caller.abort();
    await expect(waiting).resolves.toBeUndefined();
    await expect(
      signal.wait({ timeoutMs: 60_000, signal: caller.signal }),
    ).resolves.toBeUndefined();
  });
});
