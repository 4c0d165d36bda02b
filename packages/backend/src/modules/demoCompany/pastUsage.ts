import { InputError } from '@backstage/errors';
import {
  costOf,
  KeyId,
  parseRate,
  parseUsd,
  PicoUsd,
  picoUsd,
  Rate,
  sumPicoUsd,
  TokenClass,
  UsageRecord,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { DemoApplication, DemoDepartment, DemoUse } from './company';
import { seededRandom } from './seededRandom';
import { WorkHour, workHours } from './workRhythm';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** A budget that is this old is used up as far as {@link DemoDepartment.usedPercent} says. */
const REFERENCE_DAYS = 15;

/** The price of a model, as a seed gets it from the price book. */
export interface DemoPrice {
  priceVersionId: string;
  /** Decimal US dollars per token. */
  rates: Partial<Record<TokenClass, string>>;
}

/** What {@link generatePastUsage} needs. */
export interface PastUsageOptions {
  /** The same seed and clock give the same records. */
  seed: number;
  now: Date;
  days: number;
  departments: readonly DemoDepartment[];
  keyIdOf(applicationRef: string): KeyId;
  priceOf(model: string): DemoPrice;
}

/**
 * Invents the calls of the past: token counts like those of real applications, costs by the real price.
 *
 * The number of calls follows from the money. A department that should have used 46 % of its budget gets as
 * many calls as that pays for, between the start of the month, or {@link REFERENCE_DAYS} ago if that is
 * earlier, and now. So a month never starts near its limit.
 *
 * @returns records in the order of time within each application, with ids that a second run repeats
 */
export function generatePastUsage(options: PastUsageOptions): UsageRecord[] {
  const random = seededRandom(options.seed);
  const hours = workHours(options);
  const records: UsageRecord[] = [];
  for (const department of options.departments) {
    for (const application of department.applications) {
      const perLoad = callsPerLoad({
        ...options,
        hours,
        department,
        application,
      });
      for (const hour of hours) {
        // the fraction becomes one more call as often as it is large
        const calls = Math.floor(hour.load * perLoad + random());
        for (let call = 0; call < calls; call++) {
          records.push(
            pastCall({
              requestId: `demo-${options.seed}-${records.length + 1}`,
              occurredAt: new Date(hour.startMs + random() * HOUR_MS),
              departmentRef: department.ref,
              application,
              keyId: options.keyIdOf(application.ref),
              priceOf: options.priceOf,
              random,
            }),
          );
        }
      }
    }
  }
  return records;
}

/** Calls in an hour of load 1, such that the application's part of the money is spent. */
function callsPerLoad(
  options: Pick<PastUsageOptions, 'now' | 'priceOf'> & {
    hours: WorkHour[];
    department: DemoDepartment;
    application: DemoApplication;
  },
): number {
  const { now, department, application } = options;
  const monthStart = Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), 1);
  const since = Math.min(monthStart, now.getTime() - REFERENCE_DAYS * DAY_MS);
  const load = options.hours
    .filter(hour => hour.startMs >= since)
    .reduce((sum, hour) => sum + hour.load, 0);
  const budget = parseUsd(department.budgetUsd);
  const target = (budget * department.usedPercent) / 100n;
  const calls =
    Number((target * 1000n) / typicalCost(application, options.priceOf)) / 1000;
  return (calls * application.share) / load;
}

/** What a call of the application costs on average. */
function typicalCost(
  application: DemoApplication,
  priceOf: PastUsageOptions['priceOf'],
): PicoUsd {
  const parts = application.uses.map(use => {
    const lines = linesOf(use, {
      inputTokens: use.inputTokens,
      outputTokens: use.outputTokens,
      cachedShare: application.cachedShare,
      price: priceOf(use.model),
    });
    const cost = costOfLines(lines);
    return picoUsd((cost * BigInt(Math.round(use.share * 1000))) / 1000n);
  });
  return sumPicoUsd(parts);
}

