import { mockServices } from '@backstage/backend-test-utils';
import { FreshValue } from './FreshValue';

function setup(load: () => Promise<string>) {
  const clock = { ms: 0 };
  const logger = mockServices.logger.mock();
  const value = new FreshValue(load, {
    what: 'the weather',
    maxAgeMs: 1000,
    now: () => new Date(clock.ms),
    logger,
  });
  return { clock, logger, value };
}

describe('FreshValue', () => {
  it('loads once for callers at the same time, and again when too old', async () => {
    const load = jest.fn(async () => 'sunny');
    const { clock, value } = setup(load);
    await Promise.all([value.get(), value.get(), value.get()]);
    clock.ms = 999;
    await value.get();
    expect(load).toHaveBeenCalledTimes(1);
    clock.ms = 1000;
    await value.get();
    expect(load).toHaveBeenCalledTimes(2);
  });

  it('goes on with the last value when a load fails, and says so once', async () => {
    const load = jest
      .fn<Promise<string>, []>()
      .mockResolvedValueOnce('sunny')
      .mockRejectedValueOnce(new Error('no satellite'))
      .mockRejectedValueOnce(new Error('no satellite'))
      .mockResolvedValueOnce('rain');
    const { clock, logger, value } = setup(load);
    const seen = [await value.get()];
    for (const ms of [1000, 2000, 3000]) {
      clock.ms = ms;
      seen.push(await value.get());
    }
    expect(seen).toEqual(['sunny', 'sunny', 'sunny', 'rain']);
    expect(logger.warn).toHaveBeenCalledTimes(1);
  });

  it('fails when there never was a value, and tries again at the next call', async () => {
    const load = jest
      .fn<Promise<string>, []>()
      .mockRejectedValueOnce(new Error('no satellite'))
      .mockResolvedValueOnce('rain');
    const { value } = setup(load);
    await expect(value.get()).rejects.toThrow('no satellite');
    await expect(value.get()).resolves.toBe('rain');
  });

  it('never keeps what was read before it was told that it is old', async () => {
    const answers: Array<(text: string) => void> = [];
    const { value } = setup(
      () => new Promise<string>(resolve => answers.push(resolve)),
    );
    const before = value.get();
    value.expire();
    const after = value.get();
    answers[1]('new');
    await expect(after).resolves.toBe('new');
    answers[0]('old');
    await before;
    await expect(value.get()).resolves.toBe('new');
  });
});
