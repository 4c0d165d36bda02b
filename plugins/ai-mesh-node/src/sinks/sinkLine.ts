import { SinkLine } from './sinks';

/** A line of 100 input tokens for 250 pico-USD, to test sinks with. @public */
export function sinkLine(overrides: Partial<SinkLine> = {}): SinkLine {
  const requestId = overrides.requestId ?? 'request-1';
  return {
    version: 1,
    id: `${requestId}/1/0/0`,
    requestId,
    attempt: 1,
    lineNo: 0,
    revision: 0,
    occurredAt: '2026-10-31T23:59:59.999Z',
    postedAt: '2026-11-22T12:00:00.000Z',
    bookedAt: '2026-11-22T12:00:01.000Z',
    departmentRef: 'group:default/research',
    costCentre: '1000',
    applicationRef: 'component:default/lab',
    keyId: 'AbCdEfGhIjKl',
    model: 'mini',
    requestedModel: '',
    servedBecause: 'requested',
    targetId: 'mini/openai',
    provider: 'openai',
    region: '',
    serviceTier: 'standard',
    chargeClass: 'input',
    priceVersionId: 'price-1',
    source: 'live',
    debitAccount: 'expense:group:default/research',
    creditAccount: 'payable:openai',
    calls: 1,
    quantity: '100',
    costPicoUsd: '250',
    avoidedPicoUsd: '0',
    flags: ['late'],
    replicaId: 'gateway-1',
    ...overrides,
  };
}
