import {
  costOf,
  parseRate,
  picoUsd,
  TokenClass,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { Knex } from 'knex';
import {
  CUSTOMER_CARE,
  ORGANISATION,
  RESEARCH,
} from '../../__testUtils__/organisation';
import { ledgerLine } from '../../__testUtils__/usage';
import { gpuAllocation, gpuRecord } from '../../gpu/__testUtils__/gpuRecords';
import { machineHourLines } from '../../gpu/machineHourLines';
import { priceMachineHour } from '../../gpu/priceMachineHour';
import { DatabaseLedgerStore } from '../../ledger/DatabaseLedgerStore';
import { LedgerLine } from '../../ledger/LedgerLine';
import { PinnedPrice } from '../../prices/PriceLookup';
import { FocusPrices } from '../chargePrice';

const LIST: PinnedPrice = {
  priceKey: 'openai/gpt-4o',
  provider: 'openai',
  region: '',
  serviceTier: 'standard',
  rates: { input: '0.0000025', output: '0.00001' },
  longContext: [
    {
      aboveInputTokens: 200_000,
      rates: { input: '0.000005', output: '0.000015' },
    },
  ],
};

/** A list price, a contract of 20 % off it, and a spot machine. */
export const PRICES: Record<string, PinnedPrice> = {
  list: LIST,
  contract: {
    ...LIST,
    contractId: 'framework-2026',
    listVersionId: 'list',
    rates: { input: '0.000002', output: '0.000008' },
    longContext: [
      {
        aboveInputTokens: 200_000,
        rates: { input: '0.000004', output: '0.000012' },
      },
    ],
  },
  spot: {
    priceKey: 'azure-vm/Standard_ND96isr_H100_v5/spot',
    provider: 'azure-vm',
    region: '',
    serviceTier: 'standard',
    rates: { 'machine-time': '39.3' },
    longContext: [],
  },
};

export const focusPrices: FocusPrices = {
  versionsOf: async ids =>
    new Map(ids.flatMap(id => (PRICES[id] ? [[id, PRICES[id]]] : []))),
};

/** A line of tokens, at the rate that its price version has for them. */
export function tokenLine(
  overrides: Partial<LedgerLine> & {
    tokens: bigint;
    tokenClass?: TokenClass;
    isLong?: boolean;
  },
): LedgerLine {
  const { tokens, tokenClass = 'input', isLong = false, ...rest } = overrides;
  const priceVersionId = rest.priceVersionId ?? 'contract';
  const { rates, longContext } = PRICES[priceVersionId];
  const text = (isLong ? longContext[0].rates : rates)[tokenClass] ?? '0';
  return ledgerLine({
    model: 'gpt-4o',
    priceVersionId,
    chargeClass: tokenClass,
    quantity: tokens,
    cost: rest.cost ?? costOf(tokens, parseRate(text)),
    ...(isLong && { aboveInputTokens: longContext[0].aboveInputTokens }),
    ...rest,
  });
}

/** An hour of a spot machine with eight GPUs: three for Customer Care, two and a half for Research. */
export function machineHour(at: string): LedgerLine[] {
  const from = Date.parse(at);
  const record = gpuRecord({
    priority: 'spot',
    from,
    to: from + 3_600_000,
    allocations: [
      gpuAllocation({
        departmentRef: CUSTOMER_CARE,
        gpus: '3',
        activeShare: '0.75',
      }),
      gpuAllocation({
        departmentRef: RESEARCH,
        applicationRef: 'component:default/lab',
        gpus: '5/2',
        method: 'time-slice',
      }),
    ],
  });
  const cost = priceMachineHour(record, {
    price: { priceVersionId: 'spot', rate: parseRate('39.3', '2000') },
    tree: ORGANISATION,
  });
  return machineHourLines({ ...record, ...cost, source: 'live' });
}

/** Closes a month, and all before it. */
export async function closeMonth(database: Knex, month: number): Promise<void> {
  await database('closed_months').insert({
    month,
    closed_at: 0,
    closed_by: 'user:default/fiona',
    statement: '',
    digest: '',
  });
}

/**
 * October 2026 in the books, and what came late: usage of every kind by 30 October, a month-end of September and
 * October, and on 22 November two lines of October.
 */
export async function bookAutumn(database: Knex): Promise<void> {
  const storeAt = (moment: string) =>
    new DatabaseLedgerStore({ database, now: () => new Date(moment) });
  const inOctober = new Date('2026-10-05T08:00:00Z');
  await storeAt('2026-10-30T12:00:00Z').book([
    tokenLine({ requestId: 'a', tokens: 1_234_567n, occurredAt: inOctober }),
    tokenLine({
      requestId: 'a',
      lineNo: 1,
      tokenClass: 'output',
      tokens: 777n,
      occurredAt: inOctober,
      flags: ['estimated'],
    }),
    tokenLine({
      requestId: 'b',
      tokens: 300_000n,
      isLong: true,
      occurredAt: inOctober,
    }),
    tokenLine({
      requestId: 'c',
      tokens: 10n,
      departmentRef: RESEARCH,
      occurredAt: new Date('2026-10-31T23:59:59Z'),
    }),
    tokenLine({
      requestId: 'd',
      tokens: 50n,
      cost: picoUsd(0n),
      servedBecause: 'cache',
      avoided: picoUsd(9n),
      occurredAt: inOctober,
    }),
    tokenLine({
      requestId: 'e',
      tokens: 50n,
      serviceTier: 'provisioned',
      occurredAt: inOctober,
    }),
    ledgerLine({
      requestId: 'f',
      chargeClass: 'adjustment',
      departmentRef: '',
      quantity: 0n,
      cost: picoUsd(-5n),
      occurredAt: inOctober,
      departmentPath: [],
    }),
    ledgerLine({ requestId: 'g', cost: picoUsd(333n), occurredAt: inOctober }),
    ...machineHour('2026-10-05T09:00:00Z'),
    ...machineHour('2026-10-05T10:00:00Z'),
    ...machineHour('2026-10-06T00:00:00Z'),
  ]);
  await closeMonth(database, 202610);
  await storeAt('2026-11-22T12:00:00Z').book([
    tokenLine({ requestId: 'late', tokens: 1_000n, occurredAt: inOctober }),
    tokenLine({
      requestId: 'a',
      revision: 1,
      tokens: -1_234_567n,
      cost: picoUsd(-2_469_134_000_000n),
      occurredAt: inOctober,
    }),
    ...machineHour('2026-10-07T00:00:00Z'),
    tokenLine({
      requestId: 'now',
      tokens: 5n,
      occurredAt: new Date('2026-11-21T00:00:00Z'),
    }),
  ]);
}
