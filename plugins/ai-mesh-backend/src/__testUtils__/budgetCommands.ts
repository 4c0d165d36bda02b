import fc from 'fast-check';
import {
  BUDGET_KEYS,
  COMMERCE,
  COMPANY,
  CUSTOMER_CARE,
  ONLINE_STORE,
  RESEARCH,
} from './organisation';

/** The nodes that get budgets in tests, of every level, and of single models. */
export const BUDGET_NODES = [
  COMPANY,
  COMMERCE,
  CUSTOMER_CARE,
  RESEARCH,
  'cost-centre:CC1',
  'component:default/support-bot',
  `key:${BUDGET_KEYS[0].id}`,
  `${COMPANY}#mini`,
  `${CUSTOMER_CARE}#mini`,
  'cost-centre:CC1#mini',
  `component:default/support-bot#mini`,
  `key:${BUDGET_KEYS[0].id}#mini`,
];

/** What a call is made with. */
export interface CommandCall {
  departmentRef: string;
  applicationRef: string;
  keyId: string;
  model: string;
}

/** One thing that happens to budgets. Numbers named `pick` choose among the leases that there are. */
export type BudgetCommand =
  | {
      type: 'grant';
      call: CommandCall;
      replica: number;
      needed: bigint;
      /** Needs what is left, and so much more, where there is a limit. */
      beyondLeft?: bigint;
    }
  | { type: 'book'; pick: number; cost: bigint }
  | { type: 'release'; pick: number; keep: bigint }
  | {
      type: 'limit';
      nodeId: string;
      amount?: bigint;
      kind: 'hard' | 'soft';
      carryOver: 'none' | 'unused';
    }
  | { type: 'top-up'; nodeId: string; amount: bigint; minutes: number }
  | { type: 'wait'; minutes: number }
  | { type: 'next-month' }
  | { type: 'sweep' }
  | { type: 'repeat'; count: number };

const CALLS: CommandCall[] = [
  call(CUSTOMER_CARE, 'support-bot', 0, 'mini'),
  call(CUSTOMER_CARE, 'support-bot', 0, 'large'),
  call(CUSTOMER_CARE, 'mail-sorter', 1, 'mini'),
  call(ONLINE_STORE, 'shop', 1, 'mini'),
  call(RESEARCH, 'lab', 2, 'large'),
];

function call(
  departmentRef: string,
  application: string,
  key: number,
  model: string,
): CommandCall {
  return {
    departmentRef,
    applicationRef: `component:default/${application}`,
    keyId: BUDGET_KEYS[key].id,
    model,
  };
}

/** Any course of events. Amounts reach over 2^53. */
export function budgetCommands(): fc.Arbitrary<BudgetCommand[]> {
  const amount = fc.oneof(
    fc.bigInt({ min: 0n, max: 1_000n }),
    fc.bigInt({ min: 0n, max: 2n ** 50n }),
  );
  const pick = fc.nat({ max: 20 });
  // mostly one: otherwise little ever happens to the same budget twice
  const nodeId = fc.oneof(
    { weight: 2, arbitrary: fc.constant(COMPANY) },
    { weight: 1, arbitrary: fc.constantFrom(...BUDGET_NODES) },
  );
  const minutes = fc.oneof(
    fc.integer({ min: 1, max: 6 }),
    fc.integer({ min: 1, max: 40 }),
  );
  const type = <T extends string>(name: T) => fc.constant(name);
  const commands: [number, fc.Arbitrary<BudgetCommand>][] = [
    [
      8,
      fc.record(
        {
          type: type('grant'),
          call: fc.constantFrom(...CALLS),
          replica: fc.integer({ min: 1, max: 3 }),
          needed: amount,
          beyondLeft: fc.constantFrom(-1n, 0n, 1n),
        },
        { requiredKeys: ['type', 'call', 'replica', 'needed'] },
      ),
    ],
    [8, fc.record({ type: type('book'), pick, cost: amount })],
    [3, fc.record({ type: type('release'), pick, keep: amount })],
    [
      5,
      fc.record(
        {
          type: type('limit'),
          nodeId,
          amount,
          kind: fc.constantFrom('hard', 'hard', 'soft'),
          carryOver: fc.constantFrom('none', 'unused'),
        },
        { requiredKeys: ['type', 'nodeId', 'kind', 'carryOver'] },
      ),
    ],
    [3, fc.record({ type: type('top-up'), nodeId, amount, minutes })],
    [2, fc.record({ type: type('wait'), minutes })],
    [2, fc.record({ type: type('next-month') })],
    [1, fc.record({ type: type('sweep') })],
    [
      1,
      fc.record({
        type: type('repeat'),
        count: fc.integer({ min: 1, max: 2 }),
      }),
    ],
  ];
  return fc.array(
    fc.oneof(...commands.map(([weight, arbitrary]) => ({ weight, arbitrary }))),
    { minLength: 5, maxLength: 40, size: 'max' }, // short courses show little
  );
}
