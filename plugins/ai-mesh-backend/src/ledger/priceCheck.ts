import {
  costOf,
  INPUT_TOKEN_CLASSES,
  PicoUsd,
  picoUsd,
  Rate,
  TokenClass,
  UsageRecord,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { parseUnitRate } from '../prices/parseUnitRate';
import { LineFlag } from './lineFlags';
import { PinnedPrice, PinnedPrices } from './PinnedPrice';

type UsageLine = UsageRecord['lines'][number];

/** What the check needs of a record. */
export type CheckedRecord = Pick<UsageRecord, 'servedBecause' | 'lines'>;

const NOTHING = picoUsd(0n);

const INPUT_CLASSES: ReadonlySet<TokenClass> = new Set(INPUT_TOKEN_CLASSES);

/** A usage line with the control plane's own cost. */
export interface CheckedLine {
  cost: PicoUsd;
  flags: LineFlag[];
  /** Absent when the version is not known. */
  price?: PinnedPrice;
  /** The threshold whose rates were taken; absent: the base rates, or none. */
  aboveInputTokens?: number;
}

/** Computes the cost of each line of a record anew, from the price that it is pinned to. */
export type PriceCheck = (record: CheckedRecord) => CheckedLine[];

/**
 * Reads all prices that the records name, once, so that the check itself needs no database.
 *
 * @returns a check that books the control plane's own cost: a gateway is believed about tokens, not about
 *   money. Where the price has no rate for a class, the gateway's choice among its rates stands if one of them can
 *   explain it; otherwise the dearest is taken. Only where no version is known the gateway's cost stands, flagged. An
 *   answer from memory costs nothing, whatever its tokens would have cost: no provider was called
 */
export async function createPriceCheck(
  prices: PinnedPrices,
  records: readonly CheckedRecord[],
): Promise<PriceCheck> {
  const ids = new Set<string>();
  for (const record of records) {
    for (const line of record.lines) ids.add(line.priceVersionId);
  }
  const versions = await prices.versionsOf([...ids]);
  const parse = createRateParser();
  return record => {
    if (record.servedBecause === 'cache') {
      return record.lines.map(line => ({
        ...compare(line, NOTHING),
        price: versions.get(line.priceVersionId),
      }));
    }
    const inputTokens = inputTokensOf(record.lines);
    return record.lines.map(line => {
      const price = versions.get(line.priceVersionId);
      if (!price) {
        return { cost: line.costPicoUsd, flags: ['unknown-price'] };
      }
      const { rates, aboveInputTokens } = bandFor(price, inputTokens);
      const rate = rates[line.tokenClass];
      const cost =
        rate === undefined
          ? costByOtherRate(line, rates, parse)
          : costOf(line.tokens, parse(line.tokenClass, rate));
      return { ...compare(line, cost), price, aboveInputTokens };
    });
  };
}

/** Rates of a price version: its own, or those beyond a threshold. */
interface Band {
  aboveInputTokens?: number;
  rates: PinnedPrice['rates'];
}

/** The rates that hold for a request of so much input: a threshold that is passed re-prices all of it. */
function bandFor(price: PinnedPrice, inputTokens: bigint): Band {
  let band: Band = price;
  for (const each of price.longContext) {
    if (inputTokens > BigInt(each.aboveInputTokens)) band = each;
  }
  return band;
}

function inputTokensOf(lines: readonly UsageLine[]): bigint {
  let sum = 0n;
  for (const { tokenClass, tokens } of lines) {
    if (INPUT_CLASSES.has(tokenClass)) sum += tokens;
  }
  return sum;
}

/**
 * The gateway's cost where a rate of the same price explains it, the dearest otherwise. An hour in Anthropic's cache
 * is twice the input, where no price says more.
 *
 * @see https://docs.anthropic.com/en/docs/build-with-claude/prompt-caching
 */
function costByOtherRate(
  line: UsageLine,
  rates: PinnedPrice['rates'],
  parse: RateParser,
): PicoUsd {
  let dearest = NOTHING;
  for (const [tokenClass, text] of Object.entries(rates)) {
    // by its own class: a picture may cost what no token may
    const cost = costOf(line.tokens, parse(tokenClass as TokenClass, text));
    if (cost === line.costPicoUsd) return cost;
    if (cost > dearest) dearest = cost;
  }
  if (line.tokenClass === 'cache-write-hour' && rates.input !== undefined) {
    const cost = costOf(2n * line.tokens, parse('input', rates.input));
    if (cost === line.costPicoUsd) return cost;
  }
  return dearest;
}

function compare(
  line: UsageLine,
  cost: PicoUsd,
): { cost: PicoUsd; flags: LineFlag[] } {
  return { cost, flags: cost === line.costPicoUsd ? [] : ['cost-mismatch'] };
}

type RateParser = (tokenClass: TokenClass, usdPerUnit: string) => Rate;

/** Parses each text once. */
function createRateParser(): RateParser {
  const parsed = new Map<string, Rate>();
  return (tokenClass, usdPerUnit) => {
    const known = parsed.get(usdPerUnit);
    if (known !== undefined) return known;
    const rate = parseUnitRate(tokenClass, usdPerUnit);
    parsed.set(usdPerUnit, rate);
    return rate;
  };
}
