import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { picoUsd } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { setUpLeases } from './__testUtils__/setUpLeases';

describe('a call that waits for money to come back', () => {
  let directory: string;

  beforeEach(() => {
    directory = fs.mkdtempSync(path.join(os.tmpdir(), 'leases-'));
  });

  afterEach(() => fs.rmSync(directory, { recursive: true, force: true }));

  const setUp = (options: Parameters<typeof setUpLeases>[1]) =>
    setUpLeases(directory, options);

  async function exhausted() {
    const setup = setUp({ budget: 50n });
    const { leases, scope, hold } = setup;
    const taken = await hold(50n);
    const untilMs = leases.now() + 60_000;
    const queue = (amount: bigint, until = untilMs) =>
      leases.queueForHold(scope, picoUsd(amount), until);
    return { ...setup, taken, queue };
  }

  it('is served when it does, first come first served', async () => {
    const { leases, taken, queue } = await exhausted();
    const order: string[] = [];
    const first = queue(30n).held.then(() => order.push('first'));
    queue(30n).held.then(
      () => order.push('second'),
      () => {},
    );
    const third = queue(20n).held.then(() => order.push('third'));
    leases.release(taken);
    await Promise.all([first, third]);
    expect(order).toEqual(['first', 'third']);
  });

  it('is served before one that comes later', async () => {
    const { leases, taken, queue, hold } = await exhausted();
    const { held } = queue(40n);
    leases.release(taken);
    const late = Promise.resolve(hold(20n));
    await expect(late).rejects.toMatchObject({ code: 'insufficient_quota' });
    await expect(held).resolves.toMatchObject({ amountPicoUsd: 40n });
  });

  it('asks again for what others gave back, and is refused when its time is over', async () => {
    const { controlPlane, queue, leases, advance, taken } = await exhausted();
    const { held } = queue(30n);
    const late = queue(31n, leases.now() + 100);
    const refusal = late.held.catch(error => error);
    advance(100);
    controlPlane.leftPicoUsd = picoUsd(30n); // of another gateway
    const hold = await held;
    expect(hold.lease).not.toBe(taken.lease);
    expect(await refusal).toMatchObject({ code: 'insufficient_quota' });
  });

  it('leaves when its caller goes', async () => {
    const { leases, queue, taken, hold } = await exhausted();
    const { held, leave } = queue(50n);
    const gone = held.catch(error => error);
    leave(new Error('gone'));
    expect(await gone).toEqual(new Error('gone'));
    leases.release(taken);
    expect(await hold(50n)).toMatchObject({ state: 'held' });
  });

  it('is refused at once when too many wait', async () => {
    const { queue, leases, scope } = await exhausted();
    const all = Array.from({ length: 256 }, () => queue(1n).held);
    await expect(queue(1n).held).rejects.toMatchObject({
      code: 'insufficient_quota',
    });
    const ended = Promise.allSettled(all);
    await leases.shutDown();
    const codes = (await ended).map(each => each.status);
    expect(new Set(codes)).toEqual(new Set(['rejected']));
    expect(leases.tryHold(scope, picoUsd(1n))).toBeUndefined();
  });
});
