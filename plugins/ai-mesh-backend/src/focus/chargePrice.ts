import {
  ChargeClass,
  PricedClass,
  PriceRates,
  Rate,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { machineOfPriceKey } from '../gpu/PriceBookMachinePrices';
import { LineAbout } from '../ledger/LedgerLine';
import { parseUnitRate } from '../prices/parseUnitRate';
import { PinnedPrice } from '../prices/PriceLookup';
import { ChargePrice, UnitRates } from './FocusCharge';

/** The prices that charges were booked at. */
export interface FocusPrices {
  /** Price versions, past ones too; unknown ids are missing in the answer. */
  versionsOf(
    priceVersionIds: readonly string[],
  ): Promise<ReadonlyMap<string, PinnedPrice>>;
}

/**
 * What a price version says of a charge: its rate is decided by the class, and by the threshold for long prompts that
 * the requests passed. Where it has none for the class, the ledger books by another rate of the version (see
 * priceCheck.ts), and so all of them come in question.
 *
 * @param list - the version that a contract's discount was taken off; absent for a list price
 */
export function chargePriceOf(
  about: Pick<LineAbout, 'chargeClass' | 'aboveInputTokens'>,
  price: PinnedPrice,
  list: PinnedPrice = price,
): ChargePrice {
  const priced = pricedClassOf(about.chargeClass);
  const contracted = ratesOf(price, about.aboveInputTokens);
  const listed = ratesOf(list, about.aboveInputTokens);
  const read = (each: PricedClass): UnitRates[] => {
    const rate = rateOf(contracted, each);
    if (rate === undefined) return [];
    return [{ contracted: rate, list: rateOf(listed, each) ?? rate }];
  };
  const own = read(priced);
  const others = () => {
    const classes = Object.keys(contracted) as PricedClass[];
    const hour = priced === 'cache-write-hour' ? read('input').map(twice) : [];
    return [...classes.flatMap(read), ...hour];
  };
  return {
    key: price.priceKey,
    rates: own.length > 0 ? own : others(),
    isSpot: machineOfPriceKey(price.priceKey)?.priority === 'spot',
  };
}

function twice({ contracted, list }: UnitRates): UnitRates {
  return { contracted: (2n * contracted) as Rate, list: (2n * list) as Rate };
}

/** A list price may have other thresholds than a contract: those that were passed for certain count. */
function ratesOf(price: PinnedPrice, aboveInputTokens = 0): PriceRates {
  const passed = price.longContext.filter(
    band => band.aboveInputTokens <= aboveInputTokens,
  );
  return passed.at(-1)?.rates ?? price.rates;
}

/** GPU time is machine time that was split. */
function pricedClassOf(chargeClass: ChargeClass): PricedClass {
  if (chargeClass === 'gpu-time' || chargeClass === 'adjustment') {
    return 'machine-time';
  }
  return chargeClass;
}

function rateOf(rates: PriceRates, priced: PricedClass): Rate | undefined {
  const text = rates[priced];
  return text === undefined ? undefined : parseUnitRate(priced, text);
}
