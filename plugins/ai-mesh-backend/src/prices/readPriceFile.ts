import { PriceRates } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { checkOffer } from './checkOffer';
import { PriceOffer } from './Price';
import { FileProblem, problemOf, readFileRows } from './priceFileRows';
import { skuId } from './PriceTimeline';
import { isTwin } from './readConfiguredPrices';
import { ParsedRow, RowReader } from './RowReader';

/** The prices of a file. With a problem there are no offers: half a price list is a wrong one. */
export interface PriceFile {
  offers: PriceOffer[];
  problems: FileProblem[];
}

/**
 * Reads a price list, one rate a row.
 *
 * @param fileName - its ending says how to read it: `.csv` or `.json`
 * @returns every wrong row with its line and column
 */
export function readPriceFile(
  fileName: string,
  content: string,
  origin: { sourceId: string; source: string },
): PriceFile {
  const { rows, problems } = readFileRows(fileName, content);
  const parsed: ParsedRow[] = [];
  for (const row of rows) {
    const reader = new RowReader(row, problems);
    const result = reader.read();
    if (result) parsed.push(result);
  }
  if (rows.length === 0 && problems.length === 0) {
    problems.push({ line: 1, problem: 'it holds no price' });
  }
  const offers = toOffers(parsed, origin, problems);
  problems.sort((a, b) => a.line - b.line);
  return { offers: problems.length > 0 ? [] : offers, problems };
}

/** Puts the rates of one price together: the same key, region, tier and time. */
function toOffers(
  rows: readonly ParsedRow[],
  origin: { sourceId: string; source: string },
  problems: FileProblem[],
): PriceOffer[] {
  const groups = new Map<string, ParsedRow[]>();
  for (const row of rows) {
    const { priceKey, region, serviceTier, validFrom, validTo } = row;
    const id = JSON.stringify([
      [priceKey, region, serviceTier],
      [validFrom ?? null, validTo ?? null],
    ]);
    groups.set(id, [...(groups.get(id) ?? []), row]);
  }
  const offers: { line: number; offer: PriceOffer }[] = [];
  for (const group of groups.values()) {
    const [{ line }] = group;
    const before = problems.length;
    const byThreshold = collectRates(group, problems);
    if (problems.length > before) continue;
    try {
      offers.push({ line, offer: toOffer(group[0], byThreshold, origin) });
    } catch (error) {
      problems.push({ line, problem: problemOf(error) });
    }
  }
  noteOverlaps(offers, problems);
  return offers.map(each => each.offer);
}

function noteOverlaps(
  offers: readonly { line: number; offer: PriceOffer }[],
  problems: FileProblem[],
): void {
  const bySku = new Map<string, { line: number; offer: PriceOffer }[]>();
  for (const each of offers) {
    const id = skuId(each.offer);
    const before = bySku.get(id) ?? [];
    const twin = before.find(other => isTwin(other.offer, each.offer));
    if (twin) {
      problems.push({
        line: each.line,
        column: 'valid_from',
        problem: `its time overlaps that of line ${twin.line}, which is the same price`,
      });
    }
    bySku.set(id, [...before, each]);
  }
}

function collectRates(
  group: readonly ParsedRow[],
  problems: FileProblem[],
): Map<number, PriceRates> {
  const byThreshold = new Map<number, PriceRates>([[0, {}]]);
  for (const { line, pricedClass, aboveInputTokens, usd } of group) {
    const rates = byThreshold.get(aboveInputTokens) ?? {};
    if (rates[pricedClass] !== undefined) {
      const problem = `the rate of ${pricedClass} is there twice for this price`;
      problems.push({ line, column: 'class', problem });
    }
    rates[pricedClass] = usd;
    byThreshold.set(aboveInputTokens, rates);
  }
  return byThreshold;
}

function toOffer(
  { priceKey, region, serviceTier, validFrom, validTo }: ParsedRow,
  byThreshold: ReadonlyMap<number, PriceRates>,
  { sourceId, source }: { sourceId: string; source: string },
): PriceOffer {
  const longContext = [...byThreshold]
    .filter(([threshold]) => threshold > 0)
    .map(([aboveInputTokens, rates]) => ({ aboveInputTokens, rates }));
  return checkOffer(
    {
      priceKey,
      region,
      serviceTier,
      rates: byThreshold.get(0) ?? {},
      longContext,
      validFrom,
      validTo,
      source,
    },
    { sourceId },
  );
}
