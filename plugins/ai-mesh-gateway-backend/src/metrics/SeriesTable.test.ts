import fc from 'fast-check';
import { OTHER, SeriesTable } from './SeriesTable';

function newTable() {
  return new SeriesTable(3, () => ({ count: 0 }));
}

it('tells combinations apart as a map of joined labels would', () =>
  fc.assert(
    fc.property(
      fc.array(
        fc.tuple(
          fc.constantFrom('', 'chat', 'embeddings'),
          fc.constantFrom('', 'chat', 'gpt-4o', OTHER),
          fc.string({ maxLength: 1 }),
        ),
      ),
      calls => {
        const table = newTable();
        const model = new Map<string, number>();
        for (const labels of calls) {
          table.find(...labels).series.count += 1;
          const key = JSON.stringify(labels);
          model.set(key, (model.get(key) ?? 0) + 1);
        }
        const counted = [...table.entries()].map(
          ({ values, series }) =>
            [JSON.stringify(values), series.count] as const,
        );
        expect(new Map(counted)).toEqual(model);
      },
    ),
  ));

it('stays bounded, and counts everything, whatever values come', () => {
  const table = newTable();
  const calls = 200_000;
  for (let call = 0; call < calls; call += 1) {
    table.find(`a${call % 3000}`, `b${call % 7}`, `c${call}`).series.count += 1;
  }
  const entries = [...table.entries()];
  expect(entries.length).toBeLessThanOrEqual(5001);
  expect(entries.reduce((sum, { series }) => sum + series.count, 0)).toBe(
    calls,
  );
  expect(entries.at(-1)?.values).toEqual([OTHER, OTHER, OTHER]);
});
