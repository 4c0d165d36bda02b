import { picoUsd, Rate } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import fc from 'fast-check';
import { gpuSums } from './__testUtils__/focusCharges';
import { splitCharges } from './splitCharges';

const sums = () =>
  fc
    .record({
      cost: fc.bigInt({ min: 0n, max: 10n ** 15n }).map(picoUsd),
      gpuSeconds: fc
        .array(fc.bigInt({ min: 0n, max: 10n ** 6n }), {
          minLength: 2,
          maxLength: 9,
        })
        .filter(all => all.some(each => each > 0n)),
    })
    .map(({ cost, gpuSeconds }) =>
      gpuSums({
        pool: 'h100',
        cost,
        gpuSeconds,
        seconds: 3_600n,
        rate: (10n ** 18n) as Rate,
      }),
    );

describe('splitCharges', () => {
  it('puts the parts in the place of the machine: same sum, shares of exactly 1', () => {
    fc.assert(
      fc.property(sums(), all => {
        const parts = splitCharges(all, { isWhole: true });
        const machine = all[0].cost;
        if (all.length === 1) return;
        expect(parts.reduce((sum, part) => sum + part.cost, 0n)).toBe(machine);
        expect(
          parts.reduce(
            (sum, { split }) => sum + (split?.whole?.ratio ?? 0n),
            0n,
          ),
        ).toBe(10n ** 12n);
        expect(
          parts.filter(({ split }) => !split?.consumer).length,
        ).toBeLessThanOrEqual(1);
        for (const { cost, split } of parts) {
          const known = (split?.utilised ?? 0n) + (split?.idle ?? 0n);
          expect(known).toBe(split?.consumer ? cost : 0n);
        }
      }),
    );
  });

  it('gives the same rows in whatever order the sums come', () => {
    fc.assert(
      fc.property(
        sums().chain(all =>
          fc.tuple(
            fc.constant(all),
            fc.shuffledSubarray(all, { minLength: all.length }),
          ),
        ),
        ([all, shuffled]) => {
          const essence = (charges: typeof all) =>
            splitCharges(charges, { isWhole: true }).map(
              ({ cost, quantity, split }) => [cost, quantity, split],
            );
          expect(essence(shuffled)).toEqual(essence(all));
        },
      ),
    );
  });

  it('refuses parts that do not sum to their machine', () => {
    const all = gpuSums({
      pool: 'h100',
      cost: picoUsd(100n),
      gpuSeconds: [1n, 1n],
      seconds: 60n,
      rate: 1n as Rate,
    });
    expect(() => splitCharges(all.slice(0, -1), { isWhole: true })).toThrow(
      'do not sum',
    );
    expect(splitCharges(all.slice(1, 2), { isWhole: false })).toHaveLength(1);
  });

  it('keeps pools, prices and corrections apart', () => {
    const each = {
      cost: picoUsd(8n),
      gpuSeconds: [1n, 1n],
      seconds: 60n,
      rate: 1n as Rate,
    };
    const origins = splitCharges(
      [
        ...gpuSums({ ...each, pool: 'h100' }),
        ...gpuSums({ ...each, pool: 'h100', isSpot: true }),
        ...gpuSums({ ...each, pool: 'a100/used' }),
        ...gpuSums({
          ...each,
          pool: 'h100',
          time: { isCorrection: true, day: Date.UTC(2026, 8, 1) },
        }),
      ],
      { isWhole: true },
    ).map(({ split }) => split?.originId);
    expect(new Set(origins).size).toBe(4);
    expect(origins).toHaveLength(8);
  });

  it('gives a consumer a row for each method, and what was taken back an origin of its own', () => {
    const day = gpuSums({
      pool: 'h100',
      cost: picoUsd(120n),
      gpuSeconds: [30n, 20n, 10n],
      seconds: 60n,
      rate: 1n as Rate,
      time: { isCorrection: true, day: Date.UTC(2026, 8, 1) },
    }).map(sum =>
      sum.about.targetId === 'h100/unallocated' ||
      sum.about.chargeClass === 'machine-time'
        ? sum
        : {
            ...sum,
            about: {
              ...sum.about,
              departmentRef: 'group:default/team',
              applicationRef: '',
            },
          },
    );
    const takenBack = day.map(sum => ({
      ...sum,
      cost: picoUsd(-sum.cost),
      quantity: -sum.quantity,
    }));
    const rows = splitCharges([...day, ...takenBack], { isWhole: true });
    const shown = rows.map(({ cost, split }) => [
      split?.originId.includes('taken-back'),
      split?.consumer?.method,
      cost,
      split?.utilised,
      split?.idle,
      split?.whole?.cost,
    ]);
    const expected = [
      ['mig', 40n, 30n, 10n, 120n],
      ['time-slice', 60n, 45n, 15n, 120n],
      [undefined, 20n, 0n, 0n, 120n],
    ] as const;
    const negative = (amount: bigint) => (amount === 0n ? 0n : -amount);
    expect(shown).toEqual([
      ...expected.map(row => [false, ...row]),
      ...expected.map(([method, ...amounts]) => [
        true,
        method,
        ...amounts.map(negative),
      ]),
    ]);
    const ratios = rows.map(({ split }) => split?.whole?.ratio);
    expect(ratios.slice(0, 3)).toEqual(ratios.slice(3));
  });
});
