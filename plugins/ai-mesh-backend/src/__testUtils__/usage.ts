import {
  KeyId,
  PicoUsd,
  picoUsd,
  UsageRecord,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { expenseOf, payableTo } from '../ledger/accounts';
import { LedgerLine } from '../ledger/LedgerLine';
import { CUSTOMER_CARE, ORGANISATION } from './organisation';

export const KEY_ID = 'AbCdEfGhIjKl' as KeyId;

/** A price version that nobody knows: the gateway's cost is booked as it is. */
const UNKNOWN_PRICE = 'price-of-a-test';

/** A line of 100 input tokens in Customer Care at noon on 22 November 2026. */
export function ledgerLine(overrides: Partial<LedgerLine> = {}): LedgerLine {
  const departmentRef = overrides.departmentRef ?? CUSTOMER_CARE;
  return {
    requestId: 'request-1',
    attempt: 1,
    lineNo: 0,
    revision: 0,
    occurredAt: new Date('2026-11-22T12:00:00Z'),
    keyId: KEY_ID,
    applicationRef: 'component:default/support-bot',
    departmentRef,
    departmentPath: ORGANISATION.pathOf(departmentRef),
    model: 'mini',
    servedBecause: 'requested',
    targetId: 'mini/openai',
    provider: 'openai',
    region: '',
    serviceTier: 'standard',
    chargeClass: 'input',
    quantity: 100n,
    priceVersionId: UNKNOWN_PRICE,
    cost: picoUsd(250n),
    avoided: picoUsd(0n),
    source: 'live',
    debit: expenseOf(departmentRef),
    credit: payableTo('openai'),
    flags: [],
    ...overrides,
  };
}

/** One call with one line, as a gateway reports it. */
export function usageRecord(
  overrides: Partial<UsageRecord> & { cost?: PicoUsd } = {},
): UsageRecord {
  const { cost = picoUsd(250n), ...record } = overrides;
  return {
    requestId: 'request-1',
    attempt: 1,
    keyId: KEY_ID,
    applicationRef: 'component:default/support-bot',
    departmentRef: CUSTOMER_CARE,
    model: 'mini',
    servedBecause: 'requested',
    targetId: 'mini/openai',
    occurredAt: '2026-11-22T12:00:00.000Z',
    durationMs: 10,
    streamed: false,
    estimated: false,
    serviceTier: 'standard',
    oddities: [],
    lines: [
      {
        tokenClass: 'input',
        tokens: 100n,
        priceVersionId: UNKNOWN_PRICE,
        costPicoUsd: cost,
      },
    ],
    ...record,
  };
}
