import { generateKey } from '@sovereign-ai-mesh/plugin-ai-mesh-node';
import {
  parseUsd,
  UsageRecord,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { createSeedContext, SeedServices } from './createSeedContext';

const KEY = {
  name: 'Demo',
  applicationRef: 'component:default/support-bot',
  models: ['gpt-4o'],
  expiresInDays: 30,
  issuedBy: 'user:default/dana',
};

function setup(isDevelopment: boolean) {
  const services = {
    keys: {
      issue: jest.fn<
        ReturnType<SeedServices['keys']['issue']>,
        Parameters<SeedServices['keys']['issue']>
      >(),
    },
    models: { priceOf: async () => undefined },
    budgets: { setLimit: jest.fn(async () => {}) },
    ledger: { book: jest.fn(async () => ({ booked: 0, repeated: 0 })) },
    gpuUsage: {
      take: jest.fn<
        ReturnType<SeedServices['gpuUsage']['take']>,
        Parameters<SeedServices['gpuUsage']['take']>
      >(async () => ({ booked: 1, waiting: 0, repeated: 0, rejected: [] })),
    },
  };
  return {
    services,
    context: createSeedContext({ ...services, isDevelopment }),
  };
}

describe('createSeedContext', () => {
  it('books usage as demo data, and sets budgets in exact money', async () => {
    const { services, context } = setup(true);
    const records: UsageRecord[] = [];
    await context.bookDemoUsage(records);
    expect(services.ledger.book).toHaveBeenCalledWith(records, {
      source: 'demo',
    });
    await context.setBudget({
      departmentRef: 'group:default/a',
      limitUsd: '0.1',
    });
    expect(services.budgets.setLimit).toHaveBeenCalledWith(
      'group:default/a',
      parseUsd('0.1'),
      { by: 'seed' },
    );
  });

  it('records GPU usage as demo data, and fails where a record is refused', async () => {
    const { services, context } = setup(true);
    await context.recordGpuUsage([]);
    expect(services.gpuUsage.take).toHaveBeenCalledWith({
      reporterId: 'seed',
      records: [],
      source: 'demo',
    });
    services.gpuUsage.take.mockResolvedValue({
      booked: 0,
      waiting: 0,
      repeated: 0,
      rejected: [{ index: 7, reason: 'to: must be after `from`' }],
    });
    await expect(context.recordGpuUsage([])).rejects.toThrow(
      'record 7, to: must be after `from`',
    );
  });

  it('takes a chosen secret in development only, and never repeats it', async () => {
    const { secret } = generateKey();
    const refusal = await setup(false)
      .context.issueKey({ ...KEY, secret })
      .catch(error => error);
    expect(refusal).toMatchObject({ name: 'NotAllowedError' });
    expect(refusal.message).not.toContain(secret);

    const malformed = `${secret.slice(0, -1)}!`;
    const { services, context } = setup(true);
    const error = await context
      .issueKey({ ...KEY, secret: malformed })
      .catch(each => each);
    expect(error).toMatchObject({ name: 'InputError' });
    expect(error.message).not.toContain(malformed);
    expect(services.keys.issue).not.toHaveBeenCalled();
  });
});
