import {
  allocate,
  invariant,
  PicoUsd,
  picoUsd,
  sumPicoUsd,
  ZERO_PICO_USD,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { GpuTarget, readGpuTarget } from '../gpu/gpuTarget';
import { ChargeSplit, FocusCharge } from './FocusCharge';

/** Units of a share: twelve digits, and all shares of an origin sum to exactly this. */
const WHOLE_RATIO = 1_000_000_000_000n;

/**
 * Puts the GPU cost of a day together: a row for each consumer of a pool's machines of one size and price, and each
 * method by which it shared them; and one for what nobody had. The machines' own charge is left out, as its parts take its place: with it they would count
 * twice.
 *
 * @param sums - all GPU sums of the day; of some departments only, when `isWhole` is false
 * @throws Error when parts do not sum to the machines' cost: our own mistake in the ledger
 * @see machineHourLines.ts for the lines that are read here
 */
export function splitCharges(
  sums: readonly FocusCharge[],
  options: { isWhole: boolean },
): FocusCharge[] {
  const machines = new Map<string, PicoUsd>();
  const parts = new Map<string, Map<string, FocusCharge>>();
  for (const sum of sums) {
    if (sum.about.chargeClass === 'machine-time') {
      const originId = originIdOf(sum, sum.about.targetId);
      const cost = machines.get(originId) ?? ZERO_PICO_USD;
      machines.set(originId, picoUsd(cost + sum.cost));
      continue;
    }
    const target = readGpuTarget(sum.about.targetId);
    const originId = originIdOf(sum, target.pool);
    const ofOrigin = parts.get(originId) ?? new Map<string, FocusCharge>();
    parts.set(originId, ofOrigin);
    const partId = partIdOf(sum, target);
    ofOrigin.set(partId, join(ofOrigin.get(partId), { sum, target, originId }));
  }
  return [...parts.entries()].sort(byKey).flatMap(([originId, ofOrigin]) => {
    const charges = [...ofOrigin.entries()].sort(byKey).map(each => each[1]);
    if (!options.isWhole) return charges;
    const cost = sumPicoUsd(charges.map(charge => charge.cost));
    invariant(
      cost === machines.get(originId),
      'the parts of a machine do not sum to its cost',
    );
    return withShares(charges, cost);
  });
}

function withShares(
  charges: readonly FocusCharge[],
  cost: PicoUsd,
): FocusCharge[] {
  const ratios = allocate(picoUsd(WHOLE_RATIO), weightsOf(charges));
  return charges.map((charge, place) => ({
    ...charge,
    ...(charge.split && {
      split: { ...charge.split, whole: { cost, ratio: ratios[place] } },
    }),
  }));
}

/** By cost; by time where nothing was to be paid. */
function weightsOf(charges: readonly FocusCharge[]): bigint[] {
  for (const weigh of [costOf, quantityOf]) {
    const weights = charges.map(charge => weigh(charge));
    if (weights.some(weight => weight > 0n)) return weights;
  }
  return charges.map(() => 1n);
}

function costOf({ cost }: FocusCharge): bigint {
  return cost < 0n ? -cost : cost;
}

function quantityOf({ quantity }: FocusCharge): bigint {
  return quantity < 0n ? -quantity : quantity;
}

/** Adds a sum to its part. */
function join(
  present: FocusCharge | undefined,
  added: { sum: FocusCharge; target: GpuTarget; originId: string },
): FocusCharge {
  const { sum, target, originId } = added;
  const plus = (a: PicoUsd | undefined, b: PicoUsd) => picoUsd((a ?? 0n) + b);
  const amountOf = (ledger: GpuTarget['ledger']) =>
    target.ledger === ledger ? sum.cost : ZERO_PICO_USD;
  return {
    ...sum,
    about: { ...sum.about, targetId: target.pool },
    requests: 0n,
    quantity: (present?.quantity ?? 0n) + sum.quantity,
    cost: plus(present?.cost, sum.cost),
    estimated: plus(present?.estimated, sum.estimated),
    split: {
      originId,
      pool: target.pool,
      consumer: consumerOf(sum, target),
      utilised: plus(present?.split?.utilised, amountOf('used')),
      idle: plus(present?.split?.idle, amountOf('idle')),
    },
  };
}

function consumerOf(
  { about: { departmentRef, applicationRef } }: FocusCharge,
  { method }: GpuTarget,
): ChargeSplit['consumer'] {
  return method && { departmentRef, applicationRef, method };
}

/** What is taken back is an origin of its own, so that all parts of one have the same sign, and a share means something. */
function originIdOf(charge: FocusCharge, pool: string): string {
  const { about, day, isCorrection, cost, quantity } = charge;
  const date = new Date(day).toISOString().slice(0, 10);
  return [
    date,
    pool,
    about.provider,
    about.model,
    about.region,
    about.priceVersionId,
    about.source,
    ...(isCorrection ? ['correction'] : []),
    ...(cost < 0n || quantity < 0n ? ['taken-back'] : []),
  ].join('/');
}

/** Used and idle are one part: the consumer pays for both. */
function partIdOf({ about }: FocusCharge, { method }: GpuTarget): string {
  return [
    method === undefined ? 'rest' : 'had',
    about.departmentRef,
    about.applicationRef,
    about.costCentre ?? '',
    method ?? '',
  ].join('\n');
}

function byKey(a: [string, unknown], b: [string, unknown]): number {
  return a[0] < b[0] ? -1 : 1;
}
