import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { Slots } from './Slots';

it('finds the folders of a former life, and nothing else', () => {
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'slots-'));
  expect(Slots.find(path.join(directory, 'absent'))).toEqual([]);
  expect(Slots.find(directory)).toEqual([]);
  for (const name of ['3', '12', '012', 'journal', 'x1']) {
    fs.mkdirSync(path.join(directory, name));
  }
  fs.writeFileSync(path.join(directory, '4'), '');
  expect(Slots.find(directory).sort((a, b) => a - b)).toEqual([0, 3, 12]);
  fs.rmSync(directory, { recursive: true });
});

it('begins with the data directory itself, where a gateway of one process has its journal', () => {
  const slots = new Slots('/data', []);
  expect(slots.folderOf(slots.take())).toBe('/data');
  expect(slots.folderOf(slots.take())).toBe('/data/1');
});

it('never gives a folder to two processes, and never forgets one that holds something', () =>
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.nat(9)),
      fc.array(
        fc.oneof(
          fc.constant({ do: 'take' as const }),
          fc.constant({ do: 'takeAbandoned' as const }),
          fc.record({
            do: fc.constant('free' as const),
            which: fc.nat(),
            isEmpty: fc.boolean(),
          }),
        ),
        { maxLength: 15 },
      ),
      (existing, steps) => {
        const slots = new Slots('/data', existing);
        const used: number[] = [];
        const holding = new Set(existing);
        for (const step of steps) {
          if (step.do === 'free') {
            const [slot] = used.splice(step.which % (used.length || 1), 1);
            if (slot === undefined) continue;
            slots.free(slot, step);
            if (step.isEmpty) holding.delete(slot);
            else holding.add(slot);
            continue;
          }
          const slot = slots[step.do]();
          const waiting = [...holding].filter(each => !used.includes(each));
          const lowest = [...Array(20).keys()].find(n => !used.includes(n));
          const otherwise = step.do === 'take' ? lowest : undefined;
          expect(slot).toBe(
            waiting.length > 0 ? Math.min(...waiting) : otherwise,
          );
          if (slot === undefined) continue;
          expect(used).not.toContain(slot);
          used.push(slot);
        }
      },
    ),
  ));
