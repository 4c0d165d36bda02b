import { divideHalfEven, Rate } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { FocusCharge, UnitRates } from './FocusCharge';
import { decimalOfUsd, FocusDecimal, ONE } from './focusDecimal';
import { Meter, meterOf } from './meters';

const ATTO_PER_PICO = 1_000_000n;
const FREE: UnitRates = { contracted: 0n as Rate, list: 0n as Rate };

/**
 * How a charge came to its cost. `standard`: units × rate. `long-context`: units × the rate of long prompts. `free`:
 * answered from memory, nobody was paid. `blended`: the price book has no rate that explains it, as the version is not
 * known or has none for the class; the unit price is cost ÷ units.
 */
export type PriceKind = 'standard' | 'long-context' | 'free' | 'blended';

/** Quantity, unit prices and costs of a charge: cost = unit price × quantity. */
export interface PricedCharge {
  kind: PriceKind;
  pricingQuantity: FocusDecimal;
  contractedUnitPrice: FocusDecimal;
  listUnitPrice: FocusDecimal;
  contractedCost: FocusDecimal;
  listCost: FocusDecimal;
}

/**
 * Finds the unit price of a charge.
 *
 * @returns undefined for what has none: an adjustment, and a correction that no single rate explains
 */
export function priceCharge(charge: FocusCharge): PricedCharge | undefined {
  const { about, quantity, cost, isCorrection, price } = charge;
  const meter = meterOf(about.chargeClass);
  if (!meter || (quantity === 0n && cost !== 0n)) return undefined;
  if (about.servedBecause === 'cache' && cost === 0n) {
    return { ...multiply(charge, meter, FREE), kind: 'free' };
  }
  if (meter.pricingUnit === 'Hours') return priceHours(charge);
  const rates = price?.rates.find(each => explains(each, charge));
  if (!rates) return isCorrection ? undefined : blend(charge, meter);
  return {
    ...multiply(charge, meter, rates),
    kind: about.aboveInputTokens === undefined ? 'standard' : 'long-context',
  };
}

/**
 * Whether units × rate is the cost. At a rate of whole pico-dollars, as nearly all are, nothing was rounded; at another
 * one each line was, by half a pico-dollar at most, and had one unit at least.
 */
function explains(
  { contracted }: UnitRates,
  { quantity, cost }: FocusCharge,
): boolean {
  const error = cost * ATTO_PER_PICO - quantity * contracted;
  if (contracted % ATTO_PER_PICO === 0n) return error === 0n;
  const lines = quantity < 0n ? -quantity : quantity;
  return 2n * (error < 0n ? -error : error) <= lines * ATTO_PER_PICO;
}

/** Exact: a rate in 1e-18 USD times a count is a cost in 1e-18 USD. */
function multiply(
  { quantity }: FocusCharge,
  { unitsPerPrice }: Meter,
  rates: UnitRates,
): Omit<PricedCharge, 'kind'> {
  return {
    pricingQuantity: (quantity * ONE) / unitsPerPrice,
    contractedUnitPrice: rates.contracted * unitsPerPrice,
    listUnitPrice: rates.list * unitsPerPrice,
    contractedCost: quantity * rates.contracted,
    listCost: quantity * rates.list,
  };
}

/**
 * Machines are priced by the hour, and shared. A part's hours are its cost by the price of an hour, so that unit
 * price × quantity is its cost, and the parts sum to what the machines cost and ran.
 */
function priceHours(charge: FocusCharge): PricedCharge | undefined {
  const meter = meterOf(charge.about.chargeClass);
  if (!meter || charge.quantity === 0n) return undefined;
  const { contracted, list } = charge.price?.rates[0] ?? FREE;
  if (contracted === 0n) {
    if (charge.isCorrection && charge.cost !== 0n) return undefined;
    return blend(charge, meter);
  }
  const cost = decimalOfUsd(charge.cost);
  return {
    kind: 'standard',
    pricingQuantity: divideHalfEven(cost * ONE, contracted),
    contractedUnitPrice: contracted,
    listUnitPrice: list,
    contractedCost: cost,
    listCost: divideHalfEven(cost * list, contracted),
  };
}

function blend(charge: FocusCharge, meter: Meter): PricedCharge {
  const { quantity, cost } = charge;
  const exactCost = decimalOfUsd(cost);
  const perUnit = (amount: bigint) =>
    quantity < 0n
      ? divideHalfEven(-amount, -quantity)
      : divideHalfEven(amount, quantity === 0n ? 1n : quantity);
  const unitPrice = perUnit(exactCost * meter.unitsPerPrice);
  return {
    kind: 'blended',
    pricingQuantity: divideHalfEven(quantity * ONE, meter.unitsPerPrice),
    contractedUnitPrice: unitPrice,
    listUnitPrice: unitPrice,
    contractedCost: exactCost,
    listCost: exactCost,
  };
}
