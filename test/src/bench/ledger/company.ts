import {
  costOf,
  Department,
  KeyId,
  parseRate,
  picoUsd,
  Rate,
  TokenClass,
  UsageRecord,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';

const DEPARTMENTS = 40;
const APPLICATIONS_A_DEPARTMENT = 5;
const KEYS_AN_APPLICATION = 2;
const MODELS = 10;
/** Models that one key calls. */
const MODELS_A_KEY = 3;

const ROOT = 'group:default/company';
const RATES = {
  input: '0.0000025',
  'cached-input': '0.00000125',
  output: '0.00001',
  reasoning: '0.00001',
} as const satisfies Partial<Record<TokenClass, string>>;

type PricedClass = keyof typeof RATES;

const PARSED: Record<PricedClass, Rate> = {
  input: parseRate(RATES.input),
  'cached-input': parseRate(RATES['cached-input']),
  output: parseRate(RATES.output),
  reasoning: parseRate(RATES.reasoning),
};

/** The departments of a company of 40, eight units below one root. */
export function departments(): Department[] {
  const units = Array.from({ length: 8 }, (_, unit) =>
    department(`group:default/unit-${unit}`, 1, ROOT),
  );
  const leaves = Array.from({ length: DEPARTMENTS }, (_, index) =>
    department(departmentRef(index), 2, `group:default/unit-${index % 8}`),
  );
  return [department(ROOT, 0), ...units, ...leaves];
}

/** The prices of its models, by the id of their version. */
export function prices() {
  return new Map(
    Array.from({ length: MODELS }, (_, model) => [
      `price-${model}`,
      {
        priceKey: `openai/model-${model}`,
        provider: 'openai',
        region: '',
        serviceTier: 'standard' as const,
        rates: RATES,
        longContext: [],
      },
    ]),
  );
}

/**
 * Calls as gateways report them: two to four classes each, spread over the keys of the company.
 *
 * @param options - `count`: how many calls; `from`: the number of the first, as each has an id of its own; `spreadMs`:
 *   over how long a time before `until` they happened
 */
export function usage(options: {
  count: number;
  from: number;
  until: number;
  spreadMs: number;
  random: () => number;
}): UsageRecord[] {
  const { count, from, until, spreadMs, random } = options;
  return Array.from({ length: count }, (_, index) => {
    const number = from + index;
    const key = Math.floor(
      random() * DEPARTMENTS * APPLICATIONS_A_DEPARTMENT * KEYS_AN_APPLICATION,
    );
    const application = Math.floor(key / KEYS_AN_APPLICATION);
    const model = (key + Math.floor(random() * MODELS_A_KEY)) % MODELS;
    return {
      requestId: `req_0123456789abcdef${number.toString(36).padStart(8, '0')}`,
      attempt: 1,
      keyId: `key${String(key).padStart(9, '0')}` as KeyId,
      applicationRef: `component:default/application-${application}`,
      departmentRef: departmentRef(
        Math.floor(application / APPLICATIONS_A_DEPARTMENT),
      ),
      model: `model-${model}`,
      servedBecause: 'requested',
      targetId: `model-${model}/openai`,
      occurredAt: new Date(until - random() * spreadMs).toISOString(),
      durationMs: 900,
      streamed: true,
      estimated: false,
      serviceTier: 'standard',
      oddities: [],
      lines: linesOf(`price-${model}`, random),
    };
  });
}

function linesOf(
  priceVersionId: string,
  random: () => number,
): UsageRecord['lines'] {
  const classes: PricedClass[] = ['input', 'output'];
  if (random() < 0.6) classes.push('cached-input');
  if (random() < 0.4) classes.push('reasoning');
  return classes.map(tokenClass => {
    const tokens = BigInt(1 + Math.floor(random() * 4000));
    return {
      tokenClass,
      tokens,
      priceVersionId,
      costPicoUsd: picoUsd(costOf(tokens, PARSED[tokenClass])),
    };
  });
}

function departmentRef(index: number): string {
  return `group:default/department-${index}`;
}

function department(
  ref: string,
  depth: number,
  parentRef?: string,
): Department {
  return {
    ref,
    title: ref.split('/')[1],
    type: 'department',
    depth,
    parentRef,
    costCentre: 'CC1',
  };
}
