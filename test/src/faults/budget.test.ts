import {
  parseUsd,
  sumPicoUsd,
  PicoUsd,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { billOf, untilBooked } from '../harness/booked';
import { DATABASES } from '../harness/database';
import { DEPARTMENT_REF, ROOT_REF } from '../harness/exampleCompany';
import { Installation } from '../harness/Installation';

const MAX_TOKENS = 40;

function ask(installation: Installation, question: string) {
  return installation.openai().chat.completions.create({
    model: 'gpt-4o',
    max_tokens: MAX_TOKENS,
    messages: [{ role: 'user', content: question }],
  });
}

/** What the simulated provider bills for all that it answered. */
function invoice(installation: Installation): PicoUsd {
  const { requests } = installation.simulator.usage();
  return sumPicoUsd(
    requests.filter(each => each.outcome === 'answered').map(billOf),
  );
}

describe.each(DATABASES)('budgets on %p', database => {
  let installation: Installation;

  afterEach(async () => {
    await installation.stop();
  });

  it('200 calls at once against a budget for about 50 never spend more than the budget', async () => {
    const budgetUsd = '0.025'; // a call costs at most about 0.0005 USD
    installation = await Installation.start({
      database,
      budgetsUsd: { [ROOT_REF]: '1000', [DEPARTMENT_REF]: budgetUsd },
    });
    const results = await Promise.allSettled(
      Array.from({ length: 200 }, (_, index) =>
        ask(installation, `Question number ${index}`),
      ),
    );
    const answered = results.filter(each => each.status === 'fulfilled');
    const refusals = results.flatMap(each =>
      each.status === 'rejected' ? [each.reason] : [],
    );
    expect(answered.length).toBeGreaterThan(10);
    expect(refusals.length).toBeGreaterThan(0);
    for (const refusal of refusals) {
      expect(refusal).toMatchObject({
        status: 429,
        code: 'insufficient_quota',
        type: 'insufficient_quota',
      });
    }

    const booked = await untilBooked(installation.ledger, answered.length);
    const sum = sumPicoUsd(booked.values());
    expect(booked.size).toBe(answered.length);
    expect(sum).toBe(invoice(installation));
    expect(sum).toBeLessThanOrEqual(parseUsd(budgetUsd));
  });

  it('a gateway that is killed while it serves books every answered call once, and stays within the budget', async () => {
    const budgetUsd = '0.1';
    installation = await Installation.start({
      database,
      budgetsUsd: { [ROOT_REF]: '1000', [DEPARTMENT_REF]: budgetUsd },
    });
    const before = await Promise.allSettled(
      Array.from({ length: 40 }, (_, index) =>
        ask(installation, `Before ${index}`),
      ),
    );
    // in flight when the process dies: held back by the provider, so none of them is answered or billed
    installation.simulator.gate.close();
    const cutOff = Array.from({ length: 20 }, (_, index) =>
      ask(installation, `Cut off ${index}`).then(
        () => 'answered',
        () => 'failed',
      ),
    );
    await installation.simulator.gate.waitForHeld(20);
    await installation.gateway.stop('SIGKILL');
    expect(new Set(await Promise.all(cutOff))).toEqual(new Set(['failed']));
    installation.simulator.gate.open();

    await installation.restartGateway();
    const after = await Promise.allSettled(
      Array.from({ length: 200 }, (_, index) =>
        ask(installation, `After ${index}`),
      ),
    );
    const answered = [...before, ...after].filter(
      each => each.status === 'fulfilled',
    ).length;
    expect(answered).toBeGreaterThan(40);

    const booked = await untilBooked(installation.ledger, answered);
    const sum = sumPicoUsd(booked.values());
    expect(booked.size).toBe(answered);
    expect(sum).toBe(invoice(installation));
    expect(sum).toBeLessThanOrEqual(parseUsd(budgetUsd));
  });
});
