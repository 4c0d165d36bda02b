import { InputError, isError } from '@backstage/errors';
import {
  formatRate,
  pricedClassSchema,
  PriceRates,
  serviceTierSchema,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { PriceOffer as OfferedPrice } from '@sovereign-ai-mesh/plugin-ai-mesh-node';
import { parseUnitRate } from './parseUnitRate';
import { LongContextRates, PriceOffer } from './Price';
import { completeTerms, hasLeadingClass } from './terms';

const PRICE_KEY = /^[^\s/]+\/\S+$/;
const MAX_KEY_LENGTH = 255;
const MAX_REGION_LENGTH = 100;

/**
 * Brings what a source says into the form of the book.
 *
 * @param offered - as a source says it; modules may be wrong in every field
 * @throws InputError that says what is wrong
 */
export function checkOffer(
  offered: OfferedPrice,
  origin: { sourceId: string; contractId?: string },
): PriceOffer {
  const { priceKey, region = '', serviceTier = 'standard', source } = offered;
  const validFrom = parseTime(offered.validFrom, 'its begin');
  const validTo = parseTime(offered.validTo, 'its end');
  checkKey(priceKey);
  if (region.length > MAX_REGION_LENGTH) {
    throw new InputError(
      `the region has more than ${MAX_REGION_LENGTH} characters`,
    );
  }
  if (!serviceTierSchema.safeParse(serviceTier).success) {
    throw new InputError(
      `unknown tier "${serviceTier}": expected ${serviceTierSchema.options.join(
        ', ',
      )}`,
    );
  }
  if (
    validTo !== undefined &&
    validFrom !== undefined &&
    validTo <= validFrom
  ) {
    throw new InputError('it ends before it begins');
  }
  const rates = checkRates(offered.rates);
  if (!hasLeadingClass(rates)) {
    throw new InputError(
      'it has no rate that a call or a machine is billed by, such as input',
    );
  }
  const longContext = checkLongContext(offered.longContext ?? []);
  return {
    ...completeTerms(rates, longContext),
    priceKey,
    region,
    serviceTier,
    source,
    ...origin,
    ...(validFrom !== undefined && { validFrom }),
    ...(validTo !== undefined && { validTo }),
  };
}

/** @throws InputError when it is not `<provider>/<name>` */
export function checkKey(priceKey: string): void {
  if (PRICE_KEY.test(priceKey) && priceKey.length <= MAX_KEY_LENGTH) return;
  throw new InputError(
    `"${priceKey.slice(
      0,
      80,
    )}" is no price key: expected <provider>/<model>, such as azure/gpt-4o`,
  );
}

/**
 * A moment as the book writes it: ISO 8601 in UTC, to the millisecond.
 *
 * @param text - a day, which begins in UTC, or a time with its offset
 */
export function parseTime(
  text: string | undefined,
  what: string,
): string | undefined {
  if (text === undefined) return undefined;
  const isDated =
    /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2}))?$/.test(
      text,
    );
  const time = new Date(text);
  const isDay = text.slice(0, 10) === isoDay(text);
  if (isDated && isDay && !Number.isNaN(time.getTime())) {
    return time.toISOString();
  }
  throw new InputError(
    `cannot read "${text.slice(
      0,
      40,
    )}" as ${what}: expected a day such as 2026-11-22, or a time such as 2026-11-22T10:00:00Z`,
  );
}

/** The day, through the calendar: the 30th of February comes back as another one. */
function isoDay(text: string): string | undefined {
  const day = new Date(`${text.slice(0, 10)}T00:00:00Z`);
  return Number.isNaN(day.getTime())
    ? undefined
    : day.toISOString().slice(0, 10);
}

function checkRates(rates: PriceRates): PriceRates {
  const checked: PriceRates = {};
  for (const [name, usd] of Object.entries(rates)) {
    const { data: pricedClass } = pricedClassSchema.safeParse(name);
    if (!pricedClass) {
      throw new InputError(
        `unknown class "${name}": expected ${pricedClassSchema.options.join(
          ', ',
        )}`,
      );
    }
    if (usd === undefined) continue;
    try {
      checked[pricedClass] = formatRate(parseUnitRate(pricedClass, usd));
    } catch (error) {
      throw new InputError(
        `${name}: ${isError(error) ? error.message : error}`,
      );
    }
  }
  return checked;
}

function checkLongContext(
  longContext: readonly LongContextRates[],
): LongContextRates[] {
  const thresholds = new Set<number>();
  return longContext.map(({ aboveInputTokens, rates }) => {
    if (!Number.isSafeInteger(aboveInputTokens) || aboveInputTokens < 1) {
      throw new InputError(
        `cannot use ${aboveInputTokens} as a threshold: expected a whole number of tokens above zero`,
      );
    }
    if (thresholds.has(aboveInputTokens)) {
      throw new InputError(`the threshold ${aboveInputTokens} is there twice`);
    }
    thresholds.add(aboveInputTokens);
    return { aboveInputTokens, rates: checkRates(rates) };
  });
}
