import {
  costOf,
  parseRatePerMillion,
  PicoUsd,
  picoUsd,
  sumPicoUsd,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { Knex } from 'knex';

/** List prices of the models in these tests, in USD per million tokens, from the provider's price page. */
const LIST_PRICES: Record<
  string,
  { input: string; cachedInput: string; output: string }
> = {
  'gpt-4o': { input: '2.50', cachedInput: '1.25', output: '10' },
  'gpt-4o-mini': { input: '0.15', cachedInput: '0.075', output: '0.60' },
  'text-embedding-3-small': { input: '0.02', cachedInput: '0.02', output: '0' },
};

/** What the provider bills for one request, worked out from its own count and its price page. */
export function billOf(request: {
  model: string;
  promptTokens: number;
  cachedTokens: number;
  completionTokens: number;
}): PicoUsd {
  const price = LIST_PRICES[request.model];
  return sumPicoUsd([
    costOf(
      BigInt(request.promptTokens - request.cachedTokens),
      parseRatePerMillion(price.input),
    ),
    costOf(
      BigInt(request.cachedTokens),
      parseRatePerMillion(price.cachedInput),
    ),
    costOf(BigInt(request.completionTokens), parseRatePerMillion(price.output)),
  ]);
}

/** What the ledger holds for each request, in pico-USD. */
export async function bookedByRequest(
  ledger: Knex,
): Promise<Map<string, PicoUsd>> {
  const rows = await ledger('ledger_lines').select(
    'request_id',
    ledger.raw('CAST(cost_pico AS TEXT) AS cost'),
  );
  const booked = new Map<string, PicoUsd>();
  for (const { request_id: id, cost } of rows) {
    booked.set(id, picoUsd((booked.get(id) ?? 0n) + BigInt(cost)));
  }
  return booked;
}

/** Waits until the ledger holds `count` requests, for at most 20 seconds unless told otherwise; what it holds then. */
export async function untilBooked(
  ledger: Knex,
  count: number,
  timeoutMs = 20_000,
): Promise<Map<string, PicoUsd>> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const booked = await bookedByRequest(ledger);
    if (booked.size >= count || Date.now() > deadline) return booked;
    await new Promise(done => setTimeout(done, 50));
  }
}
