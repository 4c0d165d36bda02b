import { ask, startForTest } from '../__testUtils__/startForTest';

describe('Gate', () => {
  let test: Awaited<ReturnType<typeof startForTest>>;

  beforeEach(async () => {
    test = await startForTest();
  });
  afterEach(() => test.close());

  it('holds answers before their first byte until it is opened', async () => {
    const { gate } = test.simulator;
    const closed = await test.send('/simulator/gate', { open: false });
    const calls = ['a', 'b', 'c'].map(question =>
      test.openai.chat.completions.create(ask(question)),
    );
    await gate.waitForHeld(3);

    const usage = await test.send('/simulator/usage');
    expect(await closed.body.json()).toEqual({ open: false, held: 0 });
    expect(await usage.body.json()).toMatchObject({ held: 3, totals: {} });

    const opened = await test.send('/simulator/gate', { open: true });
    expect(await opened.body.json()).toEqual({ open: true, held: 0 });
    expect(await Promise.all(calls)).toHaveLength(3);
    expect(test.simulator.usage().totals['gpt-4o'].requests).toBe(3);
  });

  it('holds refusals as well as answers', async () => {
    const { gate } = test.simulator;
    gate.close();
    const call = test.openai.chat.completions.create(ask('Hello?'), {
      headers: { 'x-simulator-fault': 'error' },
    });
    await gate.waitForHeld(1);
    gate.open();

    await expect(call).rejects.toMatchObject({ status: 500 });
  });

  it('forgets a call whose client has gone', async () => {
    const { gate } = test.simulator;
    gate.close();
    const client = new AbortController();
    const call = test.openai.chat.completions.create(ask('Hello?'), {
      signal: client.signal,
    });
    await gate.waitForHeld(1);
    client.abort();
    await expect(call).rejects.toThrow(/abort/i);
    while (gate.held > 0) await new Promise(setImmediate);

    gate.open();
    expect(test.simulator.usage()).toMatchObject({ totals: {}, aborted: 1 });
  });

  it('refuses an order that it does not know', async () => {
    const { statusCode, body } = await test.send('/simulator/gate', {
      open: 'yes',
    });

    expect(statusCode).toBe(400);
    expect(await body.json()).toMatchObject({ error: { param: 'open' } });
  });
});
