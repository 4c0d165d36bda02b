import fc from 'fast-check';
import {
  COMMERCE,
  COMPANY,
  CUSTOMER_CARE,
  ONLINE_STORE,
  RESEARCH,
} from './organisation';

/** One thing that happens to budgets. Numbers named `pick` choose among the leases that there are. */
export type BudgetCommand =
  | { type: 'grant'; departmentRef: string; replica: number; needed: bigint }
  | { type: 'book'; pick: number; cost: bigint }
  | { type: 'release'; pick: number; keep: bigint }
  | { type: 'limit'; departmentRef: string; amount?: bigint }
  | { type: 'repeat'; count: number };

/** Any course of events. Amounts reach over 2^53. */
export function budgetCommands(): fc.Arbitrary<BudgetCommand[]> {
  const amount = fc.oneof(
    fc.bigInt({ min: 0n, max: 1_000n }),
    fc.bigInt({ min: 0n, max: 2n ** 55n }),
  );
  const pick = fc.nat({ max: 20 });
  const leaf = fc.constantFrom(CUSTOMER_CARE, ONLINE_STORE, RESEARCH);
  const anyLevel = fc.constantFrom(COMPANY, COMMERCE, CUSTOMER_CARE, RESEARCH);
  const type = <T extends string>(name: T) => fc.constant(name);
  const command: fc.Arbitrary<BudgetCommand> = fc.oneof(
    {
      weight: 4,
      arbitrary: fc.record({
        type: type('grant'),
        departmentRef: leaf,
        replica: fc.integer({ min: 1, max: 3 }),
        needed: amount,
      }),
    },
    {
      weight: 5,
      arbitrary: fc.record({ type: type('book'), pick, cost: amount }),
    },
    {
      weight: 2,
      arbitrary: fc.record({ type: type('release'), pick, keep: amount }),
    },
    {
      weight: 2,
      arbitrary: fc.record(
        { type: type('limit'), departmentRef: anyLevel, amount },
        { requiredKeys: ['type', 'departmentRef'] },
      ),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        type: type('repeat'),
        count: fc.integer({ min: 1, max: 3 }),
      }),
    },
  );
  return fc.array(command, { maxLength: 25 });
}