function pastCall(options: {
  requestId: string;
  occurredAt: Date;
  departmentRef: string;
  application: DemoApplication;
  keyId: KeyId;
  priceOf: PastUsageOptions['priceOf'];
  random: () => number;
}): UsageRecord {
  const { application, random } = options;
  const use = chooseUse(application, random());
  const inputTokens = vary(use.inputTokens, random());
  const outputTokens = vary(use.outputTokens, random());
  const call = {
    inputTokens,
    outputTokens,
    cachedShare: application.cachedShare,
  };
  const price = options.priceOf(use.model);
  const lines = linesOf(use, { ...call, price });
  return {
    requestId: options.requestId,
    attempt: 1,
    keyId: options.keyId,
    applicationRef: application.ref,
    departmentRef: options.departmentRef,
    model: use.model,
    ...standInOf(use, { ...call, lines, priceOf: options.priceOf }),
    targetId: `demo/${use.model}`,
    occurredAt: options.occurredAt.toISOString(),
    durationMs: Math.round(250 + outputTokens * 9 + random() * 400),
    streamed: application.streamed && use.outputTokens > 0,
    estimated: false,
    serviceTier: 'standard',
    oddities: [],
    lines,
  };
}

/** What a call saved that another model was asked for. */
function standInOf(
  use: DemoUse,
  call: {
    inputTokens: number;
    outputTokens: number;
    cachedShare: number;
    lines: UsageRecord['lines'];
    priceOf: PastUsageOptions['priceOf'];
  },
): Pick<UsageRecord, 'servedBecause' | 'requestedModel' | 'avoidedPicoUsd'> {
  const { insteadOf } = use;
  if (insteadOf === undefined) return { servedBecause: 'requested' };
  const asked = linesOf(
    { ...use, model: insteadOf },
    { ...call, price: call.priceOf(insteadOf) },
  );
  return {
    servedBecause: 'fallback',
    requestedModel: insteadOf,
    avoidedPicoUsd: picoUsd(costOfLines(asked) - costOfLines(call.lines)),
  };
}

function costOfLines(lines: UsageRecord['lines']): PicoUsd {
  return sumPicoUsd(lines.map(line => line.costPicoUsd));
}

function chooseUse(application: DemoApplication, draw: number): DemoUse {
  let upTo = 0;
  for (const use of application.uses) {
    upTo += use.share;
    if (draw < upTo) return use;
  }
  return application.uses[application.uses.length - 1];
}

/** Between 60 % and 140 % of a typical count, so that the average stays. */
function vary(typical: number, draw: number): number {
  return Math.round(typical * (0.6 + 0.8 * draw));
}

/** Token classes that are disjoint; those without a price of their own count as plain input. */
function linesOf(
  use: DemoUse,
  call: {
    inputTokens: number;
    outputTokens: number;
    cachedShare: number;
    price: DemoPrice;
  },
): UsageRecord['lines'] {
  const hasCachedRate = call.price.rates['cached-input'] !== undefined;
  const cached = hasCachedRate
    ? Math.floor(call.inputTokens * call.cachedShare)
    : 0;
  const counts: Array<[TokenClass, number]> = [
    ['input', call.inputTokens - cached],
    ['cached-input', cached],
    ['output', call.outputTokens],
  ];
  return counts
    .filter(([, tokens]) => tokens > 0)
    .map(([tokenClass, tokens]) => ({
      tokenClass,
      tokens: BigInt(tokens),
      priceVersionId: call.price.priceVersionId,
      costPicoUsd: costOf(
        BigInt(tokens),
        rateOf(use.model, call.price, tokenClass),
      ),
    }));
}

function rateOf(model: string, price: DemoPrice, tokenClass: TokenClass): Rate {
  const rate = price.rates[tokenClass];
  if (rate === undefined) {
    throw new InputError(
      `Cannot invent usage of ${model}: it has no price for ${tokenClass} tokens`,
    );
  }
  return parseRate(rate);
}
