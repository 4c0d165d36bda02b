import { NotFoundError } from '@backstage/errors';
import { invariant, KeyId } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import type {
  MeshSeed,
  MeshSeedContext,
} from '@sovereign-ai-mesh/plugin-ai-mesh-node';
import {
  DEMO_DEPARTMENTS,
  DEMO_KEY_APPLICATION,
  DEMO_MODELS,
  DEMO_PARENT_BUDGETS,
} from './company';
import { deriveDemoKey } from './deriveDemoKey';
import { DemoPrice, generatePastUsage } from './pastUsage';

const RANDOM_SEED = 1987;
const HISTORY_DAYS = 30;
const BATCH_RECORDS = 500;
const KEY_DAYS = 180;

/**
 * The example company: budgets, keys and thirty days of usage, all through the services that people use.
 *
 * @param options - `demoKey`: the key that the start banner prints
 */
export function createDemoSeed(options: {
  demoKey: string;
  now(): Date;
}): MeshSeed {
  return {
    id: 'demo-company',
    async run(context) {
      const prices = await readPrices(context); // first: without the catalog nothing else is done in vain
      await setBudgets(context);
      await context.issueKey({
        name: 'Support bot, try-out from the terminal',
        applicationRef: DEMO_KEY_APPLICATION,
        models: DEMO_MODELS,
        expiresInDays: KEY_DAYS,
        issuedBy: 'user:default/dana',
        secret: options.demoKey,
      });
      const keyIds = await issueApplicationKeys(context, options.demoKey);
      await bookHistory(context, { prices, keyIds, now: options.now() });
    },
  };
}

async function setBudgets(context: MeshSeedContext): Promise<void> {
  for (const budget of DEMO_PARENT_BUDGETS) await context.setBudget(budget);
  for (const { ref, budgetUsd } of DEMO_DEPARTMENTS) {
    await context.setBudget({ departmentRef: ref, limitUsd: budgetUsd });
  }
}

/** One key for each application. */
async function issueApplicationKeys(
  context: MeshSeedContext,
  demoKey: string,
): Promise<Map<string, KeyId>> {
  const keyIds = new Map<string, KeyId>();
  for (const department of DEMO_DEPARTMENTS) {
    for (const application of department.applications) {
      const { id } = await context.issueKey({
        name: application.keyName,
        applicationRef: application.ref,
        models: application.uses.map(use => use.model),
        expiresInDays: KEY_DAYS,
        criticality: application.criticality,
        issuedBy: application.issuedBy,
        secret: deriveDemoKey(demoKey, application.ref),
      });
      keyIds.set(application.ref, id);
    }
  }
  return keyIds;
}

async function bookHistory(
  context: MeshSeedContext,
  options: {
    prices: Map<string, DemoPrice>;
    keyIds: Map<string, KeyId>;
    now: Date;
  },
): Promise<void> {
  const records = generatePastUsage({
    seed: RANDOM_SEED,
    now: options.now,
    days: HISTORY_DAYS,
    departments: DEMO_DEPARTMENTS,
    keyIdOf: ref => known(options.keyIds, ref),
    priceOf: model => known(options.prices, model),
  });
  for (let start = 0; start < records.length; start += BATCH_RECORDS) {
    await context.bookDemoUsage(records.slice(start, start + BATCH_RECORDS));
  }
}

async function readPrices(
  context: MeshSeedContext,
): Promise<Map<string, DemoPrice>> {
  const prices = new Map<string, DemoPrice>();
  for (const model of DEMO_MODELS) {
    const price = await context.priceOf(model);
    if (!price) {
      throw new NotFoundError(
        `Cannot invent the demo's history: there is no price of "${model}" yet`,
      );
    }
    prices.set(model, price);
  }
  return prices;
}

function known<T>(map: Map<string, T>, name: string): T {
  const value = map.get(name);
  invariant(value !== undefined, `the demo does not know "${name}"`);
  return value;
}
