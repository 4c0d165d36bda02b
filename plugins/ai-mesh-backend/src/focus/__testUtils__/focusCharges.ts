import {
  allocate,
  costOf,
  PicoUsd,
  picoUsd,
  Rate,
  ServiceTier,
  sumPicoUsd,
  TokenClass,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import fc from 'fast-check';
import { GpuLedger, gpuTargetIdOf } from '../../gpu/gpuTarget';
import { FocusCharge } from '../FocusCharge';
import { splitCharges } from '../splitCharges';

const DAY_MS = 86_400_000;
const MONTH = '2026-10';
const FIRST_DAY = Date.UTC(2026, 9, 1);
const NOTHING = picoUsd(0n);

/** A charge of a million input tokens for 2.50 USD on 5 October 2026, in Customer Care. */
export function focusCharge(
  overrides: Omit<Partial<FocusCharge>, 'about'> & {
    about?: Partial<FocusCharge['about']>;
  } = {},
): FocusCharge {
  const rate = 2_500_000_000_000n as Rate;
  return {
    month: MONTH,
    day: FIRST_DAY + 4 * DAY_MS,
    isCorrection: false,
    quantity: 1_000_000n,
    requests: 10n,
    cost: picoUsd(2_500_000_000_000n),
    estimated: NOTHING,
    avoided: NOTHING,
    price: {
      key: 'openai/gpt-4o',
      rates: [{ contracted: rate, list: rate }],
      isSpot: false,
    },
    ...overrides,
    about: {
      departmentRef: 'group:default/customer-care',
      costCentre: '2000',
      applicationRef: 'component:default/support-bot',
      keyId: 'AbCdEfGhIjKl',
      model: 'gpt-4o',
      servedBecause: 'requested',
      targetId: 'gpt-4o/openai',
      provider: 'openai',
      region: '',
      serviceTier: 'standard',
      chargeClass: 'input',
      priceVersionId: 'version-1',
      source: 'live',
      ...overrides.about,
    },
  };
}

const rate = () =>
  fc.bigInt({ min: 1n, max: 10n ** 14n }).map(each => each as Rate);
const tokens = () => fc.bigInt({ min: 1n, max: 5_000_000n });
/** Names as people give them, also those that a spreadsheet or a parser would stumble over. */
const name = () =>
  fc.oneof(
    fc.constantFrom(
      'gpt-4o',
      '=1+1',
      '-dash',
      '@at',
      'a,b',
      'quote"d',
      'two\nlines',
      '\ttab',
      'ü 模型 🙂',
    ),
    fc
      .string({ minLength: 1, maxLength: 12 })
      .filter(
        each =>
          each.trim() !== '' &&
          !/^(null|none|n\/a|unknown|not applicable)$/i.test(each.trim()),
      ),
  );

/** The day a charge is of: in its month, or before it for a correction. */
function when() {
  return fc
    .tuple(fc.boolean(), fc.integer({ min: 0, max: 30 }))
    .map(([isCorrection, place]) => ({
      isCorrection,
      day: FIRST_DAY + (isCorrection ? -1 - place : place) * DAY_MS,
    }));
}

/** Calls of one class: their lines, each rounded once, were summed up. */
function callCharge(): fc.Arbitrary<FocusCharge> {
  return fc
    .record({
      time: when(),
      chargeClass: fc.constantFrom<TokenClass>(
        'input',
        'cached-input',
        'output',
        'reasoning',
        'image',
        'audio-second',
        'character',
        'tool-call',
      ),
      serviceTier: fc.constantFrom<ServiceTier>(
        'standard',
        'priority',
        'flex',
        'batch',
        'provisioned',
      ),
      model: name(),
      base: rate(),
      list: rate(),
      aboveInputTokens: fc.constantFrom(undefined, 200_000, 1_000_000),
      lines: fc.array(tokens(), { minLength: 1, maxLength: 8 }),
      oddity: fc.constantFrom(
        'none',
        'none',
        'none',
        'unknown-price',
        'other-cost',
        'reversal',
        'cache',
      ),
      estimated: fc.boolean(),
      region: fc.constantFrom('', 'swedencentral'),
      source: fc.constantFrom('live' as const, 'demo' as const),
    })
    .map(
      ({
        time,
        chargeClass,
        serviceTier,
        model,
        base,
        list,
        aboveInputTokens,
        lines,
        oddity,
        estimated,
        region,
        source,
      }) => {
        const sign = oddity === 'reversal' ? -1n : 1n;
        const exact = sumPicoUsd(lines.map(count => costOf(count, base)));
        const cost = {
          none: exact,
          'unknown-price': exact,
          'other-cost': picoUsd(exact + 12_345n),
          reversal: picoUsd(-exact),
          cache: NOTHING,
        }[oddity];
        return focusCharge({
          ...time,
          quantity: sign * lines.reduce((sum, count) => sum + count, 0n),
          requests: BigInt(lines.length),
          cost,
          estimated: estimated ? cost : NOTHING,
          about: {
            chargeClass,
            serviceTier,
            model,
            region,
            source,
            // long prompts are sums of their own
            ...(aboveInputTokens !== undefined && { aboveInputTokens }),
            targetId: `${model}/target`,
            servedBecause: oddity === 'cache' ? 'cache' : 'requested',
          },
          price:
            oddity === 'unknown-price'
              ? undefined
              : {
                  key: `openai/${model}`,
                  isSpot: false,
                  rates: [{ contracted: base, list }],
                },
        });
      },
    );
}

/** Differences to an invoice. */
function adjustment(): fc.Arbitrary<FocusCharge> {
  return fc
    .tuple(when(), fc.bigInt({ min: -(10n ** 15n), max: 10n ** 15n }))
    .map(([time, cost]) =>
      focusCharge({
        ...time,
        quantity: 0n,
        cost: picoUsd(cost),
        price: undefined,
        about: {
          chargeClass: 'adjustment',
          departmentRef: '',
          applicationRef: '',
          keyId: '',
          model: '',
          targetId: '',
        },
      }),
    );
}

/** What the ledger sums up for a pool's machines of a day. */
export function gpuSums(options: {
  pool: string;
  cost: PicoUsd;
  seconds: bigint;
  /** GPU-seconds by consumer; the last is what nobody had. */
  gpuSeconds: readonly bigint[];
  rate: Rate;
  isSpot?: boolean;
  time?: { isCorrection: boolean; day: number };
}): FocusCharge[] {
  const { pool, cost, seconds, gpuSeconds, isSpot = false, time } = options;
  const about = {
    model: 'Standard_NC80adis_H100_v5',
    provider: 'azure',
    region: 'swedencentral',
    keyId: '',
    costCentre: undefined,
    priceVersionId: `machine-${isSpot ? 'spot' : 'on-demand'}`,
  } as const;
  const price = {
    key: `azure-vm/${about.model}${isSpot ? '/spot' : ''}`,
    rates: [{ contracted: options.rate, list: options.rate }],
    isSpot,
  };
  const machine = focusCharge({
    ...time,
    cost,
    quantity: seconds,
    price,
    about: {
      ...about,
      departmentRef: '',
      applicationRef: '',
      chargeClass: 'machine-time',
      targetId: pool,
    },
  });
  const costs = allocate(cost, gpuSeconds);
  const parts = gpuSeconds.flatMap((quantity, place) => {
    const isRest = place === gpuSeconds.length - 1;
    const [used, idle] = isRest
      ? [costs[place]]
      : allocate(costs[place], [3n, 1n]);
    const [usedTime, idleTime] = isRest
      ? [quantity]
      : allocate(picoUsd(quantity), [3n, 1n]);
    const method = place === 0 ? 'time-slice' : 'mig';
    const part = (ledger: GpuLedger, amount: PicoUsd, gpuTime: bigint) =>
      focusCharge({
        ...time,
        cost: amount,
        quantity: gpuTime,
        estimated: place === 0 ? amount : NOTHING,
        price,
        about: {
          ...about,
          chargeClass: 'gpu-time',
          departmentRef: isRest ? '' : `group:default/team-${place}`,
          applicationRef: place === 1 ? 'component:default/trainer' : '',
          targetId: gpuTargetIdOf({
            pool,
            ledger,
            ...(!isRest && { method }),
          }),
        },
      });
    return isRest
      ? [part('unallocated', used, usedTime)]
      : [
          part('used', used, usedTime),
          part('idle', idle ?? NOTHING, idleTime ?? 0n),
        ];
  });
  return [
    machine,
    ...parts.filter(each => each.cost > 0n || each.quantity > 0n),
  ];
}

function machines(): fc.Arbitrary<FocusCharge[]> {
  return fc
    .record({
      pool: fc.constantFrom('h100', 'a100/west', '=pool'),
      rate: fc
        .bigInt({ min: 10n ** 17n, max: 10n ** 20n })
        .map(each => each as Rate),
      seconds: fc.bigInt({ min: 1n, max: 86_400n }),
      gpuSeconds: fc
        .array(fc.bigInt({ min: 0n, max: 200_000n }), {
          minLength: 2,
          maxLength: 6,
        })
        .filter(all => all.some(each => each > 0n)),
      isSpot: fc.boolean(),
      time: when(),
    })
    .map(({ seconds, rate: perHour, ...rest }) =>
      splitCharges(
        gpuSums({
          ...rest,
          seconds,
          rate: perHour,
          cost: picoUsd((perHour * seconds) / 3_600n / 1_000_000n),
        }),
        { isWhole: true },
      ),
    );
}

/** The charges of a month, as a source gives them. */
export function arbitraryCharges(): fc.Arbitrary<FocusCharge[]> {
  return fc
    .tuple(
      fc.array(callCharge(), { maxLength: 6 }),
      fc.array(adjustment(), { maxLength: 2 }),
      fc.option(machines(), { nil: [] }),
    )
    .map(([calls, adjustments, gpu]) => [...calls, ...adjustments, ...gpu]);
}
