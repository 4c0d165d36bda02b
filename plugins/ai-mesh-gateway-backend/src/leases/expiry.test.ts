import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { picoUsd } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { setUpLeases, tick } from './__testUtils__/setUpLeases';

describe('a hold whose call never ends', () => {
  let directory: string;

  beforeEach(() => {
    directory = fs.mkdtempSync(path.join(os.tmpdir(), 'leases-'));
  });

  afterEach(() => fs.rmSync(directory, { recursive: true, force: true }));

  const setUp = (options: Parameters<typeof setUpLeases>[1]) =>
    setUpLeases(directory, options);

  const CALL_AND_GRACE_MS = 700_000;

  async function lose({ isSent }: { isSent: boolean }) {
    const setup = setUp({ budget: 100n });
    const { hold, leases, advance } = setup;
    const taken = await hold(40n);
    if (isSent) taken.lease.dispatch(taken);
    for (let passed = 0; passed < CALL_AND_GRACE_MS; passed += 10_000) {
      expect(taken.state).toBe('held');
      advance(10_000);
      leases.sweep();
      await tick();
      if (taken.state !== 'held') break;
    }
    return { ...setup, taken };
  }

  it('is kept when it was sent, which is told', async () => {
    const { controlPlane, taken, logger, leases } = await lose({
      isSent: true,
    });
    expect(taken.state).toBe('kept');
    expect(leases.count).toBe(0);
    expect(controlPlane.leasedPicoUsd).toBe(40n);
    expect(logger.lines[0]).toContain('A call never ended that may have');
    expect(logger.lines[0]).toContain('"heldPicoUsd":"40"');
  });

  it('is given back when it was not, which is told', async () => {
    const { controlPlane, taken, logger } = await lose({ isSent: false });
    expect(taken.state).toBe('released');
    expect(controlPlane.leasedPicoUsd).toBe(0n);
    expect(logger.lines[0]).toContain('A call never ended that was not sent');
    expect(() => taken.lease.dispatch(taken)).toThrow();
  });

  it('is not held for as long as a call may take', async () => {
    const { hold, leases, advance } = setUp({ budget: 100n });
    const taken = await hold(40n);
    for (let passed = 0; passed <= 600_000; passed += 5_000) {
      advance(5_000);
      leases.sweep();
    }
    expect(taken.state).toBe('held');
  });

  it('takes its bill all the same, once', async () => {
    const { taken, leases } = await lose({ isSent: true });
    leases.settle(taken, picoUsd(7n));
    leases.settle(taken, picoUsd(7n));
    const { heldPicoUsd, keepPicoUsd, spentPicoUsd, atProviderPicoUsd } =
      taken.lease;
    expect([heldPicoUsd, keepPicoUsd, atProviderPicoUsd]).toEqual([0n, 0n, 0n]);
    expect(spentPicoUsd).toBe(7n);
  });
});
