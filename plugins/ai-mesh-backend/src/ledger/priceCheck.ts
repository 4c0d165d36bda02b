import {
  costOf,
  PicoUsd,
  picoUsd,
  Rate,
  UsageRecord,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { parseUnitRate } from '../prices/parseUnitRate';
import { PriceLookup } from '../prices/PriceLookup';
import { LineFlag } from './LedgerLine';

type UsageLine = UsageRecord['lines'][number];

const NOTHING = picoUsd(0n);

/** Computes the cost of a usage line anew from the price that it is pinned to. */
export type PriceCheck = (
  line: UsageLine,
  record: Pick<UsageRecord, 'servedBecause'>,
) => {
  cost: PicoUsd;
  flags: LineFlag[];
};

/**
 * Reads all prices that the records name, once, so that the check itself needs no database.
 *
 * @returns a check that books the control plane's own cost: a gateway is believed about tokens, not about
 *   money. Only where no rate is known the gateway's cost stands, flagged. An answer from memory costs
 *   nothing, whatever its tokens would have cost: no provider was called
 */
export async function createPriceCheck(
  prices: PriceLookup,
  records: readonly UsageRecord[],
): Promise<PriceCheck> {
  const versions = new Set<string>();
  for (const record of records) {
    for (const line of record.lines) versions.add(line.priceVersionId);
  }
  const ratesByVersion = await prices.ratesOf([...versions]);
  const parsed = new Map<string, Rate>();
  return (line, { servedBecause }) => {
    if (servedBecause === 'cache') return compare(line, NOTHING);
    const text = ratesByVersion.get(line.priceVersionId)?.[line.tokenClass];
    if (text === undefined) {
      return { cost: line.costPicoUsd, flags: ['unknown-price'] };
    }
    let rate = parsed.get(text);
    if (rate === undefined)
      parsed.set(text, (rate = parseUnitRate(line.tokenClass, text)));
    return compare(line, costOf(line.tokens, rate));
  };
}

function compare(line: UsageLine, cost: PicoUsd): ReturnType<PriceCheck> {
  return { cost, flags: cost === line.costPicoUsd ? [] : ['cost-mismatch'] };
}
