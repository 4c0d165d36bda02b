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
